"""The place of an import in the queue, in words. Imports nothing large: commands should start fast."""

from dataclasses import dataclass

from catalog.notation import plural


@dataclass(frozen=True)
class Place:
    """An import's place in the queue, 1 for the next, and the seconds until its expected start; None: not known."""

    number: int
    seconds: float | None = None

    @property
    def words(self) -> str:
        """3rd in the queue, starts in about 2 minutes."""
        first = "Next in the queue" if self.number == 1 else f"{_ordinal(self.number)} in the queue"
        return first if self.seconds is None else f"{first}, starts {_soon(self.seconds)}"


def _ordinal(number: int) -> str:
    """1 -> 1st, 12 -> 12th, 23 -> 23rd."""
    teen = number % 100 in (11, 12, 13)
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _soon(seconds: float) -> str:
    """When something starts, as roughly as it is known."""
    if seconds < 5:
        return "in a few seconds"
    if seconds < 55:
        return f"in about {plural(5 * round(seconds / 5), 'second')}"
    if seconds < 55 * 60:
        return f"in about {plural(max(round(seconds / 60), 1), 'minute')}"
    return f"in about {plural(max(round(seconds / 3600), 1), 'hour')}"
