"""Error pages: a page with a next step, or a message where htmx asked for part of a page."""

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError, generate_csrf
from gunicorn.http.errors import ParseException
from psycopg2.errors import LockNotAvailable
from redis import RedisError
from sqlalchemy.exc import DBAPIError, OperationalError, TimeoutError as PoolTimeout
from werkzeug.exceptions import BadRequest, HTTPException, ServiceUnavailable

from catalog.errors import kinds, meanings
from catalog.web.http import redirects, request_log, resending
from catalog.web.http.access_control import open_page
from catalog.web.http.requests import FORM_BYTES, current_settings, hear_out
from catalog.web.http.routes import access
from catalog.web.rendering.filters import filesize

log = structlog.get_logger()

WORDS = {
    400: ("This request can't be understood", "Reload the page and try again."),
    401: ("Your session has ended", "Nothing was saved. What you typed is kept here."),
    403: ("This is not allowed", "Ask an admin if you need this permission."),
    404: ("Page not found", "The link may be old, or the page was deleted."),
    405: ("This can't be done here", "Go back and try again from the page."),
    409: ("Another change is being written", "Nothing was saved. Go back and try again in a moment."),
    413: ("The form is too large", "A form holds up to {form}. Shorten what you entered, and send it again."),
    422: ("Something in this request is wrong", "Go back and check what you entered."),
    429: ("Too many requests", "Wait a little, then try again."),
    500: (
        "Something went wrong",
        "The error was logged. Try again. If it happens again, give an admin the request ID below.",
    ),
    503: (
        "Catalog is not available",
        (
            "The database or the queue does not answer. Try again in a moment."
            " If you saved something, check first whether it was saved."
        ),
    ),
    507: ("The disk is full", "No part of the file was kept. Ask an admin to free disk space, then upload it again."),
}
LARGE_FILE = (
    "The file is too large",
    "Up to {limit} can be uploaded. Split the file, or ask an admin to raise CATALOG_MAX_UPLOAD_BYTES.",
)
OTHERWISE = ("This request failed", "Go back and try again.")
OLD_PAGE = (
    "This page has expired",
    "You signed in or out after you opened this page. Open it again and repeat what you did.",
)
NEW_SESSION = (
    "You have signed in again since you opened this page",
    "Nothing was saved yet. What you typed is kept: press the button again.",
)


def install(app: Flask) -> None:
    """Install the handlers for all errors."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(DBAPIError, database_error)
    app.register_error_handler(PoolTimeout, _unavailable)
    app.register_error_handler(RedisError, _unavailable)
    app.register_error_handler(ParseException, _broken_body)
    for error in meanings.TABLE:
        app.register_error_handler(error, service_error)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    if isinstance(error, CSRFError):
        return _too_late(error)
    response = _kept(401) if error.code == 401 else None
    response = response or answer(error.code)
    # Keep headers such as Allow and Retry-After; the body is ours.
    for name, value in error.get_headers():
        if not name.startswith("Content-"):
            response.headers.setdefault(name, value)
    unread = error.code in (400, 403, 413) and access(request.endpoint).is_upload
    return hear_out(response) if unread and current_user.is_authenticated else response


def _too_late(error: CSRFError) -> Response:
    """The response to a form of an earlier session. A page that is still open gets the token of the session of now."""
    if not (redirects.is_by_htmx() or redirects.is_for_script()):
        response = _kept(400) or answer(400, *OLD_PAGE)
        unread = access(request.endpoint).is_upload and current_user.is_authenticated
        return hear_out(response) if unread else response
    response = answer(400, *NEW_SESSION)
    response.headers["X-CSRFToken"] = generate_csrf()
    return response


def _kept(code: int) -> Response | None:
    """A page that keeps what a form sent, to send it again; None if it may not be repeated."""
    fields = resending.kept()
    if fields is None:
        return None
    page = render_template("send_again.html", fields=fields, signed_in=code != 401, back=open_page())
    return make_response(page, code)


def database_error(error: DBAPIError) -> ResponseReturnValue:
    """The response if a lock was held for too long or the database is not available; anything else is a fault."""
    if isinstance(error.orig, LockNotAvailable):
        return answer(409)
    unsaid = getattr(error.orig, "pgcode", None) is None
    # The driver reports the end of a connection in different ways.
    if error.connection_invalidated or (isinstance(error, OperationalError) and unsaid):
        return _unavailable(error)
    raise error


def _unavailable(error: Exception) -> ResponseReturnValue:
    log.warning("a server does not answer", path=request.path, error=str(error))
    away = ServiceUnavailable(retry_after=kinds.KINDS["unavailable"].retry_seconds)
    return current_app.handle_user_exception(away)  # the API has its own responses


def service_error(error: Exception) -> ResponseReturnValue:
    """The page for an error of a service that the view does not handle."""
    kind = kinds.KINDS[meanings.of(error).kind]
    if kind.status == 404:
        return answer(404)
    response = answer(kind.status, kind.title.partition(".")[0], meanings.words(error))
    if kind.retry_seconds:
        response.headers["Retry-After"] = str(kind.retry_seconds)
    return response


def _broken_body(error: Exception) -> ResponseReturnValue:
    """The response to a malformed body. The connection is closed, because the start of the next request is unknown."""
    handled = current_app.handle_user_exception(BadRequest())  # the API has its own responses
    response = make_response(handled)
    response.headers["Connection"] = "close"
    return response


def answer(code: int, title: str = "", advice: str = "") -> Response:
    """The page of an error; for htmx a message that leaves the page as it is, for a script JSON."""
    known = WORDS.get(code, OTHERWISE)
    if code == 413 and access(request.endpoint).is_upload:
        known = LARGE_FILE
    limit = filesize(current_settings().max_upload_bytes)
    words = {
        "code": code,
        "title": title or known[0],
        "message": (advice or known[1]).format(limit=limit, form=filesize(FORM_BYTES)),
        "request_id": request_log.request_id(),
        "page": open_page(),
    }
    if redirects.is_for_script():
        response = jsonify(problem=f"{words['title']}. {words['message']}")
        response.status_code = code
        return response
    partial = redirects.is_partial() or redirects.is_by_htmx() and (request.method == "POST" or code == 401)
    page = render_template("parts/error.html" if partial else "error.html", **words)
    response = make_response(page, code)
    response.vary.add("HX-Request-Type")
    if partial:
        response.headers["HX-Reswap"] = "none"
    return response
