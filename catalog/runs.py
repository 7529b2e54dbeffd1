"""One worker's run of one import: lease, read, plan, apply, and the fence at the commit."""

import csv
import io
import json
import resource
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json
from sqlalchemy import text

from catalog import changes, importer, imports, uploads, webhooks
from catalog.config import Settings
from catalog.lease import Lease, Leased
from catalog.models import COUNTS, Import, db
from catalog.work import MOST_TAKES, Work

log = structlog.get_logger()

RECENT_ERRORS = 5  # shown while it runs

# Shares of the bar, near enough to where the time of 500,000 new rows goes.
READ, CHECKED, PLANNED, APPLIED = 35.0, 38.0, 55.0, 99.0

# 0 rows: another worker has it, or it has ended.
TAKE = text("""
UPDATE imports SET
    state = 'reading', phase = 'reading', error = NULL,
    started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    rows = 0, created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0, rejected = 0, blank = 0,
    recent_errors = '[]', progress_version = progress_version + 1
WHERE id = :id AND NOT held AND state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
RETURNING lease_epoch
""")
# 0 rows: the lease is lost, or the import has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    rows = :rows, created = :created, updated = :updated, unchanged = :unchanged, deleted = :deleted, skipped = :skipped,
    duplicates = :duplicates, rejected = :rejected, blank = :blank,
    recent_errors = CAST(:recent_errors AS jsonb), columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), warnings = CAST(:warnings AS jsonb), timings = CAST(:timings AS jsonb),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")
# Whatever an earlier worker refused is looked at again.
FORGET = text("DELETE FROM row_errors WHERE import_id = :id")

IMPORT = Leased("import", "imports", TAKE, RENEW, FORGET)

# The fence: only the worker whose epoch it is, and only if nobody cancelled, may end an import. 0 rows: it may not.
COMPLETE = """
UPDATE imports SET
    state = 'completed', phase = 'applying', percent = 100, finished_at = clock_timestamp(), change_set_id = %(change_set_id)s,
    rows = %(rows)s, created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s, deleted = %(deleted)s, skipped = %(skipped)s,
    duplicates = %(duplicates)s, rejected = %(rejected)s, blank = %(blank)s,
    columns = %(columns)s, understood = %(understood)s, warnings = %(warnings)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
"""
GIVE_UP = text("""
UPDATE imports SET
    state = :state, error = :error, finished_at = now(), created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0,
    rows = :rows, rejected = :rejected, blank = :blank, recent_errors = CAST(:recent_errors AS jsonb),
    columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), warnings = CAST(:warnings AS jsonb), timings = CAST(:timings AS jsonb), lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""")
KEEP = """
COPY row_errors (import_id, row, line, "column", code, value, message)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))
"""


@dataclass
class Working:
    """How far the worker is with its file."""

    state: str = "reading"
    phase: str = "reading"
    percent: float = 0.0
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    recent_errors: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """As the statements want them: what is JSON as text."""
        return asdict(self) | {
            name: json.dumps(getattr(self, name))
            for name in (
                "recent_errors",
                "columns",
                "understood",
                "warnings",
                "timings",
            )
        }


