"""Limits on simultaneous exports and downloads, in total and per user. Nothing of HTTP in here."""

import threading
from collections import Counter
from collections.abc import Callable
from functools import partial

AGAIN = "Wait until one of them has finished, then try again."


class TooMany(Exception):
    """All turns are taken; the message says by whom."""


class Turns:
    """So many at once, and so many of them for one user. The web server is one process, so what it counts is the whole."""

    def __init__(self, what: str, most: int, each: int) -> None:
        self._what, self._most, self._each = what, most, min(each, most)
        self._lock = threading.Lock()
        self._taken: Counter[int] = Counter()

    def take(self, user_id: int) -> Callable[[], None]:
        """A turn; call what comes back when it is over, once or more. Raises TooMany."""
        with self._lock:
            if self._taken[user_id] >= self._each:
                raise TooMany(f"{self._each} {self._what} of yours are already being sent. {AGAIN}")
            if self._taken.total() >= self._most:
                raise TooMany(f"{self._most} {self._what} of other users are being sent. {AGAIN}")
            self._taken[user_id] += 1
        return partial(self._end, [user_id])

    @property
    def taken(self) -> int:
        """How many there are just now."""
        with self._lock:
            return self._taken.total()

    def _end(self, whose: list[int]) -> None:
        with self._lock:
            self._taken.subtract(whose)
            self._taken += Counter()  # forgets who has none
            whose.clear()
