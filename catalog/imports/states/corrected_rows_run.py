"""States of an import while its corrected rows are run: taken by a worker, completed with other counts, or as before.

While they are run, the row's `rerun` says who asked and what the import goes back to.
"""

from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.extras import Json
from sqlalchemy import select, text

from catalog.imports.states.whole_file_run import OUTCOME
from catalog.imports.states.with_event import with_end, with_take
from catalog.models import COUNTS, Import, db
from catalog.runtime import Lease, Leased

# 0 rows: another worker has it, or no corrected rows wait.
TAKE = text(
    with_take("""
UPDATE imports SET
    state = 'reading', phase = 'reading', error = NULL, started_at = now(), takes = takes + 1,
    served_at = clock_timestamp(), lease_epoch = lease_epoch + 1, lease_owner = :owner,
    lease_expires_at = now() + make_interval(secs => :seconds),
    progress_version = progress_version + 1
WHERE id = :id AND rerun IS NOT NULL AND state IN ('queued', 'reading', 'applying')
    AND (lease_expires_at IS NULL OR lease_expires_at < now())
""")
)
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")

LEASED = Leased("import", "imports", TAKE, RENEW)

RECENT = """
SELECT coalesce(jsonb_agg(to_jsonb(last) ORDER BY last.row), '[]') FROM (
    SELECT row, line, "column", code, value, message FROM row_errors WHERE import_id = %(id)s ORDER BY row DESC LIMIT 5
) AS last
"""
# A run that an older Catalog queued has no state in `rerun`: its import was completed.
BEFORE = "coalesce(rerun ->> 'state', 'completed')"
SUMS = {name: f"({name} + %({name})s)" for name in COUNTS}
RESULT = OUTCOME.format(**SUMS | {"rejected": "(rejected - %(accepted)s)"})
# The times are those of the whole file again: they say how long that took.
BACK = """
    rerun = NULL,
    queued_at = CAST(rerun ->> 'queued_at' AS timestamptz), started_at = CAST(rerun ->> 'started_at' AS timestamptz),
    finished_at = CAST(rerun ->> 'finished_at' AS timestamptz),
    cancel_requested_at = NULL, lease_expires_at = NULL, progress_version = progress_version + 1
"""
COMPLETE = with_end(
    f"""
UPDATE imports SET {BACK}, recent_errors = ({RECENT}), outcome = {RESULT}, reran = %(reran)s,
    state = CASE {RESULT} WHEN 'none' THEN {BEFORE} ELSE 'completed' END,
    phase = CASE {RESULT} WHEN 'none' THEN coalesce(rerun ->> 'phase', 'applying') ELSE 'applying' END,
    percent = CASE {RESULT} WHEN 'none' THEN coalesce(CAST(rerun ->> 'percent' AS double precision), 100) ELSE 100 END,
    error = CASE {RESULT} WHEN 'none' THEN rerun ->> 'error' END,
    stopped = CASE {RESULT} WHEN 'none' THEN stopped ELSE '[]' END,
    change_set_id = coalesce(change_set_id, %(change_set_id)s),
    created = created + %(created)s, updated = updated + %(updated)s, unchanged = unchanged + %(unchanged)s,
    deleted = deleted + %(deleted)s, skipped = skipped + %(skipped)s, duplicates = duplicates + %(duplicates)s,
    blank = blank + %(blank)s, rejected = rejected - %(accepted)s
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""",  # nosec B608  # of constants
    rerun=True,
)
GIVE_UP = text(
    with_end(
        f"""
UPDATE imports SET
    {BACK}, error = :error, reran = NULL, state = {BEFORE}, phase = coalesce(rerun ->> 'phase', 'applying'),
    percent = coalesce(CAST(rerun ->> 'percent' AS double precision), 100)
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""",  # nosec B608  # of constants
        rerun=True,
    )
)


def are_to_run(import_id: int) -> bool:
    """Whether the corrected rows of this import wait for a worker, or one has them."""
    query = select(Import.id).where(Import.id == import_id, Import.rerun.is_not(None))
    with db.engine.connect() as connection:
        return connection.execute(query).scalar() is not None


def complete(
    lease: Lease[Any],
    cursor: Cursor,
    counts: dict[str, int],
    reran: dict[str, Any],
    change_set_id: int | None,
) -> None:
    """Add the `counts` of the accepted rows to those of the import, which is completed if any row of it was accepted.

    Raises LeaseLost, Cancelled.
    """
    values = {"accepted": reran["taken"] + reran["left_out"], "reran": Json(reran), "change_set_id": change_set_id}
    lease.end(cursor, COMPLETE, counts | values)


def give_up(lease: Lease[Any], error: str) -> None:
    """Return the import to its earlier state, unless another worker has it. Commits."""
    with db.engine.begin() as connection:
        connection.execute(GIVE_UP, {"id": lease.id, "epoch": lease.epoch, "error": error})
