"""Products as files to take away: CSV, plain or compressed, of any filter or selection."""

from collections.abc import Iterator

from flask import Blueprint, Response, request, stream_with_context
from flask.typing import ResponseReturnValue

from catalog import exports
from catalog.listing import Filter
from catalog.models import db
from catalog.views import places

bp = Blueprint("exports", __name__)

MOST_IDS = 10_000


@bp.get("/products/export.csv")
def plain() -> ResponseReturnValue:
    """CSV as it is made."""
    return _file(_pieces(), "text/csv", "products.csv")


@bp.get("/products/export.csv.gz")
def compressed() -> ResponseReturnValue:
    """The same, a tenth of the size."""
    return _file(exports.compressed(_pieces()), "application/gzip", "products.csv.gz")


def _pieces() -> Iterator[bytes]:
    ids = [
        int(text)
        for text in request.args.getlist("ids")[:MOST_IDS]
        if text.isdecimal() and len(text) < 19
    ]
    asked = Filter.of(request.args)
    db.session.remove()  # the export has a connection of its own, for as long as it takes
    return exports.as_csv(asked, ids if "ids" in request.args else None)


def _file(pieces: Iterator[bytes], kind: str, name: str) -> Response:
    response = Response(stream_with_context(pieces), mimetype=kind)
    response.headers["Content-Disposition"] = places.attachment(name)
    response.headers["X-Accel-Buffering"] = "no"
    return response
