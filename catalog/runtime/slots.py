"""Limits on simultaneous exports and downloads, in total and per user. Knows no HTTP."""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

from catalog.notation import noun_of, plural

AGAIN = "Wait until one has finished, then try again."


class TooMany(Exception):
    """All slots are taken; the message says by whom."""


class Slots:
    """A limit in total, and one per user; the web server is one process, and counts all. `what` names one of them."""

    def __init__(self, what: str, most: int, each: int) -> None:
        self._what, self._most, self._each = what, most, min(each, most)
        self._lock = threading.Lock()
        self._taken: Counter[int] = Counter()

    def take(self, user_id: int) -> Callable[[], None]:
        """Take a slot; returns a function that gives it back, which may be called more than once. Raises TooMany."""
        with self._lock:
            if self._taken[user_id] >= self._each:
                raise TooMany(f"You already have {plural(self._each, self._what)} running. {AGAIN}")
            if self._taken.total() >= self._most:
                raise TooMany(
                    f"{plural(self._most, self._what)} {_is(self._most)} running, which is the limit. {AGAIN}"
                )
            self._taken[user_id] += 1
        return partial(self._end, [user_id])

    @property
    def taken(self) -> int:
        """Number of slots that are taken now."""
        with self._lock:
            return self._taken.total()

    def _end(self, whose: list[int]) -> None:
        with self._lock:
            self._taken.subtract(whose)
            self._taken += Counter()  # forgets who has none
            whose.clear()


def _is(count: int) -> str:
    return noun_of(count, "is", "are")
