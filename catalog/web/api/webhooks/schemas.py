"""Webhooks and their deliveries."""

from datetime import UTC

from marshmallow import Schema, fields, validate

from catalog.web.api.frame.schema_fields import (
    MOST,
    Body,
    Choices,
    Flag,
    Moment,
    Number,
    Text,
    cursor,
    limit,
    next_cursor,
)
from catalog.webhooks.deliveries import SPANS, STATES
from catalog.webhooks.events import NAMES, TYPES

_EVENTS = fields.List(fields.String(validate=validate.OneOf(sorted(NAMES))), validate=validate.Length(1))


class WebhookPatch(Body):
    """Changes to a webhook."""

    url = Text(validate=validate.Length(1, 2000))
    description = Text(validate=validate.Length(max=200))
    events = _EVENTS
    concurrency = Number(validate=validate.Range(1, 100))
    rate = Number(validate=validate.Range(1, 1000))
    enabled = Flag()
    resend = Flag(metadata={"description": "With `enabled`: events that were missed are sent too."})


class NewWebhook(Body):
    """A webhook to create."""

    url = Text(required=True, validate=validate.Length(1, 2000))
    description = Text(load_default="", validate=validate.Length(max=200))
    events = fields.List(
        fields.String(validate=validate.OneOf(sorted(NAMES))), required=True, validate=validate.Length(1)
    )
    concurrency = Number(load_default=5, validate=validate.Range(1, 100))
    rate = Number(load_default=50, validate=validate.Range(1, 1000))


class Webhook(Schema):
    """A webhook endpoint without its secret."""

    id = fields.Integer()
    url = fields.String()
    description = fields.String()
    events = fields.List(fields.String())
    concurrency = fields.Integer()
    rate = fields.Integer()
    enabled = fields.Boolean()
    disabled_reason = fields.String(allow_none=True)
    disabled_at = fields.DateTime(format="iso", allow_none=True)
    failing_since = fields.DateTime(format="iso", allow_none=True)
    paused_until = fields.DateTime(format="iso", allow_none=True)
    previous_secret_until = fields.DateTime(
        format="iso",
        allow_none=True,
        metadata={"description": "Until then, requests are also signed with the previous secret."},
    )
    created_at = fields.DateTime(format="iso")


class WebhookWithSecret(Webhook):
    """A webhook endpoint and its new secret, which is shown only once."""

    secret = fields.String()


class Webhooks(Schema):
    """The whole list."""

    webhooks = fields.List(fields.Nested(Webhook))


class Rotation(Choices):
    """How to replace a secret."""

    overlap = Flag(
        load_default=True, metadata={"description": "false: requests are no longer signed with the old secret."}
    )


class WebhookHealth(Schema):
    """The health of a webhook: its last delivery, and the counts of the last day."""

    paused = fields.Boolean(
        metadata={"description": "true: several requests in a row failed, so nothing is sent for a while."}
    )
    last_state = fields.String(allow_none=True)
    last_status = fields.Integer(allow_none=True)
    last_attempt_at = fields.DateTime(format="iso", allow_none=True)
    delivered = fields.Integer()
    failed = fields.Integer()
    waiting = fields.Integer()


class WebhookTest(Body):
    """The event to send as a test."""

    type = fields.String(load_default="product.updated", validate=validate.OneOf(sorted(TYPES)))


class Attempt(Schema):
    """One HTTP attempt."""

    started_at = fields.DateTime(format="iso")
    seconds = fields.Float()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    response_body = fields.String()


class DeliveryAttempt(Attempt):
    """One HTTP attempt of a delivery, with request and response."""

    number = fields.Integer()
    url = fields.String()
    address = fields.String(allow_none=True, metadata={"description": "Address that was checked and connected to."})
    request_headers = fields.Dict()
    response_headers = fields.List(fields.List(fields.String()))


class DeliveryQuery(Body):
    """Conditions for deliveries."""

    webhook = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    type = fields.String(validate=validate.OneOf(sorted(TYPES)))
    state = fields.String(validate=validate.OneOf(STATES))
    span = fields.String(
        validate=validate.OneOf(list(SPANS)), metadata={"description": "Only deliveries that are not older than this."}
    )
    cursor = cursor("^[a-z0-9_]{1,80}$")
    limit = limit()


class Delivery(Schema):
    """One event for one webhook endpoint."""

    id = fields.String(metadata={"description": "Also sent as the header webhook-id."})
    webhook_id = fields.Integer(attribute="endpoint_id")
    type = fields.String()
    state = fields.String()
    attempts = fields.Integer()
    next_attempt_at = fields.DateTime(format="iso", allow_none=True)
    last_status = fields.Integer(allow_none=True)
    last_error = fields.String(allow_none=True)
    created_at = fields.DateTime(format="iso")
    finished_at = fields.DateTime(format="iso", allow_none=True)


class DeliveryPage(Schema):
    """Some deliveries, newest first."""

    deliveries = fields.List(fields.Nested(Delivery), attribute="rows")
    next_cursor = next_cursor()


class DeliveryDetail(Schema):
    """A delivery with its attempts, the latest first."""

    delivery = fields.Nested(Delivery)
    payload = fields.String(metadata={"description": "Body exactly as it was sent."})
    attempts = fields.List(fields.Nested(DeliveryAttempt))


class Redelivery(Body):
    """The deliveries to send again: these, or all that failed since a time, of one webhook or of all."""

    ids = fields.List(Text(validate=validate.Length(1, 80)), validate=validate.Length(1, MOST))
    failed_since = Moment(format="iso", default_timezone=UTC, metadata={"example": "2026-11-24T06:00:00+00:00"})
    webhook = Number(validate=validate.Range(1, 2**31 - 1))


class Redelivered(Schema):
    """How many deliveries are sent again."""

    redelivered = fields.Integer()
