"""What went wrong, as RFC 9457 wants it: application/problem+json that says what to do and names the field."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, Response, json, request
from flask.typing import ResponseReturnValue
from psycopg2.errors import LockNotAvailable
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from catalog.changes import log as change_log
from catalog.changes.undo import rules as undo_rules
from catalog.imports.intake import bundles
from catalog.imports.rejected import corrections, returned
from catalog.models import NotFound
from catalog.products import editing
from catalog.runtime import turns
from catalog.web.http import errors as http_errors
from catalog.web.http.requests import LISTEN_SECONDS, STRANGER_SECONDS, hear_out
from catalog.web.http.routes import access
from catalog.webhooks import guard, signing

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"
DOCS = "/api/docs#problem-"

KINDS: dict[str, tuple[int, str]] = {
    "malformed": (400, "The request can't be read."),
    "unauthorized": (401, "A valid token is required."),
    "forbidden": (403, "The token does not allow this."),
    "factor_missing": (403, "The user of this token must set up a second factor first, in a browser."),
    "not_found": (404, "Not found."),
    "method_not_allowed": (405, "This method is not allowed here."),
    "sku_taken": (409, "Another product has this SKU."),
    "busy": (409, "Another change of many products is being written. Try again."),
    "ended": (409, "It has already ended."),
    "not_waiting": (409, "It is not waiting for a decision."),
    "conflicts": (409, "Products changed since the plan was made. Decide what to do with them."),
    "not_now": (409, "The state of this import does not allow this."),
    "source_paused": (409, "This source is paused."),
    "same_file": (409, "The same file was imported before."),
    "not_undoable": (409, "This change can't be undone."),
    "being_sent": (409, "It is being sent."),
    "last_admin": (409, "This is the last admin. Make another user an admin first."),
    "secret_unreadable": (409, "The webhook's secret can no longer be decrypted."),
    "in_progress": (409, "A request with this Idempotency-Key is still running."),
    "misplaced": (409, "These bytes do not continue the upload."),
    "stale": (412, "It changed since you read it."),
    "tus_version": (412, "This version of tus is not supported."),
    "too_large": (413, "The request body is too large."),
    "media_type": (415, "Unsupported media type."),
    "invalid": (422, "A value in the request is not valid."),
    "key_reused": (422, "This Idempotency-Key was used for another request."),
    "locked": (423, "Another request is sending this upload."),
    "if_match_required": (428, "If-Match is required."),
    "too_many": (429, "Too many requests with this token."),
    "too_many_files": (429, "Too many exports or downloads at once."),
    "damaged": (460, "The checksum does not match."),
    "fault": (500, "Internal error."),
    "unavailable": (503, "The database or the queue does not answer. Try again."),
    "no_room": (507, "The disk for uploads is full."),
}
"""Kind -> status and title. The kind is what a program decides by; it does not change."""

BY_STATUS = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    412: "stale",
    413: "too_large",
    415: "media_type",
    422: "invalid",
    423: "locked",
    428: "if_match_required",
    429: "too_many",
    460: "damaged",
    500: "fault",
    503: "unavailable",
    507: "no_room",
}
STANDARD = (400, 401, 403, 422, 429, 503)
"""What any operation may answer."""

Field = tuple[str, str]  # its name, and what is wrong with it


class Problem(HTTPException):
    """An answer that is not what was hoped for; raise it from anywhere in an operation."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Field] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        self.code, title = KINDS[kind]
        super().__init__(detail or title)
        self.kind, self.errors, self.more = kind, errors, more
        self.headers = dict(headers or {})


def invalid(field: str, message: str) -> Problem:
    """One field that can't be."""
    return Problem("invalid", message, errors=[(field, message)])


