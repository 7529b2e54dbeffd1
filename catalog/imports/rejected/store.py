"""Store rejected rows with their reasons while a file is read. `rows` reads them again."""

import csv
import io
import json
from collections.abc import Iterable

from psycopg2.extensions import cursor as Cursor

from catalog import importer

COLUMNS = 'import_id, row, line, "column", code, value, message, cells'
COPY = f"""
COPY "{{}}" ({COLUMNS})
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))
"""
# Rows that another process has put into a table of its own.
FETCH = f"""
INSERT INTO row_errors ({COLUMNS}) SELECT {COLUMNS} FROM "{{}}" WHERE row BETWEEN %s AND %s
"""  # nosec B608  # of constants


def lines(import_id: int, errors: Iterable[importer.RowError]) -> io.StringIO:
    """Rejected rows as `write` takes them: their reasons, and their cells if they are short enough."""
    text = io.StringIO()
    csv.writer(text).writerows((import_id, *error.shown().values(), _json(error.cells)) for error in errors)
    text.seek(0)
    return text


def write(cursor: Cursor, lines: io.StringIO, table: str = "row_errors") -> None:
    """Store rejected rows in row_errors, or in a table like it. Commits nothing."""
    cursor.copy_expert(COPY.format(table), lines)


def fetch(cursor: Cursor, table: str, first: int, last: int) -> None:
    """Store the rejected rows from row `first` to row `last` that another process put into `table`. Commits nothing."""
    cursor.execute(FETCH.format(table), (first, last))


def _json(cells: tuple[str, ...]) -> str | None:
    return json.dumps(cells, ensure_ascii=False) if cells else None
