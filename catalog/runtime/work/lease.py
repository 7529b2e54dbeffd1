"""A worker's right to one piece of work: taken with an epoch, renewed by a thread, lost when another worker takes over.

One statement, twice a second, renews the lease, stores the progress and reads whether a user pressed Cancel. The work
(an import, a bulk job) is a row of a table; a `Leased` has the statements for it.
"""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar, cast

import psycopg2
import structlog
from psycopg2.extensions import connection as Connection, cursor as Cursor
from sqlalchemy import Connection as SqlConnection, Engine, TextClause, text

from catalog.models import db
from catalog.runtime.settings import Settings
from catalog.runtime.work import pubsub, queue

log = structlog.get_logger()

FENCE = "SELECT 1 FROM {table} WHERE id = :id AND lease_epoch = :epoch FOR SHARE"
FORGIVE = "UPDATE {table} SET takes = greatest(takes - 1, 0) WHERE id = :id AND lease_epoch = :epoch"
# A worker may be frozen, not dead: its transaction would keep the writer's lock for ever.
END_EARLIER = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = :name
""")
# Frozen at its very commit, it keeps the row locked too, and no other worker could take it.
IS_SILENT = """
    AND EXISTS (SELECT FROM {table} WHERE id = :id AND lease_expires_at < now())
"""


class LeaseLost(Exception):
    """Another worker took over: this one must not commit."""


class Cancelled(Exception):
    """A person pressed Cancel."""


class Working(Protocol):
    """The progress of the worker: written by the worker, stored by the thread of the lease."""

    def values(self) -> dict[str, Any]:
        """The parameters of the statement that renews the lease."""
        ...


W = TypeVar("W", bound=Working)


@dataclass(frozen=True)
class Leased:
    """A kind of work: its name, its table, and the statements that take, renew and clean up one of its rows.

    `take` returns the new epoch, or no row; `renew` returns whether to cancel, or no row if the lease is lost;
    `forget` clears what an earlier worker left.
    """

    kind: str
    table: str
    take: TextClause
    renew: TextClause
    forget: TextClause | None = None

    def key(self, row_id: int) -> str:
        """The channel of its progress, such as import:42."""
        return f"{self.kind}:{row_id}"

    def connection_name(self, row_id: int) -> str:
        """The application name of the worker's connection in PostgreSQL."""
        return f"catalog {self.kind} {row_id}"


class Lease(Generic[W]):
    """Held while a row is worked on: `with lease: ...`; `check` raises once it is lost or the work cancelled."""

    def __init__(self, settings: Settings, leased: Leased, row_id: int, epoch: int, working: W) -> None:
        self.id = row_id
        self.epoch = epoch
        self.working = working
        self.leased = leased
        self._engine: Engine = db.engine
        self._settings = settings
        self._redis = queue.connection()
        self._guarded: Connection | None = None
        self._ended: type[Exception] | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._renew_until_stopped, name="lease", daemon=True)

    @classmethod
    def take(cls, settings: Settings, leased: Leased, row_id: int, working: W) -> "Lease[W] | None":
        """Take the lease on a waiting or abandoned row; None if another worker has it, or there is no work."""
        owner = f"{settings.this_host}:{os.getpid()}"
        values = {"id": row_id, "owner": owner, "seconds": settings.lease_seconds}
        named = {"id": row_id, "name": leased.connection_name(row_id)}
        with db.engine.begin() as connection:
            connection.execute(text(f"{END_EARLIER.text} {IS_SILENT.format(table=leased.table)}"), named)
            epoch = connection.execute(leased.take, values).scalar()
            if epoch is None:
                return None
            if leased.forget is not None:
                connection.execute(leased.forget, values)
            connection.execute(END_EARLIER, named)
        return cls(settings, leased, row_id, epoch, working)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def connect(self) -> Connection:
        """A connection outside the pool, because another worker may interrupt or end it."""
        pooled = self._engine.raw_connection()
        connection = cast(Connection, pooled.driver_connection)
        pooled.detach()
        name = self.leased.connection_name(self.id)
        with connection, connection.cursor() as cursor:
            cursor.execute("SET application_name = %s", (name,))
        self._guarded = connection
        return connection

    def ring(self) -> None:
        """Announce the progress."""
        pubsub.ring(self._redis, self.leased.key(self.id))

    def check(self) -> None:
        """Raises LeaseLost or Cancelled when there is a reason to stop."""
        if self._ended:
            raise self._ended

    def show(self) -> None:
        """Store the progress now, without waiting for the next heartbeat: a small import ends before that."""
        self._wake.set()

    @contextmanager
    def fenced(self) -> Iterator[SqlConnection]:
        """A transaction that only the lease's holder can commit; a take-over waits for its end. Raises LeaseLost."""
        with self._engine.begin() as connection:
            fence = text(FENCE.format(table=self.leased.table))
            values = {"id": self.id, "epoch": self.epoch}
            if connection.execute(fence, values).scalar() is None:
                raise LeaseLost
            yield connection

    def end(self, cursor: Cursor, statement: str, values: dict[str, Any]) -> None:
        """The fence: run the last statement before the commit, which ends the work. Raises LeaseLost, Cancelled.

        The statement looks for `id` and `epoch`: 0 rows mean that the work is not ours to end, or was cancelled.
        """
        self.stop()
        self.check()
        here = {"id": self.id, "epoch": self.epoch}
        cursor.execute(statement, values | here)
        if cursor.rowcount:
            return
        table = self.leased.table
        cursor.execute(f"SELECT lease_epoch FROM {table} WHERE id = %(id)s", here)  # nosec B608  # one of our tables
        raise Cancelled if cursor.fetchone() == (self.epoch,) else LeaseLost

    def forgive(self) -> None:
        """Don't count this run as one that died over the work: something was away. The lease ends by itself."""
        with self._engine.begin() as connection:
            values = {"id": self.id, "epoch": self.epoch}
            connection.execute(text(FORGIVE.format(table=self.leased.table)), values)

    def stop(self) -> None:
        """Stop renewing: the worker is about to commit, or has given up."""
        self._guarded = None
        self._stop.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def _renew_until_stopped(self) -> None:
        renewed = time.monotonic()
        while self._waits():
            try:
                self._ended = self._ended or self._renew()
                renewed = time.monotonic()
            except Exception as error:  # noqa: BLE001 - a lease that can't be renewed is lost in time, whatever the cause
                log.warning("the lease was not renewed", error=str(error))
                if time.monotonic() - renewed > self._settings.lease_seconds:
                    self._ended = LeaseLost
            guarded = self._guarded
            if self._ended and guarded:
                self._interrupt(guarded)

    def _waits(self) -> bool:
        """Wait until the next heartbeat, or until there is progress to store; False if the lease has ended."""
        self._wake.wait(self._settings.heartbeat_seconds)
        self._wake.clear()
        return not self._stop.is_set()

    def _renew(self) -> type[Exception] | None:
        here = {"id": self.id, "epoch": self.epoch, "seconds": self._settings.lease_seconds}
        with self._engine.begin() as connection:
            connection.execute(text("SET LOCAL synchronous_commit = off"))  # the next one is half a second away
            cancelled = connection.execute(self.leased.renew, self.working.values() | here).scalar()
        self.ring()
        if cancelled is None:
            return LeaseLost
        return Cancelled if cancelled else None

    def _interrupt(self, connection: Connection) -> None:
        try:
            connection.cancel()
        except psycopg2.Error as error:
            log.info("nothing to interrupt", id=self.id, error=str(error))
