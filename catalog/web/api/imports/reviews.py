"""An import that waits for a review: read its plan and apply it. `/cancel` discards it."""

from typing import Any

from catalog import importer
from catalog.imports import import_json, reviews
from catalog.models import Import, Page, find
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.imports.schemas import reviews as schemas
from catalog.web.http.request_log import actor

bp = Blueprint("reviews", "/imports", "Imports that wait for a decision.")


@bp.get("/<int:import_id>/plan", problems=(409,), scope="read")
@bp.arguments(schemas.PlanQuery, location="query")
@bp.response(200, schemas.PlanPage)
def plan(asked: dict[str, Any], import_id: int) -> Page[importer.Line]:
    """List what an import in review would change, product by product, with old and new values."""
    row = find(Import, import_id)
    wanted = importer.Wanted(
        query=asked["q"],
        actions=tuple(asked["action"]) or importer.Wanted().actions,
        field=asked["field"],
        conflicts=asked["conflicts"],
        after=int(asked["cursor"] or 0),
    )
    return reviews.page(row, wanted, asked["limit"])


@bp.post("/<int:import_id>/apply", scope="write", audit="import applied")
@bp.arguments(schemas.Decision, required=False)
@bp.response(202, import_json.Import)
def apply(decision: dict[str, Any], import_id: int) -> Import:
    """Carry out exactly the waiting plan.

    If products changed since the plan was made, send `conflicts` for all of them, or `each` for single ones. Otherwise
    the response is 409, and nothing is done.
    """
    reviews.apply(actor(), find(Import, import_id), decision["conflicts"], decision["each"])
    return find(Import, import_id)
