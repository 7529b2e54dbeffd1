"""Read and check a file's rows, copy them into an UNLOGGED staging table; a large file in ranges, side by side."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import SQL, Identifier

from catalog.importer.checks.known_rows import Known
from catalog.importer.checks.rechecking import Corrections
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Miscounted, RowError
from catalog.importer.opening.columns import Opened
from catalog.importer.opening.evidence.sku_column import Key, ask_for_key
from catalog.importer.opening.open import open_file
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.questions import Unanswered
from catalog.importer.ranges import index
from catalog.importer.ranges.copying import Copy, table_columns
from catalog.importer.ranges.outcome import Checker, Outcome, Stored
from catalog.importer.ranges.read import Reading, Spread
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.rows.reader import Reader
from catalog.importer.values.numbers import LatePrices
from catalog.importer.warnings import swallowed
from catalog.importer.warnings.notices import Noticed
from catalog.importer.warnings.rival_columns import Rivals
from catalog.importer.warnings.seen import Observer

INHERIT = SQL("ALTER TABLE {part} INHERIT {staging}")


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
    rejected: int = 0
    stored: Stored | None = None  # the errors are in a table, where another process put them


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
        """Products that a sync would deactivate or delete although lines in cells name them: see `lines_in_cells`."""
        return self.noticed.taken_out


class _Sums:
    """The results of the chunks so far, in the order of the file."""

    def __init__(self, opened: Opened, options: Options) -> None:
        self.rivals = Rivals(opened.columns, options)
        self._opened = opened
        self._late = LatePrices(asks=not options.decimals)
        self._noticed = Noticed()
        self._rows = self._rejected = self._blank = 0

    def add(self, one: Outcome) -> Step:
        """Add the result of the next chunk."""
        self._noticed.add_chunk(one.seen)
        self.rivals.add(one.seen.rows, one.seen.rivals)
        self._late.add(one.too_precise, one.too_precise_shown)
        self._rows, self._rejected, self._blank = (
            self._rows + one.rows,
            self._rejected + one.rejected,
            self._blank + one.blank,
        )
        columns, so_far = self._opened.columns, self._opened.so_far()
        return Step(
            one.rows,
            one.blank,
            list(one.errors),
            one.position,
            columns,
            so_far,
            one.corrected,
            one.rejected,
            one.stored,
        )

    def staged(self) -> Staged:
        """The result for the whole file. Raises Unanswered."""
        self._late.ask()
        columns, staged = self._opened.columns, self._rows - self._rejected - self._blank
        ask_about_rivals(self.rivals, self._noticed, columns, staged)
        return Staged(columns, self._rows, staged, self._rejected, self._blank, self._noticed)


def stage(
    file: BinaryIO,
    connection: Connection,
    scratch: str,
    options: Options,
    on_chunk: Callable[[Step], None] = lambda step: None,
    block_bytes: int = BLOCK_BYTES,
    corrections: Corrections = lambda errors: [],
    known: Known = lambda skus: {},
    spread: Spread | None = None,
) -> Staged:
    """Fill the table `scratch`_staging from a file. Raises Rejected and Unanswered; what `on_chunk` raises ends it too.

    Rejected rows for which there are `corrections` are checked with these cells, and are rows like others if they pass.
    `known` finds products that already have a SKU or name that is not allowed for new ones. With `spread`, ranges of
    the file are read side by side as far as it follows RFC 4180.
    """
    opened = open_file(file, options)
    sums, parts = _Sums(opened, options), list[str]()
    observer = Observer(opened.columns, rivals=sums.rivals.places, inside=options.mode == "sync")
    with connection.cursor() as cursor:
        with Copy(cursor, f"{scratch}_staging", table_columns(opened.columns)) as copy:
            checker = Checker(opened.columns, observer, copy.write, corrections, known)
            for outcome in _outcomes(opened, checker, spread, block_bytes, parts):
                on_chunk(sums.add(outcome))
        _unite(cursor, scratch, parts)
    return sums.staged()


def _outcomes(
    opened: Opened, checker: Checker, spread: Spread | None, block_bytes: int, parts: list[str]
) -> Iterator[Outcome]:
    """The results of all chunks, in the order of the file. `parts` gets the tables that other processes filled."""
    if spread and isinstance(opened.reader, Reader) and not index.why_alone(opened):
        for chunk in opened.chunks(block_bytes):
            yield checker.take(chunk, opened.position())
            if checker.observer.begun.compared:
                yield from _in_ranges(opened.reader, checker.observer, spread, block_bytes, parts)
                break
    for chunk in opened.chunks(block_bytes):
        yield checker.take(chunk, opened.position())


def _in_ranges(
    reader: Reader, observer: Observer, spread: Spread, block_bytes: int, parts: list[str]
) -> Iterator[Outcome]:
    """The same for the rows after the beginning, as far as they follow RFC 4180. Raises Rejected."""
    reading = Reading(observer.columns, reader.parser.form, observer.begun, observer.rivals, observer.inside)
    for one in spread.read(reading, index.ranges(reader, block_bytes, spread.range_bytes)):
        parts.append(one.table)
        yield from one.outcomes
        one.hold()


def _unite(cursor: Cursor, scratch: str, parts: list[str]) -> None:
    """Make the tables of the ranges parts of the staging table, which then has their rows."""
    for part in parts:
        cursor.execute(INHERIT.format(part=Identifier(part), staging=Identifier(f"{scratch}_staging")))


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
            cursor.execute(SQL("DROP TABLE IF EXISTS {} CASCADE").format(Identifier(f"{scratch}_{table}")))
