"""Workbooks (.xlsx, .ods) as text: python-calamine reads a sheet, and its rows go on as CSV.

Cells arrive as what they hold, not as they look: numbers without rounding, dates as ISO 8601, text as it is.
"""

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import Any, BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from catalog.importer.errors import Refused, quoted

MOST_BYTES = 512 * 1024**2  # of a workbook's file: a sheet is read whole
ROWS = 2_000  # turned into text at once


@dataclass(frozen=True)
class Sheet:
    """A sheet as a stream of CSV in UTF-8, and how far it is read in bytes of the file, as a share of its rows."""

    stream: io.RawIOBase
    name: str
    names: tuple[str, ...]
    position: Callable[[], int]


def open_sheet(file: BinaryIO, wanted: str = "") -> Sheet:
    """The sheet of this name or number, by default the first that is visible. Raises Refused."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES:
        raise Refused(
            f"The workbook is larger than {MOST_BYTES // 1024**2} MiB. Save the sheet as CSV and import that."
        )
    try:
        workbook = CalamineWorkbook.from_filelike(file)
        names = _names(workbook)
        name = _chosen(names, wanted)
        sheet = workbook.get_sheet_by_name(name)
    except PasswordError as error:
        raise Refused(
            "This workbook is encrypted. Save it without a password."
        ) from error
    except (CalamineError, OSError, ValueError) as error:
        raise Refused(f"The workbook is damaged: {error}.") from error
    stream = _Rows(sheet)
    return Sheet(
        stream, name, names, lambda: int(size * stream.row / max(stream.height, 1))
    )


def _names(workbook: CalamineWorkbook) -> tuple[str, ...]:
    """Sheets with cells that one can see, else all."""
    seen = tuple(
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
        and sheet.visible == SheetVisibleEnum.Visible
    )
    return seen or tuple(workbook.sheet_names)


def _chosen(names: tuple[str, ...], wanted: str) -> str:
    if not names:
        raise Refused("The workbook has no sheet.")
    if not wanted:
        return names[0]
    if wanted in names:
        return wanted
    if wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    shown = ", ".join(map(quoted, names))
    raise Refused(f"The workbook has no sheet {quoted(wanted)}. It has: {shown}.")


class _Rows(io.RawIOBase):
    """The rows of a sheet as CSV, made as they are read; `row` counts them."""

    def __init__(self, sheet: CalamineSheet) -> None:
        self.row = 0
        self.height = sheet.total_height
        self._rows: Iterator[list[Any]] = iter(sheet.to_python(skip_empty_area=False))
        self._ahead = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        parts, have = [self._ahead], len(self._ahead)
        while (size < 0 or have < size) and (rows := list(islice(self._rows, ROWS))):
            self.row += len(rows)
            parts.append(_csv(rows))
            have += len(parts[-1])
        data = b"".join(parts)
        end = len(data) if size < 0 else size
        data, self._ahead = data[:end], data[end:]
        return data


def _csv(rows: list[list[Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")  # so that both are quoted in cells
    writer.writerows([as_text(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def as_text(cell: Any) -> str:
    """A cell's value as text: 4006381333931 and not 4.006e12, 2026-01-31 and not 46053."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        plain = f"{Decimal(repr(cell)):f}"
        return plain.removesuffix(".0")
    if isinstance(cell, datetime.datetime):
        midnight = cell.time() == datetime.time()
        return str(cell.date()) if midnight else str(cell)
    return str(cell)
