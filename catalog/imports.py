"""The life of an import as its users see it: created, listed, cancelled, retried, swept up after. `runs` carries it out."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Integer, TextClause, bindparam, select, text

from catalog import importer, progress, queue, uploads
from catalog.models import Import, RowError, db

PAGE = 50

CANCEL = text("""
UPDATE imports SET
    cancel_requested_at = now(), progress_version = progress_version + 1,
    state = CASE WHEN state IN ('queued', 'review') THEN 'cancelled' ELSE state END,
    finished_at = CASE WHEN state IN ('queued', 'review') THEN now() END
WHERE id = :id AND state IN ('queued', 'reading', 'review', 'applying')
""")
RETRY = text("""
UPDATE imports SET
    state = 'queued', phase = 'received', percent = 0, error = NULL, queued_at = now(), started_at = NULL,
    finished_at = NULL, cancel_requested_at = NULL, attempts = 0, lease_expires_at = NULL, timings = '{}',
    rows = 0, rejected = 0, blank = 0, recent_errors = '[]', progress_version = progress_version + 1
WHERE id = :id AND state IN ('failed', 'cancelled')
""")
ABANDONED = text("""
SELECT id FROM imports
WHERE state IN ('queued', 'reading', 'applying') AND (lease_expires_at IS NULL OR lease_expires_at < now())
ORDER BY id
""")
SCRATCH = text("""
SELECT relname FROM pg_class JOIN imports ON imports.id = split_part(relname, '_', 2)::integer
WHERE relname ~ '^import_[0-9]+_[0-9]+_(staging|plan)$' AND relnamespace = current_schema()::regnamespace
    AND CASE WHEN :id IS NULL THEN state IN ('completed', 'failed', 'cancelled', 'undone') ELSE imports.id = :id END
    AND (:but = '' OR NOT starts_with(relname, :but || '_'))
""").bindparams(bindparam("id", type_=Integer))


@dataclass(frozen=True)
class Page:
    """A part of the history, newest first; `next_cursor` leads to what is older."""

    imports: list[Import]
    next_cursor: int | None


def create(
    stored: uploads.Stored,
    filename: str,
    options: importer.Options,
    *,
    source: str,
    user_id: int | None,
) -> Import:
    """Take a stored file in: the row first, then the bell."""
    row = Import(
        filename=filename, storage_key=stored.key, sha256=stored.sha256, size=stored.size,
        options=options.to_json(), source=source, user_id=user_id,
    )  # fmt: skip
    db.session.add(row)
    db.session.commit()
    queue.enqueue(queue.IMPORTS, "run_import", row.id)
    return row


def get(import_id: int) -> Import | None:
    """The import as it is now."""
    return db.session.get(Import, import_id, populate_existing=True)


def history(before: int | None = None) -> Page:
    """The imports, newest first, from below `before` on."""
    query = select(Import).order_by(Import.id.desc()).limit(PAGE + 1)
    if before is not None:
        query = query.where(Import.id < before)
    found = list(db.session.scalars(query))
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def row_errors(import_id: int) -> Iterator[RowError]:
    """Every refused row of an import in the order of the file, a few at a time."""
    query = (
        select(RowError).where(RowError.import_id == import_id).order_by(RowError.row)
    )
    return iter(db.session.scalars(query.execution_options(yield_per=1000)))


def cancel(import_id: int) -> bool:
    """Ask that an import ends without a change; False if it has ended already."""
    return _touch(CANCEL, import_id)


def retry(import_id: int) -> bool:
    """Run a failed or cancelled import again from its stored file; False if there is nothing to retry."""
    retried = _touch(RETRY, import_id)
    if retried:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return retried


def _touch(statement: TextClause, import_id: int) -> bool:
    with db.engine.begin() as connection:
        touched = connection.execute(statement, {"id": import_id}).rowcount > 0
    if touched:
        progress.ring(queue.connection(), import_id)
    return touched


def ring_abandoned() -> int:
    """Ring for every import that waits or whose worker fell silent; returns how many. The steward calls it."""
    with db.engine.connect() as connection:
        waiting = list(connection.execute(ABANDONED).scalars())
    for import_id in waiting:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return len(waiting)


def sweep(import_id: int | None = None, *, but: str = "") -> int:
    """Drop the scratch tables of one import `but` those of its present run, or of all that have ended; returns how many."""
    with db.engine.begin() as connection:
        tables = (
            connection.execute(SCRATCH, {"id": import_id, "but": but}).scalars().all()
        )
        for table in tables:
            connection.execute(text(f'DROP TABLE IF EXISTS "{table}"'))
    return len(tables)
