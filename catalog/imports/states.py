"""What a worker writes into the row of its import: the lease, how far it is, and the end. `run.whole_file` is the work itself."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text

from catalog.importer import RowError
from catalog.imports.report import log as import_log
from catalog.models import ABSENT_COUNTS, COUNTS, Import
from catalog.runtime.work.lease import Leased

SHOWN = ("recent_errors", "columns", "understood", "warnings", "timings", "cures")  # kept as JSON

# 0 rows: another worker has it, or it has ended.
TAKE = text(
    import_log.taken("""
UPDATE imports SET
    state = CASE WHEN plan_epoch IS NULL THEN 'reading' ELSE 'applying' END,
    phase = CASE WHEN plan_epoch IS NULL THEN 'reading' ELSE 'applying' END, error = NULL, cures = '[]',
    started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    progress_version = progress_version + 1
WHERE id = :id AND rerun IS NULL AND NOT held AND state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
""")
)
# 0 rows: the lease is lost, or the import has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    rows = :rows, created = :created, updated = :updated, unchanged = :unchanged, deleted = :deleted, skipped = :skipped,
    duplicates = :duplicates, rejected = :rejected, blank = :blank, deactivated = :deactivated, removed = :removed,
    recent_errors = CAST(:recent_errors AS jsonb), columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), warnings = CAST(:warnings AS jsonb), timings = CAST(:timings AS jsonb),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")
# Whatever an earlier worker counted, timed and refused is looked at again; not so what the plan that waits was made of.
FORGET = text("""
WITH anew AS (
    UPDATE imports SET
        rows = 0, created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0, rejected = 0, blank = 0,
        deactivated = 0, removed = 0, recent_errors = '[]', timings = '{}', outcome = NULL, stopped = '[]'
    WHERE id = :id AND plan_epoch IS NULL RETURNING id
)
DELETE FROM row_errors WHERE import_id IN (SELECT id FROM anew)
""")

IMPORT = Leased("import", "imports", TAKE, RENEW, FORGET)

OUTCOME = """CASE
    WHEN {rejected} = 0 THEN 'all'
    WHEN {created} + {updated} + {unchanged} + {deleted} + {skipped} + {duplicates} = 0 THEN 'none'
    ELSE 'part'
END"""
GIVEN = OUTCOME.format(**{name: f"%({name})s" for name in COUNTS})
# The fence: only the worker whose epoch it is, and only if nobody cancelled, may end an import. 0 rows: it may not.
COMPLETE = import_log.ended(f"""
UPDATE imports SET
    state = 'completed', phase = 'applying', percent = 100, outcome = {GIVEN}, stopped = '[]', finished_at = clock_timestamp(), change_set_id = %(change_set_id)s,
    rows = %(rows)s, created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s, deleted = %(deleted)s, skipped = %(skipped)s,
    duplicates = %(duplicates)s, rejected = %(rejected)s, blank = %(blank)s,
    deactivated = %(deactivated)s, removed = %(removed)s, plan_epoch = NULL,
    columns = %(columns)s, understood = %(understood)s, warnings = %(warnings)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""")  # nosec B608  # of constants
# The same fence where the file was read to its end and every row was rejected: nothing was changed, its rows can be corrected.
REJECT = import_log.ended(f"""
UPDATE imports SET
    state = 'failed', outcome = {GIVEN}, error = %(error)s, stopped = %(stopped)s, finished_at = clock_timestamp(),
    rows = %(rows)s, created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0,
    rejected = %(rejected)s, blank = %(blank)s, deactivated = 0, removed = 0, plan_epoch = NULL, decision = NULL,
    columns = %(columns)s, understood = %(understood)s, warnings = %(warnings)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""")  # nosec B608  # of constants
# The same fence where it stops for a decision: nothing is changed, the plan stays.
WAIT = import_log.ended(f"""
UPDATE imports SET
    state = 'review', phase = 'planning', percent = %(percent)s, outcome = {GIVEN}, stopped = %(stopped)s, plan_epoch = %(epoch)s, review = %(review)s, decision = NULL,
    rows = %(rows)s, created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s, deleted = %(deleted)s, skipped = %(skipped)s,
    duplicates = %(duplicates)s, rejected = %(rejected)s, blank = %(blank)s, deactivated = %(deactivated)s, removed = %(removed)s,
    columns = %(columns)s, understood = %(understood)s, warnings = %(warnings)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""")  # nosec B608  # of constants
# There were conflicts that nobody had seen: the plan waits again.
WAIT_AGAIN = import_log.ended("""
UPDATE imports SET
    state = 'review', phase = 'planning', decision = NULL, review = %(review)s, stopped = %(stopped)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state = 'applying' AND cancel_requested_at IS NULL
