"""Read: put the rows of the stored file into the staging table; store rejected rows with their reasons."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from psycopg2.extensions import connection as Connection

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.ranges import lookups, spread
from catalog.imports.rejected import store
from catalog.imports.run.task import Task
from catalog.models import cursor_of, db
from catalog.runtime import failpoints

RECENT_ERRORS = 5  # number of rejected rows shown while it runs
FENCED_ROWS = 5_000


@dataclass(frozen=True)
class Read:
    """The result of reading, and the numbers of the rows that were accepted with their corrections."""

    staged: importer.Staged
    corrected: list[int]


def read(task: Task, connection: Connection) -> Read:
    """Fill the staging table and commit it before the plan begins. Raises importer.Rejected, importer.Unanswered."""
    corrected: list[int] = []
    with uploads.storage().open(task.storage_key) as file, task.phase("reading", task.bar.read):
        staged = importer.stage(
            file,
            connection,
            task.scratch,
            task.options,
            partial(_on_chunk, task, corrected),
            corrections=partial(lookups.corrections, db.engine, task.id),
            known=partial(lookups.known, db.engine),
            spread=spread.of(task),
        )
    with task.phase("checking", task.bar.checked):
        importer.verify(connection, task.scratch, staged)
    _hold_to_policy(task, whole=True)
    connection.commit()
    failpoints.reach("after_copy")
    return Read(staged, corrected)


def reject(task: Task, errors: list[importer.RowError]) -> None:
    """Reject rows that were accepted at first. Raises importer.Rejected."""
    understood = task.working.understood
    parts, unit = understood.get("members", ()), importer.unit_of(understood)
    placed = [importer.placed_error(error, parts, unit) for error in errors]
    _keep(task, placed)
    task.working.rejected += len(placed)
    _hold_to_policy(task, whole=True)


def _on_chunk(task: Task, corrected: list[int], step: importer.Step) -> None:
    task.lease.check()
    working = task.working
    working.columns = step.columns.meaning()
    working.understood = step.understood.to_json()
    working.percent = task.bar.read * min(step.position / task.size, 1)
    working.rows += step.rows
    working.rejected += step.rejected
    working.blank += step.blank
    corrected += step.corrected
    if step.stored:
        _fetch(task, step.stored)
    elif step.errors:
        _keep(task, step.errors)
    if step.rejected:
        _hold_to_policy(task, whole=False)
    failpoints.reach("mid_copy")


def _keep(task: Task, errors: list[importer.RowError]) -> None:
    """Store rejected rows at once, so that they are kept however the import ends.

    The lease can't be renewed inside a fenced transaction, so each transaction is short.
    """
    for begin in range(0, len(errors), FENCED_ROWS):
        lines = store.lines(task.id, errors[begin : begin + FENCED_ROWS])
        with task.lease.fenced() as connection:
            store.write(cursor_of(connection), lines)
    _show(task, errors)


def _fetch(task: Task, stored: importer.Stored) -> None:
    """Store rejected rows that another process has put into a table of its own."""
    for begin in range(stored.first, stored.last + 1, FENCED_ROWS):
        with task.lease.fenced() as connection:
            last = min(begin + FENCED_ROWS - 1, stored.last)
            store.fetch(cursor_of(connection), stored.table, begin, last)
    _show(task, stored.recent)


def _show(task: Task, errors: Sequence[importer.RowError]) -> None:
    task.working.recent_errors = [error.shown() for error in errors[-RECENT_ERRORS:]]


def _hold_to_policy(task: Task, *, whole: bool) -> None:
    """Check the limit of rejected rows. Raises importer.Rejected."""
    working = task.working
    importer.hold_to_policy(task.options.max_errors, working.rows - working.blank, working.rejected, whole=whole)
