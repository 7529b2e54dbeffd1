"""The rows of imports that wait or run, as the fair order sees them, and the turn of a worker.

PostgreSQL has the truth. A job of RQ only says that an import waits, not which one is next.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import Connection, text

from catalog.imports.waiting import order
from catalog.models import db
from catalog.runtime import Settings

TURN_LOCK = 0x6361_7413  # two workers that choose at once would not see each other's choice
# A worker that is frozen while it chooses must not keep all others from choosing.
ALONE = text(f"SET LOCAL idle_in_transaction_session_timeout = '5s'; SELECT pg_advisory_xact_lock({TURN_LOCK})")

WORKABLE = "state IN ('queued', 'reading', 'applying') AND NOT held AND sha256 <> ''"
"""The condition of imports that wait for a worker or have one."""

COLUMNS = "id, user_id, supplier, priority, extract(epoch FROM queued_at)::float8, size"
WAITING = text(f"""
SELECT {COLUMNS}, lease_expires_at IS NOT NULL FROM imports
WHERE {WORKABLE} AND (lease_expires_at IS NULL OR lease_expires_at < now())
""")  # nosec B608  # of constants
RUNNING = text(f"""
SELECT user_id, supplier, size, percent, takes, extract(epoch FROM clock_timestamp() - started_at)::float8 FROM imports
WHERE {WORKABLE} AND lease_expires_at >= now()
""")  # nosec B608  # of constants
SERVED = text("""
SELECT user_id, supplier, extract(epoch FROM max(served_at))::float8 FROM imports
WHERE served_at > now() - interval '1 day' GROUP BY user_id, supplier
""")


@dataclass(frozen=True)
class Running:
    """An import that has a worker: since when, in seconds, and how far the bar is."""

    group: order.Group
    size: int
    percent: float
    takes: int
    elapsed: float


@dataclass(frozen=True)
class Line:
    """All imports that wait or run, and the shares of their users."""

    waiting: list[order.Waiting]
    running: list[Running]
    shares: order.Shares


def read(connection: Connection) -> Line:
    """The line as it is now."""
    waiting = [order.Waiting(*row) for row in connection.execute(WAITING)]
    running = [Running((user, supplier), *rest) for user, supplier, *rest in connection.execute(RUNNING)]
    shares = order.Shares()
    for user, supplier, at in connection.execute(SERVED):
        shares.serve((user, supplier), at)
    for one in running:
        shares.start(one.group, order.NEVER)
    return Line(waiting, running, shares)


def following(connection: Connection) -> int | None:
    """The id of the import whose turn it is; None if none may start."""
    settings: Settings = current_app.config["SETTINGS"]
    line = read(connection)
    chosen = order.first(line.waiting, line.shares, settings.user_imports, time.time())
    return chosen.id if chosen else None


def startable() -> list[int]:
    """Imports that wait for a worker, or whose worker died, oldest first; without those of users at the limit."""
    settings: Settings = current_app.config["SETTINGS"]
    with db.engine.connect() as connection:
        line = read(connection)
    return sorted(one.id for one in order.allowed(line.waiting, line.shares, settings.user_imports))


@contextmanager
def turn() -> Iterator[int | None]:
    """The import whose turn it is, or None. No other worker chooses before the context ends: take it there."""
    with db.engine.begin() as connection:
        connection.execute(ALONE)
        yield following(connection)
