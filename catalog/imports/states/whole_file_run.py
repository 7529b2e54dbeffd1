"""States of an import while a worker reads its file: taken, left to a person, completed, rejected, given up.

The functions run inside the worker's transaction and commit nothing, unless their docstring says so. Those that end a
run are its fence: they raise LeaseLost or Cancelled if the worker may not end the import any more.
"""

from collections.abc import Sequence
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json
from sqlalchemy import text

from catalog.imports.states.with_event import BY_CATALOG, with_end, with_event, with_take
from catalog.models import ABSENT_COUNTS, COUNTS, db
from catalog.runtime import Lease, Leased

READ_COUNTS = ("rows", "rejected", "blank")
"""Counts that are true of a file even if it changed nothing."""

CHANGES = tuple(name for name in (*COUNTS, *ABSENT_COUNTS) if name not in READ_COUNTS)

# 0 rows: another worker has it, or it has ended.
TAKE = text(
    with_take("""
UPDATE imports SET
    state = CASE WHEN plan_epoch IS NULL THEN 'reading' ELSE 'applying' END,
    phase = CASE WHEN plan_epoch IS NULL THEN 'reading' ELSE 'applying' END, error = NULL, cures = '[]',
    started_at = now(), takes = takes + 1,
    served_at = clock_timestamp(), lease_epoch = lease_epoch + 1, lease_owner = :owner,
    lease_expires_at = now() + make_interval(secs => :seconds),
    progress_version = progress_version + 1
WHERE id = :id AND rerun IS NULL AND NOT held AND sha256 <> '' AND state IN ('queued', 'reading', 'applying')
    AND (lease_expires_at IS NULL OR lease_expires_at < now())
""")
)
# 0 rows: the lease is lost, or the import has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    rows = :rows, created = :created, updated = :updated, unchanged = :unchanged, deleted = :deleted,
    skipped = :skipped, duplicates = :duplicates, rejected = :rejected, blank = :blank,
    deactivated = :deactivated, removed = :removed,
    recent_errors = CAST(:recent_errors AS jsonb), columns = CAST(:columns AS json),
    understood = CAST(:understood AS jsonb), warnings = CAST(:warnings AS jsonb), timings = CAST(:timings AS jsonb),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")
# Counts, timings and rejected rows of an earlier worker are reset, except those of the waiting plan.
FORGET = text("""
WITH reset AS (
    UPDATE imports SET
        rows = 0, created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0, rejected = 0,
        blank = 0, deactivated = 0, removed = 0, recent_errors = '[]', timings = '{}', outcome = NULL, stopped = '[]'
    WHERE id = :id AND plan_epoch IS NULL RETURNING id
)
DELETE FROM row_errors WHERE import_id IN (SELECT id FROM reset)
""")

LEASED = Leased("import", "imports", TAKE, RENEW, FORGET)

OUTCOME = """CASE
    WHEN {rejected} = 0 THEN 'all'
    WHEN {created} + {updated} + {unchanged} + {deleted} + {skipped} + {duplicates} = 0 THEN 'none'
    ELSE 'part'
END"""
GIVEN = OUTCOME.format(**{name: f"%({name})s" for name in COUNTS})
ALL_COUNTS = ", ".join(f"{name} = %({name})s" for name in ("rows", *COUNTS, *ABSENT_COUNTS))
NO_CHANGES = ", ".join([*(f"{name} = %({name})s" for name in READ_COUNTS), *(f"{name} = 0" for name in CHANGES)])
SHOWN = ", ".join(f"{name} = %({name})s" for name in ("columns", "understood", "warnings", "recent_errors", "timings"))
RELEASE = "lease_expires_at = NULL, progress_version = progress_version + 1"
OURS = "id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying')"
# The fence: only the worker with this epoch may end a run, and only if it was not cancelled. 0 rows: it may not.
FENCE = f"{OURS} AND cancel_requested_at IS NULL"

