"""A worker's run of corrected rows of an import: read, plan, apply, as another change set of it, then the counts.

If it stops, the import is as it was before and the corrections are kept.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.extras import execute_values
from sqlalchemy import select

from catalog import importer
from catalog.imports import scratch_tables
from catalog.imports.intake import uploads
from catalog.imports.report import events
from catalog.imports.run import plan as plans
from catalog.imports.run.apply import apply
from catalog.imports.run.plan import Plan
from catalog.imports.run.task import Bar, Task, Working
from catalog.imports.states import corrected_rows_run as states
from catalog.models import ABSENT_COUNTS, COUNTS, Import, RowCorrection, RowError, db
from catalog.runtime import Lease, Settings, leased_run

log = structlog.get_logger()

AT_ONCE = 5_000
BAR = Bar(read=60.0, checked=60.0, planned=75.0, applied=99.0)

REJECT = """
UPDATE row_errors SET
    "column" = rejected."column", code = rejected.code, value = rejected.value, message = rejected.message,
    cells = corrected, corrected = NULL
FROM (VALUES %s) AS rejected (import_id, row, "column", code, value, message)
WHERE row_errors.import_id = rejected.import_id AND row_errors.row = rejected.row
"""
# Rows that are still marked as corrected were accepted.
ACCEPT = """
WITH accepted AS (
    DELETE FROM row_errors WHERE import_id = %(id)s AND corrected IS NOT NULL RETURNING *
)
INSERT INTO row_corrections (import_id, row, line, code, cells, corrected, change_set_id)
SELECT import_id, row, line, code, cells, corrected, %(change_set_id)s FROM accepted
"""
COUNTED = f"""
SELECT filename, state, outcome, error, warnings, rows, {", ".join((*COUNTS, *ABSENT_COUNTS))},
    (SELECT count(*) FROM row_errors WHERE import_id = imports.id)
FROM imports WHERE id = %(id)s
"""  # nosec B608  # of constants


def run(import_id: int) -> None:
    """Run the corrected rows of an import, in a worker. Returns when that has ended, or when there is nothing to do."""
    if begin := take(import_id):
        begin()


def take(import_id: int) -> Callable[[], None] | None:
    """Take the corrected rows of an import; returns the function that runs them. None: there is nothing to do."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, states.LEASED, import_id, Working())
    if lease is None:
        log.info("another worker has the corrected rows, or they have been run", import_id=import_id)
        return None
    row = db.session.get_one(Import, import_id, populate_existing=True)
    db.session.remove()
    return partial(leased_run.run, Run(lease, row, settings), lease, row.takes)


class Run:
    """One worker's run of the corrected rows of one import."""

    fault = leased_run.FAULT
    too_many_takes = f"{leased_run.MOST_TAKES} workers stopped while they imported the fixed rows."

    def __init__(self, lease: Lease[Working], row: Import, settings: Settings) -> None:
        self._lease = lease
        self._row = row
        self._settings = settings

    def carry_out(self, connection: Connection) -> None:
        """Read the file for other rows of the same SKUs, plan, apply the plan, and commit."""
        task = self._task()
        staged = _read(task, connection)
        with connection.cursor() as cursor:
            planned = _plan(task, cursor, staged)
            change_set_id = apply(task, cursor, Plan(task.scratch, planned))
            _complete(task, cursor, staged, planned, change_set_id)
        connection.commit()
        self._lease.ring()
        log.info("corrected rows were run again", still_rejected=len(staged.errors))

    def _task(self) -> Task:
        """The task, with the user who asked for this run, who may not be the user of the import."""
        task, asked = Task.of(self._row, self._lease, BAR, self._settings), self._row.rerun or {}
        task.working.understood = self._row.understood  # as the file was read then
        # A sync is about all products. The corrected rows are only some of the file, so they create and update.
        if task.options.mode == "sync":
            task = replace(task, options=task.options.with_reading(mode="upsert"))
        return replace(task, source=asked["source"], user_id=asked["user_id"])

    def reason(self, error: Exception) -> leased_run.Reason | None:
        """The reason why the rows are not run; None if it is an internal error."""
        if isinstance(error, importer.Miscounted):
            log.error("rows do not add up", exc_info=error)
            return leased_run.failed(f"The rows do not add up: {error}. {leased_run.FAULT}")
        if isinstance(error, FileNotFoundError):
            return leased_run.failed(
                "The stored file was deleted, and without it Catalog can't tell which row of a SKU is the last. "
                "Download the rejected rows with your fixes (errors.csv) and import them as a new file."
            )
        return leased_run.failed(str(error)) if isinstance(error, importer.Rejected) else None

    def give_up(self, reason: leased_run.Reason) -> None:
        """Return the import to its earlier state; the corrections are kept."""
        self._lease.stop()
        why = reason.error or "Cancel was pressed."
        words = f"The fixed rows were not imported, and nothing was changed: {why}"
        states.give_up(self._lease, words)
        scratch_tables.sweep()
        self._lease.ring()
        log.info("corrected rows were not run again", state=reason.state, error=reason.error)


