"""One worker's run of the corrected rows of an import: check, plan, apply, and the counts that follow.

A second change set of the same import. Whatever stops it, the import is what it was before and the corrections are kept.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from flask import current_app
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json, execute_values
from sqlalchemy import select, text

from catalog import importer, webhooks
from catalog.changes import log as change_log
from catalog.config import Settings
from catalog.imports import lifecycle
from catalog.imports.intake import uploads
from catalog.imports.report import log as import_log
from catalog.imports.states import OUTCOME
from catalog.models import ABSENT_COUNTS, COUNTS, Import, RowCorrection, RowError, db
from catalog.runtime.work.lease import Lease, Leased
from catalog.runtime.work.run import MOST_TAKES, Work

log = structlog.get_logger()

AT_ONCE = 5_000
READ, PLANNED, APPLIED = 60.0, 75.0, 99.0

# 0 rows: another worker has it, or no corrected rows wait.
TAKE = text(
    import_log.taken("""
UPDATE imports SET
    state = 'reading', phase = 'reading', error = NULL, started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    progress_version = progress_version + 1
WHERE id = :id AND rerun IS NOT NULL AND state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
""")
)
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")
AGAIN = Leased("import", "imports", TAKE, RENEW)

REFUSE = """
UPDATE row_errors SET "column" = again."column", code = again.code, value = again.value, message = again.message,
    cells = corrected, corrected = NULL
FROM (VALUES %s) AS again (import_id, row, "column", code, value, message)
WHERE row_errors.import_id = again.import_id AND row_errors.row = again.row
"""
# What is still marked as corrected now was accepted.
SETTLE = """
WITH accepted AS (
    DELETE FROM row_errors WHERE import_id = %(id)s AND corrected IS NOT NULL RETURNING *
)
INSERT INTO row_corrections (import_id, row, line, code, cells, corrected, change_set_id)
SELECT import_id, row, line, code, cells, corrected, %(change_set_id)s FROM accepted
"""
RECENT = """
SELECT coalesce(jsonb_agg(to_jsonb(last) ORDER BY last.row), '[]') FROM (
    SELECT row, line, "column", code, value, message FROM row_errors WHERE import_id = %(id)s ORDER BY row DESC LIMIT 5
) AS last
"""
# An import that waited for this when it was put into the queue by a Catalog of before was completed.
BEFORE = "coalesce(rerun ->> 'state', 'completed')"
NUMBERS = {name: f"({name} + %({name})s)" for name in COUNTS}
HOW = OUTCOME.format(**NUMBERS | {"rejected": "(rejected - %(accepted)s)"})
BACK = """
    rerun = NULL,
    queued_at = CAST(rerun ->> 'queued_at' AS timestamptz), started_at = CAST(rerun ->> 'started_at' AS timestamptz),
    finished_at = CAST(rerun ->> 'finished_at' AS timestamptz),
    cancel_requested_at = NULL, lease_expires_at = NULL, progress_version = progress_version + 1
"""
# The fence, as in `states`. The times are those of the whole file again: they say how long that took.
COMPLETE = import_log.ended(
    f"""
UPDATE imports SET {BACK}, recent_errors = ({RECENT}), outcome = {HOW}, reran = %(reran)s,
    state = CASE {HOW} WHEN 'none' THEN {BEFORE} ELSE 'completed' END,
    phase = CASE {HOW} WHEN 'none' THEN coalesce(rerun ->> 'phase', 'applying') ELSE 'applying' END,
    percent = CASE {HOW} WHEN 'none' THEN coalesce(CAST(rerun ->> 'percent' AS double precision), 100) ELSE 100 END,
    error = CASE {HOW} WHEN 'none' THEN rerun ->> 'error' END, stopped = CASE {HOW} WHEN 'none' THEN stopped ELSE '[]' END,
    change_set_id = coalesce(change_set_id, %(change_set_id)s),
    created = created + %(created)s, updated = updated + %(updated)s, unchanged = unchanged + %(unchanged)s,
    deleted = deleted + %(deleted)s, skipped = skipped + %(skipped)s, duplicates = duplicates + %(duplicates)s,
    blank = blank + %(blank)s, rejected = rejected - %(accepted)s
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""",  # nosec B608  # of constants
    rerun=True,
)
GIVE_UP = text(
    import_log.ended(
        f"""
