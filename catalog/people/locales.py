"""The locales and time zones that a user may choose: those that Babel and the time zone database know."""

import functools
from collections.abc import Mapping
from zoneinfo import ZoneInfo, available_timezones

from babel import Locale, UnknownLocaleError, localedata


@functools.lru_cache(maxsize=1024)
def locale(tag: str) -> Locale | None:
    """The locale with a tag such as de-DE; its language alone if the region is unknown; None for anything else."""
    for known in (tag, tag.partition("-")[0]):
        try:
            return Locale.parse(known, sep="-")
        except (UnknownLocaleError, ValueError, TypeError):
            continue
    return None


def zone(name: str) -> ZoneInfo | None:
    """The time zone with a name such as Europe/Berlin; None for anything else."""
    return ZoneInfo(name) if name in zones() else None


@functools.cache
def locales() -> Mapping[str, str]:
    """Tag -> English name of every locale of a region, by name."""
    tags = [name.replace("_", "-") for name in localedata.locale_identifiers()]
    found = {tag: Locale.parse(tag, sep="-") for tag in tags}
    names = {tag: known.get_display_name("en") or tag for tag, known in found.items() if known.territory}
    return dict(sorted(names.items(), key=lambda item: item[1]))


@functools.cache
def zones() -> frozenset[str]:
    """The names of all time zones."""
    return frozenset(available_timezones())


@functools.cache
def places() -> tuple[str, ...]:
    """The time zones to choose from: UTC, then those that are named after a place."""
    return ("UTC", *sorted(name for name in zones() if "/" in name and not name.startswith(("Etc/", "SystemV/"))))
