"""Refused rows: counted, paged and taken out as a file."""

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request, stream_with_context
from flask.typing import ResponseReturnValue

from catalog import imports, refusals
from catalog.models import ACTIVE_STATES, Import
from catalog.views import places

bp = Blueprint("errors", __name__)


@dataclass(frozen=True)
class Refused:
    """The refused rows as the import's page shows them."""

    codes: dict[str, int]
    code: str  # only these are shown; empty: all
    first: bool  # this is the first page
    page: refusals.Page

    @property
    def total(self) -> int:
        """Of all codes."""
        return sum(self.codes.values())


def shown(row: Import) -> Refused | None:
    """What the page of an import shows of its refused rows; nothing while it runs."""
    if row.state in ACTIVE_STATES or not (codes := refusals.codes(row.id)):
        return None
    wanted = request.args.get("code", "")
    code = wanted if wanted in codes else ""
    after = max(request.args.get("after", 0, type=int), 0)
    return Refused(codes, code, not after, refusals.page(row.id, code, after))


@bp.get("/imports/<int:import_id>/errors.csv")
def as_csv(import_id: int) -> ResponseReturnValue:
    """Every refused row with its reason, in a form that imports again."""
    found(import_id)
    pieces = stream_with_context(refusals.as_csv(import_id))
    response = Response(pieces, mimetype="text/csv")
    name = f"import-{import_id}-errors.csv"
    response.headers["Content-Disposition"] = places.attachment(name)
    return response


def found(import_id: int) -> Import:
    """The import, or 404."""
    row = imports.get(import_id) if import_id < 2**31 else None
    return row or abort(404, "There is no such import.")