UPDATE imports SET {BACK}, error = :error, reran = NULL, state = {BEFORE}, phase = coalesce(rerun ->> 'phase', 'applying'),
    percent = coalesce(CAST(rerun ->> 'percent' AS double precision), 100)
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""",  # nosec B608  # of constants
        rerun=True,
    )
)
COUNTED = f"""
SELECT filename, state, outcome, error, warnings, rows, {", ".join((*COUNTS, *ABSENT_COUNTS))}, (SELECT count(*) FROM row_errors WHERE import_id = imports.id)
FROM imports WHERE id = %(id)s
"""  # nosec B608  # of constants


@dataclass
class Working:
    """How far the worker is."""

    state: str = "reading"
    phase: str = "reading"
    percent: float = 0.0

    def values(self) -> dict[str, Any]:
        """As the statement wants them."""
        return {"state": self.state, "phase": self.phase, "percent": self.percent}


def run(import_id: int) -> None:
    """Run the corrected rows of an import, in a worker. Returns when that has ended, or when there is nothing to do."""
    settings: Settings = current_app.config["SETTINGS"]
    lease = Lease.take(settings, AGAIN, import_id, Working())
    if lease is None:
        return
    row = db.session.get_one(Import, import_id, populate_existing=True)
    work = _Work(lease, row)
    db.session.remove()
    work.run()


class _Work(Work[Working]):
    """One worker's run of the corrected rows."""

    def __init__(self, lease: Lease[Working], row: Import) -> None:
        super().__init__(lease, row.takes)
        self._key, self._size = row.storage_key, max(row.size, 1)
        self._stored = row.options
        self._parts = row.understood.get("members", ())
        asked = row.rerun or {}
        self._source, self._user_id = asked["source"], asked["user_id"]
        self._scratch = f"import_{row.id}_{lease.epoch}"

    def _too_many_takes(self) -> str:
        return f"{MOST_TAKES} workers stopped over the corrected rows."

    def _reason(self, error: Exception) -> str | None:
        if isinstance(error, importer.Miscounted):
            log.error("rows do not add up", exc_info=error)
            return f"The rows do not add up: {error}."
        if isinstance(error, FileNotFoundError):
            return "The stored file is gone, and without it Catalog can't know which row of a SKU is the last."
        return str(error) if isinstance(error, importer.Refused) else None

    def _carry_out(self, connection: Connection) -> None:
        self._options = _without_the_rest(importer.Options.from_json(self._stored))
        with uploads.storage().open(self._key) as file:
            staged = importer.stage_again(
                file,
                _kept(self.lease.id, RowError),
                _kept(self.lease.id, RowCorrection),
                connection,
                self._scratch,
                self._options,
                self._on_chunk,
            )
        connection.commit()
        self._step("planning", READ)
        with connection.cursor() as cursor:
            change_log.lock(cursor)
            change_log.tell_planner(cursor)
            planned = self._plan(connection, staged)
            self.working.state = "applying"
            self._step("applying", PLANNED)
            self._apply(connection, cursor, staged, planned)
        connection.commit()
        self.lease.ring()
        log.info("corrected rows were run again", still_refused=len(staged.errors))

    def _plan(self, connection: Connection, staged: importer.StagedAgain) -> importer.Planned:
        """What the corrected rows would do."""
        while True:
            planned = importer.make_plan(connection, self._scratch, staged.columns, self._options)
            crowded = importer.take_out_crowded(connection, self._scratch, staged.columns)
            if not crowded:
                return planned
            staged.errors += crowded

    def _apply(
        self, connection: Connection, cursor: Any, staged: importer.StagedAgain, planned: importer.Planned
    ) -> None:
        change_set_id, done = None, importer.Applied()
        if planned.changes:
            change_set_id = change_log.open(cursor, "import", self._source, self._user_id, import_id=self.lease.id)
            done = importer.apply(connection, self._scratch, planned, change_set_id, self._on_slice)
        counts = {"created": done.created, "updated": done.updated, "deleted": done.deleted}
        if change_set_id is not None:
            change_log.close(cursor, change_set_id, **counts)
            webhooks.record_changes(cursor, change_set_id)
        importer.drop(connection, self._scratch)
        counts |= {
            "unchanged": planned.unchanged,
            "skipped": planned.skipped,
            "duplicates": planned.duplicates + staged.duplicates,
            "blank": staged.blank,
        }
        self._complete(cursor, staged.errors, counts, change_set_id)

    def _complete(
        self, cursor: Any, errors: list[importer.RowError], counts: dict[str, int], change_set_id: int | None
    ) -> None:
        """What was accepted is no refused row any more; the counts follow and add up; the import is still ours to end."""
        self.lease.stop()
        self.lease.check()
        told = [importer.told(error, self._parts) for error in errors]
        again = [(self.lease.id, e.row, e.column, e.code, e.value, e.message) for e in told]
        execute_values(cursor, REFUSE, again) if again else None
        here = {"id": self.lease.id, "change_set_id": change_set_id}
        cursor.execute(SETTLE, here)
        if cursor.rowcount != sum(counts.values()):
            raise importer.Miscounted(
                f"{cursor.rowcount:,} rows were accepted, but {counts} make {sum(counts.values()):,}"
            )
        reran = self._reran(errors, cursor.rowcount)
        values = {"accepted": reran["taken"], "reran": Json(reran), "change_set_id": change_set_id}
        self._end(cursor, COMPLETE, counts | values)
        self._balance(cursor)

    def _reran(self, errors: list[importer.RowError], taken: int) -> dict[str, Any]:
        """What became of the corrected rows, for people."""
        codes = Counter(error.code for error in errors)
        left = len(errors)
        rows = {"rows": taken + left, "taken": taken, "rejected": left}
        return rows | {"codes": dict(codes.most_common())}

    def _balance(self, cursor: Any) -> None:
        """Conservation, as after the first run; then the event with the new counts."""
        cursor.execute(COUNTED, {"id": self.lease.id})
        filename, state, how, error, warnings, rows, *counted, kept = cursor.fetchone()
        counts = dict(zip((*COUNTS, *ABSENT_COUNTS), counted, strict=True))
        of_rows = sum(counts[name] for name in COUNTS)
        if rows != of_rows or kept != counts["rejected"]:
            raise importer.Miscounted(f"{rows:,} rows, but {counts} make {of_rows:,}; {kept:,} refused rows are kept")
        number = self.lease.id
        told = {"id": number, "state": state, "filename": filename, "rows": rows}
        end = {"url": f"/imports/{number}", "error": error, "outcome": how}
        more = {"warnings": importer.described(warnings), "questions": []}
        webhooks.record(cursor, f"import.{state}", told | counts | end | more)

    def _on_chunk(self, position: int) -> None:
        self.lease.check()
        self.working.percent = READ * min(position / self._size, 1)

    def _on_slice(self, done: importer.Applied, share: float) -> None:
        self.lease.check()
        self.working.percent = PLANNED + (APPLIED - PLANNED) * share

    def _step(self, phase: str, percent: float) -> None:
        self.working.phase, self.working.percent = phase, percent
        self.lease.check()

    def give_up(self, state: str, error: str | None) -> None:
        """The import is what it was before; the corrections are still there."""
        self.lease.stop()
        why = error or "A person pressed Cancel."
        words = f"The corrected rows were not run again, and nothing was changed: {why}"
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        with db.engine.begin() as connection:
            connection.execute(GIVE_UP, here | {"error": words})
        lifecycle.sweep()
        self.lease.ring()
        log.info("corrected rows were not run again", state=state, error=error)


def _without_the_rest(options: importer.Options) -> importer.Options:
    """A sync says what becomes of products that are in no row of the file; some of its rows can't say that again."""
    return options.with_reading(mode="upsert" if options.mode == "sync" else options.mode)


def _kept(import_id: int, table: type[RowError] | type[RowCorrection]) -> Iterator[list[importer.Row]]:
    """The corrected rows of an import, some thousands at once."""
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
