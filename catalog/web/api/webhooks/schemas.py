"""Webhooks and what was sent to them."""

from datetime import UTC

from marshmallow import Schema, fields, validate

from catalog.web.api.frame.fields import MOST, Body, Choices, Flag, Moment, Number, Text, cursor, limit, next_cursor
from catalog.webhooks.deliveries import SPANS, STATES
from catalog.webhooks.events import NAMES, TYPES

_EVENTS = fields.List(fields.String(validate=validate.OneOf(sorted(NAMES))), validate=validate.Length(1))


class WebhookPatch(Body):
    """What is to change."""

    url = Text(validate=validate.Length(1, 2000))
    description = Text(validate=validate.Length(max=200))
    events = _EVENTS
    concurrency = Number(validate=validate.Range(1, 100))
    rate = Number(validate=validate.Range(1, 1000))
    enabled = Flag()
    resend = Flag(metadata={"description": "With enabled: what was missed in between is sent too."})


class NewWebhook(Body):
    """A webhook to be made."""

    url = Text(required=True, validate=validate.Length(1, 2000))
    description = Text(load_default="", validate=validate.Length(max=200))
    events = fields.List(
        fields.String(validate=validate.OneOf(sorted(NAMES))), required=True, validate=validate.Length(1)
    )
    concurrency = Number(load_default=5, validate=validate.Range(1, 100))
    rate = Number(load_default=50, validate=validate.Range(1, 1000))


class Webhook(Schema):
    """A webhook endpoint; never its secret."""

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
        format="iso", allow_none=True, metadata={"description": "Until then the secret before signs too."}
    )
    created_at = fields.DateTime(format="iso")


class WebhookWithSecret(Webhook):
    """A webhook endpoint and its new secret, this once."""

    secret = fields.String()


class Webhooks(Schema):
    """All of them."""

    webhooks = fields.List(fields.Nested(Webhook))


class Rotation(Choices):
    """How a secret is replaced."""

    overlap = Flag(load_default=True, metadata={"description": "false: the old secret signs no more, from now on."})


class WebhookHealth(Schema):
    """How a webhook is doing: its last delivery, and the counts of the last day."""

    paused = fields.Boolean(metadata={"description": "Nothing arrives, so it is left alone for a while."})
    last_state = fields.String(allow_none=True)
    last_status = fields.Integer(allow_none=True)
    last_attempt_at = fields.DateTime(format="iso", allow_none=True)
    delivered = fields.Integer()
    failed = fields.Integer()
    waiting = fields.Integer()


class WebhookTest(Body):
    """Which event is sent as a test."""

    type = fields.String(load_default="product.updated", validate=validate.OneOf(sorted(TYPES)))


class Attempt(Schema):
    """One HTTP try."""

    started_at = fields.DateTime(format="iso")
    seconds = fields.Float()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    response_body = fields.String()


class DeliveryAttempt(Attempt):
    """One HTTP try of a delivery, and all that was said."""

    number = fields.Integer()
    url = fields.String()
    address = fields.String(allow_none=True, metadata={"description": "That was checked and connected to."})
    request_headers = fields.Dict()
    response_headers = fields.List(fields.List(fields.String()))


class DeliveryQuery(Body):
    """Which deliveries."""

    webhook = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    type = fields.String(validate=validate.OneOf(sorted(TYPES)))
    state = fields.String(validate=validate.OneOf(STATES))
    span = fields.String(validate=validate.OneOf(list(SPANS)), metadata={"description": "Not older."})
    cursor = cursor("^[a-z0-9_]{1,80}$")
    limit = limit()


class Delivery(Schema):
    """One event on its way to one webhook endpoint."""

    id = fields.String(metadata={"description": "Also the webhook-id that is sent."})
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
    payload = fields.String(metadata={"description": "The body exactly as sent."})
    attempts = fields.List(fields.Nested(DeliveryAttempt))


class Redelivery(Body):
    """What is sent again: these, or all that failed since a time, of one webhook or of all."""

    ids = fields.List(Text(validate=validate.Length(1, 80)), validate=validate.Length(1, MOST))
    failed_since = Moment(format="iso", default_timezone=UTC, metadata={"example": "2026-11-24T06:00:00+00:00"})
    webhook = Number(validate=validate.Range(1, 2**31 - 1))


class Redelivered(Schema):
    """How many deliveries are on their way again."""

    redelivered = fields.Integer()
