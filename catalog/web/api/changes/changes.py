"""Changes: the feed of all changes of products, and undo."""

from typing import Any

from flask import url_for

from catalog.changes import entries, feed, history, undo_preview
from catalog.models import BulkJob, Page
from catalog.products import bulk_jobs
from catalog.web.api.changes import schemas
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.schema_fields import PageQuery
from catalog.web.api.products import bulk_schemas as jobs
from catalog.web.http.request_log import actor

bp = Blueprint("changes", "/changes", "Changes to products, and their undo.")


@bp.get("", scope="read")
@bp.arguments(schemas.FeedQuery, location="query")
@bp.response(200, schemas.Feed)
def read(asked: dict[str, Any]) -> feed.FeedPage:
    """List the changes after a cursor, oldest first.

    The event `products.changed` has such a cursor. Store `next_cursor` and send it with the next request.
    """
    return feed.read(asked["after"], asked["limit"])


@bp.get("/sets", scope="read")
@bp.arguments(schemas.ChangeSetQuery, location="query")
@bp.response(200, schemas.ChangeSetPage)
def index(asked: dict[str, Any]) -> Page[entries.ChangeSetEntry]:
    """List change sets, newest first, all or of one kind."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    return history.list_(before, asked["kind"])


@bp.get("/<int:change_set_id>", scope="read")
@bp.response(200, schemas.ChangeSet)
def show(change_set_id: int) -> entries.ChangeSetEntry:
    """Get one change set."""
    return history.found(change_set_id)


@bp.get("/<int:change_set_id>/products", scope="read")
@bp.arguments(schemas.MemberQuery, location="query")
@bp.response(200, schemas.MemberPage)
def members(asked: dict[str, Any], change_set_id: int) -> Page[entries.ChangedProduct]:
    """List the products of a change set, with old and new values."""
    return history.of_change_set(history.found(change_set_id), int(asked["cursor"] or 0))


@bp.get("/<int:change_set_id>/undo", problems=(409,), scope="read")
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.UndoPreview)
def preview(asked: dict[str, Any], change_set_id: int) -> undo_preview.Preview:
    """Preview an undo. `kept` lists the products that would keep their values, because they have changed since."""
    history.found(change_set_id)
    return undo_preview.preview(change_set_id, int(asked["cursor"] or 0), asked["limit"])


@bp.post("/<int:change_set_id>/undo", scope="write", audit="undo")
@bp.response(202, jobs.BulkJob)
def undo(change_set_id: int) -> tuple[BulkJob, int, dict[str, str]]:
    """Undo a change set, as a bulk job. Products that have changed since stay as they are.

    GET lists them in advance.
    """
    history.found(change_set_id)
    job = bulk_jobs.undo(actor(), change_set_id)
    return job, 202, {"Location": url_for("api_bulk.show", job_id=job.id)}
