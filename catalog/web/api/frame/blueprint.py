"""What all operations of the API share: token, rate limit, idempotency key, and documentation."""

from collections.abc import Callable
from typing import Any

import flask_smorest
from flask import Response, request
from sqlalchemy.exc import DBAPIError
from webargs import core
from webargs.flaskparser import FlaskParser

from catalog.errors.kinds import KINDS
from catalog.web.api.frame import auth, idempotency, limits, problems
from catalog.web.api.frame.problems import BY_STATUS, PREFIX, Problem
from catalog.web.api.frame.schema_fields import Choices
from catalog.web.http.routes import Body, access, declare

KEY_PARAMETER = {
    "name": idempotency.HEADER,
    "in": "header",
    "required": False,
    "description": "Makes a retry safe: the same key returns the same response for 24 hours.",
    "schema": {"type": "string", "pattern": f"^{idempotency.KEY}$"},
}
MATCH_PARAMETER = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag that you read, or * for any version.",
    "schema": {"type": "string", "pattern": r'^(\*|"[0-9]{1,9}")$'},
    "example": '"3"',
}


MAY_MATCH_PARAMETER = MATCH_PARAMETER | {"required": False}


class Parser(FlaskParser):
    """The parser of webargs. A body that is not JSON, and unknown names, are errors of the client."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {"query": "raise", "form": "raise"}

    def load_json(self, req: Any, schema: Any) -> Any:
        """Parse the body. If all fields are optional, a missing body is an empty one. Raises Problem: malformed."""
        if isinstance(schema, Choices) and not req.get_data():  # a chunked body has no Content-Length
            return {}
        if not req.is_json:
            raise Problem("malformed", "Send JSON, as Content-Type: application/json.")
        try:
            return core.parse_json(req.get_data())
        except (ValueError, RecursionError):
            raise Problem("malformed", "The body is not valid JSON.") from None


class Blueprint(flask_smorest.Blueprint):
    """A part of the API. Each route has the `scope` that its token needs, and `problems`, its own errors."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, path: str, description: str, scope: str = "") -> None:
        super().__init__(f"api_{name}", __name__, url_prefix=f"{PREFIX}{path}", description=description)
        self.title = name.replace("_", " ").capitalize()
        self.scope = scope
        self.before_request(self._admit)
        self.after_request(idempotency.end)
        self.after_request(limits.tell)
        for error in problems.SERVICE_ERRORS:
            self.register_error_handler(error, problems.answer)
        self.register_error_handler(DBAPIError, problems.handle_database_error)

    def route(
        self,
        rule: str,
        *,
        scope: str = "",
        audit: str = "",
        body: Body = "form",
        problems: tuple[int, ...] = (),
        if_match: bool = False,
        may_match: bool = False,
        **options: Any,
    ) -> Callable[[Any], Any]:
        """Register an operation."""
        (method,) = options["methods"]
        needed = scope or self.scope
        register = super().route

        def decorator(function: Any) -> Any:
            codes = {*problems, *_usual(rule, method)}
            headers = [MATCH_PARAMETER] * if_match + [MAY_MATCH_PARAMETER] * may_match
            document = self.doc(**_documented(codes, method, needed, headers))
            view = declare(document(function), scope=needed, audit=audit, body=body)
            register(rule, tags=[self.title], **options)(view)
            return function

        return decorator

    def _admit(self) -> Response | None:
        """Check token, rate limit and idempotency key before each operation."""
        auth.require(access(request.endpoint).scope)
        limits.check()
        return idempotency.begin()


def binary(kind: str) -> dict[str, Any]:
    """The documentation of a response that is a file."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {"200": {"description": "The file.", "content": content}}}


def _usual(rule: str, method: str) -> set[int]:
    """The error statuses that all operations with this rule and method can have."""
    usual = {*problems.STANDARD}
    if "<" in rule:
        usual.add(404)
    if method == "POST":
        usual |= {409, 413}
    return usual


def _documented(codes: set[int], method: str, scope: str, headers: list[dict[str, Any]]) -> dict[str, Any]:
    parameters = [KEY_PARAMETER] * (method == "POST") + headers
    return {
        "responses": {str(code): {"$ref": _reference(code)} for code in sorted(codes)},
        "security": [{"token": [scope]}],
        **({"parameters": parameters} if parameters else {}),
    }


def _reference(code: int) -> str:
    return f"#/components/responses/Problem{code}"


class Api(flask_smorest.Api):
    """The Api of flask-smorest with our own error responses."""

    DEFAULT_ERROR_RESPONSE_NAME = None

    def _register_error_handlers(self) -> None:
        """Register no handlers, because `problems` answers all errors."""

    def register_blueprint(self, blp: Any, *, parameters: Any = None, **options: Any) -> None:
        """Register a part, with a readable name for its tag."""
        super().register_blueprint(blp, parameters=parameters, **options)
        self.spec._tags[-1]["name"] = blp.title

    def document_problems(self, schema: Any) -> None:
        """Add the error responses that operations refer to."""
        for code in sorted({*BY_STATUS, 409}):
            titles = [kind.title for kind in KINDS.values() if kind.status == code]
            self.spec.components.response(
                f"Problem{code}",
                {"description": " ".join(titles), "content": {problems.MEDIA_TYPE: {"schema": schema}}},
            )
