"""Whether a change set can be undone, and why not. `restore` does it, `preview` shows in advance what it would do."""

from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import select

from catalog.models import ACTIVE_STATES, ChangeSet, Import, db
from catalog.notation import date, plural
from catalog.runtime import Settings


class NotUndoable(Exception):
    """This change set can't be undone; the message says why."""


def why_not(change_set: ChangeSet) -> str | None:
    """Why this change set can't be undone (now), None if it can."""
    settings: Settings = current_app.config["SETTINGS"]
    if change_set.undone_by_id:
        return f"It was already undone by change {change_set.undone_by_id}."
    if change_set.pruned_at:
        return f"Its old values were deleted on {date(change_set.pruned_at)}."
    if datetime.now(UTC) - change_set.created_at > timedelta(days=settings.undo_days):
        return f"It is older than {plural(settings.undo_days, 'day')}."
    if change_set.import_id and _is_running(change_set.import_id):
        return "Fixed rows of this import are being imported right now. Try again when they are done."
    return None


def _is_running(import_id: int) -> bool:
    running = select(Import.id).where(Import.state.in_(ACTIVE_STATES))
    return db.session.scalar(running.where(Import.id == import_id)) is not None


def size(change_set: ChangeSet) -> int:
    """Number of products that the change set changed."""
    return change_set.created + change_set.updated + change_set.deleted


def check(change_set_id: int | None) -> ChangeSet:
    """The change set, if it can be undone. Raises NotUndoable."""
    change_set = db.session.get(ChangeSet, change_set_id, populate_existing=True) if change_set_id else None
    reason = why_not(change_set) if change_set else "There is no such change."
    if change_set is None or reason:
        raise NotUndoable(reason)
    return change_set
