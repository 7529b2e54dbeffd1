"""One worker's run of one import: lease, read, plan, apply, and the fence at the commit."""

import csv
import io
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from typing import Any, BinaryIO

import psycopg2
import psycopg2.errors
import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from catalog import changes, importer, imports, progress, queue, uploads
from catalog.config import Settings
from catalog.lease import Cancelled, Lease, LeaseLost, connection_name
from catalog.models import COUNTS, Import, db

log = structlog.get_logger()

MOST_TAKES = 3  # workers that may die over one file
RECENT_ERRORS = 5  # shown while it runs

FAULT = "A fault of Catalog, not of the file; the log of the worker has the details."
DISK_FULL = (
    "The disk of the database is full, so nothing was changed. Make room and retry."
)

# Shares of the bar, near enough to where the time of 500,000 new rows goes.
READ, CHECKED, PLANNED, APPLIED = 35.0, 38.0, 55.0, 99.0

# The fence: only the worker whose epoch it is, and only if nobody cancelled, may end an import. 0 rows: it may not.
COMPLETE = """
UPDATE imports SET
    state = 'completed', phase = 'applying', percent = 100, finished_at = clock_timestamp(), change_set_id = %(change_set_id)s,
    rows = %(rows)s, created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s,
    duplicates = %(duplicates)s, rejected = %(rejected)s, blank = %(blank)s,
    columns = %(columns)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
"""
GIVE_UP = text("""
UPDATE imports SET
    state = :state, error = :error, finished_at = now(), created = 0, updated = 0, unchanged = 0, duplicates = 0,
    rows = :rows, rejected = :rejected, blank = :blank, recent_errors = CAST(:recent_errors AS jsonb),
    columns = CAST(:columns AS json), timings = CAST(:timings AS jsonb), lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""")
KEEP = """
COPY row_errors (import_id, row, line, "column", code, value, message)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))
"""


