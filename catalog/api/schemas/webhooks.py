"""Webhooks and what was sent to them."""

from marshmallow import Schema, fields, validate

from catalog.api.schemas.base import (
    Body,
    Flag,
    Number,
    Text,
    cursor,
    limit,
    next_cursor,
)
from catalog.webhooks.deliveries import STATES
from catalog.webhooks.events import NAMES, TYPES

_EVENTS = fields.List(
    fields.String(validate=validate.OneOf(sorted(NAMES))), validate=validate.Length(1)
)


class WebhookPatch(Body):
    """What is to change."""

    url = Text(validate=validate.Length(1, 2000))
    description = Text(validate=validate.Length(max=200))
    events = _EVENTS
    concurrency = Number(validate=validate.Range(1, 100))
    rate = Number(validate=validate.Range(1, 1000))
    enabled = Flag()


class NewWebhook(Body):
    """A webhook to be made."""

    url = Text(required=True, validate=validate.Length(1, 2000))
    description = Text(load_default="", validate=validate.Length(max=200))
    events = fields.List(
        fields.String(validate=validate.OneOf(sorted(NAMES))),
        required=True,
        validate=validate.Length(1),
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
    failing_since = fields.DateTime(format="iso", allow_none=True)
    created_at = fields.DateTime(format="iso")


class WebhookWithSecret(Webhook):
    """A webhook endpoint and its new secret, this once."""

    secret = fields.String()


class Webhooks(Schema):
    """All of them."""

    webhooks = fields.List(fields.Nested(Webhook))


class WebhookTest(Body):
    """Which event is sent as a test."""

    type = fields.String(
        load_default="product.updated", validate=validate.OneOf(sorted(TYPES))
    )


class Attempt(Schema):
    """One HTTP try."""

    started_at = fields.DateTime(format="iso")
    seconds = fields.Float()
    status = fields.Integer(allow_none=True)
    error = fields.String(allow_none=True)
    response_body = fields.String()


class DeliveryQuery(Body):
    """Which deliveries."""

    webhook = fields.Integer(validate=validate.Range(1, 2**31 - 1))
    type = fields.String(validate=validate.OneOf(sorted(TYPES)))
    state = fields.String(validate=validate.OneOf(STATES))
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

    deliveries = fields.List(fields.Nested(Delivery))
    next_cursor = next_cursor()


class DeliveryDetail(Schema):
    """A delivery with its attempts, the latest first."""

    delivery = fields.Nested(Delivery)
    attempts = fields.List(fields.Nested(Attempt))
