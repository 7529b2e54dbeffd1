"""Pages of webhooks: receivers, events, secrets and health."""

from datetime import UTC, datetime

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.models import WebhookEndpoint, db, find
from catalog.notation import noun_of, number
from catalog.runtime import public_addresses
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import Blueprint
from catalog.web.pages.webhooks import deliveries
from catalog.web.pages.webhooks.forms import WebhookForm, WebhookTestForm
from catalog.webhooks import allowed_addresses, deliveries as log, endpoints, events, sample_request, signing

bp = Blueprint("webhooks", __name__, url_prefix="/webhooks")
bp.register_blueprint(deliveries.bp)

UNREADABLE = "The secret can't be read: SECRET_KEY was changed. Rotate it to get a new one."


@bp.get("", role="admin", api="GET /webhooks")
def index() -> ResponseReturnValue:
    """List all webhooks with their health."""
    return render_template(
        "webhooks/endpoints/index.html",
        webhooks=endpoints.overview(),
        troubled=endpoints.troubled(),
        sample=sample_request.pretty(sample_request.sample("product.updated")),
    )


@bp.route("/new", methods=["GET", "POST"], role="admin", api="POST /webhooks", audit="webhook")
def new() -> ResponseReturnValue:
    """Create a webhook. Its page shows the secret once."""
    form = WebhookForm(events=["product.*"])
    if form.validate_on_submit():
        try:
            draft = _draft(form)
            endpoint_id, _ = endpoints.create(actor(), draft, current_settings())
            return redirect(url_for("webhooks.show", endpoint_id=endpoint_id), 303)
        except public_addresses.Denied as error:
            form.url.errors = [str(error)]
    return _form_page(form, None)


@bp.route(
    "/<int:endpoint_id>/edit",
    methods=["GET", "POST"],
    role="admin",
    api="PATCH /webhooks/{webhook_id}",
    audit="webhook",
)
def edit(endpoint_id: int) -> ResponseReturnValue:
    """Change a webhook."""
    row = find(WebhookEndpoint, endpoint_id)
    form = WebhookForm(obj=row)
    if form.validate_on_submit():
        try:
            endpoints.change(actor(), row, _draft(form), current_settings())
            return redirects.say("The webhook was saved.", url_for("webhooks.show", endpoint_id=endpoint_id))
        except public_addresses.Denied as error:
            form.url.errors = [str(error)]
    return _form_page(form, row)


def _form_page(form: WebhookForm, row: WebhookEndpoint | None) -> ResponseReturnValue:
    if form.is_submitted():
        _check_url(form)
        form.url.hide()
    page = render_template(
        "webhooks/endpoints/form.html",
        form=form,
        webhook=row,
        groups=events.GROUPS,
        wildcards=events.WILDCARDS,
        samples={name: sample_request.pretty(sample_request.sample(name)) for name in events.TYPES},
    )
    return page, 422 if form.is_submitted() else 200


def _check_url(form: WebhookForm) -> None:
    """Check the URL, so that its error is shown together with all others."""
    if form.url.data and not form.url.errors:
        try:
            allowed_addresses.check_url(form.url.data, current_settings())
        except public_addresses.Denied as error:
            form.url.errors = [str(error)]


def _draft(form: WebhookForm) -> endpoints.Draft:
    return endpoints.Draft(
        url=form.url.data,
        description=form.description.data,
        events=form.events.data,
        concurrency=form.concurrency.data,
        rate=form.rate.data,
    )


@bp.get("/<int:endpoint_id>", role="admin", api="GET /webhooks/{webhook_id}/health")
def show(endpoint_id: int) -> ResponseReturnValue:
    """Show a webhook: its events, its health, and its secret if it is new."""
    row = find(WebhookEndpoint, endpoint_id)
    try:
        secret = endpoints.reveal(endpoint_id, current_user.id)
    except signing.Unreadable:
        secret = None
        flash(UNREADABLE, "error")
    (stats,) = [one for one in endpoints.overview() if one["id"] == endpoint_id]
    wanted = log.Filter(endpoint_id=endpoint_id)
    return render_template(
        "webhooks/endpoints/show.html",
        webhook=row,
        stats=stats,
        secret=secret,
        overlap=endpoints.secret_overlap(row, datetime.now(UTC)),
        page=log.search(wanted, limit=8),
        most=len(current_settings().webhook_retry_seconds),
    )


