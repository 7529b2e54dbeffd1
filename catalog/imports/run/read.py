"""Read: put the rows of the stored file into the staging table; store rejected rows with their reasons."""

from dataclasses import dataclass
from functools import partial

from psycopg2.extensions import connection as Connection
from sqlalchemy import text

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.rejected import store
from catalog.imports.run.task import Task
from catalog.models import cursor_of, db
from catalog.runtime.work import failpoints

RECENT_ERRORS = 5  # number of rejected rows shown while it runs
FENCED_ROWS = 5_000

CORRECTIONS = text("""
SELECT row, line, cells, corrected FROM row_corrections WHERE import_id = :id AND row = ANY (:rows)
""")


@dataclass(frozen=True)
class Read:
    """The result of reading, and the numbers of the rows that were accepted with their corrections."""

    staged: importer.Staged
    corrected: list[int]


def read(task: Task, connection: Connection) -> Read:
    """Fill the staging table and commit it, so that the plan does not hold it up. Raises importer.Rejected, importer.Unanswered."""
    corrected: list[int] = []
    with uploads.storage().open(task.storage_key) as file, task.phase("reading", task.bar.read):
        staged = importer.stage(
            file,
            connection,
            task.scratch,
            task.options,
            partial(_on_chunk, task, corrected),
            corrections=partial(_corrections, task.id),
            known=_known,
        )
    with task.phase("checking", task.bar.checked):
        importer.verify(connection, task.scratch, staged)
    _hold_to_policy(task, whole=True)
    connection.commit()
    failpoints.reach("after_copy")
    return Read(staged, corrected)


def reject(task: Task, errors: list[importer.RowError]) -> None:
    """Reject rows that were accepted at first. Raises importer.Rejected."""
    parts = task.working.understood.get("members", ())
    placed = [importer.placed_error(error, parts) for error in errors]
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
    working.rejected += len(step.errors)
    working.blank += step.blank
    corrected += step.corrected
    if step.errors:
        _keep(task, step.errors)
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
    task.working.recent_errors = [error.shown() for error in errors[-RECENT_ERRORS:]]


def _hold_to_policy(task: Task, *, whole: bool) -> None:
    """Check the limit of rejected rows. Raises importer.Rejected."""
    working = task.working
    importer.hold_to_policy(task.options.max_errors, working.rows - working.blank, working.rejected, whole=whole)


def _corrections(import_id: int, errors: list[importer.RowError]) -> list[importer.Row]:
    """The rejected rows that were corrected before the file is read again."""
    cells = {error.row: list(error.cells) for error in errors}
    with db.engine.connect() as connection:
        found = connection.execute(CORRECTIONS, {"id": import_id, "rows": [*cells]})
        return [
            importer.Row(row, line, now) for row, line, before, now in found if before is None or before == cells[row]
        ]


def _known(skus: list[str]) -> dict[str, str]:
    """The SKUs that the catalog has, read on a connection beside the COPY."""
    with db.engine.connect() as connection:
        return importer.known(cursor_of(connection).connection, skus)
