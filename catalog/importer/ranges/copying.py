"""A staging table, and one COPY into it on a second thread, fed chunk by chunk."""

import io
from queue import Queue
from threading import Thread
from typing import BinaryIO, Self, cast

import pandas as pd
import pyarrow as pa
from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL, Composed, Identifier
from pyarrow import csv as arrow_csv

from catalog.importer.columns.result import Columns
from catalog.importer.values.fields import DECLARED

AHEAD = 3  # chunks that may wait for the database before the reader waits
COLUMN_TYPES = {
    "row": "integer",
    "line": "integer",
    **{field.name: field.column_type for field in DECLARED},
    "attributes": "jsonb",
}
# Computed while the row is written, because the database is idle then, and the plan needs it several times.
KEY = SQL('key text COLLATE "C" GENERATED ALWAYS AS (sku_key(sku) COLLATE "C") STORED')


def table_columns(columns: Columns) -> list[str]:
    """The columns of the staging table for these columns of a file."""
    fields = [field for field in COLUMN_TYPES if field in columns.fields]
    return ["row", "line", *fields, *(["attributes"] if columns.hold_attributes else [])]


class Copy:
    """One COPY from start to end of the file, fed chunk by chunk. A chunk that can't be written is an error here."""

    def __init__(self, cursor: Cursor, name: str, names: list[str]) -> None:
        table = Identifier(name)
        cursor.execute(SQL("DROP TABLE IF EXISTS {} CASCADE").format(table))
        cursor.execute(_create(table, names))
        self._cursor = cursor
        self._names = names
        self._sql = SQL("COPY {} ({}) FROM STDIN (FORMAT csv, FREEZE)").format(
            table, SQL(", ").join(map(Identifier, names))
        )
        self._queue: Queue[pd.DataFrame | BaseException | None] = Queue(AHEAD)
        self._text = b""
        self._failure: BaseException | None = None
        self._ended = False  # the end of the file
        self._thread = Thread(target=self._run, name="copy")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._queue.put(error)
        self._thread.join()
        if self._failure and error is None:
            raise self._failure

    def write(self, frame: pd.DataFrame) -> None:
        """Write the columns of the table from one chunk; waits while the database is AHEAD chunks behind."""
        if self._failure:
            raise self._failure
        if len(frame):
            self._queue.put(frame[self._names])

    def _run(self) -> None:
        try:
            self._cursor.copy_expert(self._sql, cast(BinaryIO, self), size=1 << 20)  # COPY only reads
        except Exception as error:  # noqa: BLE001 - a thread can't raise to its starter: write() and __exit__ raise it again
            self._failure = error
        while not self._ended:  # the reader must not wait for a COPY that has ended
            self._next()

    def read(self, size: int) -> bytes:
        """The next bytes for COPY, called by psycopg2. An error of the reader is raised here and undoes the COPY."""
        if not self._text:
            item = self._next()
            if isinstance(item, BaseException):
                raise item
            self._text = b"" if item is None else _csv(item)
        text, self._text = self._text[:size], self._text[size:]
        return text

    def _next(self) -> pd.DataFrame | BaseException | None:
        item = self._queue.get()
        self._ended = not isinstance(item, pd.DataFrame)
        return item


def _csv(frame: pd.DataFrame) -> bytes:
    text = io.BytesIO()
    # Arrow writes NUL bytes for a column of several chunks.
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    arrow_csv.write_csv(table, text, arrow_csv.WriteOptions(include_header=False))
    return text.getvalue()


def _create(table: Identifier, names: list[str]) -> Composed:
    columns = SQL(", ").join(SQL("{} " + COLUMN_TYPES[name]).format(Identifier(name)) for name in names)
    return SQL("CREATE UNLOGGED TABLE {} ({}, {})").format(table, columns, KEY)
