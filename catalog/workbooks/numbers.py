"""Numbers of a workbook as text: 4006381333931, not 4.006e12; 1.9, not 1.8999999999999999; 2026-01-31, not 46053."""

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from itertools import takewhile
from math import isfinite

DIGITS = 15  # the precision of numbers in spreadsheets
AS_IT_IS = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{0,14}[1-9])?")
EPOCH, EPOCH_1904 = datetime.datetime(1899, 12, 30), datetime.datetime(1904, 1, 1)
LAST_DAY = 2_958_466  # 10000-01-01
# Formats with a number instead of a code: ECMA-376, 18.8.30.
DATES = {*range(14, 18), 22, *range(27, 37), *range(50, 59)}
TIMES = {18, 19, 20, 21, 45, 47}
SPACING = re.compile(r"_.|\*.")  # a space as wide as a sign, or a repeated sign
CONDITION = re.compile(r"\[(?![hms]+\])[^\]]*\]", re.IGNORECASE)  # a condition or a colour
LITERAL = re.compile(r'"[^"]*"|\\.')
TOKEN = re.compile(r'"([^"]*)"|\\(.)|(.)', re.DOTALL)
PLACES = "0#?"
CODE_BEFORE = re.compile(r"\w[-_/.]$")

Show = Callable[[str], str]


def plain(value: str) -> str:
    """A number rounded to the 15 digits of spreadsheets, as text. Raises ValueError."""
    if len(value) < 17 and AS_IT_IS.fullmatch(value):
        return value
    number = float(value)
    if not isfinite(number):
        return value
    return f"{Decimal(f'{number:.{DIGITS}g}'):f}"


def format_of(number: int, code: str, from_1904: bool = False) -> Show | None:
    """The function that writes a number with this format. None: `plain` writes it."""
    if number in DATES or number in TIMES:
        return _date(from_1904)
    shown = CONDITION.sub("", SPACING.sub("", code.split(";")[0]))
    signs = LITERAL.sub("", shown).replace("General", "")
    if number == 46 or re.search(r"\[[hms]+\]", signs, re.IGNORECASE):
        return _elapsed
    if re.search("[dmyhs]", signs, re.IGNORECASE):
        return _date(from_1904)
    return code_format(TOKEN.findall(shown)) if "0" in signs else None


def code_format(tokens: list[tuple[str, str, str]]) -> Show | None:
    """The function for a format that adds zeros or letters to a whole number, such as "AB-"0000: the shown code."""
    places = [sign for _, _, sign in tokens if sign and sign in PLACES]
    others = {sign for _, _, sign in tokens if sign} - {*PLACES, *" -()/"}
    if others or "0" not in places:
        return None
    texts = [
        ("", sign) if sign and sign in PLACES else (quoted or escaped or sign, "") for quoted, escaped, sign in tokens
    ]
    before = "".join(text for text, _ in takewhile(lambda one: not one[1], texts))
    if places.count("0") < 2 and not CODE_BEFORE.search(before):
        return None  # probably a unit or a currency
    return lambda value: _filled(texts, len(places), value)


def _filled(texts: list[tuple[str, str]], places: int, value: str) -> str:
    """Put the digits of a whole number into the places of a format. The first place takes all remaining digits.

    Other numbers stay as they are.
    """
    number = plain(value)
    if not number.isdecimal():
        return number
    left, made = number, ""
    for text, place in reversed(texts):
        if not place:
            made = text + made
            continue
        places -= 1
        taken = left[-1:] if places else left
        left = left[:-1] if places else ""
        made = (taken or ("0" if place == "0" else "")) + made
    return made.strip()


def _date(from_1904: bool) -> Show:
    epoch = EPOCH_1904 if from_1904 else EPOCH

    def shown(value: str) -> str:
        number = float(value)
        if not 0 <= number < LAST_DAY:
            return plain(value)
        milliseconds = round(number * 86_400_000)
        moment = epoch + datetime.timedelta(milliseconds=milliseconds)
        if number < 1:
            return str(moment.time())
        if not from_1904 and number < 60:  # Excel counts a 29th of February 1900
            moment += datetime.timedelta(days=1)
        return str(moment.date() if moment.time() == datetime.time() else moment)

    return shown


def _elapsed(value: str) -> str:
    milliseconds = round(float(value) * 86_400_000)
    return str(datetime.timedelta(milliseconds=milliseconds))