@bp.post("/<int:endpoint_id>/switch", role="admin", api="PATCH /webhooks/{webhook_id}", audit="webhook")
def switch(endpoint_id: int) -> ResponseReturnValue:
    """Enable or disable a webhook. On enabling, missed events can be sent."""
    find(WebhookEndpoint, endpoint_id)
    enabled, resend = request.form.get("enabled") == "1", "resend" in request.form
    missed = endpoints.switch(actor(), endpoint_id, enabled, resend=resend)
    message = "The webhook is enabled." if enabled else "The webhook is disabled."
    if resend:
        message += f" {number(missed)} missed {noun_of(missed, 'delivery')} {noun_of(missed, 'is', 'are')} being sent."
    return redirects.say(message, _back(endpoint_id))


@bp.post("/<int:endpoint_id>/rotate", role="admin", api="POST /webhooks/{webhook_id}/rotate", audit="webhook")
def rotate(endpoint_id: int) -> ResponseReturnValue:
    """Create a new secret. The old one stays valid for a day, or ends now."""
    find(WebhookEndpoint, endpoint_id)
    overlap = request.form.get("overlap") == "1"
    endpoints.rotate(actor(), endpoint_id, overlap=overlap)
    return redirect(url_for("webhooks.show", endpoint_id=endpoint_id), 303)


@bp.post("/<int:endpoint_id>/forget", role="admin", api="POST /webhooks/{webhook_id}/forget", audit="webhook")
def forget(endpoint_id: int) -> ResponseReturnValue:
    """Stop signing with the old secret now."""
    find(WebhookEndpoint, endpoint_id)
    endpoints.forget_previous(actor(), endpoint_id)
    here = url_for("webhooks.show", endpoint_id=endpoint_id)
    return redirects.say("From now on, only the new secret is used.", here)


@bp.route(
    "/<int:endpoint_id>/delete",
    methods=["GET", "POST"],
    role="admin",
    api="DELETE /webhooks/{webhook_id}",
    audit="webhook",
)
def delete(endpoint_id: int) -> ResponseReturnValue:
    """Ask for confirmation, then delete the webhook."""
    row = find(WebhookEndpoint, endpoint_id)
    if request.method == "GET":
        return render_template("webhooks/endpoints/delete.html", webhook=row)
    endpoints.delete(actor(), row)
    return redirects.say("The webhook was deleted.", url_for("webhooks.index"))


@bp.route(
    "/<int:endpoint_id>/test",
    methods=["GET", "POST"],
    role="admin",
    api="POST /webhooks/{webhook_id}/test",
    audit="webhook tested",
)
def test(endpoint_id: int) -> ResponseReturnValue:
    """Send a sample, and show the response. The database connection is released before the request."""
    row, done = find(WebhookEndpoint, endpoint_id), None
    form = WebhookTestForm(request.form or request.args)
    if form.type.data not in events.TYPES:
        form.type.data = _first_type(row)
    if request.method == "POST":
        try:
            prepared = sample_request.prepare(actor(), row, form.type.data)
            db.session.remove()
            done = prepared.send(current_settings())
        except signing.Unreadable:
            flash(UNREADABLE, "error")
    return render_template(
        "webhooks/endpoints/test.html",
        webhook=find(WebhookEndpoint, endpoint_id),
        form=form,
        sample=sample_request.pretty(sample_request.sample(form.type.data)),
        done=done,
    )


def _first_type(row: WebhookEndpoint) -> str:
    """The first event type that this webhook receives."""
    wanted = [name for name in events.TYPES if name in row.events or f"{name.split('.')[0]}.*" in row.events]
    return wanted[0] if wanted else next(iter(events.TYPES))


def _back(endpoint_id: int) -> str:
    """The URL of the page with the button that was pressed."""
    if request.form.get("back") == "list":
        return url_for("webhooks.index")
    return url_for("webhooks.show", endpoint_id=endpoint_id)
