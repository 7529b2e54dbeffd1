"""How the viewer of a page writes numbers, dates and times: as chosen on /account, else as the browser does.

Babel knows the rest: the signs and groups of a number, the order of a date, a clock of 12 or 24 hours. Words and names
of months stay English (docs/adr/0012). Form fields, files, the API and logs do not use this module.
"""

import functools
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_decimal, get_decimal_symbol, get_group_symbol, parse_pattern
from flask import Flask, g, has_request_context, request
from flask_login import current_user
from markupsafe import Markup

from catalog import notation
from catalog.people import locales
from catalog.web.http.routes import API, access

ZONE_COOKIE = "zone"
"""Holds the browser's time zone: static/js/zone.js sets it."""
FALLBACK = "en-GB"
MOST_LANGUAGES = 10  # of the browser's list that are tried
MOST_TIMES = 1024  # that are cached: a list often shows the time of one import in every row

DATES = {"dMy": "d MMM y", "Mdy": "MMM d, y", "yMd": "y MMM d"}
"""Order of a date in a locale -> how such a date is written in English."""
STORED_NUMBER = re.compile(r"""((?<!\w)'[^']*'(?!\w)|"[^"]*"|“[^”]*”)|(?<![\w.,])\d{1,3}(?:,\d{3})+(?!\w|[.,]\d)""")
"""A number of at least four digits in a stored message, or a quoted value (group 1)."""
_TIME = Markup('<time datetime="{}" title="{}">{}</time>')


class Viewer(notation.Notation):
    """The notation of one locale and time zone. Without a zone, times are in UTC and end with "UTC"."""

    def __init__(self, locale: Locale, zone: ZoneInfo | None) -> None:
        self.zone_name = zone.key if zone else ""
        self.tag = str(locale).replace("_", "-")
        self.key = f"{self.tag} {self.zone_name}"
        self._locale = locale
        self._zone = zone

    def number(self, value: float | Decimal, decimals: int = 0) -> str:
        """1234.5 with two decimals -> 1.234,50 for de-DE, and 1,45,000.00 for 145000 and hi-IN."""
        whole, signs = _numbers(self._locale)
        pattern = _pattern(f"{whole}.{'0' * decimals}" if decimals else whole)
        return format_decimal(value, format=pattern, locale="en").translate(signs)

    def moment(self, at: datetime) -> str:
        """30 Nov 2026, 14:05."""
        return f"{self.date(at)}, {self._written(at, _clock(self._locale))}{'' if self._zone else ' UTC'}"

    def date(self, at: datetime) -> str:
        """30 Nov 2026, or Nov 30, 2026."""
        return self._written(at, _date(self._locale))

    def clock(self, at: datetime) -> str:
        """14:05:09, or 2:05:09 PM."""
        return self._written(at, _clock(self._locale, ":ss"))

    def _written(self, at: datetime, pattern: str) -> str:
        return format_datetime(at.astimezone(self._zone or UTC), pattern, locale="en")


def install(app: Flask) -> None:
    """Use the viewer's notation on pages. Templates get `viewer` and the filters of numbers and times."""
    notation.use(_of_this_answer)
    app.jinja_env.globals["viewer"] = viewer
    app.jinja_env.filters.update(moment=moment, date=date, clock=clock, noted=noted)


def viewer() -> Viewer:
    """The notation of the viewer of this request: as chosen on /account, else the browser's."""
    if "viewer" not in g:
        locale, zone = _chosen()
        g.viewer = _viewer(locale or _language(), zone or _zone())
    found: Viewer = g.viewer
    return found


def browser() -> Viewer:
    """The notation that the browser of this request asks for, without the user's choice."""
    return _viewer(_language(), _zone())


def moment(at: datetime) -> Markup:
    """A <time> with date and time; the exact time in UTC on hover."""
    return _moment(viewer(), at)


def date(at: datetime) -> Markup:
    """A <time> with the date alone."""
    return _date_of(viewer(), at)


