"""Why rows are rejected, as a verdict counts them: "5 have no SKU"."""

from catalog import notation
from catalog.importer.errors import ERROR_NAMES

REASONS = {
    "too_few_cells": ("has too few cells", "have too few cells"),
    "too_many_cells": ("has too many cells", "have too many cells"),
    "stray_quote": ("has a quote that is not doubled", "have a quote that is not doubled"),
    "cell_too_long": ("has a cell that is too long", "have a cell that is too long"),
    "nul_byte": ("has a NUL byte", "have a NUL byte"),
    "not_utf8": ("is not UTF-8", "are not UTF-8"),
    "not_in_encoding": ("does not fit the encoding", "do not fit the encoding"),
    "repeated_header": ("repeats the header", "repeat the header"),
    "sku_blank": ("has no SKU", "have no SKU"),
    "sku_too_long": ("has a SKU that is too long", "have a SKU that is too long"),
    "name_blank": ("has no name", "have no name"),
    "name_too_long": ("has a name that is too long", "have a name that is too long"),
    "cell_error": ("has a spreadsheet error", "have a spreadsheet error"),
    "second_header": ("is a second header", "are a second header"),
    "totals_row": ("is a total or a footer", "are totals or footers"),
    "sku_placeholder": ("has a placeholder as the SKU", "have a placeholder as the SKU"),
    "name_placeholder": ("has a placeholder as the name", "have a placeholder as the name"),
    "price_invalid": ("has a price that can't be read", "have a price that can't be read"),
    "active_invalid": ("is neither active nor inactive", "are neither active nor inactive"),
    "attributes_invalid": ("has attributes that can't be read", "have attributes that can't be read"),
    "too_many_attributes": ("has too many attributes", "have too many attributes"),
}
"""Code -> what is said of one such row, and of several."""
SHOWN = 3  # number of reasons; the others are counted together


def told(reasons: dict[str, int]) -> str:
    """The reasons with their counts, the most frequent first: "5 have no SKU, 1 has no name."."""
    listed = list(reasons.items())
    said = [_said(code, count) for code, count in listed[:SHOWN]]
    if rest := sum(count for _, count in listed[SHOWN:]):
        said.append(f"{notation.number(rest)} {'has another error' if rest == 1 else 'have other errors'}")
    return f"{', '.join(said)}." if said else ""


def _said(code: str, count: int) -> str:
    unknown = ERROR_NAMES.get(code, code).lower()
    one, many = REASONS.get(code, (f"is rejected: {unknown}", f"are rejected: {unknown}"))
    return f"{notation.number(count)} {one if count == 1 else many}"
