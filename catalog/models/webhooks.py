"""Webhooks: receivers (endpoints), events (the outbox), deliveries and attempts."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import SEALED, WEBHOOK_SECRETS, Base

SORTED_ID = (
    "lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000000)::bigint), 14, '0')"
    " || substr(replace(gen_random_uuid()::text, '-', ''), 1, 16)"
)
"""Text that can't be guessed and that sorts by the time when it was made (COLLATE "C")."""


class WebhookEndpoint(Base):
    """A receiver of events: its URL, its secret, and its health."""

    __tablename__ = "webhook_endpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str]
    description: Mapped[str] = mapped_column(server_default="")
    events: Mapped[list[str]] = mapped_column(ARRAY(Text))  # event types, or a group such as product.*
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    enabled_at: Mapped[datetime] = mapped_column(server_default=func.now())  # earlier events are not sent
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]  # failing, gone (410); NULL: a user disabled it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))

    secret: Mapped[str] = mapped_column(info={SEALED: WEBHOOK_SECRETS})
    previous_secret: Mapped[str | None] = mapped_column(
        info={SEALED: WEBHOOK_SECRETS}
    )  # the previous secret also signs until this time
    previous_secret_until: Mapped[datetime | None]
    reveal_to_id: Mapped[int | None] = mapped_column(
        ForeignKey("users.id", ondelete="SET NULL")
    )  # the user who may see the secret once

    # How much at once: the tokens of a bucket that fills with `rate` a second, as they were at tokens_at.
    concurrency: Mapped[int] = mapped_column(server_default=text("5"))
    rate: Mapped[int] = mapped_column(server_default=text("50"))
    tokens: Mapped[float] = mapped_column(server_default=text("1"))
    tokens_at: Mapped[datetime] = mapped_column(server_default=func.now())

    # The circuit breaker: failures since the last success; paused until then.
    failures: Mapped[int] = mapped_column(server_default=text("0"))
    failing_since: Mapped[datetime | None]
    paused_until: Mapped[datetime | None]


class WebhookEvent(Base):
    """An event for webhooks, written in the transaction of its change: the outbox."""

    __tablename__ = "webhook_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    uid: Mapped[str] = mapped_column(
        Text(collation="C"), server_default=text(f"({SORTED_ID})")
    )  # part of the ids of its deliveries
    type: Mapped[str]
    payload: Mapped[str]  # the body as it is sent: JSON that is never rewritten
    created_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"), index=True)
    fanned_out: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # true: all webhook endpoints that want it have a delivery

    __table_args__ = (Index("webhook_events_waiting", "id", postgresql_where=text("NOT fanned_out")),)


class WebhookDelivery(Base):
    """One event for one webhook endpoint. The id is the `webhook-id`, the same over all attempts."""

    __tablename__ = "webhook_deliveries"

    id: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    event_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("webhook_events.id", ondelete="CASCADE"))
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id", ondelete="CASCADE"))
    type: Mapped[str]  # of the event, to filter by
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    state: Mapped[str] = mapped_column(server_default="pending")  # pending, sending, delivered, failed
    tries: Mapped[int] = mapped_column(server_default=text("0"))  # attempts since the last redelivery
    attempts: Mapped[int] = mapped_column(server_default=text("0"))  # all attempts
    next_attempt_at: Mapped[datetime | None] = mapped_column(
        server_default=func.now()
    )  # while sending: the end of the lease, after which another dispatcher may send it
    claim: Mapped[str | None]  # the dispatcher that sends it; only it may store the result
    last_status: Mapped[int | None]
    last_error: Mapped[str | None]
    last_attempt_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]

    endpoint: Mapped[WebhookEndpoint] = relationship(viewonly=True)
    event: Mapped[WebhookEvent] = relationship(viewonly=True)

    __table_args__ = (
        Index("webhook_deliveries_event", "event_id", "endpoint_id", unique=True),
        Index("webhook_deliveries_endpoint", "endpoint_id", "id"),
        Index(
            "webhook_deliveries_due",
            "endpoint_id",
            "next_attempt_at",
            postgresql_where=text("state IN ('pending', 'sending')"),
        ),
        Index("webhook_deliveries_failed", "id", postgresql_where=text("state = 'failed'")),
    )


class WebhookAttempt(Base):
    """One HTTP attempt of a delivery, with request and response. The body of the request is the event's payload."""

    __tablename__ = "webhook_attempts"

    delivery_id: Mapped[str] = mapped_column(
        Text(collation="C"), ForeignKey("webhook_deliveries.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    started_at: Mapped[datetime]
    seconds: Mapped[float]
    url: Mapped[str]
    address: Mapped[str | None]  # the checked address of the connection
    request_headers: Mapped[dict[str, Any]] = mapped_column(JSON)
    status: Mapped[int | None]  # NULL: no response
    response_headers: Mapped[list[list[str]]] = mapped_column(JSON)
    response_body: Mapped[str]  # the first 16 KB
    error: Mapped[str | None]  # the error, for people
