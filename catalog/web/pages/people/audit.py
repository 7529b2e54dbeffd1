"""The audit log, for admins."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog.people import audit
from catalog.web.http.requests import number_asked
from catalog.web.http.routes import Blueprint

bp = Blueprint("audit", __name__)


@bp.get("/audit", role="admin", api="GET /audit")
def index() -> ResponseReturnValue:
    """Show the log, newest first: all, or one group."""
    group = audit.group_named(request.args.get("group", ""))
    page = audit.page(number_asked("before"), group)
    return render_template(
        "people/audit.html",
        page=page,
        group=group,
        groups=audit.GROUPS,
        actions=audit.ACTIONS,
    )
