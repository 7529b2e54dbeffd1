"""Deliveries: requests, responses, and sending again. For admins."""

from typing import Any

from catalog.models import Page, WebhookDelivery
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.webhooks import schemas
from catalog.web.http.request_log import actor
from catalog.webhooks import deliveries

bp = Blueprint("deliveries", "/deliveries", "Events that were sent to webhooks.", scope="admin")


@bp.get("")
@bp.arguments(schemas.DeliveryQuery, location="query")
@bp.response(200, schemas.DeliveryPage)
def index(asked: dict[str, Any]) -> Page[WebhookDelivery]:
    """List deliveries, newest first."""
    wanted = deliveries.Filter(
        asked.get("webhook"), asked.get("type", ""), asked.get("state", ""), asked.get("span", "")
    )
    return deliveries.search(wanted, asked["cursor"], asked["limit"])


@bp.get("/<delivery_id>")
@bp.response(200, schemas.DeliveryDetail)
def show(delivery_id: str) -> dict[str, Any]:
    """Get one delivery with its body and all attempts."""
    row = deliveries.get(delivery_id)
    attempts = deliveries.attempts(row)
    return {"delivery": row, "payload": deliveries.payload(row), "attempts": attempts}


@bp.post("/redeliver", audit="webhook sent again")
@bp.arguments(schemas.Redelivery)
@bp.response(202, schemas.Redelivered)
def redeliver_many(given: dict[str, Any]) -> dict[str, int]:
    """Send many deliveries again under the same ids: those of `ids`, or all that failed since `failed_since`.

    Deliveries that are being sent now are skipped and not counted.
    """
    if ("ids" in given) == ("failed_since" in given):
        raise invalid("ids", "Send either `ids` or `failed_since`.")
    if "ids" not in given:
        since, webhook = given["failed_since"], given.get("webhook")
        return {"redelivered": deliveries.redeliver_failed(actor(), since, webhook)}
    if "webhook" in given:
        raise invalid("webhook", "Use this only with `failed_since`.")
    return {"redelivered": deliveries.redeliver(actor(), given["ids"])}


@bp.post("/<delivery_id>/redeliver", audit="webhook sent again")
@bp.response(202, schemas.Delivery)
def redeliver(delivery_id: str) -> WebhookDelivery:
    """Send a delivery again under the same id."""
    deliveries.get(delivery_id)
    if not deliveries.redeliver(actor(), [delivery_id]):
        raise Problem("being_sent")
    return deliveries.get(delivery_id)
