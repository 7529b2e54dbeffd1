"""What the importer asks the catalog while it reads: on a connection beside that of the COPY."""

from sqlalchemy import Engine, text

from catalog import importer
from catalog.models import cursor_of

CORRECTIONS = text("""
SELECT row, line, cells, corrected FROM row_corrections WHERE import_id = :id AND row = ANY (:rows)
""")


def corrections(engine: Engine, import_id: int, errors: list[importer.RowError]) -> list[importer.Row]:
    """The rejected rows that were corrected before the file is read again."""
    cells = {error.row: list(error.cells) for error in errors}
    with engine.connect() as connection:
        found = connection.execute(CORRECTIONS, {"id": import_id, "rows": [*cells]})
        return [
            importer.Row(row, line, now) for row, line, before, now in found if before is None or before == cells[row]
        ]


def known(engine: Engine, skus: list[str]) -> dict[str, str]:
    """SKU -> name of the products that the catalog has."""
    with engine.connect() as connection:
        return importer.known(cursor_of(connection).connection, skus)
