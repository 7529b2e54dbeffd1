"""One worker's run of one bulk job: lease, all its slices in one transaction, and the fence at the commit."""

from dataclasses import asdict, dataclass, field
from typing import Any

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection, cursor as Cursor
from sqlalchemy import text

from catalog.changes import change_log, undo_rules
from catalog.models import BulkJob, db
from catalog.products.bulk import tasks
from catalog.runtime import Lease, Leased, Settings, failpoints, leased_run

log = structlog.get_logger()

# 0 rows: another worker has it, or it has ended.
TAKE = text("""
UPDATE bulk_jobs SET
    state = 'applying', error = NULL, started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    total = 0, done = 0, created = 0, updated = 0, deleted = 0, unchanged = 0, skipped = 0,
    progress_version = progress_version + 1
WHERE id = :id AND state IN ('queued', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
RETURNING lease_epoch
""")
# 0 rows: the lease is lost, or the job has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE bulk_jobs SET
    percent = greatest(percent, :percent), total = :total, done = :done, created = :created, updated = :updated,
    deleted = :deleted, unchanged = :unchanged, skipped = :skipped,
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state = 'applying'
RETURNING cancel_requested_at IS NOT NULL
""")
COMPLETE = """
UPDATE bulk_jobs SET
    state = 'completed', percent = 100, finished_at = clock_timestamp(), change_set_id = %(change_set_id)s,
    total = %(total)s, done = %(done)s, created = %(created)s, updated = %(updated)s, deleted = %(deleted)s,
    unchanged = %(unchanged)s, skipped = %(skipped)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state = 'applying' AND cancel_requested_at IS NULL
"""
GIVE_UP = text("""
UPDATE bulk_jobs SET
    state = :state, error = :error, finished_at = now(), total = :total, done = 0, created = 0, updated = 0,
    deleted = 0, unchanged = 0, skipped = 0, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state = 'applying'
""")

BULK = Leased("bulk", "bulk_jobs", TAKE, RENEW)


@dataclass
class Working:
    """The progress of the worker."""

    tally: tasks.Tally = field(default_factory=tasks.Tally)

    def values(self) -> dict[str, Any]:
        """The counts and the percentage; 100 only at the end."""
        tally = self.tally
        return asdict(tally) | {"percent": 99.0 * tally.done / max(tally.total, 1)}


def run(job_id: int) -> None:
    """Run a bulk job, in a worker. Returns when it has ended, or if another worker has it."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, BULK, job_id, Working())
    if lease is None:
        log.info("another worker has the bulk job, or it has ended", bulk_id=job_id)
        return
    row = db.session.get_one(BulkJob, job_id, populate_existing=True)
    takes, bulk = row.takes, Run(lease, tasks.Task.of(row))
    db.session.remove()
    leased_run.run(bulk, lease, takes)


class Run:
    """One worker's run of one bulk job."""

    fault = leased_run.FAULT
    too_many_takes = leased_run.TOO_MANY_TAKES

    def __init__(self, lease: Lease[Working], task: tasks.Task) -> None:
        self.lease = lease
        self.working = lease.working
        self._task = task

    def reason(self, error: Exception) -> leased_run.Reason | None:
        """The reason why the job fails; None if it is an internal error."""
        return leased_run.failed(str(error)) if isinstance(error, undo_rules.NotUndoable) else None

    def carry_out(self, connection: Connection) -> None:
        """Carry out the task slice by slice, and commit."""
        with connection.cursor() as cursor:
            change_log.lock(cursor)
            self.lease.check()
            try:
                tally = tasks.carry_out(cursor, self._task, self._on_slice)
            finally:
                db.session.remove()  # an undo looks up its change set
            self._complete(cursor, tally)
        failpoints.reach("bulk_before_commit")
        connection.commit()
        failpoints.reach("bulk_after_commit")
        self.lease.ring()
        log.info("bulk job completed", **asdict(tally))

    def _on_slice(self, tally: tasks.Tally) -> None:
        self.working.tally = tasks.Tally(**asdict(tally))
        self.lease.check()
        if tally.done:
            failpoints.reach("bulk_mid")

    def _complete(self, cursor: Cursor, tally: tasks.Tally) -> None:
        """The last statement before the commit ends the job, unless another worker has it."""
        self.lease.end(cursor, COMPLETE, asdict(tally))

    def give_up(self, reason: leased_run.Reason) -> None:
        """End without a change, unless another worker has the job."""
        self.lease.stop()
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        values = {"state": reason.state, "error": reason.error, "total": self.working.tally.total}
        with db.engine.begin() as connection:
            connection.execute(GIVE_UP, values | here)
        self.lease.ring()
        log.info("bulk job ended without a change", state=reason.state, error=reason.error)