def clock(at: datetime, before: datetime | None = None) -> Markup:
    """A <time> with the time of day, and with the date if that of `before` was another day."""
    who = viewer()
    is_same_day = before is not None and who.date(before) == who.date(at)
    return _time(at, who.clock(at) if is_same_day else f"{who.date(at)}, {who.clock(at)}")


def noted(words: str) -> str:
    """Rewrite the English numbers of stored words, such as Line 5,012, for the viewer. Quoted text stays unchanged."""
    who = viewer()
    return STORED_NUMBER.sub(lambda found: found[1] or who.number(int(found[0].replace(",", ""))), words)


def _of_this_answer() -> notation.Notation:
    """The notation of this response: the viewer's on a page, else English and UTC (the API, files, no request)."""
    if not has_request_context() or request.path.startswith(API) or access(request.endpoint).is_file:
        return notation.Notation()
    return viewer()


def _chosen() -> tuple[Locale | None, ZoneInfo | None]:
    """The locale and time zone that the user of this request chose on /account. None: not chosen."""
    locale: Any = getattr(current_user, "locale", None)
    zone: Any = getattr(current_user, "time_zone", None)
    return locales.locale(locale or ""), locales.zone(zone or "")


def _language() -> Locale:
    """The first language of the browser's list that Babel knows."""
    tags = [str(tag) for tag, _ in request.accept_languages][:MOST_LANGUAGES]
    found = (locales.locale(tag) for tag in (*tags, FALLBACK))
    return next(locale for locale in found if locale)


def _zone() -> ZoneInfo | None:
    """The time zone of the browser, if a script of the page has sent it."""
    return locales.zone(request.cookies.get(ZONE_COOKIE, ""))


@functools.lru_cache(maxsize=1024)
def _viewer(locale: Locale, zone: ZoneInfo | None) -> Viewer:
    return Viewer(locale, zone)


@functools.lru_cache(maxsize=1024)
def _numbers(locale: Locale) -> tuple[str, dict[int, str]]:
    """The pattern of a whole number, and the locale's sign for each English sign.

    The signs are replaced after formatting: Babel 2.19 reads the Swiss group sign as a quote, and drops it.
    """
    pattern = str(locale.decimal_formats[None].pattern)
    signs = {",": get_group_symbol(locale), ".": get_decimal_symbol(locale)}
    return pattern.partition(".")[0], str.maketrans(signs)


_pattern = functools.lru_cache(maxsize=1024)(parse_pattern)


@functools.lru_cache(maxsize=1024)
def _date(locale: Locale) -> str:
    skeleton = locale.datetime_skeletons.get("yMMMd") or locale.date_formats["medium"]
    letters = _letters(str(skeleton.pattern)).replace("L", "M")
    return DATES.get("".join(sorted("dMy", key=letters.find)), DATES["dMy"])


@functools.lru_cache(maxsize=1024)
def _clock(locale: Locale, seconds: str = "") -> str:
    is_12_hours = "h" in _letters(str(locale.time_formats["short"].pattern))
    return f"h:mm{seconds} a" if is_12_hours else f"HH:mm{seconds}"


def _letters(pattern: str) -> str:
    """A pattern without its quoted words. In HH 'h' mm, the quoted h is not a sign for 12 hours."""
    return re.sub(r"'[^']*'", "", pattern)


@functools.lru_cache(maxsize=MOST_TIMES)
def _moment(who: Viewer, at: datetime) -> Markup:
    return _time(at, who.moment(at))


@functools.lru_cache(maxsize=MOST_TIMES)
def _date_of(who: Viewer, at: datetime) -> Markup:
    return _time(at, who.date(at))


def _time(at: datetime, words: str) -> Markup:
    utc = at.astimezone(UTC)
    return _TIME.format(utc.isoformat(timespec="seconds"), f"{utc:%Y-%m-%d %H:%M:%S} UTC", words)
