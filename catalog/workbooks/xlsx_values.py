"""The values of the cells of an .xlsx: shared texts, formats of numbers, and types."""

import re
from collections import deque
from dataclasses import dataclass

from catalog.workbooks import numbers
from catalog.workbooks.error_texts import NO_RESULT
from catalog.workbooks.parts import Package, local
from catalog.workbooks.sheet import CELL_LENGTH

ESCAPED = re.compile("(?:_x[0-9A-Fa-f]{4}_)+")


@dataclass
class Book:
    """The parts of a workbook: its sheets, and what they share."""

    package: Package
    sheets: dict[str, str]  # name of the sheet -> part
    visible: list[str]
    others: dict[str, str]  # kind -> part
    from_1904: bool


@dataclass(frozen=True)
class Values:
    """Turns the stored text of a cell into its value, by its type and style."""

    strings: list[str]
    styles: list[numbers.Show | None]

    @classmethod
    def of_book(cls, book: Book) -> "Values":
        """Read the shared texts and styles of a workbook. Raises ExpatError."""
        return cls(_strings(book), _styles(book))

    def of(self, kind: str, style: str, text: str, has_value: bool, is_formula: bool) -> str:
        """The value of a cell as text. Raises ValueError, IndexError."""
        if kind == "s":
            return self.strings[int(text)] if text else ""
        if not text:
            return NO_RESULT if is_formula and not (kind == "str" and has_value) else ""
        if kind == "n":
            show = self.styles[int(style)] if style else None
            return show(text) if show else numbers.plain(text)
        if kind == "b":
            return "TRUE" if text.strip() in ("1", "true") else "FALSE"
        if kind == "d":
            return text.replace("T", " ").removesuffix(" 00:00:00")
        return unescaped(text)[:CELL_LENGTH]


def _strings(book: Book) -> list[str]:
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

    part = book.others.get("sharedStrings", "")
    if part and book.package.has(part):
        deque(book.package.parse(part, start, end, text), 0)
    return found


def _styles(book: Book) -> list[numbers.Show | None]:
    """For each style, the function that writes its numbers, or None."""
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
    """Decode characters that XML does not allow, such as _x000D_."""
    return ESCAPED.sub(_character, text) if "_x" in text else text


def _character(found: re.Match[str]) -> str:
    codes = b"".join(int(code, 16).to_bytes(2, "little") for code in found[0][2:-1].split("__x"))
    return codes.decode("utf-16-le", "replace")
