"""The life of an import as its users see it: created, listed, cancelled, retried, swept up after. `run.whole_file` carries it out."""

import json
from datetime import UTC, datetime

from sqlalchemy import TextClause, func, or_, select, text
from sqlalchemy.exc import OperationalError

from catalog import importer
from catalog.imports.intake import replays, uploads
from catalog.imports.report import log as import_log, wording
from catalog.imports.report.log import By
from catalog.models import ABSENT_COUNTS, COUNTS, Import, db
from catalog.people import audit
from catalog.runtime import outages
from catalog.runtime.work import failpoints, progress, queue

NOBODY = By()

# What a plan would have done was not done; that of a run which is cancelled is the run's to say.
STOPS = {
    "cancelled": wording.Stop("cancelled", "It was cancelled."),
    "discarded": wording.Stop("discarded", "It was discarded."),
}
NOT_DONE = ", ".join(
    f"{name} = CASE WHEN state = 'review' THEN 0 ELSE {name} END"
    for name in (*COUNTS, *ABSENT_COUNTS)
    if name not in ("rejected", "blank")
)
CANCEL = f"""
UPDATE imports SET
    cancel_requested_at = now(), progress_version = progress_version + 1,
    state = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL THEN 'cancelled' ELSE state END, {NOT_DONE},
    outcome = CASE WHEN rerun IS NULL THEN NULL ELSE outcome END,
    stopped = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL THEN jsonb_build_array(CAST(CASE state WHEN 'review' THEN :discarded ELSE :cancelled END AS jsonb)) ELSE stopped END,
    finished_at = CASE WHEN state IN ('queued', 'review') AND rerun IS NULL THEN now() END,
    plan_epoch = CASE WHEN state = 'review' THEN NULL ELSE plan_epoch END
WHERE id = :id AND state IN ('queued', 'reading', 'review', 'applying')
"""  # nosec B608  # of constants
CANCELS = {kind: text(import_log.told(CANCEL, kind)) for kind in ("cancelled", "discarded")}
FILE_GONE = "The stored file is gone. Upload it again."
# What was rejected the last time goes with its count; what a person made of it is used again.
RETRIED = """
retried AS (
    SELECT id, coalesce(CAST(:options AS jsonb), options) = options AS alike FROM imports
    WHERE id = :id AND (state IN ('failed', 'cancelled') OR state = 'queued' AND held) AND pruned_at IS NULL FOR UPDATE
), forgotten AS (
    DELETE FROM row_errors WHERE import_id IN (SELECT id FROM retried) RETURNING *
), corrected AS (
    INSERT INTO row_corrections (import_id, row, line, code, cells, corrected)
    SELECT import_id, row, line, code, CASE WHEN NOT alike THEN cells END, corrected
    FROM forgotten JOIN retried ON retried.id = import_id WHERE corrected IS NOT NULL
    ON CONFLICT (import_id, row) DO UPDATE SET cells = excluded.cells, corrected = excluded.corrected, change_set_id = NULL
),
"""
# The corrections of an import whose file is imported once more, with the same choices, under another one.
CORRECTED = text("""
INSERT INTO row_corrections (import_id, row, line, code, corrected)
SELECT :id, row, line, code, corrected FROM row_errors WHERE import_id = :before AND corrected IS NOT NULL
UNION ALL SELECT :id, row, line, code, corrected FROM row_corrections WHERE import_id = :before
""")
# One table of an archive is called by the archive and its own name; another one may be chosen.
RETRY = text(
    import_log.told(
        """
UPDATE imports SET
    filename = CASE WHEN first_id IS NOT NULL AND filename LIKE '%: ' || (options->>'sheet') AND CAST(:options AS jsonb)->>'sheet' <> ''
        THEN left(filename, -length(options->>'sheet')) || (CAST(:options AS jsonb)->>'sheet') ELSE filename END,
    held = false, questions = '[]', stopped = '[]', outcome = NULL, reran = NULL, options = coalesce(CAST(:options AS jsonb), options), state = 'queued', phase = 'received', percent = 0, error = NULL, queued_at = now(), started_at = NULL,
    finished_at = NULL, cancel_requested_at = NULL, takes = 0, lease_expires_at = NULL, timings = '{}',
    rows = 0, rejected = 0, blank = 0, decision = NULL, plan_epoch = NULL, recent_errors = '[]', progress_version = progress_version + 1
WHERE id IN (SELECT id FROM retried)
""",
        "retried",
        before=RETRIED,
    )
)
# 0 rows: it was not held, or has been cancelled.
START = text(
    import_log.told(
        """
UPDATE imports SET held = false, questions = '[]', options = CAST(:options AS jsonb), queued_at = now(), progress_version = progress_version + 1
WHERE id = :id AND held AND state = 'queued'
""",
        "started",
    )
)
ABANDONED = text("""
SELECT id FROM imports
WHERE state IN ('queued', 'reading', 'applying') AND NOT held AND (lease_expires_at IS NULL OR lease_expires_at < now())
ORDER BY id
""")
# Scratch tables, those of a Catalog of before too. Each carries the epoch of the lease under which it was made, also while
# a plan waits; all others are nobody's.
SCRATCH = "^import_[0-9]+_[0-9]+_(staging|plan|blocks|find|words)$"
FORGOTTEN = text(f"""
SELECT relname FROM pg_class LEFT JOIN imports
    ON relname ~ ('^import_' || imports.id || '_' || lease_epoch || '_') AND state IN ('reading', 'applying')
    OR relname ~ ('^import_' || imports.id || '_' || plan_epoch || '_(plan|blocks)$') AND state IN ('review', 'applying')
WHERE relname ~ '{SCRATCH}' AND relkind = 'r'
    AND relnamespace = current_schema()::regnamespace AND imports.id IS NULL
""")  # nosec B608  # of constants


