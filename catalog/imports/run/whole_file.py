"""A worker's run of a whole file: read, plan, ask, apply, each a module beside it. `end` completes or fails it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection, cursor as Cursor

from catalog import importer
from catalog.imports import reviews
from catalog.imports.intake import uploads
from catalog.imports.run import archive, ask, end, plan as plans
from catalog.imports.run.apply import apply
from catalog.imports.run.plan import Plan
from catalog.imports.run.read import read
from catalog.imports.run.task import Bar, Task, Working
from catalog.imports.states import whole_file_run as states
from catalog.models import Import, db
from catalog.runtime import Lease, Settings, failpoints, leased_run

log = structlog.get_logger()

BAR = Bar(read=35.0, checked=38.0, planned=55.0, applied=99.0)
"""Roughly the share of the time that each step takes, for 500,000 new rows."""


def run(import_id: int) -> None:
    """Run an import, in a worker. Returns when it has ended, or if another worker has it."""
    if begin := take(import_id):
        begin()


def take(import_id: int) -> Callable[[], None] | None:
    """Take an import for this worker; returns the function that runs it. None: another worker has it, or it ended."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, states.LEASED, import_id, Working())
    if lease is None:
        log.info("another worker has the import, or it has ended", import_id=import_id)
        return None
    row = db.session.get_one(Import, import_id, populate_existing=True)
    db.session.remove()
    return partial(leased_run.run, Run(lease, row, settings), lease, row.takes)


class Run:
    """One worker's run of one import."""

    fault = "This is an error in Catalog, not in the file. See the log of the worker."
    too_many_takes = f"{leased_run.MOST_TAKES} workers stopped while they read this file. Nothing was changed."

    def __init__(self, lease: Lease[Working], row: Import, settings: Settings) -> None:
        self._lease = lease
        self._row = row
        self._settings = settings
        self._filename = row.filename  # replaced if the file is an archive whose tables become imports

    def carry_out(self, connection: Connection) -> None:
        """Read the file, plan, ask a person if there is a reason, apply the plan, and commit."""
        failpoints.reach("after_take")
        task = self._task()
        try:
            task = self._split(task)
            with connection.cursor() as cursor:
                plan, words = self._read_plan_ask_apply(task, cursor)
        except importer.Unanswered as asked:
            ask.for_answers(task, connection, asked)
            return
        failpoints.reach("before_commit")
        connection.commit()
        failpoints.reach("after_commit")
        self._lease.ring()
        log.info(words, **task.working.counts(), **task.working.timings)
        if plan.reasons and plan.read:
            ask.make_quick(connection, plan)

    def _read_plan_ask_apply(self, task: Task, cursor: Cursor) -> tuple[Plan, str]:
        """All steps before the commit; returns the plan, and the result for the log. Raises importer.Unanswered."""
        plan = self._decided_plan(task, cursor) or self._plan_of_file(task, cursor)
        failpoints.reach("after_plan")
        if plan.takes_nothing:
            end.reject(task, cursor, plan)
            return plan, "no row of the import was accepted"
        if plan.reasons:
            ask.for_decision(task, cursor, plan, self._row)
            return plan, "import waits for review"
        change_set_id = apply(task, cursor, plan)
        end.complete(task, cursor, plan, change_set_id)
        return plan, "import completed"

    def _decided_plan(self, task: Task, cursor: Cursor) -> Plan | None:
        """The plan that waited and was decided; None if there is none, or if it is lost."""
        if not self._is_decided:
            return None
        task.working.resume(self._row)
        plans.lock(task, cursor)
        plan = ask.decided(task, cursor, self._row)
        if plan is None:
            ask.read_again(task, cursor)
        return plan

    def _plan_of_file(self, task: Task, cursor: Cursor) -> Plan:
        """Read the file and plan."""
        rows = read(task, cursor.connection)
        return plans.make(task, cursor, rows, lost=self._is_decided)

    def _task(self) -> Task:
        task = Task.of(self._row, self._lease, BAR, self._settings)
        if self._row.decision != reviews.AGAIN:
            return task
        return replace(task, options=task.options.with_reading(review=True))  # another plan was requested, and it waits

    @property
    def _is_decided(self) -> bool:
        """Whether a person applied the waiting plan instead of requesting another one."""
        return self._row.decision not in (None, reviews.AGAIN)

    def _split(self, task: Task) -> Task:
        """Make each table of an archive an import; this import becomes the first of them."""
        if task.options.members != "each" or task.options.sheet:
            return task
        self._filename, options = archive.split(self._lease)
        return replace(task, filename=self._filename, options=options)

    def reason(self, error: Exception) -> leased_run.Reason | None:
        """The reason why the import fails; None if it is an internal error."""
        if isinstance(error, importer.Miscounted):
            log.error("rows do not add up", exc_info=error)
            return leased_run.failed(f"The rows do not add up: {error}. {self.fault}", "miscounted")
        if isinstance(error, FileNotFoundError):
            return leased_run.failed(uploads.FILE_GONE, "file_gone")
        if not isinstance(error, importer.Rejected):
            return None
        self._lease.working.cures = list(error.cures)
        return leased_run.failed(str(error), error.kind)

    def give_up(self, reason: leased_run.Reason) -> None:
        """End without a change, unless another worker has the import."""
        end.give_up(self._lease, self._filename, reason)
