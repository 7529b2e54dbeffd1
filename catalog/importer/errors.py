"""Why a file or a row is refused, in words for the person who sent it."""

from dataclasses import dataclass

VALUE_LENGTH = 200  # characters of the offending value that are kept

ERRORS = {
    "too_few_cells": "The row has fewer cells than the header: often a line break or quote that went missing.",
    "too_many_cells": "The row has more cells than the header: often a comma in a text that is not quoted.",
    "stray_quote": "A quoted cell goes on after its closing quote; a quote inside must be doubled.",
    "cell_too_long": "A cell is longer than 1 MiB.",
    "nul_byte": "The row holds a NUL byte, which no text may have.",
    "not_utf8": "The row holds bytes that are not UTF-8.",
    "not_in_encoding": "The row holds bytes that the file's encoding does not have.",
    "repeated_header": "The header stands here once more.",
    "sku_blank": "The row has no SKU.",
    "sku_too_long": "The SKU is longer than 255 characters.",
    "name_blank": "The row has no name.",
    "name_too_long": "The name is longer than 1,000 characters.",
    "price_invalid": "The price is not a number as the file writes numbers, such as 1234.50.",
    "active_invalid": "Active is neither yes nor no.",
}
"""Code -> what it means. The codes are stored and documented: they only ever grow."""


class Refused(Exception):
    """The file as a whole can't be imported; the message says why and what to do."""


class Miscounted(Exception):
    """Rows don't add up: a fault of ours or of the server, never of the file."""


@dataclass(frozen=True)
class RowError:
    """One refused row: `line` is where it begins in the file, `row` counts from 1 after the header."""

    row: int
    line: int
    column: str | None
    code: str
    value: str
    message: str


def row_error(
    row: int, line: int, column: str | None, code: str, value: str, why: str
) -> RowError:
    """A row error whose message names the place: "Line 4,102, price: 'abc' is not a number"."""
    place = f"Line {line:,}, {column}" if column else f"Line {line:,}"
    shown = value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return RowError(row, line, column, code, shown[:VALUE_LENGTH], f"{place}: {why}")


def quoted(value: str, length: int = 40) -> str:
    """A value as a message shows it: short, printable, in quotes."""
    shown = value.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
    return f"'{shown[:length]}…'" if len(shown) > length else f"'{shown}'"
