"""Read and check the rows of a file, and copy them into an UNLOGGED staging table by one COPY on a second thread."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import Queue
from threading import Thread
from typing import BinaryIO, Self, cast

import pandas as pd
import pyarrow as pa
from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import SQL, Composed, Identifier
from pyarrow import csv as arrow_csv

from catalog.importer.checks.another_table import reject_another
from catalog.importer.checks.known_rows import Known, with_known
from catalog.importer.checks.rows import check
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Miscounted, RowError
from catalog.importer.opening.evidence.sku_column import Key, ask_for_key
from catalog.importer.opening.open import open_file
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.plan.rechecking import Corrections, corrected
from catalog.importer.questions import Unanswered
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.values.fields import DECLARED
from catalog.importer.values.numbers import LatePrices
from catalog.importer.warnings import swallowed
from catalog.importer.warnings.notices import Noticed
from catalog.importer.warnings.rival_columns import Rivals
from catalog.importer.warnings.swallowed import RowsInCells

AHEAD = 3  # chunks that may wait for the database before the reader waits
COLUMN_TYPES = {
    "row": "integer",
    "line": "integer",
    **{field.name: field.column_type for field in DECLARED},
    "attributes": "jsonb",
}
# Computed while the row is written, because the database is idle then, and the plan needs it several times.
KEY = SQL('key text COLLATE "C" GENERATED ALWAYS AS (sku_key(sku) COLLATE "C") STORED')


@dataclass(frozen=True)
class Step:
    """The result of one chunk: its counts, and the `position` in bytes of the file."""

    rows: int
    blank: int
    errors: list[RowError]
    position: int
    columns: Columns
    understood: Understood
    corrected: tuple[int, ...] = ()  # rows that were accepted with corrections


@dataclass(frozen=True)
class Staged:
    """The result for the whole file: rows = staged + rejected + blank; `verify` compares it with the database."""

    columns: Columns
    rows: int
    staged: int
    rejected: int
    blank: int
    noticed: Noticed = field(default_factory=Noticed, compare=False)

    @property
    def swallowed(self) -> int:
        """Number of rows that may be inside cells: see `swallowed`."""
        return self.noticed.count(swallowed.CODE)

    @property
    def taken_out(self) -> int:
        """Products that a sync would deactivate or delete although lines inside cells name them: see `lines_in_cells`."""
        return self.noticed.taken_out


def stage(
    file: BinaryIO,
    connection: Connection,
    scratch: str,
    options: Options,
    on_chunk: Callable[[Step], None] = lambda step: None,
    block_bytes: int = BLOCK_BYTES,
    corrections: Corrections = lambda errors: [],
    known: Known = lambda skus: {},
) -> Staged:
    """Fill the table `scratch`_staging from a file. Raises Rejected and Unanswered; what `on_chunk` raises ends it too.

    Rejected rows for which there are `corrections` are checked with these cells, and are rows like others if they pass.
    `known` tells the products that are called by what no new product may be called by.
    """
    opened = open_file(file, options)
    columns = opened.columns
    names = table_columns(columns)
    rows = rejected = blank = 0
    noticed, inside = Noticed(), RowsInCells()
    rivals, late = Rivals(columns, options), LatePrices(asks=not options.decimals)
    with connection.cursor() as cursor, Copy(cursor, scratch, names) as copy:
        for chunk in opened.chunks(block_bytes):
            reject_another(chunk, columns)
            checked = with_known(chunk, check(chunk, columns), columns, known)
            copy.write(checked.frame[names])
            noticed.add_doubts([*chunk.doubts, *checked.doubts, *inside.see(chunk, columns)])
            noticed.see(chunk.frame, checked.frame, columns)
            rivals.see(chunk.frame)
            if options.mode == "sync":
                noticed.inside.see(chunk, columns)
            errors, empty = checked.errors, checked.blank
            taken: tuple[int, ...] = ()
            again = corrections(errors) if errors else []
            if again:
                fixed = corrected(chunk, errors, again, columns)
                copy.write(fixed.frame[names])
                errors, empty = fixed.errors, empty + fixed.blank
                left = {error.row for error in errors}
                taken = tuple(one.row for one in again if one.row not in left)
            late.see(errors)
            rows, rejected, blank = (rows + chunk.rows, rejected + len(errors), blank + empty)
            on_chunk(Step(chunk.rows, empty, errors, opened.position(), columns, opened.so_far(), taken))
    late.ask()
    ask_about_rivals(rivals, noticed, columns, rows - rejected - blank)
    return Staged(columns, rows, rows - rejected - blank, rejected, blank, noticed)


def ask_about_rivals(rivals: Rivals, noticed: Noticed, columns: Columns, staged: int) -> None:
    """Raises Unanswered if the SKU repeats in the file and another known column never does."""
    spellings = noticed.spellings()
    again = 0 if spellings is None else staged - spellings
    if again and (good := rivals.good()):
        taken = Key(columns.name_of("sku"), staged, 0, again, again)
        raise Unanswered(ask_for_key(taken, good))


def verify(connection: Connection, scratch: str, staged: Staged) -> None:
    """Count what is in the staging table. Raises Miscounted if rows are missing or too many."""
    table = Identifier(f"{scratch}_staging")
    with connection.cursor() as cursor:
        cursor.execute(SQL("SELECT count(*) FROM {}").format(table))
        ((found,),) = cursor.fetchall()
    if found != staged.staged:
        raise Miscounted(f"{staged.staged:,} rows were staged, but {found:,} are there")


def drop(connection: Connection, scratch: str) -> None:
    """Drop the tables of `stage`, `make_plan` and `keep`, if they exist."""
    with connection.cursor() as cursor:
        for table in ("staging", "plan", "blocks"):
            cursor.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(f"{scratch}_{table}")))


def table_columns(columns: Columns) -> list[str]:
    """The columns of the staging table for these columns of a file."""
    fields = [field for field in COLUMN_TYPES if field in columns.fields]
    return ["row", "line", *fields, *(["attributes"] if columns.hold_attributes else [])]


class Copy:
    """One COPY from start to end of the file, fed chunk by chunk. A chunk that can't be written ends in an error here."""

    def __init__(self, cursor: Cursor, scratch: str, names: list[str]) -> None:
        table = Identifier(f"{scratch}_staging")
        cursor.execute(SQL("DROP TABLE IF EXISTS {}").format(table))
        cursor.execute(_create(table, names))
        self._cursor = cursor
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
        """Write one chunk; waits while the database is AHEAD chunks behind."""
        if self._failure:
            raise self._failure
        if len(frame):
            self._queue.put(frame)

    def _run(self) -> None:
        try:
            self._cursor.copy_expert(self._sql, cast(BinaryIO, self), size=1 << 20)  # COPY only reads
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised again where the chunks come from
            self._failure = error
        while not self._ended:  # the reader must not wait for a COPY that has ended
            self._next()

    def read(self, size: int) -> bytes:
        """The next bytes for COPY, called by psycopg2. An error on the reader's side is raised here and undoes the COPY."""
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
