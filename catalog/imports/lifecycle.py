"""The life of an import as its users see it: created, listed, cancelled, retried, swept up after. `run.whole_file` carries it out."""

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.report import wording
from catalog.imports.states import clock, decisions
from catalog.imports.states.with_event import By
from catalog.models import Import, db
from catalog.people import audit
from catalog.runtime.work import progress, queue

NOBODY = By()

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
