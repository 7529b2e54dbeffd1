"""Store rejected rows with their reasons while a file is read. `rows` reads them again."""

import csv
import io
import json
from collections.abc import Iterable

from psycopg2.extensions import cursor as Cursor

from catalog import importer

COPY = """
COPY row_errors (import_id, row, line, "column", code, value, message, cells)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))
"""


def lines(import_id: int, errors: Iterable[importer.RowError]) -> io.StringIO:
    """Rejected rows as `write` takes them: their reasons, and their cells if they are short enough."""
    text = io.StringIO()
    csv.writer(text).writerows((import_id, *error.shown().values(), _json(error.cells)) for error in errors)
    text.seek(0)
    return text


def write(cursor: Cursor, lines: io.StringIO) -> None:
    """Store rejected rows. Commits nothing."""
    cursor.copy_expert(COPY, lines)


def _json(cells: tuple[str, ...]) -> str | None:
    return json.dumps(cells, ensure_ascii=False) if cells else None
