"""Who gets in, and what every answer carries. The one place where a request is let through or sent to sign in."""

from flask import (
    Flask,
    Response,
    make_response,
    redirect,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf import CSRFProtect

from catalog import accounts
from catalog.models import User
from catalog.views.requests import UPLOAD, hear_out, limit_body

PUBLIC = {
    "accounts.login",
    "accounts.welcome",
    "health.healthz",
    "health.metrics",  # with a token, or from this machine itself
    "health.readyz",
    "static",
}

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class SignedIn(UserMixin):  # type: ignore[misc]
    """The user of this request, known to Flask-Login by the token of their session."""

    def __init__(self, user: User, token: str) -> None:
        self.id = user.id
        self.email = user.email
        self.token = token

    def get_id(self) -> str:
        """What the signed cookie holds."""
        return self.token


def protect(app: Flask) -> None:
    """Set the guard up. It comes before anything that would read a request's body."""
    manager = LoginManager(app)
    manager.user_loader(_load)
    app.before_request(limit_body)
    app.before_request(_require_sign_in)
    CSRFProtect(app)
    app.after_request(_headers)


def is_local(target: str) -> bool:
    """Whether a place to go on to is a path of ours, not another site in disguise: browsers drop tabs and line breaks."""
    plain = not any(character <= " " or character == "\\" for character in target)
    return plain and target.startswith("/") and not target.startswith("//")


def _load(token: str) -> SignedIn | None:
    user = accounts.session_user(token)
    return SignedIn(user, token) if user else None


def _require_sign_in() -> ResponseReturnValue | None:
    if request.path.startswith("/api/v1/"):
        return None  # the API lets in by token alone, never by cookie
    if request.endpoint in PUBLIC or current_user.is_authenticated:
        return None
    session.pop("_flashes", None)
    target = url_for(
        "accounts.login",
        next=request.full_path.rstrip("?") if request.method == "GET" else None,
    )
    if request.headers.get("HX-Request"):
        return Response(status=401, headers={"HX-Redirect": target})
    answer = make_response(redirect(target, 303))
    return hear_out(answer) if request.endpoint == UPLOAD else answer


def _headers(response: Response) -> Response:
    headers: dict[str, str] = {
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
    }
    for name, value in headers.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
