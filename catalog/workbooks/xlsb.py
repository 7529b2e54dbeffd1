"""Excel's binary .xlsb: python-calamine reads the cells.

Before that, this module reads size, errors and merged ranges from the records.
Records: [MS-XLSB], https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb
"""

import datetime
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import IO, Any

from catalog.workbooks import numbers
from catalog.workbooks.parts import Package, beside, local
from catalog.workbooks.sheet import Row, Sheet

WORKBOOK = "xl/workbook.bin"
ROW, BLANK, ERROR, FORMULA_ERROR, MERGED, SHEET = 0, 1, 3, 11, 176, 156
FILLED = range(2, 12)
ERRORS = {
    0: "#NULL!",
    7: "#DIV/0!",
    15: "#VALUE!",
    23: "#REF!",
    29: "#NAME?",
    36: "#NUM!",
    42: "#N/A",
    43: "#GETTING_DATA",
}


@dataclass
class Book:
    """The worksheets of a workbook, and their parts."""

    file: IO[bytes]
    package: Package
    sheets: dict[str, str]
    visible: list[str]


@dataclass
class _Scanned:
    """The size of a sheet from its records, and its errors by row and column."""

    sheet: Sheet
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def book(file: IO[bytes]) -> Book:
    """Find the worksheets. Raises KeyError or ValueError if the workbook is damaged."""
    package = Package(zipfile.ZipFile(file))
    targets: dict[str, str] = {}

    def relation(name: str, attrs: dict[str, str]) -> None:
        if local(name) == "Relationship" and attrs.get("Type", "").endswith("/worksheet"):
            targets[attrs.get("Id", "")] = beside(WORKBOOK, attrs.get("Target", ""))

    deque(package.parse("xl/_rels/workbook.bin.rels", relation), 0)
    sheets, visible = {}, []
    for kind, data in _records(package, WORKBOOK):
        if kind == SHEET:
            hidden, key, rest = _number(data, 0), *_text(data[8:])
            name, _ = _text(rest)
            if key in targets:
                sheets[name] = targets[key]
                visible += [] if hidden else [name]
    return Book(file, package, sheets, visible)


def sheet(book: Book, name: str) -> Sheet:
    """A sheet with its size. Raises Rejected for one that is too large."""
    scanned = _scanned(book, name)
    scanned.sheet.reject_too_large()
    return replace(scanned.sheet, rows=lambda: _rows(book, name, scanned.errors))


def _scanned(book: Book, name: str) -> _Scanned:
    found = _Scanned(Sheet(name))
    row = 0
    for kind, data in _records(book.package, book.sheets[name]):
        if kind == ROW:
            row = _number(data, 0) + 1
        elif kind in FILLED:
            column = _number(data, 0)
            found.sheet.cells += 1
            found.sheet.height = max(found.sheet.height, row)
            found.sheet.width = max(found.sheet.width, column + 1)
            if kind in (ERROR, FORMULA_ERROR):
                found.errors[row, column] = ERRORS.get(data[8], "#VALUE!")
        elif kind == MERGED:
            top, bottom, left, right = (_number(data, 4 * n) for n in range(4))
            found.sheet.merged.append((top + 1, left, bottom + 1, right))
    return found


def _rows(book: Book, name: str, errors: dict[tuple[int, int], str]) -> Iterator[Row]:
    from python_calamine import CalamineWorkbook

    book.file.seek(0)
    cells = CalamineWorkbook.from_filelike(book.file).get_sheet_by_name(name)
    for number, values in enumerate(cells.to_python(skip_empty_area=False), 1):
        row = [(n, errors.get((number, n)) or as_text(value)) for n, value in enumerate(values)]
        if found := [(n, text) for n, text in row if text]:
            yield number, found


def as_text(value: Any) -> str:
    """The value of a cell as text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return numbers.plain(repr(value))
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        return str(value.date())
    return str(value)


def _records(package: Package, part: str) -> Iterator[tuple[int, bytes]]:
    """The records of a part: their kind and content."""
    data = bytearray()
    for block in package.bytes_of(part):
        data += block
        at = 0
        while True:
            kind, start = _varied(data, at, 2)
            size, start = _varied(data, start, 4)
            if start < 0 or start + size > len(data):
                break
            yield kind, bytes(data[start : start + size])
            at = start + size
        del data[:at]


def _varied(data: bytearray, at: int, most: int) -> tuple[int, int]:
    """A number of at most `most` bytes, and the offset after it. The offset is -1 if the data ends before."""
    value = 0
    for n in range(most if at >= 0 else 0):
        if at + n >= len(data):
            return 0, -1
        value |= (data[at + n] & 127) << 7 * n
        if data[at + n] < 128:
            return value, at + n + 1
    return value, at + most if at >= 0 else -1


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 4], "little")


def _text(data: bytes) -> tuple[str, bytes]:
    size = 2 * _number(data, 0)
    return data[4 : 4 + size].decode("utf-16-le"), data[4 + size :]
