"""A sheet of any format, and the limits of its size."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from catalog.notation import noun_of
from catalog.workbooks import Rejected

Row = tuple[int, list[tuple[int, str]]]
"""The number of a row, from 1, and its cells that hold something: column from 0, text."""
Range = tuple[int, int, int, int]
"""First row and column, last row and column; rows from 1, columns from 0."""

MOST_CELLS = 30_000_000  # with a value
MOST_EXTENT = 10_000_000  # rows by columns; more are allowed if enough cells have a value
EMPTY_SHARE = 20  # at most so many cells for each one with a value; normal sheets are not emptier
CELL_LENGTH = 1024**2 + 1  # one more than a cell may have characters


@dataclass
class Sheet:
    """A sheet whose size is known and whose rows are not read yet."""

    name: str
    height: int = 0  # the last row with a value
    width: int = 0
    cells: int = 0  # with a value
    merged: list[Range] = field(default_factory=list)
    rows: Callable[[], Iterator[Row]] = lambda: iter(())

    def reject_too_large(self) -> None:
        """Check the size. Raises Rejected if the sheet has too many cells, or a cell far away from the others."""
        if self.cells > MOST_CELLS:
            raise Rejected(
                f"The sheet '{self.name}' has {self.cells:,} filled cells; {MOST_CELLS:,} is the limit. "
                "Save it as CSV and import that file."
            )
        extent = self.height * self.width
        if extent > max(MOST_EXTENT, EMPTY_SHARE * self.cells):
            raise Rejected(
                f"The sheet '{self.name}' reaches to cell {cell_name(self.width - 1, self.height)}, over {extent:,} "
                f"cells, of which {self.cells:,} {noun_of(self.cells, 'is', 'are')} filled. Delete the cells far below "
                "or to the right of the table, or save the table as CSV."
            )


def column_number(letters: str) -> int:
    """The number of a column from its letters, from 0: A is 0, XFD is 16383."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1


def cell_name(column: int, row: int) -> str:
    """The name of a cell: D7."""
    letters, column = "", column + 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"
