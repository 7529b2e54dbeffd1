"""Apply: write the plan as a change set, under the lock, up to the commit."""

from functools import partial

from psycopg2.extensions import cursor as Cursor

from catalog import importer, webhooks
from catalog.changes import change_log
from catalog.imports.run.plan import Plan
from catalog.imports.run.task import Task
from catalog.runtime import failpoints


def apply(task: Task, cursor: Cursor, plan: Plan) -> int | None:
    """Carry out the plan; returns its change set. None: it changes nothing, so there is no change set."""
    task.working.state = "applying"
    change_set_id = _write(task, cursor, plan) if plan.planned.changes else None
    importer.drop(cursor.connection, plan.scratch)
    return change_set_id


def _write(task: Task, cursor: Cursor, plan: Plan) -> int:
    change_set_id = change_log.open(cursor, "import", task.source, task.user_id, import_id=task.id)
    with task.phase("applying", task.bar.applied):
        done = importer.apply(cursor.connection, plan.scratch, plan.planned, change_set_id, partial(_on_slice, task))
    task.working.count(done)
    change_log.close(
        cursor,
        change_set_id,
        created=done.created,
        updated=done.updated + done.deactivated,
        deleted=done.deleted + done.removed,
    )
    webhooks.record_changes(cursor, change_set_id)
    return change_set_id


def _on_slice(task: Task, done: importer.Applied, share: float) -> None:
    task.lease.check()
    task.working.count(done)
    task.working.percent = task.bar.planned + (task.bar.applied - task.bar.planned) * share
    failpoints.reach("mid_apply")
