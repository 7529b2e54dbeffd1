"""Ask: leave an import to a person, with its plan or with questions about its file, and continue after the decision."""

import time

import psycopg2
import structlog
from psycopg2.extensions import connection as Connection, cursor as Cursor

from catalog import importer
from catalog.imports import reviews, scratch_tables
from catalog.imports.report.wording import Stop
from catalog.imports.run import end
from catalog.imports.run.plan import Plan
from catalog.imports.run.task import Task
from catalog.imports.states import whole_file_run as states
from catalog.models import Import

log = structlog.get_logger()

FORGET_REJECTED = "DELETE FROM row_errors WHERE import_id = %s"


def for_answers(task: Task, connection: Connection, asked: importer.Unanswered) -> None:
    """Leave a file that can be read in several ways to a person. Rows that were read are dropped."""
    connection.rollback()
    questions = importer.questions_to_json(asked.questions)
    with connection.cursor() as cursor:
        cursor.execute(FORGET_REJECTED, (task.id,))
        states.ask(task.lease, cursor, questions)
        end.record(task, cursor, "review", "queued", str(asked), questions)
    connection.commit()
    scratch_tables.sweep()
    task.lease.ring()
    log.info("import waits for an answer", questions=questions)


def for_decision(task: Task, cursor: Cursor, plan: Plan, row: Import) -> None:
    """Leave the plan to a person. The caller commits, which releases the lock."""
    messages = [reason.message for reason in plan.reasons]
    stopped = [reason.to_json() for reason in plan.reasons]
    if plan.read is None:  # the plan waited before, and there are conflicts that the person did not see
        review = reviews.Review(messages, reviews.Review.of(row).kept)
        states.wait_again(task.lease, cursor, review.to_json(), stopped)
    else:
        review = reviews.Review(messages, _keep(task, cursor, plan))
        end.balance(task, cursor)
        end.assign_corrections(task, cursor, plan.read)
        working = task.working
        states.wait(task.lease, cursor, working.results(), working.percent, review.to_json(), stopped)
    end.record(task, cursor, "review", "review", " ".join(messages))


def _keep(task: Task, cursor: Cursor, plan: Plan) -> importer.StoredPlan:
    """Make the tables of the plan survive a crash."""
    begun = time.monotonic()
    kept = importer.keep(cursor.connection, plan.scratch, plan.planned.duplicates)
    task.working.time("keeping", round(time.monotonic() - begun, 3))
    task.working.count(plan.planned)
    return kept


def decided(task: Task, cursor: Cursor, row: Import) -> Plan | None:
    """The plan that waited, changed by the decisions; None if it is lost."""
    scratch, review = reviews.scratch(row), reviews.Review.of(row)
    if not importer.is_whole(cursor, scratch, review.kept):
        return None
    resolved = importer.resolve_conflicts(
        cursor, scratch, review.kept, str(row.decision), task.options, task.working.columns, review.chosen
    )
    if resolved.conflicts and row.decision == reviews.APPLY:
        reason = Stop("conflicts", str(reviews.Conflicts(resolved.conflicts)))
        return Plan(scratch, importer.Planned(), [reason])
    task.working.warnings = [*task.working.warnings, *(warning.to_json() for warning in resolved.warnings)]
    planned = importer.count(cursor.connection, scratch)
    task.working.count(planned)
    return Plan(scratch, planned)


def read_again(task: Task, cursor: Cursor) -> None:
    """A crash of the server lost the plan: read the file again, and ask again."""
    cursor.connection.rollback()
    log.warning("the waiting plan is incomplete; reading the file again")
    task.working.restart()
    states.read_again(task.lease)


def make_quick(connection: Connection, plan: Plan) -> None:
    """Index the waiting plan for search, after it can be seen. It works without the index too."""
    begun = time.monotonic()
    try:
        importer.speed_up(connection, plan.scratch)
        connection.commit()
    except psycopg2.Error as error:  # a person has already decided, or the disk is full
        log.info("plan could not be indexed for search", error=str(error))
    else:
        log.info("plan is indexed for search", seconds=round(time.monotonic() - begun, 3))
