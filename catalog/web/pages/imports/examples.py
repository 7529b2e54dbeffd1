"""Example files: an empty one with the header, and a sample."""

from flask import Response
from flask.typing import ResponseReturnValue

from catalog.imports import examples
from catalog.web.http import redirects
from catalog.web.http.routes import Blueprint

bp = Blueprint("examples", __name__)


@bp.get("/imports/template.csv", role="viewer", api="GET /imports/template.csv")
def template() -> ResponseReturnValue:
    """Download a file with only a header."""
    return _file(examples.template(), "catalog-template.csv")


@bp.get("/imports/sample.csv", role="viewer", api="GET /imports/sample.csv")
def sample() -> ResponseReturnValue:
    """Download a file with twenty products."""
    return _file(examples.rows(), "catalog-sample.csv")


def _file(text: str, name: str) -> Response:
    response = Response(text, mimetype="text/csv")
    response.headers["Content-Disposition"] = redirects.attachment(name)
    return response
