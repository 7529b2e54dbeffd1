"""Why a file or a row is rejected, in words for the person who sent it."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from catalog.importer.invisible_characters import visible

VALUE_LENGTH = 200  # characters of the offending value that are kept

ERRORS = {
    "too_few_cells": "The row has fewer cells than the header: often because a line break or a quote is missing.",
    "too_many_cells": "The row has more cells than the header: often because text with a comma is not quoted.",
    "stray_quote": "Text follows the closing quote of a cell; a quote inside a cell must be doubled.",
    "cell_too_long": "A cell is longer than 1 MiB.",
    "nul_byte": "The row contains a NUL byte, which text can't have.",
    "not_utf8": "The row contains bytes that are not UTF-8.",
    "not_in_encoding": "The row contains bytes that the file's encoding does not have.",
    "repeated_header": "The header is repeated in this row.",
    "sku_blank": "The row has no SKU.",
    "sku_too_long": "The SKU is longer than 255 characters.",
    "name_blank": "The row has no name.",
    "name_too_long": "The name is longer than 1,000 characters.",
    "cell_error": "The cell contains a spreadsheet error, such as #N/A, or a formula without its result.",
    "second_header": "The row names or describes the columns: a second header, not a product.",
    "totals_row": "The row is a total or marks the end of the file: not a product.",
    "sku_placeholder": "The SKU is a dash, NULL, n/a or the like.",
    "name_placeholder": "The name is a dash, NULL, n/a or the like.",
    "price_invalid": "The price is not a number in the format of the file, such as 1234.50.",
    "active_invalid": "Active is neither yes nor no.",
    "attributes_invalid": "The column catalog:more-attributes does not contain a JSON object of attributes.",
    "too_many_attributes": "The product would have more than 1,000 attributes.",
}
"""Code -> what it means. Codes are stored and documented: none is ever removed."""

ERROR_NAMES = {
    "too_few_cells": "Too few cells",
    "too_many_cells": "Too many cells",
    "stray_quote": "Stray quote",
    "cell_too_long": "Cell too long",
    "nul_byte": "NUL byte",
    "not_utf8": "Not UTF-8",
    "not_in_encoding": "Not in the encoding",
    "repeated_header": "Repeated header",
    "sku_blank": "Missing SKU",
    "sku_too_long": "SKU too long",
    "name_blank": "Missing name",
    "name_too_long": "Name too long",
    "cell_error": "Spreadsheet error",
    "second_header": "Second header",
    "totals_row": "Total or footer",
    "sku_placeholder": "Placeholder as SKU",
    "name_placeholder": "Placeholder as name",
    "price_invalid": "Unreadable price",
    "active_invalid": "Active is not yes or no",
    "attributes_invalid": "Invalid attributes",
    "too_many_attributes": "Too many attributes",
}
"""Code -> its name on pages."""

WHOLE_ROW = frozenset(
    ("too_few_cells", "too_many_cells", "stray_quote", "cell_too_long", "nul_byte", "not_utf8", "not_in_encoding")
)
"""Codes of rows whose cells may stand under the wrong columns: only a person can say what belongs where."""


class Rejected(Exception):
    """The file as a whole can't be imported; the message says why.

    `cures` name the choices, as `Options` has them, with which it could be imported. Pages, API and commands each say
    in their own words how to make them.
    """

    def __init__(self, message: str, *cures: str) -> None:
        super().__init__(message)
        self.cures = cures

    kind = "file"  # of rejection: stored and documented


Refused = Rejected  # the old name, which scripts use


class Miscounted(Exception):
    """The counts do not add up: an error of Catalog or of the server, never of the file."""


@dataclass(frozen=True)
class RowError:
    """One rejected row: `line` is its first line in the file, `row` counts from 1 after the header.

    `cells` are those of the file as far as it could be cut into cells, else one cell with the text of the row.
    """

    row: int
    line: int
    column: str | None
    code: str
    value: str
    message: str
    cells: tuple[str, ...] = ()

    def shown(self) -> dict[str, Any]:
        """The row error for the page of a running import: without the cells, which may be long."""
        names = (field.name for field in fields(self) if field.name != "cells")
        return {name: getattr(self, name) for name in names}


def row_error(
    row: int, line: int, column: str | None, code: str, value: str, why: str, cells: Sequence[str] = ()
) -> RowError:
    """A row error whose message names the place: "Line 4,102, price: 'abc' is not a number"."""
    location = f"Line {line:,}, {column}" if column else f"Line {line:,}"
    kept = tuple(map(storable, cells))
    shown = visible(storable(value))[:VALUE_LENGTH]
    return RowError(row, line, column, code, shown, f"{location}: {why}", kept)


def at_row(error: RowError, number: int) -> RowError:
    """An error of a file without lines: its place is the number of a row, also in its message."""
    message = error.message.replace(f"Line {error.line:,}", f"Row {number:,}", 1)
    return replace(error, line=number, message=message)


def storable(text: str) -> str:
    """Text that can be stored: NUL and bytes that did not fit are written out."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def quoted(value: str, length: int = 40) -> str:
    """A value for a message: short, in quotes, with invisible characters written out."""
    shown = visible(storable(value))
    return f"'{shown[:length]}…'" if len(shown) > length else f"'{shown}'"