def of(error: Exception) -> Problem:
    """An error of a service, or Werkzeug's, as a problem."""
    match error:
        case Problem():
            return error
        case editing.Invalid():
            return Problem("invalid", str(error), errors=list(error.errors.items()))
        case bundles.Unreadable() | returned.NothingFixed():
            return invalid("file", str(error))
        case turns.TooMany():
            headers = {"Retry-After": str(turns.WAIT_SECONDS)}
            return Problem("too_many_files", f"{error} Try again.", headers=headers)
        case editing.Gone():
            return Problem("not_found")
        case NotFound():
            return Problem("not_found", str(error))
        case editing.Stale(current=current):
            return Problem("stale", str(error), headers={"ETag": f'"{current.version}"'})
        case editing.SkuTaken(other=other):
            errors = [("sku", str(error))]
            known = other.id if other else None
            return Problem("sku_taken", str(error), errors=errors, product_id=known)
        case change_log.Busy():
            return Problem("busy", str(error), headers={"Retry-After": "2"})
        case corrections.NotNow():
            return Problem("not_now", str(error))
        case corrections.Wrong(field=name):
            return invalid(name, str(error))
        case undo_rules.NotUndoable():
            return Problem("not_undoable", str(error))
        case guard.Denied():
            return invalid("url", str(error))
        case signing.Unreadable():
            return Problem("secret_unreadable", "Rotate it to get a new one.")
        case HTTPException():
            return _of_http(error)
    return Problem("busy", headers={"Retry-After": "2"})


def _of_http(error: HTTPException) -> Problem:
    kind = BY_STATUS.get(error.code or 500, "malformed")
    messages = getattr(error, "data", {}).get("messages", {})
    errors = [pair for place in messages.values() for pair in _named(place)]
    detail = " ".join(f"{name}: {text}" for name, text in errors)
    if kind == "method_not_allowed":
        allowed: Any = getattr(error, "valid_methods", None) or []
        return Problem(kind, headers={"Allow": ", ".join(sorted(allowed))})
    if kind == "unavailable":
        return Problem(kind, headers={"Retry-After": http_errors.TRY_AGAIN_SECONDS})
    return Problem(kind, detail, errors=errors)


def _named(messages: Any, name: str = "") -> Iterator[Field]:
    """Marshmallow's tree of messages as pairs: attributes.colour, events.0."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # A dictionary's field says whether its key or its value is meant; people see which.
            here = name if key in ("key", "value", "_schema") else f"{name}.{key}"
            yield from _named(inner, here.lstrip("."))
    elif isinstance(messages, list | tuple):
        yield name, " ".join(map(str, messages))
    else:
        yield name, str(messages)


def answer(error: Exception) -> Response:
    """The problem as it is sent."""
    problem = of(error)
    status, title = KINDS[problem.kind]
    body = {
        "type": f"{DOCS}{problem.kind}",
        "title": title,
        "status": status,
        "detail": problem.description,
        "kind": problem.kind,
        **problem.more,
    }
    if problem.errors:
        body["errors"] = [{"field": field, "message": text} for field, text in problem.errors]
    text = json.dumps(body)
    response = Response(text, status, problem.headers, mimetype=MEDIA_TYPE)
    unread = access(request.endpoint).is_upload and status in (401, 403, 413, 429)
    if not unread:
        return response
    return hear_out(response, STRANGER_SECONDS if status == 401 else LISTEN_SECONDS)


def handle_database_error(error: DBAPIError) -> ResponseReturnValue:
    """Another transaction held a lock for too long, or the database is away: an answer, not a fault."""
    if isinstance(error.orig, LockNotAvailable):
        return answer(error)
    return http_errors.database_error(error)


SERVICE_ERRORS = (
    editing.Invalid,
    bundles.Unreadable,
    editing.Gone,
    NotFound,
    editing.Stale,
    editing.SkuTaken,
    change_log.Busy,
    undo_rules.NotUndoable,
    corrections.NotNow,
    returned.NothingFixed,
    corrections.Wrong,
    guard.Denied,
    signing.Unreadable,
    turns.TooMany,
    HTTPException,
)


def install(app: Flask) -> None:
    """Addresses below /api/v1 that lead nowhere are problems too; all other errors keep their answer."""
    others = app.error_handler_spec[None][None][HTTPException]

    def handle(error: HTTPException) -> ResponseReturnValue:
        if is_api():
            return answer(error if error.code else InternalServerError())
        return app.ensure_sync(others)(error)  # type: ignore[no-any-return]  # Flask types it as any function

    app.register_error_handler(HTTPException, handle)


def is_api() -> bool:
    """Whether this request is for the API."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")
