"""The log of deliveries: search, attempts, sending again, and deleting after a month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flask import current_app
from sqlalchemy import Connection, Select, select, text
from sqlalchemy.orm import joinedload

from catalog.models import NotFound, Page, WebhookAttempt, WebhookDelivery, db
from catalog.people import Actor, audit
from catalog.runtime import Settings
from catalog.webhooks import outbox
from catalog.webhooks.events import TYPES
from catalog.whole_numbers import whole

PAGE = 50
STATES = ("pending", "sending", "delivered", "failed")
SPANS = {"hour": 3600, "day": 86400, "week": 7 * 86400}


@dataclass(frozen=True)
class Filter:
    """A filter of deliveries; an empty one selects all."""

    endpoint_id: int | None = None
    type: str = ""
    state: str = ""
    span: str = ""  # hour, day, week: not older

    @classmethod
    def of(cls, arguments: Mapping[str, str]) -> "Filter":
        """The filter in a query string; invalid values are ignored."""
        type_, state = arguments.get("type", ""), arguments.get("state", "")
        span = arguments.get("span", "")
        return cls(
            endpoint_id=whole(arguments.get("webhook", ""), 2**31 - 1),
            type=type_ if type_ in TYPES else "",
            state=state if state in STATES else "",
            span=span if span in SPANS else "",
        )

    def arguments(self) -> dict[str, str]:
        """The filter as arguments of a query string."""
        given = {"webhook": str(self.endpoint_id or ""), "type": self.type, "state": self.state, "span": self.span}
        return {name: value for name, value in given.items() if value}


def search(wanted: Filter, before: str = "", limit: int = PAGE) -> Page[WebhookDelivery]:
    """A page of the log. A cursor is the id of the last delivery of the page before."""
    query = _matching(select(WebhookDelivery), wanted)
    if before:
        query = query.where(WebhookDelivery.id < before.replace("\0", ""))
    query = query.options(joinedload(WebhookDelivery.endpoint))
    rows = db.session.scalars(query.order_by(WebhookDelivery.id.desc()).limit(limit + 1)).all()
    return Page.of(rows, limit, lambda delivery: delivery.id)


def _matching(query: Select[WebhookDelivery], wanted: Filter) -> Select[WebhookDelivery]:
    if wanted.endpoint_id is not None:
        query = query.where(WebhookDelivery.endpoint_id == wanted.endpoint_id)
    if wanted.type:
        query = query.where(WebhookDelivery.type == wanted.type)
    if wanted.state:
        query = query.where(WebhookDelivery.state == wanted.state)
    if wanted.span:
        since = datetime.now(UTC) - timedelta(seconds=SPANS[wanted.span])
        query = query.where(WebhookDelivery.id >= id_at(since))
    return query


def id_at(moment: datetime) -> str:
    """The smallest id of a delivery whose event was recorded at this time or later."""
    return f"msg_{int(moment.timestamp() * 1_000_000):014x}"


def get(delivery_id: str) -> WebhookDelivery:
    """A delivery as it is now. Raises NotFound."""
    found = db.session.get(WebhookDelivery, delivery_id.replace("\0", ""), populate_existing=True)
    if found is None:
        raise NotFound("delivery")
    return found


def attempts(delivery: WebhookDelivery) -> list[WebhookAttempt]:
    """Attempts of a delivery, the latest first."""
    query = select(WebhookAttempt).where(WebhookAttempt.delivery_id == delivery.id)
    return list(db.session.scalars(query.order_by(WebhookAttempt.number.desc())))


PAYLOAD = text("SELECT payload FROM webhook_events WHERE id = :id")


def payload(delivery: WebhookDelivery) -> str:
    """The body exactly as it is sent."""
    return str(db.session.scalar(PAYLOAD, {"id": delivery.event_id}))


# A delivery that is being sent stays as it is. A person asked, so the pause of the receiver ends.
AGAIN = """
WITH again AS (
    UPDATE webhook_deliveries AS delivery SET state = 'pending', tries = 0, next_attempt_at = now(), finished_at = NULL
    WHERE {which} AND state <> 'sending'
    RETURNING endpoint_id
), awake AS (
    UPDATE webhook_endpoints SET paused_until = NULL
    WHERE id IN (SELECT endpoint_id FROM again) AND paused_until IS NOT NULL
)
SELECT count(*), pg_notify('{channel}', '') FROM again
"""
SELECTED = text(AGAIN.format(which="id = ANY(:ids)", channel=outbox.CHANNEL))
FAILED_SINCE = text(
    AGAIN.format(
        which="state = 'failed' AND last_attempt_at >= :since AND endpoint_id = coalesce(:endpoint_id, endpoint_id)",
        channel=outbox.CHANNEL,
    )
)


def redeliver(actor: Actor, ids: Sequence[str]) -> int:
    """Send these again, under the same ids; returns how many."""
    with db.engine.begin() as connection:
        known = [id for id in ids if "\0" not in id]
        count = int(connection.execute(SELECTED, {"ids": known}).scalar_one())
        _write(actor, count, connection)
    return count


def redeliver_failed(actor: Actor, since: datetime, endpoint_id: int | None = None) -> int:
    """Send everything again that failed since then; returns how many."""
    values = {"since": since, "endpoint_id": endpoint_id}
    with db.engine.begin() as connection:
        count = int(connection.execute(FAILED_SINCE, values).scalar_one())
        _write(actor, count, connection)
    return count


def _write(actor: Actor, count: int, connection: Connection) -> None:
    if count:
        audit.write(actor, "webhook sent again", f"deliveries: {count:,}", connection)


# The deliveries and attempts of an event go with it.
PRUNE = text("""
DELETE FROM webhook_events WHERE id IN (
    SELECT id FROM webhook_events WHERE created_at < now() - make_interval(secs => :seconds)
    ORDER BY created_at LIMIT 1000
)
""")


def prune() -> int:
    """Delete old events, in batches; returns how many. The steward calls it."""
    settings: Settings = current_app.config["SETTINGS"]
    values = {"seconds": settings.webhook_keep_days * 24 * 3600}
    with db.engine.begin() as connection:
        return int(connection.execute(PRUNE, values).rowcount)
