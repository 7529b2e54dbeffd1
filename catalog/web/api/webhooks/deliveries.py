"""Deliveries: what was sent to whom, what came back, and sending it again. All of it is an admin's."""

from typing import Any

from catalog.models import WebhookDelivery, db
from catalog.paging import Page
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.webhooks import schemas
from catalog.web.http.request_log import actor
from catalog.webhooks import deliveries as log

bp = Blueprint("deliveries", "/deliveries", "What was sent to whom.", scope="admin")


@bp.get("")
@bp.arguments(schemas.DeliveryQuery, location="query")
@bp.response(200, schemas.DeliveryPage)
def index(asked: dict[str, Any]) -> Page[WebhookDelivery]:
    """The log of deliveries, newest first."""
    wanted = log.Filter(asked.get("webhook"), asked.get("type", ""), asked.get("state", ""), asked.get("span", ""))
    return log.search(wanted, asked["cursor"], asked["limit"])


@bp.get("/<delivery_id>")
@bp.response(200, schemas.DeliveryDetail)
def show(delivery_id: str) -> dict[str, Any]:
    """One delivery, its body, and attempt by attempt what was said."""
    row = _found(delivery_id)
    attempts = log.attempts(row)
    return {"delivery": row, "payload": log.payload(row), "attempts": attempts}


@bp.post("/redeliver", audit="webhook sent again")
@bp.arguments(schemas.Redelivery)
@bp.response(202, schemas.Redelivered)
def redeliver_many(given: dict[str, Any]) -> dict[str, int]:
    """Send many again, under the same ids: those of `ids`, or all that failed since `failed_since`.

    What is being sent at this moment is left alone, and not counted.
    """
    if ("ids" in given) == ("failed_since" in given):
        raise invalid("ids", "Give either ids or failed_since.")
    if "ids" not in given:
        since, webhook = given["failed_since"], given.get("webhook")
        return {"redelivered": log.redeliver_failed(actor(), since, webhook)}
    if "webhook" in given:
        raise invalid("webhook", "This narrows failed_since; ids are what they are.")
    return {"redelivered": log.redeliver(actor(), given["ids"])}


@bp.post("/<delivery_id>/redeliver", audit="webhook sent again")
@bp.response(202, schemas.Delivery)
def redeliver(delivery_id: str) -> WebhookDelivery:
    """Send it again, under the same id."""
    _found(delivery_id)
    if not log.redeliver(actor(), [delivery_id]):
        raise Problem("being_sent")
    db.session.expire_all()
    return _found(delivery_id)


def _found(delivery_id: str) -> WebhookDelivery:
    row = log.get(delivery_id)
    if row is None:
        raise Problem("not_found", "There is no such delivery.")
    return row
