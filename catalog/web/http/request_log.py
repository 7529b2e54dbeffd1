"""What is written down about a request: its id, in every log line and answer, and the audit log."""

import re
import secrets

import structlog
from flask import Flask, Response, current_app, g, request

from catalog.config import Settings
from catalog.models import User
from catalog.people import audit
from catalog.web.http.routes import API, access

SAFE = {"GET", "HEAD", "OPTIONS"}
GIVEN = re.compile(r"[\w.:-]{8,64}", re.ASCII)


def install(app: Flask) -> None:
    """Give every request its id before anything else looks at it."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(lambda _: audit.acting())


def request_id() -> str:
    """The id of this request, as in its log lines and its answer."""
    return str(g.get("request_id", ""))


def note(action: str, subject: str = "", user: User | None = None) -> None:
    """Write into the audit log what happened just now; by whom: `user`, or else who acts."""
    who = user or g.get("actor")
    audit.record(
        action,
        user_id=who.id if who else None,
        email=who.email if who else "",
        subject=subject,
        address=request.remote_addr or "",
        request_id=request_id(),
    )


def actor() -> audit.Actor:
    """Who acts in this request."""
    who = g.get("actor")
    return audit.Actor(
        "API" if request.path.startswith(API) else "page",
        who.id if who else None,
        who.email if who else "",
        request.remote_addr or "",
        request_id(),
    )


def _begin() -> None:
    """An id of our own, or that of the proxies in front of us, if we believe them."""
    settings: Settings = current_app.config["SETTINGS"]
    given = request.headers.get("X-Request-ID", "") if settings.proxies else ""
    g.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()  # the thread served others before
    structlog.contextvars.bind_contextvars(request=g.request_id)
    audit.acting(actor)


def _end(response: Response) -> Response:
    response.headers["X-Request-ID"] = request_id()
    if request.method not in SAFE and _has_done_it(response):
        action = access(request.endpoint).audit
        if action:
            note(action, response.location or request.path)
    elif response.status_code == 403 and g.get("actor"):
        note("refused", f"{request.method} {request.path}")
    return response


def _has_done_it(response: Response) -> bool:
    """After an act a browser is redirected and a program gets a status of success; a form with errors, or a question, is not."""
    if (request.endpoint or "").startswith("api_"):
        return response.status_code < 300
    return response.status_code in (302, 303) or "HX-Redirect" in response.headers
