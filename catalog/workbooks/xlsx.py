"""Excel's .xlsx: its sheets, their sizes before they are read, and their rows one by one.

The size is counted in the bytes of the XML: the size that a sheet declares can be wrong or missing, and its merged
ranges come last.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import replace

from catalog.workbooks import damaged
from catalog.workbooks.parts import Package, beside, local, parse
from catalog.workbooks.sheet import Range, Row, Sheet, column_number
from catalog.workbooks.xlsx_values import Book, Values

WORKBOOK = "xl/workbook.xml"
FILLED = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"[^<>]*(?<!/)>')
LAST = re.compile(rb'.*<c r="[A-Z]+([0-9]+)"[^<>]*(?<!/)>', re.DOTALL)
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?([0-9]+)"')
REF = re.compile("([A-Z]{1,3})([0-9]{1,7})")
MOST_TEXT = 32 * 1024**2  # bytes between two tags
NUMBER_OF_COLUMNS, NUMBER_OF_ROWS = 16_384, 1_048_576


def book(package: Package) -> Book:
    """Find the worksheets of a workbook. Raises Rejected, KeyError, ExpatError."""
    targets: dict[str, tuple[str, str]] = {}
    found: list[dict[str, str]] = []
    from_1904 = False

    def relation(name: str, attrs: dict[str, str]) -> None:
        if local(name) == "Relationship":
            kind = attrs.get("Type", "").rpartition("/")[2]
            targets[attrs.get("Id", "")] = kind, beside(WORKBOOK, attrs.get("Target", ""))

    def workbook(name: str, attrs: dict[str, str]) -> None:
        nonlocal from_1904
        if local(name) == "sheet":
            found.append({local(key): value for key, value in attrs.items()})
        elif local(name) == "workbookPr":
            from_1904 = attrs.get("date1904", "0") in ("1", "true")

    deque(package.parse("xl/_rels/workbook.xml.rels", relation), 0)
    deque(package.parse(WORKBOOK, workbook), 0)
    sheets, visible = {}, []
    for one in found:
        kind, part = targets.get(one.get("id", ""), ("", ""))
        if kind == "worksheet":
            sheets[one.get("name", "")] = part
            if one.get("state", "visible") == "visible":
                visible.append(one.get("name", ""))
    others = {kind: part for kind, part in targets.values() if kind != "worksheet"}
    return Book(package, sheets, visible, others, from_1904)


def sheet(book: Book, name: str) -> Sheet:
    """A sheet with its size. Raises Rejected for one that is too large."""
    part = book.sheets[name]
    found = _measured(book.package, name, part) or _counted(book.package, name, part)
    found.reject_too_large()

    def rows() -> Iterator[Row]:
        values = Values.of_book(book)
        return parsed(book.package.blocks(part), values)

    return replace(found, rows=rows)


def _measured(package: Package, name: str, part: str) -> Sheet | None:
    """Count the size of a sheet with regular expressions. None if a cell has no address, or one in an unusual form."""
    columns: set[bytes] = set()
    merged: list[Range] = []
    cells = closed = height = 0
    rest = b""
    for block in package.blocks(part):
        block = rest + block
        end = max(block.rfind(b"<"), 0)
        block, rest = block[:end], block[end:]
        found = FILLED.findall(block)
        if found:
            columns.update(found)
            cells += len(found)
            last = LAST.match(block)
            height = max(height, int(last[1]) if last else 0)
        closed += block.count(b"</c>") + block.count(b":c>")
        merged += map(_range, MERGED.findall(block)) if b"mergeCell" in block else ()
        if len(rest) > MOST_TEXT:
            raise damaged("a text in it has no end")
    if cells != closed:
        return None
    width = max((column_number(one.decode()) + 1 for one in columns), default=0)
    return Sheet(name, height, width, cells, merged)


def _counted(package: Package, name: str, part: str) -> Sheet:
    """Count the size of a sheet by parsing it: slower, but right for every sheet."""
    found = Sheet(name)
    for row, cells in parsed(package.blocks(part), None, found.merged):
        found.height = row
        found.width = max(found.width, *(column + 1 for column, _ in cells))
        found.cells += len(cells)
    return found


def parsed(blocks: Iterator[bytes], values: Values | None, merged: list[Range] | None = None) -> Iterator[Row]:
    """The rows with a value, in order. Without `values` cells have positions and no texts. Raises Rejected."""
    done: list[Row] = []
    cells: list[tuple[int, str]] = []
    texts: list[str] = []
    columns: dict[str, int] = {}
    column = row = last = 0
    kind = style = ""
    has_value = has_formula = silent = inside = False

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal row, column, kind, style, has_value, has_formula, silent, inside
        if ":" in name:
            name = local(name)
        if name == "c":
            ref = attrs.get("r")
            if ref:
                letters = ref.rstrip("0123456789")
                at = columns.get(letters)
                if at is None:
                    at = columns[letters] = _column(ref)
                column = at
            else:
                column += 1
            kind, style = attrs.get("t", "n"), attrs.get("s", "")
            has_value = has_formula = False
            texts.clear()
        elif name in ("v", "t"):
            has_value = inside = True
        elif name == "f":
            has_formula = True
        elif name == "rPh":  # phonetic text
            silent = True
        elif name == "row":
            row = _row_number(attrs.get("r"), row)
            column = -1
        elif name == "mergeCell" and merged is not None:
            merged.extend(map(_range, MERGED.findall(f'<mergeCell ref="{attrs.get("ref", "")}"'.encode())))

    def end(name: str) -> None:
        nonlocal last, silent, inside
        if ":" in name:
            name = local(name)
        if name == "c":
            if has_value or has_formula:
                text = values.of(kind, style, "".join(texts), has_value, has_formula) if values else "x"
                if text:
                    cells.append((column, text))
        elif name in ("v", "t"):
            inside = False
        elif name == "rPh":
            silent = False
        elif name == "row" and cells:
            last = _after(last, row)
            done.append((row, cells.copy()))
            cells.clear()

    def text(data: str) -> None:
        if inside and not silent:
            texts.append(data)

    for _ in parse(blocks, start, end, text):
        yield from done
        done.clear()


def _column(ref: str) -> int:
    found = REF.fullmatch(ref)
    column = column_number(found[1]) if found else NUMBER_OF_COLUMNS
    if column >= NUMBER_OF_COLUMNS:
        raise damaged("a cell in it has no position on the sheet")
    return column


def _after(last: int, row: int) -> int:
    """Check that a row comes after the last one, and return it. Raises Rejected."""
    if row <= last or row > NUMBER_OF_ROWS:
        raise damaged(f"row {row:,} comes after row {last:,}")
    return row


def _row_number(given: str | None, before: int) -> int:
    row = int(given) if given else before + 1
    if not 0 < row <= NUMBER_OF_ROWS:
        raise damaged(f"a sheet has no row {row:,}")
    return row


def _range(found: tuple[bytes, ...]) -> Range:
    left, top, right, bottom = (part.decode() for part in found)
    return int(top), column_number(left), int(bottom), column_number(right)
