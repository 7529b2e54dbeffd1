"""The life of a bulk job for its users: submit, run at once or queue, cancel, queue again.

`tasks` says what is done, `run` does it in a worker.
"""

from decimal import Decimal
from typing import Any

from sqlalchemy import select, text

from catalog.changes import change_log, undo_marks, undo_rules
from catalog.importer import DECLARED, Kind
from catalog.models import BulkJob, ChangeSet, Page, db
from catalog.people import Actor, audit
from catalog.products import validation
from catalog.products.bulk import tasks
from catalog.runtime import pubsub, queue

SUBMIT_LOCK = 0x6361_7405  # held while an equal job is searched for and a new one is created
SMALL = 500  # products that a page changes itself; a worker changes more
ACTIONS = {"undo": "undo", "delete_all": "delete all"}  # in the audit log
SETTABLE = (*(field.name for field in DECLARED if field.can_be_set), "attribute")
YES_NO = {field.name for field in DECLARED if field.kind is Kind.YES_NO}

CANCEL = text("""
UPDATE bulk_jobs SET
    cancel_requested_at = now(), progress_version = progress_version + 1,
    state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state = 'queued' THEN now() END
WHERE id = :id AND state IN ('queued', 'applying')
""")
ABANDONED = text("""
SELECT id FROM bulk_jobs
WHERE state IN ('queued', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
ORDER BY id
""")


def submit(actor: Actor, task: tasks.Task) -> tasks.Tally | BulkJob:
    """Run a job at once if it has few products, else queue it. Raises change_log.Busy, undo_rules.NotUndoable."""
    if task.kind == "undo":
        change_set, size = _undoable(task.undoes_id)
        waiting = undoing_job(change_set)
        if waiting:  # requested twice
            return waiting
        few = size <= SMALL
    else:
        few = "ids" in task.selection and len(task.selection["ids"]) <= SMALL
    return now(actor, task) if few else create(actor, task)


def now(actor: Actor, task: tasks.Task) -> tasks.Tally:
    """Run a task now, in one transaction. Raises change_log.Busy, undo_rules.NotUndoable."""
    if task.kind == "undo":
        _undoable(task.undoes_id)
    with change_log.transaction() as cursor:
        change_log.lock(cursor, patient=False)
        done = tasks.carry_out(cursor, task.by(actor))
        _write(actor, task)
    return done


def create(actor: Actor, task: tasks.Task) -> BulkJob:
    """Create a job for a worker: commit its row, then queue it."""
    row = BulkJob(
        kind=task.kind,
        selection=task.selection,
        values=task.values,
        undoes_id=task.undoes_id,
        source=actor.source,
        user_id=actor.user_id,
    )
    db.session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": SUBMIT_LOCK})
    same = _waiting_like(row)
    if same is not None:  # requested twice, by two clicks or two tabs
        db.session.rollback()
        return same
    db.session.add(row)
    _write(actor, task)
    db.session.commit()
    queue.enqueue(queue.QUICK, "run_bulk", row.id)
    return row


def _write(actor: Actor, task: tasks.Task) -> None:
    """Write the line of the audit log."""
    of_ids = task.selection.get("ids")
    what = f"change {task.undoes_id}" if task.undoes_id else task.kind
    what += f", products: {len(of_ids):,}" if of_ids else ""
    audit.write(actor, ACTIONS.get(task.kind, "bulk change"), what, db.session)


def _waiting_like(row: BulkJob) -> BulkJob | None:
    """A waiting or running job that does exactly the same; None if there is none."""
    return db.session.scalar(
        select(BulkJob)
        .where(BulkJob.state.in_(("queued", "applying")), BulkJob.kind == row.kind)
        .where(BulkJob.selection == row.selection, BulkJob.values == row.values)
        .where(BulkJob.undoes_id.is_not_distinct_from(row.undoes_id))
        .limit(1)
    )


def get(job_id: int) -> BulkJob | None:
    """The job as it is now."""
    return db.session.get(BulkJob, job_id, populate_existing=True)


def page(before: int | None, limit: int) -> Page[BulkJob]:
    """Jobs, newest first; with `before`, only those with a smaller id."""
    query = select(BulkJob).order_by(BulkJob.id.desc()).limit(limit + 1)
    if before is not None:
        query = query.where(BulkJob.id < min(before, 2**31 - 1))
    jobs = db.session.scalars(query).all()
    return Page.of(jobs, limit, lambda job: job.id)


def undo(actor: Actor, change_set_id: int) -> BulkJob:
    """Create a job that undoes a change set, or return the existing one. Raises undo_rules.NotUndoable."""
    change_set, _ = _undoable(change_set_id)
    return undoing_job(change_set) or create(actor, tasks.Task("undo", undoes_id=change_set_id))


def _undoable(change_set_id: int | None) -> tuple[ChangeSet, int]:
    """A change set that can be undone, and how many products it changed. Raises undo_rules.NotUndoable."""
    change_set = undo_rules.check(change_set_id)
    size = sum(map(undo_rules.size, [change_set, *undo_marks.later_runs(change_set)]))
    if not size:
        raise undo_rules.NotUndoable("It changed nothing, or all of it was already undone.")
    return change_set, size


def undoing_job(change_set: ChangeSet) -> BulkJob | None:
    """The waiting or running job that undoes this change set; None if there is none."""
    return db.session.scalar(
        select(BulkJob)
        .where(BulkJob.undoes_id == change_set.id)
        .where(BulkJob.state.in_(("queued", "applying")))
        .limit(1)
    )


def values(field: str, key: str, value: str) -> dict[str, Any]:
    """The values of a bulk edit, from a form or the API. Raises validation.Wrong."""
    if field not in SETTABLE:
        raise validation.Wrong("Choose a field.")
    if field == "attribute":
        # An empty value removes the attribute; its name must be valid too.
        cleaned, errors = validation.clean({"attributes": [(key, value or "-")]})
        if errors:
            raise validation.Wrong(errors["attributes"])
        if not cleaned["attributes"]:
            raise validation.Wrong("Name the attribute.")
        ((key, text_),) = cleaned["attributes"]
        value = text_ if value else ""
        return {"attribute": {"key": key, "value": value}}
    cleaned, errors = validation.clean({field: value})
    if errors:
        raise validation.Wrong(errors[field])
    if field in YES_NO and not value.strip():
        raise validation.Wrong("Choose yes or no.")
    stored = cleaned[field]
    return {field: f"{stored:f}" if isinstance(stored, Decimal) else stored}


def cancel(actor: Actor, job_id: int) -> bool:
    """Cancel a job; False if it has already ended."""
    with db.engine.begin() as connection:
        touched = connection.execute(CANCEL, {"id": job_id}).rowcount > 0
        if touched:
            audit.write(actor, "bulk cancelled", f"bulk job {job_id}", connection)
    if touched:
        pubsub.ring(queue.connection(), f"bulk:{job_id}")
    return touched


def ring_abandoned() -> int:
    """Queue every job again that waits, or whose worker died; returns how many were missing. For the steward."""
    with db.engine.connect() as connection:
        waiting = list(connection.execute(ABANDONED).scalars())
    return len(queue.enqueue(queue.QUICK, "run_bulk", *waiting) or ())
