"""Plan: compute what the rows of an import would do, under the lock that keeps the catalog as it is until a commit."""

from dataclasses import dataclass, field, replace

from psycopg2.extensions import cursor as Cursor

from catalog import importer
from catalog.changes import change_log
from catalog.imports.report.wording import Stop
from catalog.imports.run import breakers, read
from catalog.imports.run.read import Read
from catalog.imports.run.task import Task


@dataclass(frozen=True)
class Plan:
    """What the rows of an import would do, and why a person is asked first (none: it is applied at once)."""

    scratch: str  # the names of its tables
    planned: importer.Planned
    reasons: list[Stop] = field(default_factory=list)
    read: Read | None = None  # None: an earlier run read the file, and its plan waited

    @property
    def takes_nothing(self) -> bool:
        """Whether every row of the file was rejected."""
        return self.read is not None and _all_rejected(self.read.staged)


def lock(task: Task, cursor: Cursor) -> None:
    """Lock the catalog against other writers until the commit."""
    with task.phase("planning", task.bar.checked, timing="waiting"):
        change_log.lock(cursor)
        change_log.tell_planner(cursor)


def make(task: Task, cursor: Cursor, rows: Read, *, lost: bool = False) -> Plan:
    """Make the plan of the rows that were read. `lost`: an earlier plan was lost, waiting. Raises importer.Rejected."""
    staged, planned = rows.staged, importer.Planned()
    for_review = task.options.review or task.settings.review or lost
    while not _all_rejected(staged):
        planned = _compare(task, cursor, staged, for_review=for_review)
        crowded = importer.take_out_crowded(cursor.connection, task.scratch, staged.columns)
        if not crowded:
            break
        read.reject(task, crowded)
        staged = replace(staged, staged=staged.staged - len(crowded), rejected=staged.rejected + len(crowded))
    rows = replace(rows, staged=staged)
    if _all_rejected(staged):
        _warn(task, staged)
        return Plan(task.scratch, planned, read=rows)
    with task.phase("planning", task.bar.planned):
        importer.notice_plan(cursor.connection, task.scratch, staged.noticed, staged.columns, planned)
    _warn(task, staged)
    reasons = _reasons(task, cursor, planned, staged) + [breakers.LOST] * lost
    if reasons and not for_review:  # the plan was made to be applied at once, and lacks what a review shows
        _compare(task, cursor, staged, for_review=True)
    return Plan(task.scratch, planned, reasons, rows)


def _all_rejected(staged: importer.Staged) -> bool:
    return bool(staged.rejected) and not staged.staged


def _compare(task: Task, cursor: Cursor, staged: importer.Staged, *, for_review: bool) -> importer.Planned:
    """Compare the staged rows with the catalog."""
    lock(task, cursor)
    with task.phase("planning", task.bar.planned):
        planned = importer.make_plan(
            cursor.connection, task.scratch, staged.columns, task.options, for_review, staged.staged
        )
    for name in ("unchanged", "skipped", "duplicates"):
        setattr(task.working, name, getattr(planned, name))
    return planned


def _warn(task: Task, staged: importer.Staged) -> None:
    """Add warnings about rows that look wrong."""
    parts = task.working.understood.get("members", ())
    task.working.warnings = [one.to_json() for one in staged.noticed.warnings(parts)]


def _reasons(task: Task, cursor: Cursor, planned: importer.Planned, staged: importer.Staged) -> list[Stop]:
    """Why the plan waits for a decision."""
    cursor.execute("SELECT products FROM catalog_total")
    ((products,),) = cursor.fetchall()
    return breakers.reasons(task.settings, task.options, planned, staged, products)
