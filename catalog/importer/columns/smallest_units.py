"""Prices in the smallest unit of their currency, as programs store them: 1299 is 12.99 EUR, 1299 JPY, and 1.299 KWD."""

import re
from collections.abc import Sequence

import pandas as pd

from catalog.importer.columns import aliases
from catalog.importer.columns.result import Units
from catalog.importer.errors import quoted
from catalog.importer.questions import Question, Unanswered
from catalog.importer.values import currencies, numbers

CURRENCY = re.compile("currenc|währung|waehrung|devise|moneda|moeda|valut|waluta|валют|通貨|货币|貨幣|통화|měna|пара")
DIGITS = re.compile("fractiondigits|(?:currency)?minorunits?$|currencydecimals")
FEW = r"[0-4]"
USUAL = 2  # decimals


class PerhapsCents(Unanswered):
    """The prices may be in cents: a person must choose. `odd` is not whole, `ways` is how such prices are written."""

    def __init__(self, name: str, whole: str, odd: str, ways: Sequence[str]) -> None:
        why = (
            f"{quoted(name)} says that prices are in cents, but {quoted(odd)} is not a whole number."
            if odd
            else f"The prices in {quoted(name)} are whole numbers, such as {quoted(whole)}."
        )
        (price,) = numbers.in_units(pd.Series([whole]), USUAL)
        message = f"{why} Choose whether they are in cents, so that {quoted(whole)} is {price}."
        super().__init__(Question("numbers", "price", message, ("cents", *ways), "numbers"))


def decimals(units: Units, cells: pd.DataFrame) -> pd.Series:
    """The number of decimals of each row; -1: the row does not say it, and the rows of the file differ."""
    said = pd.Series(float("nan"), index=cells.index)
    if units.digits is not None:
        said = _of_digits(cells[str(units.digits)])
    elif units.currency is not None:
        said = _of_codes(cells[str(units.currency)])
    return said.fillna(-1 if units.usual is None else units.usual).astype("int64")


def units_of(names: Sequence[str], price: str, cells: pd.DataFrame, money: frozenset[str]) -> Units:
    """How the decimals of the prices are found; `money` is the currency beside them, or in the name of their column."""
    known = {found for one in money if (found := currencies.decimals_of(one)) is not None}
    digits, currency = digits_of(names, price, cells), currency_of(names, price, cells)
    at, of = (digits, _of_digits) if digits is not None else (currency, _of_codes)
    if at is not None:
        known = {int(one) for one in of(cells[str(at)]).dropna().unique()}
    usual = (known or {USUAL}).pop() if len(known) < 2 else None
    return Units(digits, currency, usual)


def currency_of(names: Sequence[str], price: str, cells: pd.DataFrame) -> int | None:
    """The column with the currency of the prices, if all of its values are currencies."""
    return _nearest(names, price, [at for at in _filled(names, cells, CURRENCY) if _are_codes(cells[str(at)])])


def digits_of(names: Sequence[str], price: str, cells: pd.DataFrame) -> int | None:
    """The column with the number of decimals."""
    found = _filled(names, cells, DIGITS)
    return _nearest(names, price, [at for at in found if _texts(cells, at).str.fullmatch(FEW).all()])


def _filled(names: Sequence[str], cells: pd.DataFrame, pattern: re.Pattern[str]) -> list[int]:
    """The columns whose names match the pattern and that are not empty."""
    found = [at for at, name in enumerate(names) if pattern.search(aliases.key(name))]
    return [at for at in found if str(at) in cells and len(_texts(cells, at))]


def _texts(cells: pd.DataFrame, at: int) -> pd.Series:
    texts = cells[str(at)].str.strip()
    return texts[texts != ""]


def _are_codes(cells: pd.Series) -> bool:
    return all(currencies.code_of(code) for code in cells.str.strip().unique() if code)


def _nearest(names: Sequence[str], price: str, found: list[int]) -> int | None:
    """The column whose name begins like that of the price: price.currencyCode beside price.centAmount."""
    return max(found, key=lambda at: len(_shared(names[at].casefold(), price.casefold())), default=None)


def _shared(one: str, other: str) -> str:
    alike = next((at for at, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), None)
    return one[:alike]


def _of_digits(cells: pd.Series) -> pd.Series:
    return pd.to_numeric(cells.str.strip(), errors="coerce")


def _of_codes(cells: pd.Series) -> pd.Series:
    codes = cells.str.strip()
    return codes.map({code: currencies.decimals_of(currencies.code_of(code)) for code in codes.unique()}).astype(
        "float64"
    )