def create(
    stored: uploads.Stored,
    filename: str,
    options: importer.Options,
    *,
    source: str,
    user_id: int | None,
    ask: bool = False,
    held: bool = False,
    repeats: int | None = None,
) -> Import:
    """Take a stored file in: the row first, then the bell. One that is held waits for `start`.

    One that `repeats` another takes the corrections of its rows along. If the very same bytes were imported before and somebody is there to `ask`, it only begins when they say so (`retry`).
    A replay bundle becomes an import of what is in it. Raises replays.Unreadable.
    """
    failpoints.reach("after_store")
    stored, filename, options = replays.unpacked(stored, filename, options)
    before = same(stored.sha256, options.sheet)
    asks = before is not None and ask
    error = when(before) if before and asks else None
    stopped = [wording.Stop("same_file", error).to_json()] if error else []
    row = Import(
        filename=readable(filename),
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        options=options.to_json(),
        source=source,
        user_id=user_id,
        same_as_id=before.id if before else None,
        state="cancelled" if asks else "queued",
        error=error,
        stopped=stopped,
        finished_at=datetime.now(UTC) if asks else None,
        held=held and not asks,
        queued_at=func.clock_timestamp(),  # not when the transaction began: that may be before the file was here
    )
    try:
        db.session.add(row)
        db.session.flush()
        if repeats:
            db.session.execute(CORRECTED, {"id": row.id, "before": repeats})
        db.session.commit()
    except outages.DATABASE:
        raise  # the commit may have arrived; if it has not, the steward finds the file
    except Exception:
        uploads.storage().delete(stored.key)  # a file that no row knows is nobody's
        raise
    failpoints.reach("after_row")
    if not held and not asks:
        queue.enqueue(queue.IMPORTS, "run_import", row.id)
    return row


def same(sha256: str, part: str = "") -> Import | None:
    """The last import of the very same bytes, or of this sheet or member of them, that was completed and not undone."""
    query = select(Import).where(Import.sha256 == sha256, Import.state == "completed")
    if part:
        read, asked = Import.understood["part"].astext, Import.options["sheet"].astext
        joined = Import.understood["members"] != text("'[]'::jsonb")
        query = query.where(or_(read == part, asked == part, joined))
    return db.session.scalar(query.order_by(Import.id.desc()).limit(1))


def when(row: Import) -> str:
    """Which import that was, when and by whom, as a sentence."""
    told = {name: getattr(row, name) for name in ("id", "filename", "source")}
    email = row.user.email if row.user else None
    return wording.before(told | {"email": email}, row.created_at)


def get(import_id: int) -> Import | None:
    """The import as it is now."""
    return db.session.get(Import, import_id, populate_existing=True)


def seconds(row: Import) -> float:
    """From the queue to the end; 0 while it has not ended."""
    return wording.took(row) or 0.0


def cancel(import_id: int, by: By = NOBODY, kind: str = "cancelled") -> bool:
    """Ask that an import ends without a change; False if it has ended already."""
    stops = {name: json.dumps(stop.to_json()) for name, stop in STOPS.items()}
    stops["cancelled"] = stops[kind]
    touched = _touch(CANCELS[kind], import_id, by, **stops)
    if touched:
        audit.write(f"import {kind}", f"import {import_id}")
    return touched


def start(import_id: int, options: importer.Options, by: By = NOBODY) -> bool:
    """Let an import go that was held, with the choices of whoever looked at its file; False if it was not held."""
    started = _touch(START, import_id, by, options=json.dumps(options.to_json()))
    if started:
        audit.write("import started", f"import {import_id}")
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return started


def retry(import_id: int, options: importer.Options | None = None, by: By = NOBODY) -> bool:
    """Run a failed or cancelled import, or one that waits for answers, from its stored file, perhaps with other options.

    False: `not_retried` says why.
    """
    wanted = json.dumps(options.to_json()) if options else None
    retried = _touch(RETRY, import_id, by, options=wanted)
    if retried:
        audit.write("import retried", f"import {import_id}")
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return retried


def not_retried(row: Import) -> str:
    """Why there is nothing to retry."""
    if row.pruned_at:
        return FILE_GONE
    return "Only an import that failed, was cancelled or waits for an answer can be run again."


def _touch(statement: TextClause, import_id: int, by: By, **values: str | None) -> bool:
    here = {"id": import_id, **by.values(), **values}
    with db.engine.begin() as connection:
        result = connection.execute(statement, here)
        touched = result.rowcount > 0
    if touched:
        progress.ring(queue.connection(), f"import:{import_id}")
    return touched


def readable(filename: str) -> str:
    """A file's name as text that can be stored: what is not Unicode, or NUL, is shown as what it was."""
    return filename.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def ring_abandoned() -> int:
    """Ring for every import that waits or whose worker fell silent; returns how many. The steward calls it."""
    with db.engine.connect() as connection:
        waiting = list(connection.execute(ABANDONED).scalars())
    for import_id in waiting:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return len(waiting)


def sweep() -> int:
    """Drop the scratch tables that belong to no running import; returns how many."""
    with db.engine.connect() as connection:
        tables = connection.execute(FORGOTTEN).scalars().all()
    return sum(map(_drop, tables))


def _drop(table: str) -> bool:
    """Drop a table if nobody holds it; a frozen worker may, and then it is for another time."""
    try:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}"'))
    except OperationalError:
        return False
    return True
