"""Access control: the only module that allows or denies a request."""

import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, make_response, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf import CSRFProtect

from catalog.people import User, second_factor, sessions, users
from catalog.runtime import Settings
from catalog.web.http import request_log, resending, transport
from catalog.web.http.requests import (
    LISTEN_SECONDS,
    STRANGER_SECONDS,
    current_settings,
    hear_out,
    limit_body,
)
from catalog.web.http.routes import API, PUBLIC, access


@dataclass(frozen=True)
class Identity:
    """The user of a request, and their role or scope."""

    id: int
    email: str
    role: str


class SignedIn(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """The user of this request, known to Flask-Login by the token of their session."""

    def __init__(self, user: User, token: str, session_id: int) -> None:
        self.id = user.id
        self.email = user.email
        self.role = user.role
        self.locale = user.locale
        self.time_zone = user.time_zone
        self.lacks_factor = second_factor.is_missing(user)
        self.token = token
        self.session_id = session_id

    def get_id(self) -> str:
        """The content of the signed cookie."""
        return self.token


def protect(app: Flask, settings: Settings) -> None:
    """Install the access control, before anything reads the body of a request."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    request_log.install(app)
    app.before_request(limit_body)
    transport.install(app, settings)
    app.before_request(_let_through)
    CSRFProtect(app)
    app.after_request(transport.headers)
    app.jinja_env.globals["can"] = can


def sign_in(user: User) -> None:
    """Sign the browser of this request in as this user. The previous session is deleted, here and on the server."""
    if current_user.is_authenticated:
        sessions.end(current_user.token)
    settings = current_settings()
    visitor = sessions.Visitor(request.remote_addr or "", str(request.user_agent))
    token, row = sessions.begin(user, settings.session_days, visitor)
    sessions.keep_newest(user.id, settings.sessions_each)
    session.clear()
    session.permanent = True
    g.pop("identity", None)
    login_user(SignedIn(user, token, row.id))
    session["confirmed"] = [row.id, time.time()]  # read by pages/people/confirming.py


def identity() -> Identity | None:
    """The user of the bearer token (`g.identity`), else the signed-in user, else None."""
    if not g.get("identity") and current_user and current_user.is_authenticated:
        g.identity = Identity(current_user.id, current_user.email, current_user.role)
    who: Identity | None = g.get("identity")
    return who


def require(least: str) -> Identity:
    """The user of the request, if their role is at least this; else abort with 401 or 403."""
    who = identity()
    if who is None:
        abort(401)
    if not users.may(who.role, least):
        abort(403)
    return who


def can(endpoint: str) -> bool:
    """Whether the user of the request may use this endpoint: pages offer nothing that would be denied."""
    declared, who = access(endpoint), identity()
    if declared.role == PUBLIC:
        return True
    if lacks_factor() and not declared.without_factor:
        return False
    return bool(declared.role and who and users.may(who.role, declared.role))


def lacks_factor() -> bool:
    """Whether the signed-in user must set up a second factor first."""
    return bool(current_user and getattr(current_user, "lacks_factor", False))


def is_local(target: str) -> bool:
    """Whether a redirect target is a path of Catalog, no other site in disguise: browsers drop tabs and line breaks."""
    plain = not any(character <= " " or character == "\\" for character in target)
    return plain and target.startswith("/") and not target.startswith("//")


def _load(token: str) -> SignedIn | None:
    settings = current_settings()
    idle = timedelta(hours=settings.session_idle_hours)
    row = sessions.find(token, idle)
    if row and not access(request.endpoint).polled:
        sessions.touch(row)
    return SignedIn(row.user, token, row.id) if row else None


def _let_through() -> ResponseReturnValue | None:
    """Without a sign-in only public pages are visible; users see what their role allows, and 404 for unknown pages."""
    if request.path.startswith(API):
        return None  # the API accepts only tokens, never cookies
    declared = access(request.endpoint)
    if declared.role == PUBLIC:
        return None
    if not current_user.is_authenticated:
        return _to_sign_in()
    identity()
    if lacks_factor() and not declared.without_factor:
        target = url_for("account.turn_factor_on")
        return _to(target, "Turn on your second factor to continue.")
    if request.endpoint and not can(request.endpoint):
        abort(403)
    return None


def _to_sign_in() -> ResponseReturnValue:
    """To the page to sign in, which leads back to the open page. Where that would take away what was typed, 401."""
    session.pop("_flashes", None)
    by_htmx = "HX-Request" in request.headers
    asks_itself = access(request.endpoint).polled and "text/event-stream" not in request.headers.get("Accept", "")
    if by_htmx and (request.method == "POST" or asks_itself) or resending.kept() is not None:
        abort(401)
    has_ended = by_htmx or "_user_id" in session
    return _to(url_for("accounts.login", next=open_page(), ended=1 if has_ended else None))


def open_page() -> str | None:
    """The path and query of the page that the visitor sees or asks for; None if it is not known."""
    asked = request.full_path.rstrip("?") if request.method == "GET" else request.referrer
    with suppress(ValueError):
        parts = urlsplit(request.headers.get("HX-Current-URL") or asked or "")
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return path if is_local(path) else None
    return None


def _to(target: str, words: str = "Sign in to continue.") -> ResponseReturnValue:
    """Redirect to a page that comes first; a client without pages, such as tus, gets the message."""
    if request.headers.get("Tus-Resumable"):
        return Response(words, 401)
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    answer = make_response(redirect(target, 303))
    if not access(request.endpoint).is_upload:
        return answer
    known = current_user.is_authenticated
    return hear_out(answer, LISTEN_SECONDS if known else STRANGER_SECONDS)
