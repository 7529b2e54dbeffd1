"""What is stored for a time, and its disk usage: uploads, plans, scratch tables (old values: `changes/old_values`)."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import text

from catalog.imports import scratch_tables
from catalog.imports.intake import uploads
from catalog.imports.states import clock
from catalog.models import Import, db
from catalog.notation import plural
from catalog.runtime import Settings

FILES_AT_ONCE = 200
SWEEP_SECONDS = 3600.0  # a bucket is listed completely
ORPHAN_SECONDS = 24 * 3600  # a file may be complete before its import has a row

UNDECIDED = "The review was not applied or discarded for {}, so the import was discarded. Nothing was changed."
UNSENT = "The upload was not finished in time, so the import was discarded. Nothing was changed."
UNSEEN = "The import waited {} for an answer or a check and was discarded. Nothing was changed. Import the file again."
# Both in one statement: an upload becomes an import in one transaction.
KNOWN = text("""
SELECT storage_key FROM imports WHERE storage_key = ANY (:keys)
UNION ALL SELECT id FROM partial_uploads WHERE id = ANY (:keys)
""")
OLD_FILES = text("""
SELECT id, storage_key FROM imports
WHERE pruned_at IS NULL AND finished_at < now() - make_interval(days => :days)
ORDER BY id LIMIT :most FOR UPDATE SKIP LOCKED
""")
FILES_GONE = text("UPDATE imports SET pruned_at = now() WHERE id = ANY (:ids)")
DISK = text(f"""
SELECT pg_total_relation_size('product_changes'), coalesce((
    SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname ~ '{scratch_tables.SCRATCH}' AND relkind = 'r'
), 0)
""")  # nosec B608  # of constants
# An estimate from some of its rows: an exact count of bytes would read all of them.
OF_CHANGE_SET = text("""
SELECT (updated + deleted) * (
    SELECT avg(pg_column_size(change.*))
    FROM (SELECT * FROM product_changes WHERE change_set_id = :id LIMIT 100) AS change
)
FROM change_sets WHERE id = :id AND pruned_at IS NULL
""")


@dataclass(frozen=True)
class DiskUse:
    """Bytes of data that is deleted after some time."""

    uploads: int
    old_values: int
    scratch: int


def prune_files() -> int:
    """Delete the stored files of imports that ended long ago; returns how many. The steward calls it."""
    storage = uploads.storage()
    with db.engine.begin() as connection:
        values = {"days": _settings().keep_days, "most": FILES_AT_ONCE}
        old = connection.execute(OLD_FILES, values).all()
        for _, key in old:
            storage.delete(key)
        connection.execute(FILES_GONE, {"ids": [row_id for row_id, _ in old]})
    return len(old)


def prune_plans() -> int:
    """Discard imports that wait too long for a person, with a line in their log; returns how many. For the steward."""
    days, hours = _settings().keep_days, max(_settings().upload_hours, 1)
    waited = plural(round(hours), "hour")
    gone = clock.expire(days, hours * 3600, UNDECIDED.format(plural(days, "day")), UNSEEN.format(waited), UNSENT)
    if gone:
        scratch_tables.sweep()
    return gone


def prune_orphans() -> int:
    """Delete complete files without an import or upload (their process died); returns how many. For the steward."""
    return _delete_unknown(uploads.storage().whole(time.time() - ORPHAN_SECONDS))


def prune_strays() -> int:
    """Delete stored bytes that belong to no file; returns how many pieces. For the steward; it looks once an hour."""
    if not strays_clock.is_due():
        return 0
    return uploads.storage().sweep(time.time() - ORPHAN_SECONDS)


class Clock:
    """When something that is done rarely is due again, in this process."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._next_at = 0.0

    def is_due(self) -> bool:
        """Whether it is due; then the time begins again."""
        now = time.monotonic()
        if now < self._next_at:
            return False
        self._next_at = now + self._seconds
        return True


strays_clock = Clock(SWEEP_SECONDS)


def prune_parts() -> int:
    """Delete parts of files whose sender stopped; returns how many. The steward calls it.

    Those of resumable uploads are deleted with their rows (`resumable.prune`), whatever their age: a paused upload is
    not an orphan.
    """
    hours = max(_settings().upload_hours, 1)
    return _delete_unknown(uploads.storage().parts(time.time() - hours * 3600))


def _delete_unknown(keys: list[str]) -> int:
    """Delete the files of those keys that no row has; returns how many."""
    if not keys:
        return 0
    with db.engine.connect() as connection:
        known = set(connection.execute(KNOWN, {"keys": keys}).scalars())
    unknown = [key for key in keys if key not in known]
    for key in unknown:
        uploads.storage().delete(key)
    return len(unknown)


def disk_use() -> DiskUse:
    """The current disk usage."""
    old_values, scratch = db.session.execute(DISK).one()
    return DiskUse(uploads.storage().used_bytes(), int(old_values), int(scratch))


def of_import(row: Import) -> int:
    """About how many bytes the old values for the undo of an import take."""
    size = db.session.execute(OF_CHANGE_SET, {"id": row.change_set_id}).scalar()
    return int(size or 0)


def due(row: Import) -> datetime | None:
    """When the stored file will be deleted; None if the import has not ended."""
    days = timedelta(days=_settings().keep_days)
    return row.finished_at + days if row.finished_at else None


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
