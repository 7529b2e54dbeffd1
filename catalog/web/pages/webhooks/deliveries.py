"""The log of deliveries: requests, responses, and sending again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.notation import noun_of, plural
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import current_settings, number_asked
from catalog.web.http.routes import Blueprint
from catalog.web.pages.webhooks.forms import RedeliverForm
from catalog.webhooks import deliveries, endpoints, events, sample_request

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries")

HERE = "webhooks.deliveries.index"


@bp.get("", role="admin", api="GET /deliveries")
def index() -> ResponseReturnValue:
    """Show the log. The URL has the filter; an open page polls."""
    wanted = deliveries.Filter.of(request.args)
    before = request.args.get("before", "")
    template = "webhooks/deliveries/_log.html" if redirects.is_partial() else "webhooks/deliveries/index.html"
    page = render_template(
        template,
        page=deliveries.search(wanted, before),
        wanted=wanted,
        before=before,
        names=endpoints.names(),
        types=events.TYPES,
        states=deliveries.STATES,
        spans=deliveries.SPANS,
        most=_most(),
    )
    return page, {"Vary": "HX-Request-Type"}


@bp.get("/<delivery_id>", role="admin", api="GET /deliveries/{delivery_id}")
def show(delivery_id: str) -> ResponseReturnValue:
    """Show a delivery and its attempts."""
    row = deliveries.get(delivery_id)
    attempts = deliveries.attempts(row)
    number = number_asked("attempt")
    chosen: Any = next((a for a in attempts if a.number == number), None)
    page = render_template(
        "webhooks/deliveries/_delivery.html" if redirects.is_partial() else "webhooks/deliveries/delivery.html",
        delivery=row,
        attempts=attempts,
        chosen=chosen or (attempts[0] if attempts else None),
        number=chosen and chosen.number,
        tab="request" if request.args.get("tab") == "request" else "response",
        body=sample_request.pretty(deliveries.payload(row)),
        most=_most(),
    )
    return page, {"Vary": "HX-Request-Type"}


@bp.post(
    "/<delivery_id>/redeliver", role="admin", api="POST /deliveries/{delivery_id}/redeliver", audit="webhook sent again"
)
def redeliver(delivery_id: str) -> ResponseReturnValue:
    """Send a delivery again."""
    row = deliveries.get(delivery_id)
    _say(deliveries.redeliver(actor(), [row.id]))
    return redirect(url_for("webhooks.deliveries.show", delivery_id=row.id), 303)


@bp.post("/redeliver", role="admin", api="POST /deliveries/redeliver", audit="webhook sent again")
def redeliver_selected() -> ResponseReturnValue:
    """Send the selected deliveries again."""
    _say(deliveries.redeliver(actor(), request.form.getlist("id")[: deliveries.PAGE]))
    return redirect(_log_url(), 303)


@bp.post("/redeliver-failed", role="admin", api="POST /deliveries/redeliver", audit="webhook sent again")
def redeliver_failed() -> ResponseReturnValue:
    """Send all deliveries again that failed since a time: those of the webhook in the filter, or of all."""
    form = RedeliverForm()
    if not form.validate_on_submit():
        abort(400)
    since = datetime.now(UTC) - timedelta(seconds=deliveries.SPANS[form.since.data])
    _say(deliveries.redeliver_failed(actor(), since, deliveries.Filter.of(request.args).endpoint_id))
    return redirect(_log_url(), 303)


def _say(count: int) -> None:
    if count:
        words = f"{plural(count, 'delivery')} {noun_of(count, 'is', 'are')}"
        flash(f"{words} being sent again.", "success")
    else:
        flash("No delivery needs to be sent again.", "info")


def _log_url() -> str:
    arguments: dict[str, Any] = deliveries.Filter.of(request.args).arguments()
    return url_for(HERE, **arguments)


def _most() -> int:
    return len(current_settings().webhook_retry_seconds)