COMPLETE = with_end(f"""
UPDATE imports SET
    state = 'completed', phase = 'applying', percent = 100, outcome = {GIVEN}, stopped = '[]',
    finished_at = clock_timestamp(), change_set_id = %(change_set_id)s, plan_epoch = NULL,
    {ALL_COUNTS}, {SHOWN}, {RELEASE}
WHERE {FENCE}
""")  # nosec B608  # of constants
# The file was read to its end and every row was rejected: nothing was changed, its rows can be corrected.
REJECT = with_end(f"""
UPDATE imports SET
    state = 'failed', outcome = {GIVEN}, error = %(error)s, stopped = %(stopped)s, finished_at = clock_timestamp(),
    plan_epoch = NULL, decision = NULL, {NO_CHANGES}, {SHOWN}, {RELEASE}
WHERE {FENCE}
""")  # nosec B608  # of constants
WAIT = with_end(f"""
UPDATE imports SET
    state = 'review', phase = 'planning', percent = %(percent)s, outcome = {GIVEN}, stopped = %(stopped)s,
    plan_epoch = %(epoch)s, review = %(review)s, decision = NULL, {ALL_COUNTS}, {SHOWN}, {RELEASE}
WHERE {FENCE}
""")  # nosec B608  # of constants
WAIT_AGAIN = with_end(f"""
UPDATE imports SET
    state = 'review', phase = 'planning', decision = NULL, review = %(review)s, stopped = %(stopped)s, {RELEASE}
WHERE {FENCE} AND state = 'applying'
""")  # nosec B608  # of constants
READ_AGAIN = text(
    with_event(
        """
UPDATE imports SET decision = NULL, plan_epoch = NULL, state = 'reading', phase = 'reading', percent = 0
WHERE id = :id AND lease_epoch = :epoch
""",
        "lost",
        by=BY_CATALOG,
    )
)
ASK = with_event(
    f"""
UPDATE imports SET
    state = 'queued', held = true, questions = %(questions)s, phase = 'received', percent = 0, takes = 0, error = NULL,
    rows = 0, rejected = 0, blank = 0, recent_errors = '[]', {RELEASE}
WHERE {FENCE}
""",  # nosec B608  # of constants
    "asked",
    "jsonb_build_object('questions', done.questions)",
    by=BY_CATALOG,
)
GIVE_UP = with_end(f"""
UPDATE imports SET
    state = %(state)s, error = %(error)s, cures = %(cures)s, outcome = NULL, stopped = %(stopped)s, finished_at = now(),
    plan_epoch = NULL, decision = NULL, {NO_CHANGES}, {SHOWN}, {RELEASE}
WHERE {OURS}
""")  # nosec B608  # of constants


def complete(lease: Lease[Any], cursor: Cursor, results: dict[str, Any], change_set_id: int | None) -> None:
    """Complete an import after its plan was applied. `results` are the counts and the other columns of results."""
    lease.end(cursor, COMPLETE, results | {"change_set_id": change_set_id})


def reject(
    lease: Lease[Any], cursor: Cursor, results: dict[str, Any], error: str, stopped: Sequence[dict[str, Any]]
) -> None:
    """Fail an import whose rows were all rejected; they can be corrected."""
    lease.end(cursor, REJECT, results | {"error": error, "stopped": Json(stopped)})


def wait(
    lease: Lease[Any],
    cursor: Cursor,
    results: dict[str, Any],
    percent: float,
    review: dict[str, Any],
    stopped: Sequence[dict[str, Any]],
) -> None:
    """Let the plan wait until a person applies or discards it."""
    values = {"percent": percent, "review": Json(review), "stopped": Json(stopped)}
    lease.end(cursor, WAIT, results | values)


def wait_again(lease: Lease[Any], cursor: Cursor, review: dict[str, Any], stopped: Sequence[dict[str, Any]]) -> None:
    """Let the plan wait again, because there are conflicts without a decision."""
    lease.end(cursor, WAIT_AGAIN, {"review": Json(review), "stopped": Json(stopped)})


def ask(lease: Lease[Any], cursor: Cursor, questions: Sequence[dict[str, Any]]) -> None:
    """Let the import wait for answers about its file; no worker takes it until then."""
    lease.end(cursor, ASK, {"questions": Json(questions)})


def read_again(lease: Lease[Any]) -> None:
    """Return the import to `reading`, because its plan was lost. Commits."""
    here = {"id": lease.id, "epoch": lease.epoch}
    with db.engine.begin() as connection:
        connection.execute(READ_AGAIN, here)
        connection.execute(FORGET, here)


def give_up(
    lease: Lease[Any],
    cursor: Cursor,
    results: dict[str, Any],
    state: str,
    error: str | None,
    stopped: Sequence[dict[str, Any]],
) -> bool:
    """End the import without a change; False if another worker has it."""
    ended = {"state": state, "error": error, "stopped": Json(stopped)}
    cursor.execute(GIVE_UP, results | ended | {"id": lease.id, "epoch": lease.epoch})
    return bool(cursor.rowcount)
