"""The audit log: who did what that matters to security, when, and from where. Written by the pages, the API and the CLI."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import delete, func, insert, select, text

from catalog.config import Settings
from catalog.models import AuditEvent, db

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1
LONGEST = 300  # characters of what people or programs typed

ACTIONS = {
    "sign-in": "Signed in",
    "sign-in failed": "Sign-in failed",
    "sign-in throttled": "Too many sign-ins failed",
    "sign-out": "Signed out",
    "session ended": "Sessions ended",
    "password changed": "Password changed",
    "factor on": "Second factor on",
    "factor off": "Second factor off",
    "factor failed": "Second factor failed",
    "recovery codes": "New recovery codes",
    "recovery code used": "Recovery code used",
    "user created": "User created",
    "user invited": "User invited",
    "invitation accepted": "Link used, password chosen",
    "link renewed": "New sign-in link",
    "role changed": "Role changed",
    "user disabled": "User disabled",
    "user enabled": "User enabled",
    "refused": "Refused",
    "import started": "Import started",
    "import cancelled": "Import cancelled",
    "import retried": "Import retried",
    "delete all": "Deleted all products",
    "bulk change": "Bulk change",
    "undo": "Undo",
    "webhook": "Webhook changed",
    "token created": "API token created",
    "token revoked": "API token revoked",
    "keys rotated": "Secrets encrypted anew",
}
"""What is recorded, and the words for it."""

GROUPS = {
    "sign-in": [
        name
        for name in ACTIONS
        if name.startswith(("sign", "session", "factor", "recovery", "password"))
    ],
    "users": [
        name
        for name in ACTIONS
        if name.startswith(("user", "role", "invitation", "link", "token"))
    ],
    "catalog": [
        name
        for name in ACTIONS
        if name.startswith(("import", "delete", "bulk", "undo", "webhook"))
    ],
    "refused": ["refused", "sign-in failed", "sign-in throttled", "factor failed"],
}
"""What the screen can be narrowed down to."""


@dataclass(frozen=True)
class Page:
    """Some events, newest first, and where the older ones begin."""

    events: Sequence[AuditEvent]
    next_cursor: int | None


def record(
    action: str,
    *,
    user_id: int | None = None,
    email: str = "",
    subject: str = "",
    address: str = "",
    request_id: str = "",
) -> None:
    """Write one event down, in a transaction of its own: what follows may fail, this was tried."""
    values = {
        "email": email,
        "subject": subject,
        "address": address,
        "request_id": request_id,
    }
    plain = {name: one_line(value) for name, value in values.items()}
    with db.engine.begin() as connection:
        connection.execute(
            insert(AuditEvent).values(action=action, user_id=user_id, **plain)
        )


def page(before: int | None = None, group: str = "") -> Page:
    """Events older than `before`, of a group of GROUPS or of all."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE_SIZE + 1)
    if before is not None:
        query = query.where(AuditEvent.id < max(0, min(before, LARGEST_ID)))
    if group in GROUPS:
        query = query.where(AuditEvent.action.in_(GROUPS[group]))
    events = db.session.scalars(query).all()
    more = len(events) > PAGE_SIZE
    return Page(events[:PAGE_SIZE], events[PAGE_SIZE - 1].id if more else None)


def prune() -> int:
    """Forget what is older than is kept; returns how many. The steward calls it."""
    settings: Settings = current_app.config["SETTINGS"]
    age = func.now() - text(f"interval '{settings.audit_days} days'")
    with db.engine.begin() as connection:
        query = delete(AuditEvent).where(AuditEvent.at < age)
        return int(connection.execute(query).rowcount)


def one_line(value: str) -> str:
    """Text as a log may hold it: nothing that breaks the line, and not endless."""
    return "".join(c if c.isprintable() else "?" for c in value)[:LONGEST]