def _read(task: Task, connection: Connection) -> importer.StagedAgain:
    """Fill the staging table with the corrected rows that win, and commit it."""
    with uploads.storage().open(task.storage_key) as file, task.phase("reading", task.bar.read):
        corrected, accepted = _kept(task.id, RowError), _kept(task.id, RowCorrection)
        on_chunk = partial(_on_chunk, task)
        staged = importer.stage_again(file, corrected, accepted, connection, task.scratch, task.options, on_chunk)
    connection.commit()
    return staged


def _on_chunk(task: Task, position: int) -> None:
    task.lease.check()
    task.working.percent = task.bar.read * min(position / task.size, 1)


def _kept(import_id: int, table: type[RowError] | type[RowCorrection]) -> Iterator[list[importer.Row]]:
    """The corrected rows of an import, in batches of some thousands."""
    after = 0
    while True:
        query = select(table.row, table.line, table.corrected).where(
            table.import_id == import_id, table.row > after, table.corrected.is_not(None)
        )
        found = db.session.execute(query.order_by(table.row).limit(AT_ONCE)).all()
        db.session.rollback()
        if not found:
            return
        yield [importer.Row(row, line, cells or []) for row, line, cells in found]
        after = found[-1][0]


def _plan(task: Task, cursor: Cursor, staged: importer.StagedAgain) -> importer.Planned:
    """The plan of the corrected rows; rows that the plan finds wrong are rejected again."""
    plans.lock(task, cursor)
    with task.phase("planning", task.bar.planned):
        while True:
            planned = importer.make_plan(cursor.connection, task.scratch, staged.columns, task.options)
            crowded = importer.take_out_crowded(cursor.connection, task.scratch, staged.columns)
            if not crowded:
                return planned
            staged.errors += crowded


def _complete(
    task: Task, cursor: Cursor, staged: importer.StagedAgain, planned: importer.Planned, change_set_id: int | None
) -> None:
    """Delete accepted rows from the rejected ones, update the counts, and end the run. The counts must add up."""
    counts = _counts(task.working, staged, planned)
    accepted = _accept(task, cursor, staged.errors, change_set_id)
    if accepted != sum(counts.values()):
        raise importer.Miscounted(f"{accepted:,} rows were accepted, but {counts} make {sum(counts.values()):,}")
    states.complete(task.lease, cursor, counts, _reran(staged.errors, accepted, staged.blank), change_set_id)
    _balance(task, cursor)


def _counts(working: Working, staged: importer.StagedAgain, planned: importer.Planned) -> dict[str, int]:
    """The counts of the accepted rows."""
    return {
        "created": working.created,
        "updated": working.updated,
        "deleted": working.deleted,
        "unchanged": planned.unchanged,
        "skipped": planned.skipped,
        "duplicates": planned.duplicates + staged.duplicates,
        "blank": staged.blank,
    }


def _accept(task: Task, cursor: Cursor, errors: list[importer.RowError], change_set_id: int | None) -> int:
    """Reject the rows with errors again and accept the others; returns the number of accepted rows."""
    understood = task.working.understood
    parts, unit = understood.get("members", ()), importer.unit_of(understood)
    placed = [importer.placed_error(error, parts, unit) for error in errors]
    rejected = [(task.id, e.row, e.column, e.code, e.value, e.message) for e in placed]
    if rejected:
        execute_values(cursor, REJECT, rejected)
    cursor.execute(ACCEPT, {"id": task.id, "change_set_id": change_set_id})
    return int(cursor.rowcount)


def _reran(errors: list[importer.RowError], accepted: int, out: int) -> dict[str, Any]:
    """The result of the corrected rows, for people; `out` of the accepted ones were left out, so they are blank."""
    codes = Counter(error.code for error in errors)
    left = len(errors)
    rows = {"rows": accepted + left, "taken": accepted - out, "left_out": out, "rejected": left}
    return rows | {"codes": dict(codes.most_common())}


def _balance(task: Task, cursor: Cursor) -> None:
    """Check that the counts add up, as after the first run; then write the event."""
    cursor.execute(COUNTED, {"id": task.id})
    ((filename, state, outcome, error, warnings, rows, *counted, kept),) = cursor.fetchall()
    counts = dict(zip((*COUNTS, *ABSENT_COUNTS), counted, strict=True))
    of_rows = sum(counts[name] for name in COUNTS)
    if rows != of_rows or kept != counts["rejected"]:
        raise importer.Miscounted(f"{rows:,} rows, but {counts} make {of_rows:,}; {kept:,} rejected rows are kept")
    end = {"error": error, "outcome": outcome, "warnings": warnings}
    events.record(cursor, state, task.id, filename, state, {"rows": rows, **counts}, **end)
