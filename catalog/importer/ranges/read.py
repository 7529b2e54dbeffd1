"""Read one range of a file: check its rows, and copy them into a staging table of its own.

Any process may do it, any number of times.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from psycopg2.extensions import connection as Connection

from catalog.importer.checks.known_rows import Known
from catalog.importer.checks.rechecking import Corrections
from catalog.importer.columns.result import Columns
from catalog.importer.errors import Rejected, RowError
from catalog.importer.ranges import blocks
from catalog.importer.ranges.copying import Copy, table_columns
from catalog.importer.ranges.index import RANGE_BYTES, Range
from catalog.importer.ranges.outcome import Checker, Outcome, Stored
from catalog.importer.rows.parser import RowFormat
from catalog.importer.warnings.seen import Begun, Observer

RECENT = 5  # rejected rows that are sent


@dataclass(frozen=True)
class Reading:
    """How a file is read, as its beginning showed: all that a process needs to read a range of it."""

    columns: Columns
    form: RowFormat
    begun: Begun
    rivals: tuple[int, ...]  # columns that may be the SKU
    inside: bool  # lines inside of cells are collected

    def observer(self) -> Observer:
        """What looks at the chunks of a range."""
        return Observer(self.columns, self.begun, rivals=self.rivals, inside=self.inside)


@dataclass(frozen=True)
class RangeRead:
    """A range that was read: the name of its table, and the result of each chunk, up to one that rejects the file."""

    number: int
    table: str
    outcomes: tuple[Outcome, ...]
    rejected: tuple[str, tuple[str, ...]] | None = None  # the message, and the choices that would cure it

    def hold(self) -> None:
        """Raises Rejected if a chunk rejected the file."""
        if self.rejected:
            message, cures = self.rejected
            raise Rejected(message, *cures)


@dataclass(frozen=True)
class Spread:
    """How ranges are read side by side: `read` takes all ranges, and gives one result for each, in their order."""

    read: Callable[[Reading, Iterable[Range]], Iterator[RangeRead]]
    range_bytes: int = RANGE_BYTES


@dataclass(frozen=True)
class Ends:
    """What a process brings along to read a range: a connection, the table's name, and where rejected rows go.

    `check` is called before each chunk, and raises when the result is no longer wanted.
    """

    connection: Connection
    table: str
    reject: Callable[[list[RowError]], str]  # stores rejected rows, and returns the name of their table
    corrections: Corrections
    known: Known
    check: Callable[[], None] = lambda: None


def read_range(file: BinaryIO, reading: Reading, one: Range, ends: Ends) -> RangeRead:
    """Read a range. Commits nothing. Raises Miscounted, and what `ends.check` raises."""
    outcomes: list[Outcome] = []
    with ends.connection.cursor() as cursor, Copy(cursor, ends.table, table_columns(reading.columns)) as copy:
        checker = Checker(reading.columns, reading.observer(), copy.write, ends.corrections, ends.known)
        position, row = one.offset, one.row
        try:
            for chunk, block in zip(blocks.chunks(file, reading.form, one), one.blocks, strict=True):
                ends.check()
                position, row = position + block.size, row + block.records
                outcomes.append(_stored(checker.take(chunk, position), row, ends))
        except Rejected as rejection:
            return RangeRead(one.number, ends.table, tuple(outcomes), (str(rejection), rejection.cures))
    return RangeRead(one.number, ends.table, tuple(outcomes))


def _stored(outcome: Outcome, last: int, ends: Ends) -> Outcome:
    """The outcome after its rejected rows were stored."""
    if not outcome.errors:
        return outcome
    table = ends.reject(list(outcome.errors))
    stored = Stored(table, last - outcome.rows + 1, last, outcome.errors[-RECENT:])
    return replace(outcome, errors=(), stored=stored)
