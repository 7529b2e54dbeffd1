"""One worker's run of one import: lease, read, plan, apply, and the fence at the commit."""

import json
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, BinaryIO

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from catalog import importer, webhooks
from catalog.changes import log as change_log
from catalog.config import Settings
from catalog.imports import lifecycle, reviews
from catalog.imports.intake import uploads
from catalog.imports.report import wording
from catalog.imports.run import archive, breakers
from catalog.imports.run.pause import Reviewing
from catalog.imports.states import ASK, COMPLETE, CORRECTIONS, GIVE_UP, IMPORT, REJECT, UNUSED, USED, Working, keep
from catalog.models import COUNTS, Import, db
from catalog.runtime.work import failpoints
from catalog.runtime.work.lease import Lease
from catalog.runtime.work.run import DISK_FULL, MOST_TAKES

log = structlog.get_logger()

RECENT_ERRORS = 5  # shown while it runs

KINDS = {importer.Miscounted: "miscounted", FileNotFoundError: "file_gone"}
"""Error -> the kind of `wording.Stop` that it becomes."""

# Shares of the bar, near enough to where the time of 500,000 new rows goes.
READ, CHECKED, PLANNED, APPLIED = 35.0, 38.0, 55.0, 99.0


def run(import_id: int) -> None:
    """Carry an import out, in a worker. Returns when it has ended, or when it is another worker's."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, IMPORT, import_id, Working())
    if lease is None:
        log.info("import is not to be had", import_id=import_id)
        return
    row = db.session.get_one(Import, import_id, populate_existing=True)
    work = _Work(lease, row, settings)
    db.session.remove()
    work.run()


class _Work(Reviewing):
    """One worker's run of one import."""

    fault = "A fault of Catalog, not of the file; the log of the worker has the details."

    def __init__(self, lease: Lease[Working], row: Import, settings: Settings) -> None:
        super().__init__(lease, row.takes)
        self._settings = settings
        self._key, self._size = row.storage_key, max(row.size, 1)
        self._row = row
        self._source, self._user_id = row.source, row.user_id
        self._filename = row.filename
        self._scratch = f"import_{row.id}_{lease.epoch}"
        self._corrected: list[int] = []  # rows that were taken as they were corrected
        self._kind = "fault"  # of the reason why it ends without a change

    def _too_many_takes(self) -> str:
        return f"{MOST_TAKES} workers stopped while they read this file. Nothing was changed."

    def _reason(self, error: Exception) -> str | None:
        self._kind = KINDS.get(type(error), getattr(error, "kind", "fault"))
        if isinstance(error, importer.Miscounted):
            log.error("rows do not add up", exc_info=error)
            return f"The rows do not add up, so nothing was changed: {error}."
        if isinstance(error, FileNotFoundError):
            return lifecycle.FILE_GONE
        if not isinstance(error, importer.Refused):
            return None
        self.working.cures = list(error.cures)
        return str(error)

    def _carry_out(self, connection: Connection) -> None:
        failpoints.reach("after_take")
        try:
            self._read_and_write(connection)
        except importer.Unanswered as asked:
            connection.rollback()
            self._ask(connection, asked)

    def _ask(self, connection: Connection, asked: importer.Unanswered) -> None:
        """Leave the import to a person who answers."""
        self.lease.stop()
        self.lease.check()
        questions = importer.questions_to_json(asked.questions)
        with connection.cursor() as cursor:
            self._end(cursor, ASK, {"questions": Json(questions)})
            self._tell(cursor, "review", "queued", str(asked), questions)
        connection.commit()
        lifecycle.sweep()
        self.lease.ring()
        log.info("import waits for an answer", questions=questions)

    def _read_and_write(self, connection: Connection) -> None:
        """The whole way, to the commit. Raises importer.Unanswered."""
        self._take_up()
        if self._options.members == "each" and not self._options.sheet:
            self._filename, self._options = archive.split(self.lease)
        with connection.cursor() as cursor:
            planned = self._settled(cursor) if self._decision else self._planned(cursor)
            failpoints.reach("after_plan")
            if planned is not None:
                self._write(cursor, planned)
        failpoints.reach("before_commit")
        connection.commit()
        failpoints.reach("after_commit")
        self.lease.ring()
        log.info(self._words, **self._counts(), **self.working.timings)
        if self._waits:
            self._speed_up(connection)

    def _take_up(self) -> None:
        """What was chosen for it, and the plan that waited, if it did. Raises importer.Refused."""
        self._options = importer.Options.from_json(self._row.options)
        if self._row.decision == reviews.AGAIN:  # that it is to be planned once more, and looked at
            self._options = replace(self._options, review=True)
        elif self._row.decision:
            self._resume(self._row)

    def _planned(self, cursor: Any) -> importer.Planned | None:
        """The plan of the file; None: there are reasons to ask first, and it waits."""
        with uploads.storage().open(self._key) as file:
            staged = self._read(file, cursor.connection)
        if staged.rejected and not staged.staged:
            self._reject(cursor, staged)
            return None
        for_review = self._options.review or self._settings.review or self._lost
        planned = self._plan(cursor, staged, for_review=for_review)
        while crowded := importer.take_out_crowded(cursor.connection, self._scratch, staged.columns):
            staged = self._without(staged, crowded)
            if not staged.staged:
                self._reject(cursor, staged)
                return None
            planned = self._plan(cursor, staged, for_review=for_review)
        with self._phase("planning", PLANNED):
            importer.notice_plan(cursor.connection, self._scratch, staged.noticed, staged.columns, planned)
        self._warn(staged)
        cursor.execute("SELECT products FROM catalog_total")
        (products,) = cursor.fetchone()
        why = breakers.reasons(self._settings, self._options, planned, staged, products)
        why += [breakers.LOST] * self._lost
        if not why:
            return planned
        if not for_review:  # nobody meant that plan to last
            self._plan(cursor, staged, for_review=True)
        self._settle_corrections(cursor)
        self._wait(cursor, planned, why)
        return None

    def _plan(self, cursor: Any, staged: importer.Staged, *, for_review: bool) -> importer.Planned:
        """What the rows would do, behind the lock that keeps the catalog as it is until the commit."""
        self._lock(cursor)
        with self._phase("planning", PLANNED):
            planned = importer.make_plan(
                cursor.connection, self._scratch, staged.columns, self._options, for_review, staged.staged
            )
        for name in ("unchanged", "skipped", "duplicates"):
            setattr(self.working, name, getattr(planned, name))
        return planned

    def _without(self, staged: importer.Staged, errors: list[importer.RowError]) -> importer.Staged:
        """The same without rows that turned out to be none when they were planned. Raises importer.Refused."""
        parts = self.working.understood.get("members", ())
        told = [importer.told(error, parts) for error in errors]
        self._keep(told)
        self.working.rejected += len(told)
        self.working.recent_errors = [error.shown() for error in told[-RECENT_ERRORS:]]
        self._hold_to_policy(whole=True)
        count = len(told)
        return replace(staged, staged=staged.staged - count, rejected=staged.rejected + count)

    def _reject(self, cursor: Any, staged: importer.Staged) -> None:
        """End an import of which no row was taken: all but the commit."""
        self._warn(staged)
        importer.drop(cursor.connection, self._scratch)
        self.lease.stop()
        self.lease.check()
        self._balance(cursor)
        self._settle_corrections(cursor)
        error = wording.nothing_taken(self._counts())
        stop = wording.Stop("rejected", error, self.working.recent_errors)
        values = {"error": error, "stopped": Json([stop.to_json()])}
        self._end(cursor, REJECT, self._counts() | self._shown() | values)
        self._tell(cursor, "failed", "failed", error)
        self._words = "no row of the import was taken"

    def _warn(self, staged: importer.Staged) -> None:
        """Keep what looks wrong in the rows of the file."""
        parts = self.working.understood.get("members", ())
        found = staged.noticed.warnings(parts)
        self.working.warnings = [one.to_json() for one in found]

    def _lock(self, cursor: Any) -> None:
        with self._phase("planning", CHECKED, timing="waiting"):
            change_log.lock(cursor)
            change_log.tell_planner(cursor)

    def _write(self, cursor: Any, planned: importer.Planned) -> None:
        """Do what the plan says, and end the import: all but the commit. What changes nothing is no change set."""
        self.working.state = "applying"
        change_set_id = self._apply(cursor, planned) if planned.changes else None
        importer.drop(cursor.connection, self._scratch)
        self._complete(cursor, change_set_id)

    def _apply(self, cursor: Any, planned: importer.Planned) -> int:
        """Do what the plan says; returns the change set."""
        change_set_id = change_log.open(cursor, "import", self._source, self._user_id, import_id=self.lease.id)
        with self._phase("applying", APPLIED):
            done = importer.apply(cursor.connection, self._scratch, planned, change_set_id, self._on_slice)
        self._count(done)
        change_log.close(
            cursor,
            change_set_id,
            created=done.created,
            updated=done.updated + done.deactivated,
            deleted=done.deleted + done.removed,
        )
        webhooks.record_changes(cursor, change_set_id)
        return change_set_id

    def _read(self, file: BinaryIO, connection: Connection) -> importer.Staged:
        """The file in the staging table, committed so that it is out of the way of the rest."""
        with self._phase("reading", READ):
            staged = importer.stage(
                file,
                connection,
                self._scratch,
                self._options,
                self._on_chunk,
                corrections=self._corrections,
                known=self._known,
            )
        with self._phase("checking", CHECKED):
            importer.verify(connection, self._scratch, staged)
        self._hold_to_policy(whole=True)
        connection.commit()
        failpoints.reach("after_copy")
        return staged

    @contextmanager
    def _phase(self, name: str, reaches: float, *, timing: str = "") -> Iterator[None]:
        """One phase of the bar, from where it stands to `reaches` per cent; its seconds are kept, and added up."""
        self.working.phase = name
        begun = time.monotonic()
        yield
        before = self.working.timings.get(timing or name, 0)
        self._time(timing or name, round(before + time.monotonic() - begun, 3))
        self.working.percent = reaches
        self.lease.check()
        self.lease.show()

    def _on_chunk(self, step: importer.Step) -> None:
        self.lease.check()
        working = self.working
        working.columns = step.columns.meaning()
        working.understood = step.understood.to_json()
        working.percent = READ * min(step.position / self._size, 1)
        working.rows += step.rows
        working.rejected += len(step.errors)
        working.blank += step.blank
        self._corrected += step.corrected
        if step.errors:
            self._keep(step.errors)
            working.recent_errors = [error.shown() for error in step.errors[-RECENT_ERRORS:]]
            self._hold_to_policy(whole=False)
        failpoints.reach("mid_copy")

    def _corrections(self, errors: list[importer.RowError]) -> list[importer.Row]:
        """Of the rejected rows those that were corrected before the file was to be read again."""
        cells = {error.row: list(error.cells) for error in errors}
        with db.engine.connect() as connection:
            found = connection.execute(CORRECTIONS, {"id": self.lease.id, "rows": [*cells]})
            return [
                importer.Row(row, line, now)
                for row, line, before, now in found
                if before is None or before == cells[row]
            ]

    def _known(self, skus: list[str]) -> dict[str, str]:
        """Those that the catalog has, asked beside the COPY."""
        with db.engine.connect() as connection:
            return importer.known(connection.connection.driver_connection, skus)

    def _settle_corrections(self, cursor: Any, change_set_id: int | None = None) -> None:
        """Forget corrections that did not count; those that did belong to the change set."""
        here = {"id": self.lease.id, "change_set_id": change_set_id}
        if not self._decision:  # then the file was read before
            cursor.execute(UNUSED, here | {"rows": self._corrected})
        cursor.execute(USED, here)

    def _hold_to_policy(self, *, whole: bool) -> None:
        """Not more refused rows than the import may have. Raises Refused."""
        rows = self.working.rows - self.working.blank
        limit, rejected = self._options.max_errors, self.working.rejected
        importer.hold_to_policy(limit, rows, rejected, whole=whole)

    def _on_slice(self, done: importer.Applied, share: float) -> None:
        self.lease.check()
        self._count(done)
        self.working.percent = PLANNED + (APPLIED - PLANNED) * share
        failpoints.reach("mid_apply")

    def _keep(self, errors: list[importer.RowError]) -> None:
        """Write refused rows at once, so that they are there however the import ends."""
        with self.lease.fenced() as connection:
            keep(connection.connection.cursor(), self.lease.id, errors)

    def _complete(self, cursor: Any, change_set_id: int | None) -> None:
        """The last statement before the commit: the counts add up, and the import is still ours to end."""
        self.lease.stop()
        self.lease.check()
        self._balance(cursor)
        self._settle_corrections(cursor, change_set_id)
        self._time("peak_memory_bytes", _peak_memory())
        ends = {"change_set_id": change_set_id}
        self._end(cursor, COMPLETE, self._counts() | self._shown() | ends)
        self._tell(cursor, "completed", "completed", None)

    def _balance(self, cursor: Any) -> None:
        """Conservation: every row became exactly one thing, and every refused one is kept with its reason."""
        rows = self.working.rows
        counts = {name: getattr(self.working, name) for name in COUNTS}
        if rows != sum(counts.values()):
            raise importer.Miscounted(f"{rows:,} rows, but {counts} make {sum(counts.values()):,}")
        cursor.execute("SELECT count(*) FROM row_errors WHERE import_id = %s", (self.lease.id,))
        (kept,) = cursor.fetchone()
        if kept != counts["rejected"]:
            raise importer.Miscounted(f"{counts['rejected']:,} rows were refused, but {kept:,} are kept")

    def _tell(
        self,
        cursor: Any,
        event: str,
        state: str,
        error: str | None,
        questions: list[dict[str, Any]] | None = None,
        *,
        as_a_whole: bool = False,
    ) -> None:
        """The event for outsiders, in the transaction of the end; a file that failed as a whole has no outcome."""
        number = self.lease.id
        what = {"id": number, "state": state, "filename": self._filename}
        counts = self._counts()
        if state == "failed":
            read = ("rows", "rejected", "blank")
            counts |= {name: 0 for name in counts if name not in read}
        end = {
            "url": f"/imports/{number}",
            "error": error,
            "outcome": None if as_a_whole else wording.of({"state": state, **counts}),
            "warnings": importer.described(self.working.warnings),
            "questions": questions or [],
        }
        webhooks.record(cursor, f"import.{event}", what | end | counts)

    def give_up(self, state: str, error: str | None) -> None:
        """End without a change, if the import is still ours to end."""
        self.lease.stop()
        stopped = [self._stop(state, error).to_json()]
        values = self.working.values() | {"state": state, "error": error, "stopped": json.dumps(stopped)}
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        with db.engine.begin() as connection:
            ours = connection.execute(GIVE_UP, values | here).rowcount > 0
            if ours and state == "failed":
                cursor = connection.connection.cursor()
                self._tell(cursor, state, state, error, as_a_whole=True)
        lifecycle.sweep()
        self.lease.ring()
        log.info("import ended without a change", state=state, error=error)

    def _stop(self, state: str, error: str | None) -> wording.Stop:
        """Why it ends without a change."""
        if state == "cancelled":
            return lifecycle.STOPS["cancelled"]
        kind = "disk_full" if error == DISK_FULL else self._kind
        return wording.Stop(kind, error or "", self.working.recent_errors)


def _peak_memory() -> int:
    """The most memory that this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
