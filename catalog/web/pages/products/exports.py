"""Download products as CSV, plain or compressed: those of a filter or a selection."""

from collections.abc import Iterator

from flask import request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.products import exports, listing
from catalog.web.http import sending
from catalog.web.http.routes import Blueprint
from catalog.whole_numbers import whole

bp = Blueprint("exports", __name__)

MOST_IDS = 10_000


@bp.get("/products/export.csv", role="viewer", api="GET /products/export.csv", is_file=True)
def plain() -> ResponseReturnValue:
    """Download products as CSV."""
    return sending.answer("exports", current_user.id, _pieces(), "text/csv", "products.csv")


@bp.get("/products/export.csv.gz", role="viewer", api="GET /products/export.csv.gz", is_file=True)
def compressed() -> ResponseReturnValue:
    """Download products as gzipped CSV, a tenth of the size."""
    pieces = exports.compressed(_pieces())
    return sending.answer("exports", current_user.id, pieces, "application/gzip", "products.csv.gz")


def _pieces() -> Iterator[bytes]:
    ids = [number for text in request.args.getlist("ids")[:MOST_IDS] if (number := whole(text)) is not None]
    asked = listing.Filter.of(request.args)
    return exports.as_csv(asked, ids if "ids" in request.args else None)