def run(import_id: int) -> None:
    """Carry an import out, in a worker. Returns when it has ended, or when it is another worker's."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, IMPORT, import_id, Working())
    if lease is None:
        log.info("import is not to be had", import_id=import_id)
        return
    row = db.session.get_one(Import, import_id, populate_existing=True)
    work = _Work(lease, row)
    db.session.remove()
    work.run()


class _Work(Work[Working]):
    """One worker's run of one import."""

    fault = (
        "A fault of Catalog, not of the file; the log of the worker has the details."
    )

    def __init__(self, lease: Lease[Working], row: Import) -> None:
        super().__init__(lease, row.takes)
        self._key, self._size = row.storage_key, max(row.size, 1)
        self._options = importer.Options.from_json(row.options)
        self._source, self._user_id = row.source, row.user_id
        self._filename = row.filename
        self._scratch = f"import_{row.id}_{lease.epoch}"

    def _too_many_takes(self) -> str:
        return f"{MOST_TAKES} workers stopped while they read this file. Nothing was changed."

    def _reason(self, error: Exception) -> str | None:
        if isinstance(error, importer.Miscounted):
            log.error("rows do not add up", exc_info=error)
            return f"The rows do not add up, so nothing was changed: {error}."
        if isinstance(error, FileNotFoundError):
            return "The stored file is gone. Upload it again."
        return str(error) if isinstance(error, importer.Refused) else None

    def _carry_out(self, connection: Connection) -> None:
        with uploads.storage().open(self._key) as file:
            self._bring_in(file, connection)

    def _bring_in(self, file: BinaryIO, connection: Connection) -> None:
        staged = self._read(file, connection)
        with connection.cursor() as cursor:
            with self._phase("planning", CHECKED, timing="waiting"):
                changes.lock(cursor)
                changes.tell_planner(cursor)
            with self._phase("planning", PLANNED):
                planned = importer.plan(
                    connection, self._scratch, staged.columns, self._options
                )
                self._warn(connection, staged, planned.duplicates)
            for name in ("unchanged", "skipped", "duplicates"):
                setattr(self.working, name, getattr(planned, name))
            self.working.state = "applying"
            change_set_id = changes.open(cursor, "import", self._source, self._user_id)
            with self._phase("applying", APPLIED):
                done = importer.apply(
                    connection, self._scratch, planned, change_set_id, self._on_slice
                )
            self._count(done)
            changes.close(cursor, change_set_id, **asdict(done))
            webhooks.record_changes(cursor, change_set_id)
            importer.drop(connection, self._scratch)
            self._complete(cursor, change_set_id)
        connection.commit()
        self.lease.ring()
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

    def _warn(
        self, connection: Connection, staged: importer.Staged, duplicates: int
    ) -> None:
        """Keep what looks wrong in rows that are taken nevertheless."""
        noticed = staged.noticed
        importer.notice_plan(
            connection, self._scratch, noticed, staged.columns, duplicates
        )
        self.working.warnings = [one.to_json() for one in noticed.warnings()]

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
        working.understood = step.understood.to_json()
        working.percent = READ * min(step.position / self._size, 1)
        working.rows += step.rows
        working.rejected += len(step.errors)
        working.blank += step.blank
        if step.errors:
            self._keep(step.errors)
            working.recent_errors = [
                asdict(error) for error in step.errors[-RECENT_ERRORS:]
            ]

    def _on_slice(self, done: importer.Applied, share: float) -> None:
        self.lease.check()
        self._count(done)
        self.working.percent = PLANNED + (APPLIED - PLANNED) * share

    def _count(self, done: importer.Applied) -> None:
        for name, count in asdict(done).items():
            setattr(self.working, name, count)

    def _keep(self, errors: list[importer.RowError]) -> None:
        """Write refused rows at once, so that they are there however the import ends."""
        rows = ((self.lease.id, *asdict(error).values()) for error in errors)
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
            for name in (
                "columns",
                "understood",
                "warnings",
                "recent_errors",
                "timings",
            )
        }
        ends = {"change_set_id": change_set_id}
        self._end(cursor, COMPLETE, self._counts() | shown | ends)
        self._tell(cursor, "completed", None)

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
            (self.lease.id,),
        )
        (kept,) = cursor.fetchone()
        if kept != counts["rejected"]:
            raise importer.Miscounted(
                f"{counts['rejected']:,} rows were refused, but {kept:,} are kept"
            )

    def _counts(self) -> dict[str, int]:
        return {name: getattr(self.working, name, 0) for name in ("rows", *COUNTS)}

    def _tell(self, cursor: Any, state: str, error: str | None) -> None:
        """The event for outsiders, in the transaction of the end."""
        number = self.lease.id
        what = {"id": number, "state": state, "filename": self._filename}
        counts = self._counts()
        if state == "failed":
            counts |= dict.fromkeys(
                ("created", "updated", "unchanged", "deleted", "skipped", "duplicates"),
                0,
            )
        end = {"url": f"/imports/{number}", "error": error}
        webhooks.record(cursor, f"import.{state}", what | end | counts)

    def give_up(self, state: str, error: str | None) -> None:
        """End without a change, if the import is still ours to end."""
        self.lease.stop()
        values = self.working.values() | {"state": state, "error": error}
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        with db.engine.begin() as connection:
            ours = connection.execute(GIVE_UP, values | here).rowcount > 0
            if ours and state == "failed":
                self._tell(connection.connection.cursor(), state, error)
        imports.sweep()
        self.lease.ring()
        log.info("import ended without a change", state=state, error=error)


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
