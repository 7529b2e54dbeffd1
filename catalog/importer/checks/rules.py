"""The reasons to reject a row, in order: the first that applies is reported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pandas as pd

from catalog.importer.checks.placeholders import FOOTER_WORDS, NO_NAME_WORDS, NO_SKU_WORDS, TOTAL_WORDS, Placeholders
from catalog.importer.columns.result import Columns
from catalog.importer.values import invisible_in_cells, numbers
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.values.fields import NAME_LENGTH, SKU_LENGTH
from catalog.importer.values.yes_no import NO, YES


@dataclass(frozen=True)
class Rule:
    """One reason to reject rows: which values of a field are wrong, and why in words."""

    field: str
    code: str
    why: str | Callable[[str], str]  # with {} for the value, or a function of it
    wrong: Callable[[pd.Series], pd.Series]


RULES = (
    Rule("sku", "sku_blank", "the cell is empty, and every row needs a SKU.", lambda sku: sku == ""),
    Rule(
        "sku",
        "sku_blank",
        "{} contains only invisible characters, and every row needs a SKU.",
        invisible_in_cells.showing_nothing,
    ),
    Rule(
        "sku",
        "sku_too_long",
        f"{{}} is longer than the limit for a SKU, which is {SKU_LENGTH} characters.",
        lambda sku: sku.str.len() > SKU_LENGTH,
    ),
    Rule("name", "name_blank", "the cell is empty, and every product needs a name.", lambda name: name == ""),
    Rule(
        "name",
        "name_blank",
        "{} contains only invisible characters, and every product needs a name.",
        invisible_in_cells.showing_nothing,
    ),
    Rule(
        "name",
        "name_too_long",
        f"{{}} is longer than the limit for a name, which is {NAME_LENGTH:,} characters.",
        lambda name: name.str.len() > NAME_LENGTH,
    ),
    Rule(
        "active",
        "active_invalid",
        "{} is neither yes nor no. Write yes, no, true, false, 1 or 0.",
        lambda active: ~active.str.lower().isin((*YES, *NO, "")),
    ),
)


def rules(frame: pd.DataFrame, cells: pd.DataFrame, columns: Columns) -> Iterator[Rule]:
    """All rules for these rows; `cells` has the cells of the file, `frame` the fields made of them."""
    yield from _no_products(frame, cells, columns)
    yield from RULES
    yield _price_rule(columns.numbers)


def _no_products(frame: pd.DataFrame, cells: pd.DataFrame, columns: Columns) -> Iterator[Rule]:
    """The rules that need whole rows: which rows are not products."""
    why = "the header is repeated here. Remove the line."
    yield _rule("sku", "repeated_header", why, _repeats_header(cells, columns))
    if columns.known or columns.ours and not columns.returned:
        return  # values that the catalog has are not changed
    look = Placeholders(frame, cells[columns.in_frame])
    why = "the row names or describes the columns: a second header, not a product."
    yield _rule("sku", "second_header", why, look.second_headers())
    yield _rule("sku", "totals_row", FOOTER_WORDS, look.footers())
    yield _rule("sku", "totals_row", TOTAL_WORDS, look.totals())
    yield _rule("sku", "sku_placeholder", NO_SKU_WORDS, look.no_skus())
    if "name" in frame:
        yield _rule("name", "name_placeholder", NO_NAME_WORDS, look.no_names())


def _rule(field: str, code: str, why: str, wrong: pd.Series) -> Rule:
    """A rule whose wrong rows are known."""
    return Rule(field, code, why, lambda cells: wrong)


def _price_rule(number_format: str) -> Rule:
    """The rule for prices, which depends on the number format of the file."""

    def wrong(price: pd.Series) -> pd.Series:
        return ~numbers.fits(price, number_format) & (price != "")

    return Rule("price", "price_invalid", lambda price: numbers.why_not(price, number_format), wrong)


def _repeats_header(cells: pd.DataFrame, columns: Columns) -> pd.Series:
    """Rows that repeat the header, in any case, as in joined files."""
    if not columns.header:
        return pd.Series(False, index=cells.index)
    names = [_plain(name) for name in columns.names]
    first = columns.parts_of("sku")[0]
    repeated = cells[str(first)].str.strip(WHITE_SPACE).str.lower() == names[first]
    if repeated.any():
        texts = cells.loc[repeated, columns.in_frame]
        repeated[repeated] = (texts.map(_plain) == names).all(axis=1)
    return repeated


def _plain(name: str) -> str:
    return name.strip(WHITE_SPACE).lower()
