"""The rows of a sheet as CSV: all rows from the first, each as wide as the sheet, and merged cells with one value."""

import csv
import io
from collections.abc import Callable

from catalog.workbooks.error_texts import MERGED
from catalog.workbooks.sheet import Range, Row, Sheet

BLOCK = 256 * 1024  # characters written at once


class Output:
    """Writes rows as CSV, in order. `write` gets the bytes of some rows and the number of the last one."""

    def __init__(self, sheet: Sheet, write: Callable[[bytes, int], None]) -> None:
        self._sheet = sheet
        self._write = write
        self._row = 0
        self._text = io.StringIO()
        # Line ends in cells are quoted if rows end with CR and LF.
        self._csv = csv.writer(self._text, lineterminator="\r\n")
        self._merged = Merged(sheet.merged, sheet.width)
        self._blank = [""] * sheet.width

    def add(self, row: Row) -> None:
        """Add a row. Rows between the last one and this one are blank."""
        number, cells = row
        while self._row + 1 < number:
            self._row += 1
            self._put(self._blank)
        made = self._blank.copy()
        for column, text in cells:
            made[column] = text
        self._row = number
        self._put(self._merged.filled(number, made))

    def end(self) -> None:
        """Write the remaining rows."""
        self._flush()

    def _put(self, row: list[str]) -> None:
        self._csv.writerow(row)
        if self._text.tell() > BLOCK:
            self._flush()

    def _flush(self) -> None:
        data = self._text.getvalue().encode("utf-8", "replace")
        self._text.seek(0)
        self._text.truncate()
        if data:
            self._write(data, self._row)


class Merged:
    """Gives all cells of a merged range below the header the value of the first cell.

    The header is the first row in which at least half of the cells have a value. A cell that is merged over columns,
    alone in its row, is a heading and is not repeated.
    """

    def __init__(self, ranges: list[Range], width: int) -> None:
        self._coming = sorted(ranges, reverse=True)
        self._width = width
        self._open: list[tuple[Range, str]] = []
        self._header = 0

    def filled(self, number: int, row: list[str]) -> list[str]:
        """The row with the values of its merged ranges. A row without other values stays blank."""
        if not self._coming and not self._open:
            return row
        while self._coming and self._coming[-1][0] <= number:
            self._enter(self._coming.pop(), number, row)
        self._open = [one for one in self._open if one[0][2] >= number]
        below = self._header and number > self._header
        if not self._header and 2 * sum(map(bool, row)) >= self._width:
            self._header = number
        own = {column for column, text in enumerate(row) if text}
        for (top, left, bottom, right), value in self._open if below else ():
            if top == bottom and own == {left}:
                continue  # a heading over its columns: repeated in each, it would look like a product
            for column in range(left, min(right + 1, self._width)):
                if (number, column) != (top, left):
                    row[column] = value
        return row

    def _enter(self, found: Range, number: int, row: list[str]) -> None:
        top, left, bottom, _ = found
        if bottom < number or left >= self._width:
            return
        value = row[left] if top == number else ""
        if value:
            in_header = not self._header or top <= self._header
            self._open.append((found, MERGED if in_header else value))
