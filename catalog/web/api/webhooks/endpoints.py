"""Webhooks: receivers, events, secrets and health. For admins."""

from dataclasses import asdict
from typing import Any

from flask import Response
from sqlalchemy import RowMapping, select

from catalog.models import WebhookEndpoint, db, find
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.webhooks import schemas
from catalog.web.http.request_log import actor
from catalog.web.http.requests import current_settings
from catalog.webhooks import endpoints, sample_request

bp = Blueprint("webhooks", "/webhooks", "Webhooks and their events.", scope="admin")


@bp.get("")
@bp.response(200, schemas.Webhooks)
def index() -> dict[str, Any]:
    """List all webhooks."""
    query = select(WebhookEndpoint).order_by(WebhookEndpoint.id)
    return {"webhooks": list(db.session.scalars(query))}


@bp.post("", audit="webhook")
@bp.arguments(schemas.NewWebhook)
@bp.response(201, schemas.WebhookWithSecret)
def create(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Create a webhook. Only this response contains its secret."""
    endpoint_id, _ = endpoints.create(actor(), endpoints.Draft(**given), current_settings())
    headers = {"Location": f"{bp.url_prefix}/{endpoint_id}"}
    return _with_secret(endpoint_id), 201, headers


@bp.get("/<int:webhook_id>")
@bp.response(200, schemas.Webhook)
def show(webhook_id: int) -> WebhookEndpoint:
    """Get one webhook."""
    return find(WebhookEndpoint, webhook_id)


@bp.route("/<int:webhook_id>", methods=["PATCH"], audit="webhook")
@bp.arguments(schemas.WebhookPatch)
@bp.response(200, schemas.Webhook)
def change(given: dict[str, Any], webhook_id: int) -> WebhookEndpoint:
    """Change the given fields, or enable or disable a webhook."""
    row = find(WebhookEndpoint, webhook_id)
    enabled, resend = given.pop("enabled", row.enabled), given.pop("resend", False)
    names = asdict(endpoints.Draft("", "", []))
    draft = {name: getattr(row, name) for name in names} | given
    endpoints.change(actor(), row, endpoints.Draft(**draft), current_settings(), enabled, resend=resend)
    return find(WebhookEndpoint, webhook_id)


@bp.delete("/<int:webhook_id>", audit="webhook")
@bp.response(204)
def delete(webhook_id: int) -> Response:
    """Delete a webhook and its log of deliveries."""
    endpoints.delete(actor(), find(WebhookEndpoint, webhook_id))
    return Response(status=204)


@bp.post("/<int:webhook_id>/rotate", audit="webhook")
@bp.arguments(schemas.Rotation, required=False)
@bp.response(200, schemas.WebhookWithSecret)
def rotate(given: dict[str, Any], webhook_id: int) -> dict[str, Any]:
    """Create a new secret. For a day, requests are also signed with the old one, unless you turn that off."""
    find(WebhookEndpoint, webhook_id)
    endpoints.rotate(actor(), webhook_id, overlap=given["overlap"])
    return _with_secret(webhook_id)


@bp.post("/<int:webhook_id>/forget", audit="webhook")
@bp.response(200, schemas.Webhook)
def forget(webhook_id: int) -> WebhookEndpoint:
    """Stop signing with the old secret now."""
    find(WebhookEndpoint, webhook_id)
    endpoints.forget_previous(actor(), webhook_id)
    db.session.expire_all()
    return find(WebhookEndpoint, webhook_id)


@bp.get("/<int:webhook_id>/health")
@bp.response(200, schemas.WebhookHealth)
def health(webhook_id: int) -> RowMapping:
    """Get the health of a webhook."""
    find(WebhookEndpoint, webhook_id)
    return next(one for one in endpoints.overview() if one["id"] == webhook_id)


@bp.post("/<int:webhook_id>/test", audit="webhook tested")
@bp.arguments(schemas.WebhookTest)
@bp.response(200, schemas.Attempt)
def test(given: dict[str, Any], webhook_id: int) -> dict[str, Any]:
    """Send a sample event now, and return the response of the receiver."""
    prepared = sample_request.prepare(actor(), find(WebhookEndpoint, webhook_id), given["type"])
    db.session.remove()  # the database connection is released before the request, which may take long
    result = prepared.send(current_settings()).result
    names = ("started_at", "seconds", "status", "error")
    return {name: getattr(result, name) for name in names} | {"response_body": result.body}


def _with_secret(webhook_id: int) -> dict[str, Any]:
    """The webhook and its new secret. After this response, no page shows the secret any more."""
    secret = endpoints.reveal(webhook_id, caller().user_id)
    db.session.expire_all()
    row = find(WebhookEndpoint, webhook_id)
    shown = {name: getattr(row, name) for name in schemas.Webhook().fields}
    return shown | {"secret": secret}
