"""A worker's right to one import: taken with an epoch, renewed by a thread, lost to whoever takes over.

One statement, twice a second, is heartbeat, progress and the question whether somebody pressed Cancel.
"""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, Self

import psycopg2
import structlog
from psycopg2.extensions import connection as Connection
from sqlalchemy import Connection as SqlConnection
from sqlalchemy import Engine, text

from catalog import progress, queue
from catalog.config import Settings
from catalog.models import db

log = structlog.get_logger()

# 0 rows: another worker has it, or it has ended.
TAKE = text("""
UPDATE imports SET
    state = 'reading', phase = 'reading', error = NULL,
    started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    rows = 0, created = 0, updated = 0, unchanged = 0, duplicates = 0, rejected = 0, blank = 0,
    recent_errors = '[]', progress_version = progress_version + 1
WHERE id = :id AND state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
RETURNING lease_epoch
""")

FENCE = text("SELECT 1 FROM imports WHERE id = :id AND lease_epoch = :epoch FOR SHARE")
# A worker may be frozen, not dead: its transaction would keep the writer's lock for ever.
END_EARLIER = text("""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = :name
""")
FORGET = text("DELETE FROM row_errors WHERE import_id = :id")

# 0 rows: the lease is lost, or the import has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    rows = :rows, created = :created, updated = :updated, unchanged = :unchanged,
    duplicates = :duplicates, rejected = :rejected, blank = :blank,
    recent_errors = CAST(:recent_errors AS jsonb), columns = CAST(:columns AS json), timings = CAST(:timings AS jsonb),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")


def connection_name(import_id: int) -> str:
    """How the connection on which an import is worked on is known to PostgreSQL."""
    return f"catalog import {import_id}"


class LeaseLost(Exception):
    """Another worker took over; whatever this one still does must not be committed."""


class Cancelled(Exception):
    """Somebody pressed Cancel."""


@dataclass
class Working:
    """How far the worker is. The worker writes it, the lease's thread shows it."""

    state: str = "reading"
    phase: str = "reading"
    percent: float = 0.0
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    recent_errors: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)


class Lease:
    """Held while an import is worked on: `with lease: ...`; `check` raises once it is lost or the import cancelled."""

    def __init__(
        self, engine: Engine, settings: Settings, import_id: int, epoch: int
    ) -> None:
        self.import_id = import_id
        self.epoch = epoch
        self.working = Working()
        self._engine = engine
        self._settings = settings
        self._redis = queue.connection()
        self._guarded: Connection | None = None
        self._ended: type[Exception] | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._renew_until_stopped, name="lease", daemon=True
        )

    @classmethod
    def take(cls, settings: Settings, import_id: int) -> "Lease | None":
        """The lease on a waiting or abandoned import, None if it is not to be had."""
        owner = f"{socket.gethostname()}:{os.getpid()}"
        values = {"id": import_id, "owner": owner, "seconds": settings.lease_seconds}
        with db.engine.begin() as connection:
            epoch = connection.execute(TAKE, values).scalar()
            if (
                epoch is not None
            ):  # whatever an earlier worker refused is looked at again
                connection.execute(FORGET, values)
                connection.execute(END_EARLIER, {"name": connection_name(import_id)})
        return None if epoch is None else cls(db.engine, settings, import_id, epoch)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def guard(self, connection: Connection) -> None:
        """Interrupt this connection's statement when the lease ends, however long it would run."""
        self._guarded = connection

    def check(self) -> None:
        """Raises LeaseLost or Cancelled when there is a reason to stop."""
        if self._ended:
            raise self._ended

    @contextmanager
    def fenced(self) -> Iterator[SqlConnection]:
        """A transaction that only the lease's holder can commit: a take-over waits until it is over. Raises LeaseLost."""
        with self._engine.begin() as connection:
            values = {"id": self.import_id, "epoch": self.epoch}
            if connection.execute(FENCE, values).scalar() is None:
                raise LeaseLost
            yield connection

    def stop(self) -> None:
        """No more renewals: the worker is about to commit, or has given up."""
        self._guarded = None
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _renew_until_stopped(self) -> None:
        renewed = time.monotonic()
        while not self._stop.wait(self._settings.heartbeat_seconds):
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

    def _renew(self) -> type[Exception] | None:
        values = self._values() | {
            "id": self.import_id,
            "epoch": self.epoch,
            "seconds": self._settings.lease_seconds,
        }
        with self._engine.begin() as connection:
            connection.execute(
                text("SET LOCAL synchronous_commit = off")
            )  # the next one is half a second away
            cancelled = connection.execute(RENEW, values).scalar()
        progress.ring(self._redis, self.import_id)
        if cancelled is None:
            return LeaseLost
        return Cancelled if cancelled else None

    def _values(self) -> dict[str, Any]:
        values = asdict(self.working)
        return values | {
            name: json.dumps(values[name])
            for name in ("recent_errors", "columns", "timings")
        }

    def _interrupt(self, connection: Connection) -> None:
        try:
            connection.cancel()
        except psycopg2.Error as error:
            log.info("nothing to interrupt", import_id=self.import_id, error=str(error))
