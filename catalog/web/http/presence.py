"""Check the sessions of open streams: one query for all of a process, every few seconds at most.

A request is let in once; a stream lasts, and its session may end before the stream does.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from catalog.people import sessions

ASK_SECONDS = 2.0


class Presence:
    """The sessions with open streams, and which of them were valid at the last check."""

    def __init__(self, idle: timedelta) -> None:
        self._idle = idle
        self._lock = threading.Lock()
        self._watching: Counter[int] = Counter()
        self._good: frozenset[int] = frozenset()
        self._asked_at = 0.0

    @contextmanager
    def watching(self, session_id: int) -> Iterator[None]:
        """Count one more open stream of a session that was just valid."""
        with self._lock:
            self._watching[session_id] += 1
            self._good |= {session_id}
        try:
            yield
        finally:
            with self._lock:
                self._watching[session_id] -= 1
                self._watching = +self._watching

    def is_good(self, session_id: int) -> bool:
        """Whether the session was valid at most ASK_SECONDS ago."""
        with self._lock:
            if time.monotonic() - self._asked_at > ASK_SECONDS:
                self._good = sessions.valid(set(self._watching), self._idle)
                self._asked_at = time.monotonic()
            return session_id in self._good
