"""Errors as RFC 9457 defines them: application/problem+json with advice and the name of the field."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask, Response, json, request
from flask.typing import ResponseReturnValue
from psycopg2.errors import LockNotAvailable
from sqlalchemy.exc import DBAPIError
from werkzeug.exceptions import HTTPException, InternalServerError

from catalog.errors import kinds, meanings
from catalog.products import editing
from catalog.web.http import errors as http_errors
from catalog.web.http.requests import LISTEN_SECONDS, STRANGER_SECONDS, hear_out
from catalog.web.http.routes import access

PREFIX = "/api/v1"
MEDIA_TYPE = "application/problem+json"
DOCS = "/api/docs#problem-"

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
"""The statuses that any operation may return."""

Field = tuple[str, str]  # its name and its error


class Problem(HTTPException):
    """An error response. Any function of an operation may raise it."""

    def __init__(
        self,
        kind: str,
        detail: str = "",
        *,
        errors: Sequence[Field] = (),
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        known = kinds.KINDS[kind]
        super().__init__(detail or known.title)
        self.code, self.kind, self.errors, self.more = known.status, kind, errors, more
        retry_after = {"Retry-After": str(known.retry_seconds)} if known.retry_seconds else {}
        self.headers = retry_after | dict(headers or {})


def invalid(field: str, message: str) -> Problem:
    """A problem with one invalid field."""
    return Problem("invalid", message, errors=[(field, message)])


def of(error: Exception) -> Problem:
    """The problem for an error of a service or of Werkzeug."""
    match error:
        case Problem():
            return error
        case HTTPException():
            return _of_http(error)
        case DBAPIError():
            return Problem("busy")
    meaning = meanings.of(error)
    headers = {"ETag": f'"{error.current.version}"'} if isinstance(error, editing.Stale) else {}
    errors, more = meanings.wrong(error), meaning.more(error)
    return Problem(meaning.kind, meanings.words(error), errors=errors, headers=headers, **more)


def _of_http(error: HTTPException) -> Problem:
    kind = BY_STATUS.get(error.code or 500, "malformed")
    messages = getattr(error, "data", {}).get("messages", {})
    errors = [pair for place in messages.values() for pair in _named(place)]
    detail = " ".join(f"{name}: {text}" for name, text in errors)
    if kind == "method_not_allowed":
        allowed: Any = getattr(error, "valid_methods", None) or []
        return Problem(kind, headers={"Allow": ", ".join(sorted(allowed))})
    return Problem(kind, detail, errors=errors)


def _named(messages: Any, name: str = "") -> Iterator[Field]:
    """The messages of marshmallow, a tree, as pairs of name and message: attributes.colour, events.0."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            # Marshmallow names the part of a dictionary, "key" or "value". The message is clear without it.
            here = name if key in ("key", "value", "_schema") else f"{name}.{key}"
            yield from _named(inner, here.lstrip("."))
    elif isinstance(messages, list | tuple):
        yield name, " ".join(map(str, messages))
    else:
        yield name, str(messages)


def answer(error: Exception) -> Response:
    """The response of a problem."""
    problem = of(error)
    status, title, *_ = kinds.KINDS[problem.kind]
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
    """The response if a lock was not free in time, or if the database does not answer."""
    if isinstance(error.orig, LockNotAvailable):
        return answer(error)
    return http_errors.database_error(error)


SERVICE_ERRORS = (*meanings.TABLE, HTTPException)


def install(app: Flask) -> None:
    """Answer unknown paths below /api/v1 with a problem. Other paths keep their error pages."""
    others = app.error_handler_spec[None][None][HTTPException]

    def handle(error: HTTPException) -> ResponseReturnValue:
        if is_api():
            return answer(error if error.code else InternalServerError())
        return app.ensure_sync(others)(error)  # type: ignore[no-any-return]  # Flask has no precise type for it

    app.register_error_handler(HTTPException, handle)


def is_api() -> bool:
    """Whether this request is for the API."""
    return request.path == PREFIX or request.path.startswith(f"{PREFIX}/")