def run(import_id: int) -> None:
    """Carry an import out, in a worker. Returns when it has ended, or when it is another worker's."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, import_id)
    if lease is None:
        log.info("import is not to be had", import_id=import_id)
        return
    row = db.session.get_one(Import, import_id, populate_existing=True)
    work = _Work(lease, row)
    db.session.remove()
    with lease, structlog.contextvars.bound_contextvars(import_id=import_id):
        if work.takes > MOST_TAKES:
            work.give_up(
                "failed",
                f"{MOST_TAKES} workers stopped while they read this file. Nothing was changed.",
            )
            return
        work.carry_out_or_give_up()


class _Work:
    """One worker's run of one import."""

    def __init__(self, lease: Lease, row: Import) -> None:
        self.lease = lease
        self.working = lease.working
        self.takes = row.takes
        self._key, self._size = row.storage_key, max(row.size, 1)
        self._options = importer.Options.from_json(row.options)
        self._source, self._user_id = row.source, row.user_id
        self._scratch = f"import_{row.id}_{lease.epoch}"

    def carry_out_or_give_up(self) -> None:
        """Run to the end; whatever stops it becomes a state and a reason, except what another worker will take up."""
        try:
            with (
                uploads.storage().open(self._key) as file,
                closing(_own_connection(self.lease.import_id)) as connection,
            ):
                self.lease.guard(connection)
                self._carry_out(file, connection)
        except LeaseLost:
            log.warning("another worker took this import over")
        except Cancelled:
            self.give_up("cancelled", None)
        except importer.Refused as refusal:
            self.give_up("failed", str(refusal))
        except importer.Miscounted as fault:
            log.exception("rows do not add up")
            self.give_up(
                "failed", f"The rows do not add up, so nothing was changed: {fault}."
            )
        except FileNotFoundError:
            self.give_up("failed", "The stored file is gone. Upload it again.")
        except (psycopg2.Error, DBAPIError) as error:
            self._stopped_by_database(error)
        except Exception:
            log.exception("import failed")
            self.give_up("failed", FAULT)

    def _stopped_by_database(self, error: Exception) -> None:
        """A statement ended in an error: by our own doing, because the server went away, or for a reason that stays."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        try:
            self.lease.check()
        except LeaseLost:
            log.warning("another worker took this import over")
        except Cancelled:
            self.give_up("cancelled", None)
        else:
            full = isinstance(cause, psycopg2.errors.DiskFull)
            if not full and _went_away(cause):
                log.exception("the database went away; another run goes on")
                return
            log.exception("import failed")
            self.give_up("failed", DISK_FULL if full else FAULT)

    def _carry_out(self, file: BinaryIO, connection: Connection) -> None:
        staged = self._read(file, connection)
        with connection.cursor() as cursor:
            with self._phase("planning", CHECKED, timing="waiting"):
                changes.lock(cursor)
            with self._phase("planning", PLANNED):
                planned = importer.plan(
                    connection, self._scratch, staged.columns, self._options
                )
            self.working.unchanged, self.working.duplicates = (
                planned.unchanged,
                planned.duplicates,
            )
            self.working.state = "applying"
            change_set_id = changes.open(cursor, "import", self._source, self._user_id)
            with self._phase("applying", APPLIED):
                created, updated = importer.apply(
                    connection, self._scratch, planned, change_set_id, self._on_slice
                )
            self.working.created, self.working.updated = created, updated
            changes.close(cursor, change_set_id, created=created, updated=updated)
            importer.drop(connection, self._scratch)
            self._complete(cursor, change_set_id)
        connection.commit()
        progress.ring(queue.connection(), self.lease.import_id)
        log.info("import completed", **self._counts(), **self.working.timings)

    def _read(self, file: BinaryIO, connection: Connection) -> importer.Staged:
        """The file in the staging table, committed so that it is out of the way of the rest."""
        with self._phase("reading", READ):
            staged = importer.stage(
                file, connection, self._scratch, self._options, self._on_chunk
            )
        with self._phase("checking", CHECKED):
            importer.verify(connection, self._scratch, staged)
        connection.commit()
        return staged

    @contextmanager
    def _phase(self, name: str, reaches: float, *, timing: str = "") -> Iterator[None]:
        """One phase of the bar, from where it stands to `reaches` per cent; its seconds are kept."""
        self.working.phase = name
        begun = time.monotonic()
        yield
        self._time(timing or name, round(time.monotonic() - begun, 3))
        self.working.percent = reaches
        self.lease.check()

    def _time(self, name: str, value: float) -> None:
        """Keep a figure; the lease's thread may be reading the others."""
        self.working.timings = self.working.timings | {name: value}

    def _on_chunk(self, step: importer.Step) -> None:
        self.lease.check()
        working = self.working
        working.columns = step.columns.meaning()
        working.percent = READ * min(step.position / self._size, 1)
        working.rows += step.rows
        working.rejected += len(step.errors)
        working.blank += step.blank
        if step.errors:
            self._keep(step.errors)
            working.recent_errors = [
                asdict(error) for error in step.errors[-RECENT_ERRORS:]
            ]

    def _on_slice(self, created: int, updated: int, share: float) -> None:
        self.lease.check()
        self.working.created, self.working.updated = created, updated
        self.working.percent = PLANNED + (APPLIED - PLANNED) * share

    def _keep(self, errors: list[importer.RowError]) -> None:
        """Write refused rows at once, so that they are there however the import ends."""
        rows = ((self.lease.import_id, *asdict(error).values()) for error in errors)
        with self.lease.fenced() as connection:
            cursor: Any = connection.connection.cursor()
            cursor.copy_expert(KEEP, _csv(rows))

    def _complete(self, cursor: Any, change_set_id: int) -> None:
        """The last statement before the commit: the counts add up, and the import is still ours to end."""
        self.lease.stop()
        self.lease.check()
        self._balance(cursor)
        self._time("peak_memory_bytes", _peak_memory())
        shown = {
            name: Json(getattr(self.working, name))
            for name in ("columns", "recent_errors", "timings")
        }
        ends = {
            "id": self.lease.import_id,
            "epoch": self.lease.epoch,
            "change_set_id": change_set_id,
        }
        cursor.execute(COMPLETE, self._counts() | shown | ends)
        if cursor.rowcount:
            return
        cursor.execute(
            "SELECT lease_epoch FROM imports WHERE id = %s", (self.lease.import_id,)
        )
        raise Cancelled if cursor.fetchone() == (self.lease.epoch,) else LeaseLost

    def _balance(self, cursor: Any) -> None:
        """Conservation: every row became exactly one thing, and every refused one is kept with its reason."""
        counts = self._counts()
        rows = counts.pop("rows")
        if rows != sum(counts.values()):
            raise importer.Miscounted(
                f"{rows:,} rows, but {counts} make {sum(counts.values()):,}"
            )
        cursor.execute(
            "SELECT count(*) FROM row_errors WHERE import_id = %s",
            (self.lease.import_id,),
        )
        (kept,) = cursor.fetchone()
        if kept != counts["rejected"]:
            raise importer.Miscounted(
                f"{counts['rejected']:,} rows were refused, but {kept:,} are kept"
            )

    def _counts(self) -> dict[str, int]:
        return {name: getattr(self.working, name, 0) for name in ("rows", *COUNTS)}

    def give_up(self, state: str, error: str | None) -> None:
        """End without a change, if the import is still ours to end."""
        self.lease.stop()
        shown = {
            name: json.dumps(getattr(self.working, name))
            for name in ("columns", "recent_errors", "timings")
        }
        values = {"state": state, "error": error} | self._counts() | shown
        with db.engine.begin() as connection:
            connection.execute(
                GIVE_UP,
                values | {"id": self.lease.import_id, "epoch": self.lease.epoch},
            )
        imports.sweep()
        progress.ring(queue.connection(), self.lease.import_id)
        log.info("import ended without a change", state=state, error=error)


def _went_away(cause: BaseException | None) -> bool:
    """Whether the server or the way to it is gone, by its code (or none): https://www.postgresql.org/docs/current/errcodes-appendix.html"""
    code = getattr(cause, "pgcode", None) or "08000"
    lost = isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError)
    return lost and code.startswith(("08", "57P"))


def _own_connection(import_id: int) -> Connection:
    """A connection that goes back to no pool: it may be interrupted, or ended by whoever takes over."""
    pooled = db.engine.raw_connection()
    connection: Connection = pooled.driver_connection
    pooled.detach()
    with connection, connection.cursor() as cursor:
        cursor.execute("SET application_name = %s", (connection_name(import_id),))
    return connection


def _csv(rows: Iterable[tuple[Any, ...]]) -> io.StringIO:
    """Rows as COPY reads them."""
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    text.seek(0)
    return text


def _peak_memory() -> int:
    """The most memory that this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
