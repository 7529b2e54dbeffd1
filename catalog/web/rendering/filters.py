"""The filters of templates: numbers, sizes, places and search matches as people read them."""

import hashlib
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import Flask, url_for
from markupsafe import Markup, escape

from catalog import importer, notation
from catalog.imports import wording

STAND_IN = 1_928_374_655  # for a number in a URL; no other part of a URL has these digits


def install(app: Flask) -> None:
    """Add the filters and the fields of a product to the templates."""
    app.jinja_env.filters.update(
        number=number,
        plural=notation.plural,
        noun=notation.noun_of,
        filesize=filesize,
        duration=duration,
        highlight=highlight,
        snippet=snippet,
        fingerprint=fingerprint,
        browser=browser,
        place=place,
        price=price,
        error_name=error_name,
        choices_in_words=choices_in_words,
        face=wording.face,
        named=wording.named,
        took=wording.took,
    )
    app.jinja_env.globals.update(product_fields=importer.DECLARED, labels=importer.LABELS, url_for_each=url_for_each)
    app.jinja_env.globals.update(unit_of=importer.unit_of)
    app.jinja_env.tests["route"] = lambda endpoint: endpoint in app.view_functions
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True


def url_for_each(endpoint: str, name: str) -> Callable[[int], str]:
    """`url_for` for many values of the number `name`, at the price of one."""
    values: dict[str, Any] = {name: STAND_IN}
    before, after = url_for(endpoint, **values).split(str(STAND_IN))
    return lambda value: f"{before}{value}{after}"


def number(value: float | None, decimals: int = 0) -> str:
    """500000 -> 500,000."""
    return "" if value is None else notation.number(value, decimals)


def price(value: Any) -> str:
    """30 -> 30.00, 1234.5 -> 1,234.50, 4.125 -> 4.125. A Decimal has at least two decimals."""
    exact = Decimal(str(value))
    decimals = max(-int(exact.as_tuple().exponent), 2 if isinstance(value, Decimal) else 0)
    return notation.number(exact, decimals)


def error_name(code: str) -> str:
    """sku_blank -> Missing SKU. A code without a name is shown unchanged."""
    return importer.ERROR_NAMES.get(code, code)


def choices_in_words(stored: dict[str, Any]) -> str:
    """The stored choices of a template or an import, in words: SKU from “No”, skips 3 columns."""
    return importer.choices_in_words(importer.Options.from_json(stored))


def place(line: int, understood: dict[str, Any]) -> str:
    """The place of a line: 5,012, or b.csv, 12 in a joined archive."""
    member, line = importer.placed(understood.get("members", ()), line)
    number = notation.number(line)
    return f"{member}, {number}" if member else number


def named_place(line: int, understood: dict[str, Any]) -> str:
    """The place with what it counts: Line 5,012, or Row 12 of a file without lines."""
    return f"{importer.unit_of(understood).capitalize()} {place(line, understood)}"


def filesize(value: float) -> str:
    """2147483648 -> 2 GiB."""
    if value == 1:
        return "1 byte"
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if value < 1024 or unit == "GiB":
            break
        value /= 1024
    whole = value >= 10 or value == int(value)
    return f"{notation.number(value, 0 if whole else 1)} {unit}"


def duration(seconds: float | None) -> str:
    """65 -> 1 min 5 s."""
    if seconds is None:
        return ""
    if seconds < 10:
        return f"{notation.number(seconds, 1)} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def browser(agent: str) -> str:
    """The name of a browser from its User-Agent: Firefox on Windows. Other programs: the User-Agent itself."""
    name = next((name for mark, name in BROWSERS if mark in agent), "")
    system = next((system for mark, system in SYSTEMS if mark in agent), "")
    return f"{name} on {system}" if name and system else agent or "Unknown"


def fingerprint(text: str) -> str:
    """A short hash of a text. The kind of line breaks makes no difference, because browsers change it."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return hashlib.blake2b(plain.encode(errors="replace"), digest_size=8).hexdigest()


def highlight(text: str, words: Sequence[str], starts: bool = False) -> Markup:
    """The text with every match of the words in a <mark>. Case is ignored. `starts`: only at starts of words."""
    pattern = _pattern(words, starts)
    if pattern is None:
        return escape(text)
    parts, end = [], 0
    for match in pattern.finditer(text):
        parts += [escape(text[end : match.start()]), _MARK.format(match[0])]
        end = match.end()
    return Markup("").join([*parts, escape(text[end:])])


def snippet(text: str, words: Sequence[str], length: int = 220) -> str:
    """One line of the text: around the first match of the words, else its beginning."""
    line = " ".join(text.split())
    pattern = _pattern(words, starts=True)
    match = pattern.search(line) if pattern else None
    begin = match.start() - BEFORE_MATCH if match else 0
    if begin > 0:
        begin = line.find(" ", begin, begin + BEFORE_MATCH) + 1 or begin
        line = "…" + line[begin:]
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


# The first match counts, because most browsers name others too.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_MARK = Markup("<mark>{}</mark>")
BEFORE_MATCH = 40  # characters before the first match
SHORT = 3  # shorter words match only at the beginning of a word


def _pattern(words: Sequence[str], starts: bool) -> re.Pattern[str] | None:
    """A pattern that finds any of the words, the longest first. None if there are no words."""
    longest_first = sorted({word for word in words if word}, key=len, reverse=True)
    alternatives = [(r"(?<!\w)" if starts or len(word) < SHORT else "") + re.escape(word) for word in longest_first]
    return re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None
