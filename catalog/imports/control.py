"""The life of an import for its users: look up, start, cancel, run again. `run.whole_file` carries it out."""

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.report import wording
from catalog.imports.states import decisions, priority as states_priority
from catalog.imports.waiting import forecast, rows, turn
from catalog.models import Import, db
from catalog.people import Actor
from catalog.runtime import pubsub, queue


def get(import_id: int) -> Import | None:
    """The import as it is now."""
    return db.session.get(Import, import_id, populate_existing=True)


def has_worker() -> bool:
    """Whether a worker waits for imports."""
    return queue.IMPORTS in queue.listened()


def seconds(row: Import) -> float:
    """Seconds from the queue to the end; 0 while it is running."""
    return wording.took(row) or 0.0


def cancel(actor: Actor, import_id: int, kind: str = "cancelled") -> bool:
    """Cancel an import; False if it has already finished."""
    return _announced(import_id, decisions.cancel(actor, import_id, kind))


def start(actor: Actor, import_id: int, options: importer.Options) -> bool:
    """Start an import that waits for a check, with these choices; False if it does not. Raises turn.TooManyWaiting."""
    turn.check_room(actor)
    started = _announced(import_id, decisions.start(actor, import_id, options))
    if started:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return started


def prioritize(actor: Actor, import_id: int, priority: str) -> bool:
    """Set the priority of an import; False if it has ended. Raises BadPriority."""
    changed = states_priority.prioritize(actor, import_id, turn.Turn(priority).priority)
    forecast.forget()
    return _announced(import_id, changed)


def retry(actor: Actor, import_id: int, options: importer.Options | None = None) -> bool:
    """Run a failed or cancelled import, or one that waits for answers, again from its stored file.

    `options` replace those that it has. False: `not_retried` says why. Raises turn.TooManyWaiting.
    """
    turn.check_room(actor)
    retried = _announced(import_id, decisions.retry(actor, import_id, options))
    if retried:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)
    return retried


def not_retried(row: Import) -> str:
    """Why an import can't be run again, as a message."""
    if row.pruned_at or not row.sha256:
        return uploads.FILE_GONE
    return "Only an import that failed, was cancelled or waits for an answer can be run again."


def _announced(import_id: int, changed: bool) -> bool:
    """Tell pages that show the import, if it changed; returns whether it did."""
    if changed:
        pubsub.ring(queue.connection(), f"import:{import_id}")
    return changed


def ring_next() -> None:
    """Queue a job for the import whose turn it is: a worker is free again, or a user runs one import fewer."""
    with db.engine.connect() as connection:
        import_id = rows.following(connection)
    if import_id is not None:
        queue.enqueue(queue.IMPORTS, "run_import", import_id)


def ring_abandoned() -> int:
    """Queue a job for every import that may start: it waits, or its worker stopped responding.

    Returns how many jobs were missing. The steward calls it.
    """
    return len(queue.enqueue(queue.IMPORTS, "run_import", *rows.startable()) or ())
