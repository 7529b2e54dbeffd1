"""The place of waiting imports in the queue, and each one's expected start: the fair order, played through with times.

How long an import takes is estimated from recent ones of a similar size. If there are none, no time is given for it,
nor for the imports behind it.
"""

import heapq
import time
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import text

from catalog.imports.waiting import order, rows
from catalog.imports.waiting.queue_place import Place
from catalog.imports.waiting.rows import Line, Running
from catalog.models import Import, db
from catalog.runtime import Settings, queue

MOST = 1000  # waiting imports whose place is computed
SMALL_BYTES = 64 * 1024  # smaller files take the same time
ALIKE = 10  # a file of a tenth of the size to ten times the size tells how long another one takes
BAR_TELLS = 10.0  # per cent from which the bar of a running import tells how long it takes
START_SECONDS = 0.2  # of a job: its process is forked before it takes the import
UNKNOWN_SECONDS = 60.0  # orders imports of unknown length; never shown
FRESH_SECONDS = 1.0

# Whole runs in one go, without the wait for other writers.
RECENT = text("""
SELECT size, extract(epoch FROM finished_at - started_at)::float8 - coalesce((timings ->> 'waiting')::float8, 0)
FROM imports
WHERE state = 'completed' AND takes = 1 AND decision IS NULL
    AND finished_at > started_at AND finished_at > now() - interval '30 days'
ORDER BY id DESC LIMIT 50
""")


@dataclass(frozen=True)
class Pace:
    """Size in bytes and seconds of recent imports."""

    recent: Sequence[tuple[int, float]] = ()

    def seconds(self, size: int) -> float | None:
        """How long a file of this size takes; None if no file of a similar size was imported."""
        size = max(size, SMALL_BYTES)
        known = [(max(other, SMALL_BYTES), took) for other, took in self.recent]
        rates = sorted(took / other for other, took in known if other <= size * ALIKE and size <= other * ALIKE)
        return rates[len(rates) // 2] * size + START_SECONDS if rates else None


def play(line: Line, pace: Pace, workers: int, limit: int, now: float) -> dict[int, Place]:
    """The places of waiting imports, by id, if `workers` workers take them in turn. Without workers, no times."""
    lines, shares, known = order.heads(line.waiting), line.shares, workers > 0
    busy: list[tuple[float, int, order.Group]] = []  # the ends of what runs, soonest first
    for number, one in enumerate(line.running):
        left = _left(one, pace)
        known = known and left is not None
        heapq.heappush(busy, (UNKNOWN_SECONDS if left is None else left, number, one.group))
    at, places = 0.0, dict[int, Place]()
    while len(places) < min(MOST, len(line.waiting)):
        heads = [each[0] for each in lines.values() if each]
        free = len(busy) < max(workers, 1)
        chosen = order.first(heads, shares, limit, now + at) if free else None
        if chosen is None:
            if not busy:
                break
            end, _, group = heapq.heappop(busy)
            at = max(at, end)
            shares.end(group)
            continue
        lines[chosen.group, chosen.priority, chosen.interrupted].pop(0)
        places[chosen.id] = Place(len(places) + 1, at if known else None)
        takes = pace.seconds(chosen.size)
        known = known and takes is not None
        shares.start(chosen.group, now + at)
        heapq.heappush(busy, (at + (UNKNOWN_SECONDS if takes is None else takes), chosen.id, chosen.group))
    return places


def of(row: Import) -> Place | None:
    """The place of an import; None if it does not wait for a worker, or if too many are before it."""
    waits = row.state in ("queued", "applying") and not row.held and row.sha256 and row.lease_expires_at is None
    return _places(row.queued_at.timestamp()).get(row.id) if waits else None


def forget() -> None:
    """Compute the places again, because the order has changed."""
    current_app.extensions.pop("places", None)


def _places(since: float) -> dict[int, Place]:
    """All places, at most a second old and not older than `since`: many pages may show them at once."""
    now = time.time()
    known: tuple[float, dict[int, Place]] | None = current_app.extensions.get("places")
    if known is None or known[0] < since or not 0 <= now - known[0] < FRESH_SECONDS:
        known = current_app.extensions["places"] = now, _now()
    return known[1]


def _now() -> dict[int, Place]:
    settings: Settings = current_app.config["SETTINGS"]
    with db.engine.connect() as connection:
        line = rows.read(connection)
        pace = Pace([(size, took) for size, took in connection.execute(RECENT) if took > 0])
    return play(line, pace, queue.workers(queue.IMPORTS), settings.user_imports, time.time())


def _left(one: Running, pace: Pace) -> float | None:
    """Seconds until a running import ends; None if nothing tells."""
    if one.percent >= BAR_TELLS and one.takes == 1:
        return one.elapsed * (100 - one.percent) / one.percent
    takes = pace.seconds(one.size)
    return None if takes is None else max(takes - one.elapsed, 0.0)
