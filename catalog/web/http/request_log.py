"""The id of a request, in every log line and response, and lines of the audit log."""

import re
import secrets

import structlog
from flask import Flask, Response, g, request

from catalog.people import Actor, User, audit
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import API

GIVEN = re.compile(r"[\w.:-]{8,64}", re.ASCII)


def install(app: Flask) -> None:
    """Give every request its id before anything else."""
    app.before_request(_begin)
    app.after_request(_end)


def request_id() -> str:
    """The id of this request, as in its log lines and its response."""
    return str(g.get("request_id", ""))


def note(action: str, subject: str = "", user: User | None = None) -> None:
    """Write a line of the audit log about `user`, or else the user of the request."""
    audit.record(actor(user), action, subject)


def actor(user: User | None = None) -> Actor:
    """The actor of this request: its user, or the given user, who is about to sign in."""
    who = user or g.get("identity")
    return Actor(
        "api" if request.path.startswith(API) else "page",
        who.id if who else None,
        who.email if who else "",
        request.remote_addr or "",
        request_id(),
    )


def _begin() -> None:
    """A new id, or that of a trusted proxy."""
    settings = current_settings()
    given = request.headers.get("X-Request-ID", "") if settings.proxies else ""
    g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()  # the thread has served other requests
    structlog.contextvars.bind_contextvars(request=g.request_id)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if response.status_code == 403 and g.get("identity"):
        note("denied", f"{request.method} {request.path}")
    return response
