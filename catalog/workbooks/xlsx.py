"""Excel's .xlsx: the sheets of the workbook, their size before they are read, and their rows one by one.

The size is counted in the bytes of the XML, since a sheet says it wrongly or not at all, and its merged cells stand at its end.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from catalog.workbooks import Refused, numbers
from catalog.workbooks.error_texts import NO_RESULT
from catalog.workbooks.parts import Package, beside, local
from catalog.workbooks.sheet import CELL_LENGTH, Range, Row, Sheet, column_number

WORKBOOK = "xl/workbook.xml"
FILLED = re.compile(rb'<c r="([A-Z]{1,3})[0-9]+"[^<>]*(?<!/)>')
LAST = re.compile(rb'.*<c r="[A-Z]+([0-9]+)"[^<>]*(?<!/)>', re.DOTALL)
MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^<>]*?ref="\$?([A-Z]+)\$?([0-9]+):\$?([A-Z]+)\$?([0-9]+)"')  # fmt: skip
REF = re.compile("([A-Z]{1,3})([0-9]{1,7})")
MOST_TEXT = 32 * 1024**2  # bytes between two tags
ESCAPED = re.compile("(?:_x[0-9A-Fa-f]{4}_)+")
NUMBER_OF_COLUMNS, NUMBER_OF_ROWS = 16_384, 1_048_576


@dataclass
class Book:
    """What the sheets of a workbook share, and where they are."""

    package: Package
    sheets: dict[str, str]  # name -> part
    visible: list[str]
    others: dict[str, str]  # kind -> part
    from_1904: bool


def book(package: Package) -> Book:
    """The worksheets of a workbook. Raises Refused, KeyError, ExpatError."""
    targets: dict[str, tuple[str, str]] = {}
    found: list[dict[str, str]] = []
    from_1904 = False

    def relation(name: str, attrs: dict[str, str]) -> None:
        if local(name) == "Relationship":
            kind = attrs.get("Type", "").rpartition("/")[2]
            targets[attrs.get("Id", "")] = kind, beside(WORKBOOK, attrs.get("Target", ""))  # fmt: skip

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
    """A sheet with its size. Raises Refused for one that is too large."""
    part = book.sheets[name]
    found = _measured(book.package, name, part) or _counted(book.package, name, part)
    found.refuse_too_large()

    def rows() -> Iterator[Row]:
        strings = _strings(book.package, book.others.get("sharedStrings", ""))
        return _rows(book.package, part, strings, _styles(book))

    return replace(found, rows=rows)


def _measured(package: Package, name: str, part: str) -> Sheet | None:
    """The sheet's size by a look at its bytes; none: some cell does not say where it is, or not in Excel's way."""
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
            raise Refused("The workbook is damaged: a text in it has no end.")
    if cells != closed:
        return None
    width = max((column_number(one.decode()) + 1 for one in columns), default=0)
    return Sheet(name, height, width, cells, merged)


def _counted(package: Package, name: str, part: str) -> Sheet:
    """The same by reading all of it."""
    found = Sheet(name)
    for row, cells in _rows(package, part, None, [], found.merged):
        found.height = row
        found.width = max(found.width, *(column + 1 for column, _ in cells))
        found.cells += len(cells)
    return found


def _rows(
    package: Package,
    part: str,
    strings: list[str] | None,
    styles: list[numbers.Show | None],
    merged: list[Range] | None = None,
) -> Iterator[Row]:
    """The rows that hold something, in their order; without strings only where cells are. Raises Refused."""
    done: list[Row] = []
    cells: list[tuple[int, str]] = []
    texts: list[str] = []
    columns: dict[str, int] = {}
    row = last = column = 0
    kind = style = ""
    has_value = has_formula = silent = False

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal row, column, kind, style, has_value, has_formula, silent
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
        elif name == "v":
            has_value = True
            texts.clear()
        elif name == "f":
            has_formula = True
        elif name == "is":
            has_value = True
            texts.clear()
        elif name == "rPh":  # how the text is pronounced
            silent = True
        elif name == "row":
            row = _row_number(attrs.get("r"), row)
            column = -1
        elif name == "mergeCell" and merged is not None:
            merged.extend(map(_range, MERGED.findall(f'<mergeCell ref="{attrs.get("ref", "")}"'.encode())))  # fmt: skip

    def end(name: str) -> None:
        nonlocal last, silent
        if ":" in name:
            name = local(name)
        if name == "c":
            if has_value or has_formula:
                text = value() if strings is not None else "x"
                if text:
                    cells.append((column, text))
        elif name == "f":
            texts.clear()
        elif name == "rPh":
            silent = False
        elif name == "row" and cells:
            if row <= last:
                raise Refused(f"The workbook is damaged: row {row:,} comes after row {last:,}.")  # fmt: skip
            last = row
            done.append((row, cells.copy()))
            cells.clear()

    def value() -> str:
        text = "".join(texts)
        if kind == "s":
            return strings[int(text)] if text else ""  # type: ignore[index] # asked for with strings only
        if not text:
            return NO_RESULT if has_formula and not (kind == "str" and has_value) else ""  # fmt: skip
        if kind == "n":
            show = styles[int(style)] if style else None
            return show(text) if show else numbers.plain(text)
        if kind == "b":
            return "TRUE" if text.strip() in ("1", "true") else "FALSE"
        if kind == "d":
            return text.replace("T", " ").removesuffix(" 00:00:00")
        return unescaped(text)[:CELL_LENGTH]

    def text(data: str) -> None:
        if not silent:
            texts.append(data)

    for _ in package.parse(part, start, end, text):
        yield from done
        done.clear()


def _strings(package: Package, part: str) -> list[str]:
    """The texts that cells share."""
    found: list[str] = []
    texts: list[str] = []
    open_text = silent = 0

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal open_text, silent
        name = local(name)
        if name == "t":
            open_text = 1
        elif name == "rPh":
            silent = 1

    def end(name: str) -> None:
        nonlocal open_text, silent
        name = local(name)
        if name == "t":
            open_text = 0
        elif name == "rPh":
            silent = 0
        elif name == "si":
            found.append(unescaped("".join(texts))[:CELL_LENGTH])
            texts.clear()

    def text(data: str) -> None:
        if open_text and not silent:
            texts.append(data)

    if part and package.has(part):
        deque(package.parse(part, start, end, text), 0)
    return found


def _styles(book: Book) -> list[numbers.Show | None]:
    """For each style of a cell, how its number is written."""
    codes: dict[int, str] = {}
    used: list[int] = []
    inside = False

    def start(name: str, attrs: dict[str, str]) -> None:
        nonlocal inside
        name = local(name)
        if name == "numFmt":
            codes[int(attrs.get("numFmtId", 0))] = attrs.get("formatCode", "")
        elif name == "cellXfs":
            inside = True
        elif name == "xf" and inside:
            used.append(int(attrs.get("numFmtId", 0)))

    def end(name: str) -> None:
        nonlocal inside
        if local(name) == "cellXfs":
            inside = False

    part = book.others.get("styles", "")
    if part and book.package.has(part):
        deque(book.package.parse(part, start, end), 0)
    return [numbers.format_of(one, codes.get(one, ""), book.from_1904) for one in used]


def unescaped(text: str) -> str:
    """What XML can't hold is written _x000D_."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    codes = b"".join(int(code, 16).to_bytes(2, "little") for code in found[0][2:-1].split("__x"))  # fmt: skip
    return codes.decode("utf-16-le", "replace")


def _column(ref: str) -> int:
    found = REF.fullmatch(ref)
    column = column_number(found[1]) if found else NUMBER_OF_COLUMNS
    if column >= NUMBER_OF_COLUMNS:
        raise Refused("The workbook is damaged: a cell in it is nowhere on the sheet.")
    return column


def _row_number(said: str | None, before: int) -> int:
    row = int(said) if said else before + 1
    if not 0 < row <= NUMBER_OF_ROWS:
        raise Refused(f"The workbook is damaged: a sheet has no row {row:,}.")
    return row


def _range(found: tuple[bytes, ...]) -> Range:
    left, top, right, bottom = (part.decode() for part in found)
    return int(top), column_number(left), int(bottom), column_number(right)
