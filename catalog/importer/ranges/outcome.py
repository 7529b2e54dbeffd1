"""One chunk at a time: its rows are checked and staged, and its result is small enough to send to another process."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from catalog.importer.checks.another_table import reject_another
from catalog.importer.checks.known_rows import Known, with_known
from catalog.importer.checks.rechecking import Corrections, corrected
from catalog.importer.checks.rows import Checked, check
from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError
from catalog.importer.rows.chunk import Chunk
from catalog.importer.values import numbers
from catalog.importer.warnings.seen import Observer, Seen


@dataclass(frozen=True)
class Stored:
    """Rejected rows that are already in a table: those from row `first` to row `last`. `recent` are the last ones."""

    table: str
    first: int
    last: int
    recent: tuple[RowError, ...]


@dataclass(frozen=True)
class Outcome:
    """The result of one chunk. `position` is its end in the file, in bytes."""

    rows: int
    rejected: int
    blank: int
    position: int
    seen: Seen
    too_precise: int  # prices
    too_precise_shown: tuple[str, ...]
    corrected: tuple[int, ...] = ()  # rows that were accepted with corrections
    errors: tuple[RowError, ...] = ()
    stored: Stored | None = None  # the errors are there


class Checker:
    """Checks the chunks of a file, or of a range of it, and gives the frames of accepted rows to `write`."""

    def __init__(
        self,
        columns: Columns,
        observer: Observer,
        write: Callable[[pd.DataFrame], None],
        corrections: Corrections,
        known: Known,
    ) -> None:
        self.observer = observer
        self._columns = columns
        self._write = write
        self._corrections = corrections
        self._known = known

    def take(self, chunk: Chunk, position: int) -> Outcome:
        """Check and write one chunk. Raises Rejected."""
        reject_another(chunk, self._columns)
        checked = with_known(chunk, check(chunk, self._columns), self._columns, self._known)
        self._write(checked.frame)
        seen = self.observer.see(chunk, checked)
        errors, blank, taken = self._corrected(chunk, checked)
        late = numbers.too_precise(errors)
        return Outcome(
            chunk.rows,
            len(errors),
            blank,
            position,
            seen,
            len(late),
            tuple(late[: numbers.EXAMPLES_SHOWN]),
            taken,
            tuple(errors),
        )

    def _corrected(self, chunk: Chunk, checked: Checked) -> tuple[list[RowError], int, tuple[int, ...]]:
        """The errors and blank rows that remain with the corrections, and the rows that were accepted with them."""
        again = self._corrections(checked.errors) if checked.errors else []
        if not again:
            return checked.errors, checked.blank, ()
        fixed = corrected(chunk, checked.errors, again, self._columns)
        self._write(fixed.frame)
        left = {error.row for error in fixed.errors}
        taken = tuple(one.row for one in again if one.row not in left)
        return fixed.errors, checked.blank + fixed.blank, taken
