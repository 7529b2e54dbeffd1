"""The description of the API for programs (OpenAPI 3.1) and for people. Both are made when the process starts."""

from typing import Any

from flask import Flask, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.errors.kinds import KINDS
from catalog.web.api import operating
from catalog.web.api.changes import changes
from catalog.web.api.frame import auth
from catalog.web.api.frame.blueprint import Api
from catalog.web.api.frame.problems import PREFIX
from catalog.web.api.frame.schema_fields import ProblemSchema
from catalog.web.api.imports import import_templates, imports, past, reviews, sources, uploads
from catalog.web.api.openapi import operations
from catalog.web.api.people import tokens, users
from catalog.web.api.products import bulk, products
from catalog.web.api.webhooks import deliveries, endpoints
from catalog.web.http.access_control import lacks_factor
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import PAGE_ONLY, Blueprint

PARTS = (
    products,
    imports,
    import_templates,
    past,
    reviews,
    changes,
    bulk,
    uploads,
    sources,
    endpoints,
    deliveries,
    tokens,
    users,
    operating,
)

INTRODUCTION = (
    "Programs can do everything that you can do on the pages, except change your own password, second factor and"
    " sessions. Send `Authorization: Bearer` and a token, which you create under API tokens."
    " Errors follow RFC 9457 and name the field."
)
OPTIONS = {"openapi_version": "3.1.0", "info": {"description": INTRODUCTION}, "security": [{"token": []}]}
ONE = {"minProperties": 1, "maxProperties": 1}  # marshmallow can't express this

bp = Blueprint("api_docs", __name__)


def install(app: Flask) -> None:
    """Register the parts of the API and describe them."""
    app.config.update(API_TITLE="Catalog", API_VERSION="v1")
    api = Api(app, spec_kwargs=OPTIONS)
    scheme = {"type": "http", "scheme": "bearer", "description": "An API token."}
    api.spec.components.security_scheme("token", scheme)
    api.document_problems(ProblemSchema)
    for blueprint in (*(part.bp for part in PARTS), tokens.me, import_templates.profiles):
        api.register_blueprint(blueprint)
        app.extensions["csrf"].exempt(blueprint)  # cookies are ignored here
    reference = api.spec.to_dict()
    reference["components"]["schemas"]["BulkValues"] |= ONE
    app.extensions["api_reference"] = reference
    app.register_blueprint(bp)


@bp.get(f"{PREFIX}/openapi.json", scope="read")
def openapi() -> ResponseReturnValue:
    """The description for programs; requires a sign-in or a token."""
    if not current_user.is_authenticated or lacks_factor():
        auth.require("read")
    return _reference()


@bp.get("/api/docs", role="viewer", api=PAGE_ONLY)
def page() -> ResponseReturnValue:
    """The description for people."""
    parts = operations(_reference())
    settings = current_settings()
    return render_template("api.html", parts=parts, kinds=KINDS, rate=settings.api_rate)


def _reference() -> dict[str, Any]:
    reference: dict[str, Any] = current_app.extensions["api_reference"]
    return reference
