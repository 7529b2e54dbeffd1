"""The rejected rows as a workbook: the columns of the CSV, every cell as text, wrong cells in red.

Cells are texts so that no formula runs and SKUs keep their zeros. Rows go to the disk as they are written: memory use
stays flat.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from catalog import importer, notation
from catalog.imports.rejected import rows
from catalog.models import Import, RowError, db

if TYPE_CHECKING:
    import xlsxwriter
    from xlsxwriter.format import Format

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_ROWS = 50_000  # 25 s of work, before the first byte is sent
CELL = 32_767  # characters that a cell of a workbook holds
BLOCK_BYTES = 256 * 1024
WIDTH, WIDTH_OF_REASON = 18, 60
HOLD = {"constant_memory": True, "strings_to_numbers": False, "strings_to_formulas": False, "strings_to_urls": False}


class TooManyRows(Exception):
    """Too many rows for a workbook; the message says what to do."""


def as_xlsx(import_id: int) -> Iterator[bytes]:
    """Every rejected row: original columns, then why. It imports again. Raises TooManyRows before the first piece."""
    row = db.session.get_one(Import, import_id)
    count = sum(rows.codes(import_id).values())
    db.session.expunge(row)
    db.session.rollback()
    if count > MOST_ROWS:
        limit = notation.plural(MOST_ROWS, "rejected row")
        raise TooManyRows(f"A workbook can hold at most {limit}. Download them as CSV.")
    return _pieces(row)


def shown(text: str) -> str:
    """A text, cut to the length of a cell in a workbook."""
    return text[:CELL]


def _pieces(row: Import) -> Iterator[bytes]:
    with tempfile.TemporaryDirectory(prefix="catalog-") as folder:
        path = Path(folder) / "errors.xlsx"
        _write(row, path, folder)
        with path.open("rb") as file:
            while piece := file.read(BLOCK_BYTES):
                yield piece


def _write(row: Import, path: Path, folder: str) -> None:
    import xlsxwriter  # here, because most processes write no workbook

    with xlsxwriter.Workbook(str(path), HOLD | {"tmpdir": folder}) as book:
        sheet = _Sheet(book, rows.names(row))
        number = 0
        for errors in rows.batches(row.id):
            for error in errors:
                number += 1
                sheet.write(number, rows.cells(row, error), error)


class _Sheet:
    """The one sheet of the workbook, written from top to bottom."""

    def __init__(self, book: "xlsxwriter.Workbook", names: list[str]) -> None:
        self._names = names
        self._sheet = book.add_worksheet("Rejected rows")
        self._text = book.add_format({"num_format": "@"})  # a typed value stays text
        self._bad = book.add_format({"num_format": "@", "bg_color": "#FFD6D6", "font_color": "#8A1111"})
        self._reason = book.add_format({"num_format": "@", "font_color": "#8A1111"})
        bold = book.add_format({"num_format": "@", "bold": True})
        last = len(names) + 1
        self._sheet.set_column(0, last - 1, WIDTH, self._text)
        self._sheet.set_column(last, last, WIDTH_OF_REASON, self._text)
        self._sheet.freeze_panes(1, 0)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{MOST_ROWS + 1}"})
        for column, name in enumerate((*names, *importer.ERROR_COLUMNS)):
            self._sheet.write_string(0, column, shown(name), bold)

    def write(self, number: int, texts: list[str], error: RowError) -> None:
        """Write one row."""
        bad = self._names.index(error.column) if error.column in self._names else None
        for column, text in enumerate(texts):
            self._cell(number, column, text, self._bad if column == bad else self._text)
        for column, text in enumerate((error.code, rows.why(error, texts)), len(texts)):
            self._cell(number, column, text, self._reason)

    def _cell(self, number: int, column: int, text: str, form: "Format") -> None:
        if text:
            self._sheet.write_string(number, column, shown(text), form)
        elif form is self._bad:
            self._sheet.write_blank(number, column, None, form)
