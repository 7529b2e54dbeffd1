"""Each step of an import is stored by the statement that performs it: the additions to that statement."""

from typing import Any

from catalog.people import Actor

WITH_EVENT = """
WITH {before} done AS ({update} RETURNING imports.*)
INSERT INTO import_events (import_id, kind, user_id, source, details)
SELECT done.id, '{kind}', {by}, {details} FROM done
"""
BY_PERSON = "CAST(:by_user_id AS integer), CAST(:by_source AS text)"
BY_CATALOG = "NULL, NULL"
# The result of a run. Corrected rows change the counts of the import later; these stay those of the run.
END_DETAILS = """jsonb_build_object(
    'state', done.state, 'error', done.error, 'timings', done.timings, 'rerun', {rerun}, 'reran', done.reran,
    'rows', done.rows, 'created', done.created, 'updated', done.updated, 'unchanged', done.unchanged,
    'deleted', done.deleted, 'skipped', done.skipped, 'duplicates', done.duplicates,
    'rejected', done.rejected, 'blank', done.blank
)"""
# A worker that had it before and did not end it has lost it.
WITH_TAKEN = """
WITH before AS (
    SELECT lease_owner, lease_expires_at, phase, percent FROM imports WHERE id = :id
), done AS ({update} RETURNING id, lease_epoch), event AS (
    INSERT INTO import_events (import_id, kind, details)
    SELECT done.id, 'taken', jsonb_build_object('owner', CAST(:owner AS text)) || CASE
        WHEN before.lease_expires_at IS NULL THEN '{{}}'
        ELSE jsonb_build_object('lost', jsonb_build_object(
            'owner', before.lease_owner, 'phase', before.phase, 'percent', before.percent,
            'silent_since', before.lease_expires_at
        ))
    END
    FROM done, before
)
SELECT lease_epoch FROM done
"""


def by_person(actor: Actor) -> dict[str, Any]:
    """The parameters of BY_PERSON."""
    return {"by_source": actor.source, "by_user_id": actor.user_id}


def with_event(update: str, kind: str, details: str = "'{}'", *, by: str = BY_PERSON, before: str = "") -> str:
    """A statement that updates `imports` and stores the event; its row count is that of the update.

    `before` are further parts of its WITH, which `update` may use.
    """
    return WITH_EVENT.format(before=before, update=update.strip(), kind=kind, by=by, details=details)


def with_end(update: str, *, rerun: bool = False) -> str:
    """Like `with_event`, for the end of a worker's run."""
    return with_event(update, "ended", END_DETAILS.format(rerun=str(rerun).lower()), by=BY_CATALOG)


def with_take(update: str) -> str:
    """Like `with_event`, for a worker that takes an import; it returns the new epoch, or no row."""
    return WITH_TAKEN.format(update=update.strip())