""")
# The plan that was to be written is not there as it was: from here on it is an import that is read.
READ_AGAIN = text(
    import_log.told(
        """
UPDATE imports SET decision = NULL, plan_epoch = NULL, state = 'reading', phase = 'reading', percent = 0
WHERE id = :id AND lease_epoch = :epoch
""",
        "lost",
        by=import_log.NOBODY_BY,
    )
)
GIVE_UP = text(
    import_log.ended("""
UPDATE imports SET
    state = :state, error = :error, cures = CAST(:cures AS jsonb), outcome = NULL, stopped = CAST(:stopped AS jsonb),
    finished_at = now(), created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0,
    deactivated = 0, removed = 0, plan_epoch = NULL, decision = NULL,
    rows = :rows, rejected = :rejected, blank = :blank, recent_errors = CAST(:recent_errors AS jsonb),
    columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), warnings = CAST(:warnings AS jsonb), timings = CAST(:timings AS jsonb), lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""")
)
# The file leaves a question open: nothing was read, and nobody takes it until a person has answered.
ASK = import_log.told(
    """
UPDATE imports SET
    state = 'queued', held = true, questions = %(questions)s, phase = 'received', percent = 0, takes = 0, error = NULL,
    rows = 0, rejected = 0, blank = 0, recent_errors = '[]', lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
""",
    "asked",
    "jsonb_build_object('questions', done.questions)",
    by=import_log.NOBODY_BY,
)
CORRECTIONS = text("""
SELECT row, line, cells, corrected FROM row_corrections WHERE import_id = :id AND row = ANY (:rows)
""")
UNUSED = "DELETE FROM row_corrections WHERE import_id = %(id)s AND row <> ALL (%(rows)s)"
USED = """
UPDATE row_corrections SET change_set_id = %(change_set_id)s WHERE import_id = %(id)s AND change_set_id IS NULL
"""
KEEP = """
COPY row_errors (import_id, row, line, "column", code, value, message, cells)
FROM STDIN (FORMAT csv, FORCE_NOT_NULL (value))
"""


@dataclass
class Working:
    """How far the worker is with its file."""

    state: str = "reading"
    phase: str = "reading"
    percent: float = 0.0
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    deactivated: int = 0
    removed: int = 0
    recent_errors: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    cures: list[str] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """As the statements want them: what is JSON as text."""
        return asdict(self) | {name: json.dumps(getattr(self, name)) for name in SHOWN}

    def resume(self, row: Import) -> None:
        """Go on where the plan of this import was made."""
        self.state = self.phase = "applying"
        for name in ("percent", "rows", *COUNTS, *ABSENT_COUNTS, *SHOWN):
            setattr(self, name, getattr(row, name))

    def restart(self) -> None:
        """As if nothing had been done yet; the bar stays where it is."""
        for name, value in vars(Working(percent=self.percent)).items():
            setattr(self, name, value)


def keep(cursor: Any, import_id: int, errors: Iterable[RowError]) -> None:
    """Write refused rows with their reasons and, where they are short enough, their cells."""
    rows = io.StringIO()
    csv.writer(rows).writerows((import_id, *error.shown().values(), _json(error.cells)) for error in errors)
    rows.seek(0)
    cursor.copy_expert(KEEP, rows)


def _json(cells: tuple[str, ...]) -> str | None:
    return json.dumps(cells, ensure_ascii=False) if cells else None
