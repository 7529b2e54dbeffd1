"""Webhook endpoints: create, change, enable, disable, rotate secrets, delete."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, select, text
from sqlalchemy.orm import Session

from catalog.models import WebhookEndpoint, db
from catalog.people import Actor, audit
from catalog.runtime import Settings, addresses
from catalog.webhooks import allowed_addresses, outbox, signing
from catalog.webhooks.events import NAMES

OVERLAP_HOURS = 24  # of an old secret after a rotation

# The id of a delivery begins with the time when its event was made, so a day is a range of ids.
OVERVIEW = text("""
SELECT endpoint.id, url, endpoint.description, events, enabled, disabled_reason, disabled_at, failing_since,
    coalesce(paused_until > now(), false) AS paused,
    last.state AS last_state, last.last_status, last.last_attempt_at, day.delivered, day.failed, day.waiting
FROM webhook_endpoints AS endpoint
LEFT JOIN LATERAL (
    SELECT state, last_status, last_attempt_at FROM webhook_deliveries
    WHERE endpoint_id = endpoint.id AND attempts > 0 ORDER BY id DESC LIMIT 1
) AS last ON true
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE state = 'delivered') AS delivered,
        count(*) FILTER (WHERE state = 'failed' OR (state IN ('pending', 'sending') AND tries > 0)) AS failed,
        count(*) FILTER (WHERE state IN ('pending', 'sending') AND tries = 0) AS waiting
    FROM webhook_deliveries
    WHERE endpoint_id = endpoint.id
        AND id >= 'msg_' || lpad(to_hex((extract(epoch FROM now() - interval '1 day') * 1000000)::bigint), 14, '0')
) AS day
ORDER BY endpoint.id
""")


@dataclass(frozen=True)
class Draft:
    """A webhook endpoint as a user asks for it."""

    url: str
    description: str
    events: list[str]
    concurrency: int = 5
    rate: int = 50


def overview() -> list[RowMapping]:
    """Every webhook endpoint with its last delivery and the counts of the last day."""
    return list(db.session.execute(OVERVIEW).mappings())


def get(endpoint_id: int) -> WebhookEndpoint | None:
    """A webhook endpoint, None if there is none."""
    return db.session.get(WebhookEndpoint, endpoint_id)


def names() -> dict[int, str]:
    """Id -> description or URL of each webhook endpoint."""
    rows = db.session.scalars(select(WebhookEndpoint).order_by(WebhookEndpoint.id))
    return {row.id: row.description or row.url for row in rows}


def create(actor: Actor, draft: Draft, settings: Settings) -> tuple[int, str]:
    """Create a webhook endpoint; returns its id and its secret. Raises public_addresses.Denied."""
    allowed_addresses.check_url(draft.url, settings)
    secret = signing.new_secret()
    sealed, user_id = signing.encrypt(secret, signing.keys()), actor.user_id
    row = WebhookEndpoint(secret=sealed, user_id=user_id, reveal_to_id=user_id, **_columns(draft))
    db.session.add(row)
    db.session.flush()
    _write(actor, row.id, f"created, {_words(row)}", db.session)
    db.session.commit()
    return row.id, secret


def change(
    actor: Actor,
    row: WebhookEndpoint,
    draft: Draft,
    settings: Settings,
    enabled: bool | None = None,
    *,
    resend: bool = False,
) -> None:
    """Change a webhook endpoint, and perhaps enable or disable it as `switch` does. Raises public_addresses.Denied."""
    if draft.url != row.url:
        allowed_addresses.check_url(draft.url, settings)
    for name, value in _columns(draft).items():
        setattr(row, name, value)
    db.session.flush()
    if enabled is not None and enabled != row.enabled:
        _switch(db.session, row.id, enabled, resend)
    _write(actor, row.id, f"changed, {_words(row)}", db.session)
    db.session.commit()


def _columns(draft: Draft) -> dict[str, Any]:
    unknown = set(draft.events) - NAMES
    if unknown:
        raise ValueError(f"There is no event {', '.join(sorted(unknown))}.")
    return {
        "url": draft.url,
        "description": draft.description,
        "events": draft.events,
        "concurrency": draft.concurrency,
        "rate": draft.rate,
    }


def delete(actor: Actor, row: WebhookEndpoint) -> None:
    """Delete a webhook endpoint, with its log of deliveries."""
    _write(actor, row.id, f"deleted, {_words(row)}", db.session)
    db.session.delete(row)
    db.session.commit()


def _words(row: WebhookEndpoint) -> str:
    return row.description or addresses.shown(row.url)


def _write(actor: Actor, endpoint_id: int, what: str, transaction: audit.Transaction) -> None:
    audit.write(actor, "webhook", f"webhook {endpoint_id}: {what}", transaction)


# ---- secrets ----

# It is shown once: two tabs do not both get it.
REVEAL = text("""
UPDATE webhook_endpoints SET reveal_to_id = NULL
WHERE id = :id AND reveal_to_id = :user_id RETURNING secret
""")


def reveal(endpoint_id: int, user_id: int) -> str | None:
    """The new secret, once, for the user who created it."""
    with db.engine.begin() as connection:
        stored = connection.execute(REVEAL, {"id": endpoint_id, "user_id": user_id})
        secret = stored.scalar()
    return signing.decrypt(secret, signing.keys()) if secret else None


OLD = text("SELECT secret FROM webhook_endpoints WHERE id = :id FOR NO KEY UPDATE")
ROTATE = text("""
UPDATE webhook_endpoints SET
    previous_secret = CASE WHEN :overlap THEN secret END,
    previous_secret_until = CASE WHEN :overlap THEN now() + make_interval(hours => :hours) END,
    secret = :secret, reveal_to_id = :user_id
