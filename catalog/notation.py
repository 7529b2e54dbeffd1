"""How numbers and moments are written for people: in English and UTC, unless the viewer of a page chose another way.

Commands, files, the API and logs use `Notation` itself. The pages give theirs with `use`: see `web/rendering/viewer`.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from decimal import Decimal


class Notation:
    """English numbers, and moments in UTC."""

    def number(self, value: float | Decimal, decimals: int = 0) -> str:
        """1234.5 with two decimals -> 1,234.50."""
        return f"{value:,.{decimals}f}"

    def moment(self, at: datetime) -> str:
        """30 Nov 2026, 14:05 UTC."""
        return f"{at.astimezone(UTC):%d %b %Y, %H:%M} UTC"

    def date(self, at: datetime) -> str:
        """30 Nov 2026."""
        return f"{at.astimezone(UTC):%d %b %Y}"

    def clock(self, at: datetime) -> str:
        """14:05:09."""
        return f"{at.astimezone(UTC):%H:%M:%S}"


_notation: Callable[[], Notation] = Notation


def use(notation: Callable[[], Notation]) -> None:
    """From now on ask this function for the notation whenever something is written."""
    global _notation
    _notation = notation


def number(value: float | Decimal, decimals: int = 0) -> str:
    """A number as its reader writes it."""
    return _notation().number(value, decimals)


def moment(at: datetime) -> str:
    """A date and a time as their reader writes them."""
    return _notation().moment(at)


def date(at: datetime) -> str:
    """A date as its reader writes it."""
    return _notation().date(at)


def clock(at: datetime) -> str:
    """A time of day, with seconds."""
    return _notation().clock(at)


IRREGULAR = {"entry": "entries", "person": "people", "query": "queries", "delivery": "deliveries"}


def plural(count: int, noun: str, many: str = "") -> str:
    """1 row, 2,000 rows; `many` is for a noun whose plural is not regular: 2 sets of columns."""
    return f"{number(count)} {noun_of(count, noun, many)}"


def listed(words: Sequence[str]) -> str:
    """Words in a sentence: a; a and b; a, b and c."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def noun_of(count: int, noun: str, many: str = "") -> str:
    """The noun alone: row for 1, rows for any other number."""
    return noun if count == 1 else many or IRREGULAR.get(noun, f"{noun}s")
