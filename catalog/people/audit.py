"""The audit log: who did something that matters for security, when, and from where. The services write it."""

from typing import Any

from flask import current_app
from sqlalchemy import Connection, Insert, delete, func, insert, select, text
from sqlalchemy.orm import scoped_session

from catalog.models import AuditEvent, Page, db
from catalog.people import throttle
from catalog.people.actors import DOORS, Actor
from catalog.runtime import Settings

PAGE_SIZE = 50
LARGEST_ID = 2**63 - 1
LONGEST = 300  # longest text from input

ACTIONS = {
    "sign-in": "Signed in",
    "sign-in failed": "Sign-in failed",
    "sign-in throttled": "Too many failed sign-ins",
    "sign-out": "Signed out",
    "session ended": "Sessions ended",
    "password changed": "Password changed",
    "factor on": "Second factor turned on",
    "factor off": "Second factor turned off",
    "factor failed": "Second factor failed",
    "recovery codes": "New recovery codes",
    "recovery code used": "Recovery code used",
    "user created": "User created",
    "user invited": "User invited",
    "invitation accepted": "Invitation accepted",
    "link renewed": "New sign-in link",
    "role changed": "Role changed",
    "user formats": "Date and number formats changed",
    "user disabled": "User disabled",
    "user enabled": "User enabled",
    "denied": "Denied",
    "import received": "File received for an import",
    "import started": "Import started",
    "import cancelled": "Import cancelled",
    "import retried": "Import retried",
    "import priority": "Priority of an import changed",
    "delete all": "Deleted all products",
    "import applied": "Review applied",
    "import discarded": "Import discarded",
    "import repeated": "Import repeated",
    "import rows corrected": "Rejected rows fixed",
    "import rows run": "Fixed rows imported",
    "bulk change": "Bulk change",
    "bulk cancelled": "Bulk change cancelled",
    "undo": "Undo",
    "import source": "Source changed",
    "import source run": "Source run by hand",
    "import source paused": "Source paused",
    "import source taken over": "Source taken over",
    "webhook": "Webhook changed",
    "webhook tested": "Webhook tested",
    "webhook sent again": "Deliveries sent again",
    "template saved": "Template saved",
    "template renamed": "Template renamed",
    "template deleted": "Template deleted",
    "refused": "Denied",  # actions of older versions; the log is never changed
    "profile saved": "Template saved",
    "profile renamed": "Template renamed",
    "profile deleted": "Template deleted",
    "product created": "Product created",
    "product changed": "Product changed",
    "product deleted": "Product deleted",
    "review choices": "Conflicts decided",
    "token created": "API token created",
    "token revoked": "API token revoked",
    "keys rotated": "Secrets re-encrypted",
}
"""What is recorded, and the words for it."""

GROUPS = {
    "sign-in": [name for name in ACTIONS if name.startswith(("sign", "session", "factor", "recovery", "password"))],
    "users": [name for name in ACTIONS if name.startswith(("user", "role", "invitation", "link", "token"))],
    "catalog": [
        name
        for name in ACTIONS
        if name.startswith(("import", "review", "template", "profile", "product", "delete", "bulk", "undo", "webhook"))
    ],
    "denied": ["denied", "refused", "sign-in failed", "sign-in throttled", "factor failed"],
}
"""The filters of the log: a group, and its actions."""

OLD_GROUPS = {"refused": "denied"}
"""Names of groups in older links and programs, for one release."""


COUNTED = {"sign-in failed", "sign-in throttled", "factor failed", "denied"}
"""Events that strangers can cause without end.

The first ones (FIRST) of an account and a network within 15 minutes have a row each; the others share one row with
their count.
"""

FIRST = 3

QUARTER = f"floor(extract(epoch FROM now()) / {throttle.WINDOW_SECONDS})"
TALLY = text(f"""
INSERT INTO audit_tallies AS tally (action, account, network, quarter, count)
VALUES (:action, :account, :network, {QUARTER}, 1)
ON CONFLICT (action, account, network, quarter) DO UPDATE SET count = tally.count + 1
RETURNING count
""")  # nosec B608  # of a constant
CLOSE = text(f"""
WITH over AS (DELETE FROM audit_tallies WHERE quarter < {QUARTER} RETURNING *)
INSERT INTO audit_events (at, action, user_id, email, subject, address, count)
SELECT to_timestamp((quarter + 1) * {throttle.WINDOW_SECONDS}), action, users.id, coalesce(email, ''),
    :subject, network, count - {FIRST}
FROM over LEFT JOIN users ON users.id = account WHERE count > {FIRST} ORDER BY quarter
""")  # nosec B608  # of constants


Transaction = Connection | scoped_session[Any]


def write(actor: Actor, action: str, subject: str, transaction: Transaction) -> None:
    """Write a line about an action of a service, in its transaction: who, what, on what, by page, API or command."""
    words = ", ".join(filter(None, [subject, DOORS.get(actor.source, "")]))
    transaction.execute(_event(actor, action, words))


def record(actor: Actor, action: str, subject: str = "") -> None:
    """Write a line about an attempt, in a separate transaction, because what follows may fail."""
    key = {"action": action, "account": actor.user_id or 0, "network": throttle.network(actor.address)}
    with db.engine.begin() as connection:
        if action not in COUNTED or _tally(connection, key) <= FIRST:
            connection.execute(_event(actor, action, subject))


def _event(actor: Actor, action: str, subject: str) -> Insert:
    values = {"email": actor.email, "subject": subject, "address": actor.address, "request_id": actor.request_id}
    plain = {name: one_line(value) for name, value in values.items()}
    return insert(AuditEvent).values(action=action, user_id=actor.user_id, **plain)


def close() -> int:
    """Write the counts of repeated events whose 15 minutes are over. The steward calls it."""
    subject = f"beyond the first {FIRST} within 15 minutes"
    with db.engine.begin() as connection:
        return int(connection.execute(CLOSE, {"subject": subject}).rowcount)


def group_named(name: str) -> str:
    """The group of this name, or of this old name; "" if there is none."""
    group = OLD_GROUPS.get(name, name)
    return group if group in GROUPS else ""


def page(before: int | None = None, group: str = "") -> Page[AuditEvent]:
    """Events older than `before`, of a group of GROUPS or of all."""
    query = select(AuditEvent).order_by(AuditEvent.id.desc()).limit(PAGE_SIZE + 1)
    if before is not None:
        query = query.where(AuditEvent.id < max(0, min(before, LARGEST_ID)))
    if group in GROUPS:
        query = query.where(AuditEvent.action.in_(GROUPS[group]))
    events = db.session.scalars(query).all()
    return Page.of(events, PAGE_SIZE, lambda event: event.id)


def prune() -> int:
    """Delete old events; returns how many. The steward calls it."""
    settings: Settings = current_app.config["SETTINGS"]
    age = func.now() - text(f"interval '{settings.audit_days} days'")
    with db.engine.begin() as connection:
        query = delete(AuditEvent).where(AuditEvent.at < age)
        return int(connection.execute(query).rowcount)


def _tally(connection: Connection, key: dict[str, object]) -> int:
    return int(connection.execute(TALLY, key).scalar_one())


def one_line(value: str) -> str:
    """Text for one line of the log, cut to a maximum length."""
    return "".join(c if c.isprintable() else "?" for c in value)[:LONGEST]