WHERE id = :id
""")


def rotate(actor: Actor, endpoint_id: int, *, overlap: bool = True) -> str:
    """Create a new secret; the old one also signs for a day, or is deleted. Returns the new one.

    An old one that can't be read is deleted: with it no delivery could be signed.
    """
    secret = signing.new_secret()
    values = {
        "id": endpoint_id,
        "secret": signing.encrypt(secret, signing.keys()),
        "user_id": actor.user_id,
        "hours": OVERLAP_HOURS,
    }
    with db.engine.begin() as connection:
        old = connection.execute(OLD, {"id": endpoint_id}).scalar_one()
        connection.execute(ROTATE, values | {"overlap": overlap and signing.is_readable(old, signing.keys())})
        _write(actor, endpoint_id, "new secret", connection)
    return secret


FORGET = text("""
UPDATE webhook_endpoints SET previous_secret = NULL, previous_secret_until = NULL WHERE id = :id
""")


def forget_previous(actor: Actor, endpoint_id: int) -> None:
    """Delete the previous secret: only the new one signs."""
    with db.engine.begin() as connection:
        connection.execute(FORGET, {"id": endpoint_id})
        _write(actor, endpoint_id, "previous secret deleted", connection)


# ---- on and off ----

SWITCH = text("""
UPDATE webhook_endpoints SET
    enabled = :enabled, disabled_reason = NULL, disabled_at = CASE WHEN NOT :enabled THEN now() END,
    enabled_at = CASE WHEN :enabled AND NOT enabled THEN now() ELSE enabled_at END,
    failures = 0, failing_since = NULL, paused_until = NULL
WHERE id = :id
""")
# Missed: events without a delivery since the failures began, and deliveries that failed.
MISSED = text("""
WITH missed AS (
    SELECT least(failing_since, disabled_at) AS since FROM webhook_endpoints WHERE id = :id
), again AS (
    UPDATE webhook_deliveries SET state = 'pending', tries = 0, next_attempt_at = now(), finished_at = NULL
    FROM missed WHERE endpoint_id = :id AND (state = 'pending' OR state = 'failed' AND last_attempt_at >= since)
    RETURNING webhook_deliveries.id
), late AS (
    INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type)
    SELECT 'msg_' || uid || '_' || endpoint.id, event.id, endpoint.id, type
    FROM missed, webhook_endpoints AS endpoint, webhook_events AS event
    WHERE endpoint.id = :id AND event.created_at >= since AND event.created_at >= endpoint.enabled_at
        AND event.fanned_out AND endpoint.events && ARRAY[type, split_part(type, '.', 1) || '.*']
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT (SELECT count(*) FROM again) + (SELECT count(*) FROM late)
""")
NOTIFY = text(f"SELECT pg_notify('{outbox.CHANNEL}', '')")


def switch(actor: Actor, endpoint_id: int, enabled: bool, *, resend: bool = False) -> int:
    """Enable or disable a webhook endpoint; with `resend`, send what was missed. Returns how many are sent."""
    with db.engine.begin() as connection:
        missed = _switch(connection, endpoint_id, enabled, resend)
        _write(actor, endpoint_id, "enabled" if enabled else "disabled", connection)
    return missed


def _switch(transaction: audit.Transaction, endpoint_id: int, enabled: bool, resend: bool) -> int:
    missed = 0
    if enabled and resend:
        missed = transaction.execute(MISSED, {"id": endpoint_id}).scalar() or 0
    transaction.execute(SWITCH, {"id": endpoint_id, "enabled": enabled})
    transaction.execute(NOTIFY)
    return missed


def troubled(session: Session | None = None) -> list[WebhookEndpoint]:
    """Webhook endpoints that were disabled because of failures, for the banner."""
    query = select(WebhookEndpoint).where(
        WebhookEndpoint.enabled.is_(False), WebhookEndpoint.disabled_reason.is_not(None)
    )
    return list((session or db.session).scalars(query.order_by(WebhookEndpoint.id)))


def secret_overlap(row: WebhookEndpoint, now: datetime) -> datetime | None:
    """Until when the previous secret also signs; None if it does not."""
    until = row.previous_secret_until
    return until if until and until > now else None
