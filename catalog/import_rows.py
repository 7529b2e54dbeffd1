"""What a worker writes into the row of its import: the lease, how far it is, and the end. `runs` is the work itself."""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from sqlalchemy import text

from catalog.lease import Leased

# 0 rows: another worker has it, or it has ended.
TAKE = text("""
UPDATE imports SET
    state = 'reading', phase = 'reading', error = NULL,
    started_at = now(), takes = takes + 1,
    lease_epoch = lease_epoch + 1, lease_owner = :owner, lease_expires_at = now() + make_interval(secs => :seconds),
    rows = 0, created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0, rejected = 0, blank = 0,
    recent_errors = '[]', progress_version = progress_version + 1
WHERE id = :id AND state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
RETURNING lease_epoch
""")
# 0 rows: the lease is lost, or the import has ended. The bar never goes back, not even when a worker begins again.
RENEW = text("""
UPDATE imports SET
    state = :state, phase = :phase, percent = greatest(percent, :percent),
    rows = :rows, created = :created, updated = :updated, unchanged = :unchanged, deleted = :deleted, skipped = :skipped,
    duplicates = :duplicates, rejected = :rejected, blank = :blank,
    recent_errors = CAST(:recent_errors AS jsonb), columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), timings = CAST(:timings AS jsonb),
    lease_expires_at = now() + make_interval(secs => :seconds), progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
RETURNING cancel_requested_at IS NOT NULL
""")
# Whatever an earlier worker refused is looked at again.
FORGET = text("DELETE FROM row_errors WHERE import_id = :id")

IMPORT = Leased("import", "imports", TAKE, RENEW, FORGET)

# The fence: only the worker whose epoch it is, and only if nobody cancelled, may end an import. 0 rows: it may not.
COMPLETE = """
UPDATE imports SET
    state = 'completed', phase = 'applying', percent = 100, finished_at = clock_timestamp(), change_set_id = %(change_set_id)s,
    rows = %(rows)s, created = %(created)s, updated = %(updated)s, unchanged = %(unchanged)s, deleted = %(deleted)s, skipped = %(skipped)s,
    duplicates = %(duplicates)s, rejected = %(rejected)s, blank = %(blank)s,
    columns = %(columns)s, understood = %(understood)s, recent_errors = %(recent_errors)s, timings = %(timings)s, lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = %(id)s AND lease_epoch = %(epoch)s AND state IN ('reading', 'applying') AND cancel_requested_at IS NULL
"""
GIVE_UP = text("""
UPDATE imports SET
    state = :state, error = :error, finished_at = now(), created = 0, updated = 0, unchanged = 0, deleted = 0, skipped = 0, duplicates = 0,
    rows = :rows, rejected = :rejected, blank = :blank, recent_errors = CAST(:recent_errors AS jsonb),
    columns = CAST(:columns AS json), understood = CAST(:understood AS jsonb), timings = CAST(:timings AS jsonb), lease_expires_at = NULL, progress_version = progress_version + 1
WHERE id = :id AND lease_epoch = :epoch AND state IN ('reading', 'applying')
""")
KEEP = """
COPY row_errors (import_id, row, line, "column", code, value, message)
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
    recent_errors: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """As the statements want them: what is JSON as text."""
        return asdict(self) | {
            name: json.dumps(getattr(self, name))
            for name in ("recent_errors", "columns", "understood", "timings")
        }
