"""Prices as people write them, made ready for `numbers`: without currency, whole amounts without a dash, ASCII digits.

`15 000 Fcfa`, `￥366.80`, `28,50 €`, `49,-`, `CHF 1'234.50`, `١٢٫٥٠`. Only one currency of a file is removed. A price
in another one stays as it is, and is rejected.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.errors import Rejected
from catalog.importer.values import currencies, numbers
from catalog.importer.values.texts import Texts, series

PLAIN = b"0123456789.,"
NUMBERS = dict.fromkeys(map(ord, "0123456789.,' "))
BLANKS = r"[\s\x{A0}\x{202F}\x{2009}]*"
WHOLE = rf"{BLANKS}(?:[.,]|/)[-‐-―−=]{{1,2}}$"  # 49,- and 12.– and 500/-
OTHER_SIGNS = str.maketrans("٫٬．，\u066b\u066c−", ".,.,.,-")
FOUND = re.compile(
    rf"^\W*?(?P<before>{currencies.ANY})[\s\xa0\u202f\u2009]*[-+]?[\d.,]|\d[\d\s.,'’\xa0\u202f\u2009–−-]*?(?P<after>{currencies.ANY})\s*$",
    re.IGNORECASE,
)
GENERIC = {
    "$": frozenset(["USD", "AUD", "CAD", "NZD", "HKD", "SGD", "TWD", "MXN", "ARS", "DOP", "CLP", "COP", "UYU", "BRL"]),
    "£": frozenset(("GBP", "EGP", "LBP")),
    "¥": frozenset(("JPY", "CNY", "元")),
    "元": frozenset(("CNY", "TWD")),
    "kr": frozenset(("SEK", "NOK", "DKK", "ISK")),
    "lei": frozenset(("RON", "MDL")),
    "FCFA": frozenset(("XOF", "XAF")),
    "DH": frozenset(("MAD", "AED")),
    "درهم": frozenset(("AED", "MAD")),
    "ريال": frozenset(("SAR", "QAR", "OMR", "YER", "IRR")),
    "جنيه": frozenset(("EGP", "SDG")),
    "دينار": frozenset(("KWD", "IQD", "JOD", "DZD", "BHD", "LYD", "TND")),
    "Rs": frozenset(("INR", "PKR", "LKR", "NPR", "MUR")),
    "din": frozenset(("RSD", "MKD")),
}
"""Sign that several currencies share -> which they are."""
WITHOUT_CENTS = frozenset(
    [
        "JPY",
        "KRW",
        "VND",
        "XOF",
        "XAF",
        "XPF",
        "FCFA",
        "CLP",
        "PYG",
        "UGX",
        "ISK",
        "IDR",
        "TWD",
        "HUF",
        "KMF",
        "IRR",
        "تومان",
        "LBP",
        "IQD",
        "MMK",
        "LAK",
        "UZS",
        "KHR",
        "COP",
        "CLF",
        "GNF",
        "RWF",
    ]
)
"""Currencies whose prices have no decimals: three digits behind a point or comma are thousands."""


COMMA_GROUPS = frozenset(
    [
        "¥",
        "JPY",
        "CNY",
        "元",
        "GBP",
        "£",
        "THB",
        "ILS",
        "INR",
        "Rs",
        "PKR",
        "LKR",
        "NPR",
        "PHP",
        "MYR",
        "SGD",
        "HKD",
        "NGN",
        "KES",
        "GHS",
        "KRW",
        "TWD",
        "AUD",
        "NZD",
        "EGP",
        "SAR",
        "QAR",
        "AED",
    ]
)
"""Currencies of countries that write a comma between thousands, and a point before decimals."""


class SeveralCurrencies(Rejected):
    """The prices of a file are in several currencies."""

    def __init__(self, found: Iterable[str]) -> None:
        shown = " and ".join(sorted(found))
        super().__init__(
            f"The prices are in several currencies: {shown}. One price column can't have several currencies. Import a "
            "file for each currency, or leave the price out.",
            "columns",
        )


def currency_of(prices: pd.Series) -> frozenset[str]:
    """The currency of the prices, by all its names in the file; empty if there is none. Raises SeveralCurrencies."""
    texts = Texts(prices)
    if not len(texts) or _is_plain(texts):
        return frozenset()
    found = {code for price in prices.unique() if (code := _code_in(str(price)))}
    if len(found) > 1 and not _is_one(found):
        raise SeveralCurrencies(found)
    return frozenset(found)


def any_currency(prices: pd.Series) -> frozenset[str]:
    """All currencies beside prices."""
    return frozenset(code for price in prices.unique() if (code := _code_in(str(price))))


def has_cents(currency: frozenset[str]) -> bool:
    """Whether prices of a currency may have decimals."""
    return not currency & WITHOUT_CENTS


def has_comma_groups(currency: frozenset[str]) -> bool:
    """Whether prices in this currency have a comma between thousands."""
    return bool(currency) and currency <= COMMA_GROUPS


def tidied(prices: pd.Series, currency: frozenset[str]) -> pd.Series:
    """Prices without currency and other additions; other texts are unchanged."""
    texts = Texts(prices)
    if _is_plain(texts):
        return prices
    values = texts.values
    if not texts.is_ascii:
        values = _in_ascii_digits(values)
    if currency:
        values = compute.replace_substring_regex(values, _beside(currency), r"\1\2")
    values = compute.replace_substring_regex(values, rf"([0-9]){WHOLE}", r"\1")
    return numbers.in_digits(series(values, prices))


def with_currency(prices: pd.Series, currency: frozenset[str]) -> pd.Series:
    """Which prices have a currency."""
    texts = Texts(prices)
    if not currency or _is_plain(texts):
        return pd.Series(False, index=prices.index)
    return pd.Series(texts.matching(_beside(currency)), index=prices.index)


def _is_plain(texts: Texts) -> bool:
    """Whether all cells have only digits, points and commas: a cheap check of the bytes."""
    return not texts.bytes.tobytes().translate(None, PLAIN)


def _in_ascii_digits(values: pa.LargeStringArray) -> pa.LargeStringArray:
    """The cells with digits and signs of all scripts in ASCII."""
    if not compute.any(compute.match_substring_regex(values, r"[^\x00-\x7f]")).as_py():
        return values
    return pa.array([_plain_digits(text or "") for text in values.to_pylist()], pa.large_string())


def _plain_digits(text: str) -> str:
    if text.isascii():
        return text
    digits = (str(unicodedata.decimal(sign)) if sign.isdecimal() and not sign.isascii() else sign for sign in text)
    return "".join(digits).translate(OTHER_SIGNS)


def _code_in(price: str) -> str:
    if not price or not price.translate(NUMBERS):
        return ""
    match = FOUND.search(_plain_digits(price))
    return currencies.code_of(match["before"] or match["after"]) if match else ""


def _is_one(found: set[str]) -> bool:
    """Whether a sign and a code are the same currency: $ and USD."""
    signs = [sign for sign in found if sign in GENERIC]
    return any(found - {sign} <= GENERIC[sign] and len(found - {sign}) == 1 for sign in signs)


@cache
def _beside(currency: frozenset[str]) -> str:
    """A pattern of RE2 for a price with this currency before or after it; the number is in group 1 or 2."""
    words = [word for word in (*currencies.CODES, *currencies.BOUND) if currencies.code_of(word) in currency]
    names = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    number = r"[-+]?[0-9][^\pL$€£¥￥]*"
    return rf"(?i)^{BLANKS}(?:{names}){BLANKS}({number})$|^{BLANKS}({number}?){BLANKS}(?:{names}){BLANKS}$"
