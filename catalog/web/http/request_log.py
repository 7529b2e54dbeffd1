"""What is written down about a request: its id, in every log line and answer, and the audit log."""

import re
import secrets

import structlog
from flask import Flask, Response, g, request

from catalog.models import User
from catalog.people import Actor, audit
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import API

GIVEN = re.compile(r"[\w.:-]{8,64}", re.ASCII)


def install(app: Flask) -> None:
    """Give every request its id before anything else looks at it."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of this request, as in its log lines and its answer."""
    return str(g.get("request_id", ""))


def note(action: str, subject: str = "", user: User | None = None) -> None:
    """Write into the audit log what happened just now; by whom: `user`, or else who acts."""
    audit.record(actor(user), action, subject)


def actor(user: User | None = None) -> Actor:
    """Who acts in this request: whose it is, or this user, who is about to sign in."""
    who = user or g.get("identity")
    return Actor(
        "api" if request.path.startswith(API) else "page",
        who.id if who else None,
        who.email if who else "",
        request.remote_addr or "",
        request_id(),
    )


def _begin() -> None:
    """An id of our own, or that of the proxies in front of us, if we believe them."""
    settings = current_settings()
    given = request.headers.get("X-Request-ID", "") if settings.proxies else ""
    g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()  # the thread served others before
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if response.status_code == 403 and g.get("identity"):
        note("refused", f"{request.method} {request.path}")
    return response
