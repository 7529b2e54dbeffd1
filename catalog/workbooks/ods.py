"""OpenDocument's .ods: one document with all sheets, whose rows and cells may be repeated.

It is read once for the sizes of its sheets, and once for the rows of one sheet.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from catalog.workbooks import Rejected, numbers
from catalog.workbooks.error_texts import NO_RESULT, is_error
from catalog.workbooks.numbers import CODE_BEFORE
from catalog.workbooks.parts import Package, local
from catalog.workbooks.sheet import CELL_LENGTH, Range, Row, Sheet

CONTENT, MANIFEST = "content.xml", "META-INF/manifest.xml"
SHOWN = re.compile(r"(.*?)([0-9]+)", re.DOTALL)
NUMBER_OF_COLUMNS, NUMBER_OF_ROWS = 16_384, 1_048_576
ASIDE = frozenset(("annotation", "shapes", "forms", "tracked-changes"))
"""Elements inside a sheet that are not cells."""


@dataclass
class Document:
    """The sheets of a document by name: the visible ones, or all if none is visible."""

    package: Package
    sheets: dict[str, Sheet]
    names: list[str]


@dataclass
class _Cell:
    """A cell while it is read."""

    column: int
    repeated: int
    attrs: dict[str, str]
    lines: list[str] = field(default_factory=list)


def book(package: Package) -> Document:
    """Read all sheets with their sizes. Raises Rejected, KeyError, ExpatError."""
    if package.has(MANIFEST) and any(b"encryption-data" in block for block in package.blocks(MANIFEST)):
        raise Rejected("This workbook is encrypted. Save it without a password.")
    reader = _Reader(_count)
    deque(reader.parse(package), 0)
    hidden = [name for name, style in reader.styles_of.items() if style in reader.hidden]
    seen = [name for name in reader.sheets if name not in hidden]
    return Document(package, reader.sheets, seen or [*reader.sheets])


def sheet(document: Document, name: str) -> Sheet:
    """A sheet with its size. Raises Rejected for one that is too large."""
    found = document.sheets[name]
    found.reject_too_large()
    return replace(found, rows=lambda: _rows(document.package, name))


def _count(sheet: Sheet, row: int, repeated: int, cells: list[tuple[int, int, str]]) -> None:
    sheet.height = row + repeated - 1
    sheet.width = max(sheet.width, *(column + times for column, times, _ in cells))
    sheet.cells += repeated * sum(times for _, times, _ in cells)


def _rows(package: Package, name: str) -> Iterator[Row]:
    done: deque[tuple[int, int, list[tuple[int, int, str]]]] = deque()

    def take(sheet: Sheet, row: int, repeated: int, cells: list[tuple[int, int, str]]) -> None:
        if sheet.name == name:
            done.append((row, repeated, cells))

    for _ in _Reader(take).parse(package):
        while done:
            row, repeated, cells = done.popleft()
            spread = [(column + n, text) for column, times, text in cells for n in range(times)]
            for again in range(repeated):
                yield row + again, spread


class _Reader:
    """Reads the document. Passes on each row with a value: sheet, row, repeats, and cells (column, repeats, text)."""

    def __init__(self, take: Callable[[Sheet, int, int, list[tuple[int, int, str]]], Any]) -> None:
        self.sheets: dict[str, Sheet] = {}
        self.styles_of: dict[str, str] = {}
        self.hidden: set[str] = set()
        self._take = take
        self._sheet: Sheet | None = None
        self._tables = 0  # a table may be in a cell of another table
        self._aside = 0
        self._row, self._repeated, self._column = 0, 1, 0
        self._cells: list[tuple[int, int, str]] = []
        self._cell: _Cell | None = None
        self._style = ""
        self._starts: dict[str, Callable[[dict[str, str]], None]] = {
            "style": self._start_style,
            "table-properties": self._start_properties,
            "table": self._start_table,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "p": self._start_line,
            "s": self._start_spaces,
            "tab": lambda attrs: self._text("\t"),
            "line-break": lambda attrs: self._text("\n"),
        }
        self._ends = {
            "table": self._end_table,
            "table-row": self._end_row,
            "table-cell": self._end_cell,
            "covered-table-cell": self._end_cell,
        }

    def parse(self, package: Package) -> Iterator[None]:
        """Read the document block by block."""
        return package.parse(CONTENT, self._start, self._end, self._text)

    def _start(self, name: str, attrs: dict[str, str]) -> None:
        name = local(name)
        if name in ASIDE:
            self._aside += 1
        elif not self._aside and name in self._starts:
            self._starts[name](attrs)

    def _end(self, name: str) -> None:
        name = local(name)
        if name in ASIDE:
            self._aside -= 1
        elif not self._aside and name in self._ends:
            self._ends[name]()

    def _text(self, text: str) -> None:
        if self._cell and self._cell.lines and not self._aside:
            self._cell.lines[-1] += text

    def _start_style(self, attrs: dict[str, str]) -> None:
        self._style = attrs.get("style:name", "")

    def _start_properties(self, attrs: dict[str, str]) -> None:
        if attrs.get("table:display") == "false":
            self.hidden.add(self._style)

    def _start_table(self, attrs: dict[str, str]) -> None:
        self._tables += 1
        if self._tables > 1:
            self._aside += 1
            return
        name = attrs.get("table:name", "")
        self._sheet = self.sheets.setdefault(name, Sheet(name))
        self.styles_of[name] = attrs.get("table:style-name", "")
        self._row, self._repeated = 0, 1

    def _end_table(self) -> None:
        self._tables -= 1
        self._sheet = None

    def _start_row(self, attrs: dict[str, str]) -> None:
        self._repeated = _times(attrs, "table:number-rows-repeated")
        self._row += 1
        self._column = 0
        self._cells = []

    def _end_row(self) -> None:
        if self._cells and self._sheet:
            if self._row + self._repeated > NUMBER_OF_ROWS + 1:
                raise Rejected(
                    f"The sheet '{self._sheet.name}' repeats a row down to row {self._row + self._repeated - 1:,}; a "
                    f"sheet has at most {NUMBER_OF_ROWS:,} rows."
                )
            self._take(self._sheet, self._row, self._repeated, self._cells)
        self._row += self._repeated - 1

    def _start_cell(self, attrs: dict[str, str]) -> None:
        times = _times(attrs, "table:number-columns-repeated")
        self._cell = _Cell(self._column, times, attrs)
        self._column += times

    def _end_cell(self) -> None:
        cell, self._cell = self._cell, None
        if cell is None or self._sheet is None:
            return
        text = _value(cell)
        if not text:
            return
        if cell.column + cell.repeated > NUMBER_OF_COLUMNS:
            raise Rejected(
                f"The sheet '{self._sheet.name}' repeats a cell as far as column {cell.column + cell.repeated:,}; a "
                f"sheet has at most {NUMBER_OF_COLUMNS:,} columns."
            )
        self._cells.append((cell.column, cell.repeated, text))
        wide, high = (_times(cell.attrs, f"table:number-{what}-spanned") for what in ("columns", "rows"))
        if wide > 1 or high > 1:
            merged: Range = (self._row, cell.column, self._row + high - 1, cell.column + wide - 1)
            self._sheet.merged.append(merged)

    def _start_line(self, attrs: dict[str, str]) -> None:
        if self._cell:
            self._cell.lines.append("")

    def _start_spaces(self, attrs: dict[str, str]) -> None:
        self._text(" " * min(_times(attrs, "text:c"), CELL_LENGTH))


def _value(cell: _Cell) -> str:
    """The value of a cell as text: codes and errors as they are shown, numbers and dates as they are stored."""
    attrs, shown = cell.attrs, "\n".join(cell.lines)[:CELL_LENGTH]
    kind = attrs.get("office:value-type", "")
    is_formula = "table:formula" in attrs
    if attrs.get("calcext:value-type") == "error" or is_formula and is_error(shown):
        return shown or NO_RESULT
    if kind in ("float", "currency", "percentage"):
        return _number(attrs.get("office:value", ""), shown) or (NO_RESULT if is_formula else "")
    if kind == "date":
        return _date(attrs.get("office:date-value", "")) or shown
    if kind == "time":
        return shown
    if kind == "boolean":
        return attrs.get("office:boolean-value", shown).upper()
    if kind == "string":
        return shown or attrs.get("office:string-value", "")
    return shown or (NO_RESULT if is_formula else "")


def _number(value: str, shown: str) -> str:
    """A number as text: as it is shown if zeros or letters are added, because then it is a code."""
    if not value:
        return shown
    number = numbers.plain(value)
    found = SHOWN.fullmatch(shown)
    if found and number.isdecimal():
        before, digits = found.groups()
        same = digits.lstrip("0") == number.lstrip("0")
        padded = len(digits) > len(number) and (not before or before[-1] not in ".,")
        if same and (padded or CODE_BEFORE.search(before)):
            return shown
    return number


def _date(value: str) -> str:
    return value.replace("T", " ").removesuffix(" 00:00:00")


def _times(attrs: dict[str, str], name: str) -> int:
    return max(int(attrs.get(name, "1")), 1)
