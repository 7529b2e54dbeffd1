"""The names of the sheets of a workbook, and the sheet to read."""

import zipfile
from typing import IO

from catalog.whole_numbers import whole
from catalog.workbooks import Rejected
from catalog.workbooks.parts import Package
from catalog.workbooks.sheet import Sheet

MOST_SHEETS, NAME_LENGTH = 1_000, 255


def open_sheet(file: IO[bytes], kind: str, wanted: str) -> tuple[list[str], Sheet]:
    """The names of all sheets, and the sheet with the name or number `wanted`: by default the first visible one.

    Raises Rejected.
    """
    if kind == "xlsb":
        from catalog.workbooks import xlsb

        found = xlsb.book(file)
        name = chosen(found.visible or [*found.sheets], wanted)
        return found.visible or [*found.sheets], xlsb.sheet(found, name)
    package = Package(zipfile.ZipFile(file))
    if kind == "ods":
        from catalog.workbooks import ods

        document = ods.book(package)
        name = chosen(document.names, wanted)
        return document.names, ods.sheet(document, name)
    from catalog.workbooks import xlsx

    book = xlsx.book(package)
    names = book.visible or [*book.sheets]
    return names, xlsx.sheet(book, chosen(names, wanted))


def chosen(names: list[str], wanted: str) -> str:
    """The name of the sheet with the name or number `wanted`. Raises Rejected."""
    if not names:
        raise Rejected("The workbook has no sheet.")
    if len(names) > MOST_SHEETS or max(map(len, names)) > NAME_LENGTH:
        raise Rejected(
            f"The workbook has {len(names):,} sheets; at most {MOST_SHEETS:,} are allowed, with names of at most "
            f"{NAME_LENGTH} characters."
        )
    if not wanted:
        return names[0]
    if wanted in names:
        return wanted
    if number := whole(wanted, len(names)):
        return names[number - 1]
    shown = ", ".join(f"'{name[:40]}'" for name in names[:20])
    raise Rejected(f"The workbook has no sheet '{wanted[:40]}'. It has: {shown}.")
