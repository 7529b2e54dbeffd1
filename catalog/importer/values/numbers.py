"""Number formats of prices: 1234.50, 1,234.50, 1.234,50, or 123450 in cents. Detected if certain, otherwise asked."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.errors import RowError, quoted
from catalog.importer.questions import Question, Unanswered
from catalog.importer.values.fields import NUMBERS, PRICE

SPACES = " '\u2019\u00a0\u202f\u2009"  # separators of thousands, besides point and comma
PATTERNS = {
    "plain": PRICE,
    "point": rf"(?:(?:[0-9]{{1,12}}|[0-9]{{1,3}}(?:[{SPACES},][0-9]{{3}}){{1,3}}"
    rf"|[0-9]{{1,2}}(?:,[0-9]{{2}}){{1,4}},[0-9]{{3}})(?:\.[0-9]{{0,6}})?|\.[0-9]{{1,6}})",
    "comma": rf"(?:(?:[0-9]{{1,12}}|[0-9]{{1,3}}(?:[{SPACES}.][0-9]{{3}}){{1,3}})(?:,[0-9]{{0,6}})?|,[0-9]{{1,6}})",
    "cents": r"[0-9]{1,14}(?:\.0)?",
}
WAYS = ("point", "comma")
"""How prices with a point and a comma may be written; plain ones are read in both."""

DECIMALS = 6  # that a price may have
OVER_THE_LIMIT = f"has more decimals than the limit for a price, which is {DECIMALS}. Round it."
MANY = 10  # with this many such prices after the beginning of a file, a person is asked
DIGITS = 15  # that spreadsheets compute with
NOISY = re.compile(r"([0-9]{1,12})([.,])([0-9]{7,40})")
TOO_PRECISE = {
    "plain": r"[0-9]{0,12}\.[0-9]{6,}[1-9][0-9]*",
    "point": rf"[0-9{SPACES},]{{0,16}}\.[0-9]{{6,}}[1-9][0-9]*",
    "comma": rf"[0-9{SPACES}.]{{0,16}},[0-9]{{6,}}[1-9][0-9]*",
    "cents": r"[0-9]{0,12}\.[0-9]{6,}[1-9][0-9]*",
}
SCIENTIFIC = r"[0-9]+(?:[.,][0-9]*)?[Ee][+-]?[0-9]{1,3}"
NEGATIVE = re.compile(r"[-−–]\s?[\d.,]*\d|[\d.,]*\d\s?[-−–]|\([\d.,]*\d\)")
PLAIN_ONLY = re.compile(r"[0-9]+")
NO_UNIT = " ?"  # behind a price in the smallest unit of a currency that is not known
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}([.,])[0-9]{3}")  # a thousand or three digits
EXAMPLES_SHOWN = 3


class Unsure(Unanswered):
    """The prices can be read in two ways: a person must choose."""

    def __init__(self, doubtful: list[str]) -> None:
        asked = Question("numbers", "price", _doubt(doubtful), WAYS, "numbers")
        super().__init__(asked)


class TooPrecise(Unanswered):
    """Prices have more decimals than can be stored: a person has to say what becomes of them."""

    def __init__(self, prices: list[str]) -> None:
        shown = ", ".join(quoted(price) for price in prices[:EXAMPLES_SHOWN])
        limit = f"Prices such as {shown} have more than {DECIMALS} decimals, which is the limit."
        message = f"{limit} Choose whether they are rounded, or their rows rejected."
        super().__init__(Question("decimals", "price", message, ("round", "reject"), "decimals"))


def reject_too_precise(prices: pd.Series, number_format: str) -> None:
    """Raises TooPrecise where prices have more decimals than can be stored."""
    found = prices[without_noise(prices).str.fullmatch(TOO_PRECISE[number_format])]
    if len(found):
        raise TooPrecise(found.tolist())


class LatePrices:
    """Prices below the beginning of a file with more decimals than can be stored; `asks`: no choice was made."""

    def __init__(self, *, asks: bool) -> None:
        self._asks = asks
        self._count = 0
        self._shown: list[str] = []

    def see(self, errors: Iterable[RowError]) -> None:
        """Count them among rejected rows."""
        late = too_precise(errors)
        self.add(len(late), late)

    def add(self, count: int, shown: Sequence[str]) -> None:
        """Count `count` of them; `shown` are the first ones."""
        if self._asks:
            self._count += count
            self._shown = [*self._shown, *shown][:EXAMPLES_SHOWN]

    def ask(self) -> None:
        """Raises TooPrecise where there are many."""
        if self._count >= MANY:
            raise TooPrecise(self._shown)


def too_precise(errors: Iterable[RowError]) -> list[str]:
    """The prices of rejected rows that have too many decimals."""
    return [error.value for error in errors if error.message.endswith(OVER_THE_LIMIT)]


def rounded(prices: pd.Series, number_format: str) -> pd.Series:
    """Prices with no more decimals than can be stored."""
    long = prices.str.len() > DECIMALS
    long &= prices.str.fullmatch(TOO_PRECISE[number_format])
    sign = "," if number_format == "comma" else "."
    return prices.mask(long, prices[long].map(lambda price: _rounded(price, sign))) if long.any() else prices


def _rounded(price: str, sign: str) -> str:
    whole, _, decimals = price.rpartition(sign)
    digits = re.sub(r"[^0-9]", "", whole) or "0"
    return f"{round(Decimal(f'{digits}.{decimals}'), DECIMALS):f}".replace(".", sign)


def recognise(prices: Iterable[str], *, cents: bool = True, comma_groups: bool = False) -> str:
    """The number format of a sample of prices. Raises Unsure if it is not clear.

    Prices that can be read in only one way decide. If they contradict each other, the format is plain, and others are
    rejected. Without `cents` three digits behind a sign are thousands; with `comma_groups` those behind a comma are.
    """
    found: set[str] = set()
    doubtful: list[str] = []
    for price in map(_without_noise, prices):
        if found_sign := AMBIGUOUS.fullmatch(price):
            if cents and not (comma_groups and found_sign[1] == ","):
                doubtful.append(price)
            else:
                found.add("point" if found_sign[1] == "," else "comma")
        elif price and not PLAIN_ONLY.fullmatch(price):
            fits = [number_format for number_format in WAYS if re.fullmatch(PATTERNS[number_format], price)]
            found.add(fits[0] if len(fits) == 1 else "either" if fits else "none")
    certain = found & {*WAYS}
    if len(certain) == 1:
        return certain.pop()
    if doubtful and not certain:
        raise Unsure(doubtful)
    return "point" if found & {"either"} and not certain else "plain"


def of_export(prices: Iterable[str]) -> str:
    """The number format of our own file: plain, unless a spreadsheet wrote commas. Raises Unsure."""
    written = list(prices)
    return recognise(written) if any("," in price for price in written) else "plain"


def without_noise(prices: pd.Series) -> pd.Series:
    """Prices as a spreadsheet shows them: without unknown decimals, 1.8999999999999999, or zeros, 1.90000000."""
    likely = prices.str.len() > DECIMALS + 2
    likely &= prices.str.fullmatch(NOISY.pattern) if likely.any() else likely
    return prices.mask(likely, prices[likely].map(_without_noise)) if likely.any() else prices


def in_digits(prices: pd.Series) -> pd.Series:
    """Prices in scientific notation with all digits, 1.20E-03 as 0.00120; as they are if some may be hidden: 1.5E+6."""
    likely = prices.str.fullmatch(SCIENTIFIC)
    return prices.mask(likely, prices[likely].map(_in_digits)) if likely.any() else prices


def _in_digits(price: str) -> str:
    sign = "," if "," in price else "."
    number = Decimal(price.replace(",", "."))
    exponent = number.as_tuple().exponent
    return price if isinstance(exponent, str) or exponent > 0 else f"{number:f}".replace(".", sign)


def _without_noise(price: str) -> str:
    """One price, if it has more decimals than a price may have: zeros, or digits beyond those of a spreadsheet."""
    found = NOISY.fullmatch(price)
    if not found:
        return price
    whole, sign, decimals = found.groups()
    if not decimals[DECIMALS:].strip("0"):
        return f"{whole}{sign}{decimals[:DECIMALS]}"
    if len((whole + decimals).lstrip("0")) <= DIGITS:
        return price
    number = Decimal(f"{float(f'{whole}.{decimals}'):.{DIGITS}g}")
    return f"{number:f}".replace(".", sign)


def looks_like_prices(texts: pd.Series) -> pd.Series:
    """Which texts are prices in some number format."""
    found = texts.str.fullmatch(PATTERNS["point"])
    return found | texts.str.fullmatch(PATTERNS["comma"])


def are_whole(prices: pd.Series) -> bool:
    """Whether all prices are whole numbers, as cents are."""
    return bool(len(prices)) and bool(prices.str.fullmatch(PATTERNS["cents"]).all())


def fits(prices: pd.Series, number_format: str) -> pd.Series:
    """Which prices have this number format."""
    return prices.str.fullmatch(PATTERNS[number_format])


def why_not(price: str, number_format: str) -> str:
    """The message for a text that is not a price."""
    if price.endswith(NO_UNIT):
        number = quoted(price.removesuffix(NO_UNIT))
        return f"{number} may be in cents or not, because this row has no currency. Fill it in."
    if re.fullmatch(TOO_PRECISE[number_format], price):
        return f"{quoted(price)} {OVER_THE_LIMIT}"
    if NEGATIVE.fullmatch(price):
        return f"{quoted(price)} is negative. Leave the cell empty where there is no price."
    if re.fullmatch(SCIENTIFIC, price):
        return f"{quoted(price)} is in scientific notation, where 1.5E+2 means 150. Write all digits of the price."
    what_not = _what_not(price, number_format)
    return f"{quoted(price)} is {what_not}; write it like {NUMBERS[number_format]}, without a currency."


def _what_not(price: str, number_format: str) -> str:
    if number_format == "plain":
        return "not a plain number"
    if not any(re.fullmatch(pattern, price) for pattern in PATTERNS.values()):
        return "not a number"
    return "not a whole number of cents" if number_format == "cents" else "not in the number format of the file"


def plain(prices: pd.Series, number_format: str) -> pd.Series:
    """Prices in their number format as plain numbers; other texts are unchanged."""
    if number_format == "plain":
        return prices
    values = pa.array(prices, type=pa.large_string())
    if number_format == "cents":
        return in_units(prices, 2)
    mark = "," if number_format == "point" else "."
    values = compute.replace_substring_regex(values, f"[{SPACES}{mark}]", "")
    if number_format == "comma":
        values = compute.replace_substring(values, ",", ".")
    return pd.Series(values.to_pandas().array, index=prices.index, dtype="str")


def in_units(prices: pd.Series, decimals: int) -> pd.Series:
    """Whole numbers of the smallest unit of a currency as plain prices: with two decimals 5 is .05, 1299 is 12.99."""
    padded = ((f"^([0-9]{{{digits}}})$", "0" * (decimals - digits) + r"\1") for digits in range(1, decimals))
    steps = [(r"^([0-9]+)\.0$", r"\1"), *padded]
    steps += [(f"^([0-9]*)([0-9]{{{decimals}}})$", r"\1.\2")] if decimals else []
    values = pa.array(prices, type=pa.large_string())
    for short, whole in steps:
        values = compute.replace_substring_regex(values, short, whole)
    return pd.Series(values.to_pandas().array, index=prices.index, dtype="str")


def _doubt(doubtful: list[str]) -> str:
    shown = ", ".join(quoted(price) for price in doubtful[:EXAMPLES_SHOWN])
    sign = "point" if "." in doubtful[0] else "comma"
    return (
        f"Prices such as {shown} can be read in two ways: the {sign} may be a decimal sign or separate thousands. "
        "Choose how numbers are written: 1,234.50 or 1.234,50."
    )
