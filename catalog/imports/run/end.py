"""End a run of a whole file: completed, all rows rejected, or given up. Counts must add up; webhooks get the event."""

import resource
import sys
from collections.abc import Sequence
from typing import Any

import structlog
from psycopg2.extensions import cursor as Cursor

from catalog import importer
from catalog.imports import scratch_tables
from catalog.imports.report import events, wording
from catalog.imports.run.plan import Plan
from catalog.imports.run.read import Read
from catalog.imports.run.task import Task, Working
from catalog.imports.states import decisions, whole_file_run as states
from catalog.models import COUNTS, cursor_of, db
from catalog.runtime import Lease, leased_run

log = structlog.get_logger()

UNUSED = "DELETE FROM row_corrections WHERE import_id = %(id)s AND row <> ALL (%(rows)s)"
USED = """
UPDATE row_corrections SET change_set_id = %(change_set_id)s WHERE import_id = %(id)s AND change_set_id IS NULL
"""


def complete(task: Task, cursor: Cursor, plan: Plan, change_set_id: int | None) -> None:
    """Run the last statements before the commit: check that the counts add up, and end the import."""
    balance(task, cursor)
    assign_corrections(task, cursor, plan.read, change_set_id)
    task.working.time("peak_memory_bytes", _peak_memory())
    states.complete(task.lease, cursor, task.working.results(), change_set_id)
    record(task, cursor, "completed", "completed")


def reject(task: Task, cursor: Cursor, plan: Plan) -> None:
    """End an import of which no row was accepted. The caller commits."""
    importer.drop(cursor.connection, plan.scratch)
    balance(task, cursor)
    assign_corrections(task, cursor, plan.read)
    error = wording.nothing_taken(task.working.counts())
    stop = wording.Stop("rejected", error, task.working.recent_errors)
    states.reject(task.lease, cursor, task.working.results(), error, [stop.to_json()])
    record(task, cursor, "failed", "failed", error)


def give_up(lease: Lease[Working], filename: str, reason: leased_run.Reason) -> None:
    """End without a change, unless another worker has the import."""
    lease.stop()
    stop, results = _stop(lease.working, reason), lease.working.results()
    with db.engine.begin() as connection:
        cursor = cursor_of(connection)
        ours = states.give_up(lease, cursor, results, reason.state, reason.error, [stop.to_json()])
        if ours and reason.state == "failed":
            _record_failed(lease, cursor, filename, reason)
    scratch_tables.sweep()
    lease.ring()
    log.info("import ended without a change", state=reason.state, error=reason.error)


def balance(task: Task, cursor: Cursor) -> None:
    """Check that every row is counted once, and that every rejected row is stored. Raises Miscounted."""
    rows = task.working.rows
    counts = {name: getattr(task.working, name) for name in COUNTS}
    if rows != sum(counts.values()):
        raise importer.Miscounted(f"{rows:,} rows, but {counts} make {sum(counts.values()):,}")
    cursor.execute("SELECT count(*) FROM row_errors WHERE import_id = %s", (task.id,))
    ((kept,),) = cursor.fetchall()
    if kept != counts["rejected"]:
        raise importer.Miscounted(f"{counts['rejected']:,} rows were rejected, but {kept:,} are kept")


def assign_corrections(task: Task, cursor: Cursor, read: Read | None, change_set_id: int | None = None) -> None:
    """Delete corrections that `read` did not use (None: an earlier run read the file); give others the change set."""
    here = {"id": task.id, "change_set_id": change_set_id}
    if read is not None:
        cursor.execute(UNUSED, here | {"rows": read.corrected})
    cursor.execute(USED, here)


def record(
    task: Task,
    cursor: Cursor,
    kind: str,
    state: str,
    error: str | None = None,
    questions: Sequence[dict[str, Any]] = (),
) -> None:
    """Write the event for webhooks, in the transaction that ends the import."""
    counts = task.working.counts()
    events.record(
        cursor,
        kind,
        task.id,
        task.filename,
        state,
        _unchanged(counts) if state == "failed" else counts,
        error=error,
        outcome=wording.of({"state": state, **counts}),
        warnings=task.working.warnings,
        questions=questions,
    )


def _record_failed(lease: Lease[Working], cursor: Cursor, filename: str, reason: leased_run.Reason) -> None:
    """Write the event for a file that failed as a whole and has no outcome."""
    counts, warnings = _unchanged(lease.working.counts()), lease.working.warnings
    events.record(cursor, "failed", lease.id, filename, "failed", counts, error=reason.error, warnings=warnings)


def _unchanged(counts: dict[str, int]) -> dict[str, int]:
    """The counts of an import that changed nothing: what was read stays, what it would have changed is 0."""
    return {name: count if name in states.READ_COUNTS else 0 for name, count in counts.items()}


def _stop(working: Working, reason: leased_run.Reason) -> wording.Stop:
    """The reason why it ends without a change."""
    if reason.state == "cancelled":
        return decisions.STOPS["cancelled"]
    return wording.Stop(reason.kind, reason.error or "", working.recent_errors)


def _peak_memory() -> int:
    """Peak memory of this process, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
