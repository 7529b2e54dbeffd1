"""The life of an import as its users see it: created, listed, cancelled, retried, swept up after. `run.whole_file` carries it out."""

from sqlalchemy import or_, select, text
from sqlalchemy.exc import OperationalError

from catalog import importer
from catalog.imports.intake import bundles, uploads
from catalog.imports.report import wording
from catalog.imports.states import clock, decisions
from catalog.imports.states.with_event import By
from catalog.models import Import, db
from catalog.people import audit
from catalog.runtime import outages
from catalog.runtime.work import failpoints, progress, queue

NOBODY = By()

# The corrections of an import whose file is imported once more, with the same choices, under another one.
CORRECTED = text("""
INSERT INTO row_corrections (import_id, row, line, code, corrected)
SELECT :id, row, line, code, corrected FROM row_errors WHERE import_id = :before AND corrected IS NOT NULL
UNION ALL SELECT :id, row, line, code, corrected FROM row_corrections WHERE import_id = :before
""")
# Scratch tables, those of a Catalog of before too. Each carries the epoch of the lease under which it was made, also while
# a plan waits; all others belong to no import.
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
    A replay bundle becomes an import of what is in it. Raises bundles.Unreadable.
    """
    failpoints.reach("after_store")
    stored, filename, options = bundles.unpacked(stored, filename, options)
    before = same(stored.sha256, options.sheet)
    asks = before is not None and ask
    row = Import(
        filename=readable(filename),
        storage_key=stored.key,
        sha256=stored.sha256,
        size=stored.size,
        options=options.to_json(),
        source=source,
        user_id=user_id,
        same_as_id=before.id if before else None,
    )
    decisions.receive(row, held=held, same_file=when(before) if before and asks else None)
    try:
        db.session.add(row)
        db.session.flush()
        if repeats:
            db.session.execute(CORRECTED, {"id": row.id, "before": repeats})
        db.session.commit()
    except outages.DATABASE:
        raise  # the commit may have arrived; if it has not, the steward finds the file
    except Exception:
        uploads.storage().delete(stored.key)  # a file that no row knows is not needed
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
    touched = _rung(import_id, decisions.cancel(import_id, kind, by))
    if touched:
        audit.write(f"import {kind}", f"import {import_id}")
    return touched


def start(import_id: int, options: importer.Options, by: By = NOBODY) -> bool:
    """Let an import go that was held, with the choices of the user who looked at its file; False if it was not held."""
    started = _rung(import_id, decisions.start(import_id, options, by))
    if started:
        audit.write("import started", f"import {import_id}")
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return started


def retry(import_id: int, options: importer.Options | None = None, by: By = NOBODY) -> bool:
    """Run a failed or cancelled import, or one that waits for answers, from its stored file, perhaps with other options.

    False: `not_retried` says why.
    """
    retried = _rung(import_id, decisions.retry(import_id, options, by))
    if retried:
        audit.write("import retried", f"import {import_id}")
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return retried


def not_retried(row: Import) -> str:
    """Why there is nothing to retry."""
    if row.pruned_at:
        return uploads.FILE_GONE
    return "Only an import that failed, was cancelled or waits for an answer can be run again."


def _rung(import_id: int, changed: bool) -> bool:
    """Tell those who watch the import, if it changed."""
    if changed:
        progress.ring(queue.connection(), f"import:{import_id}")
    return changed


def readable(filename: str) -> str:
    """A file's name as text that can be stored: what is not Unicode, or NUL, is shown as what it was."""
    return filename.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")


def ring_abandoned() -> int:
    """Ring for every import that waits or whose worker fell silent; returns how many. The steward calls it."""
    waiting = clock.abandoned()
    for import_id in waiting:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return len(waiting)


def sweep() -> int:
    """Drop the scratch tables that belong to no running import; returns how many."""
    with db.engine.connect() as connection:
        tables = connection.execute(FORGOTTEN).scalars().all()
    return sum(map(_drop, tables))


def _drop(table: str) -> bool:
    """Drop a table if no transaction holds it; a frozen worker may, and then it is for another time."""
    try:
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}"'))
    except OperationalError:
        return False
    return True
