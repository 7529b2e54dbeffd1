"""Bulk jobs: many products changed by a worker."""

from typing import Any

from catalog.models import BulkJob, Page, find
from catalog.products import bulk_jobs, bulk_tasks, listing, validation
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.frame.schema_fields import PageQuery
from catalog.web.api.products import bulk_schemas as schemas
from catalog.web.http.request_log import actor

bp = Blueprint("bulk", "/bulk", "Many products at once.")


@bp.get("", scope="read")
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.BulkJobPage)
def index(asked: dict[str, Any]) -> Page[BulkJob]:
    """List bulk jobs, newest first."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    return bulk_jobs.page(before, asked["limit"])


@bp.post("", scope="write", audit="bulk change")
@bp.arguments(schemas.NewBulkJob)
@bp.response(202, schemas.BulkJob)
def create(draft: dict[str, Any]) -> tuple[BulkJob, int, dict[str, str]]:
    """Set a field for many products, or delete them.

    Name them by `ids`, or by a `filter` like that of the list of products; an empty filter is an error.
    """
    kind, values = draft["action"], _values(draft)
    task = bulk_tasks.Task(kind, _selection(draft), values)
    job = bulk_jobs.create(actor(), task)
    return job, 202, {"Location": f"{bp.url_prefix}/{job.id}"}


@bp.get("/<int:job_id>", scope="read")
@bp.response(200, schemas.BulkJob)
def show(job_id: int) -> BulkJob:
    """Get one job with its progress or result."""
    return find(BulkJob, job_id)


@bp.post("/<int:job_id>/cancel", scope="write", audit="bulk cancelled")
@bp.response(202, schemas.BulkJob)
def cancel(job_id: int) -> BulkJob:
    """Cancel a job. Nothing is changed."""
    find(BulkJob, job_id)
    if not bulk_jobs.cancel(actor(), job_id):
        raise Problem("ended", "This job has already finished.")
    return find(BulkJob, job_id)


def _selection(draft: dict[str, Any]) -> dict[str, Any]:
    """The selected products. Raises Problem: invalid."""
    if ("ids" in draft) == ("filter" in draft):
        raise invalid("ids", "Send either `ids` or `filter`.")
    if "ids" in draft:
        return {"ids": sorted(set(draft["ids"]))}
    asked = listing.Filter.of(draft["filter"]).arguments()
    if not asked:
        raise invalid("filter", "An empty filter selects all products. To delete them all, use DELETE /products.")
    return {"filter": asked}


def _values(draft: dict[str, Any]) -> dict[str, Any]:
    """The field and value to set. Raises Problem: invalid."""
    given = draft.get("values", {})
    if draft["action"] == "delete":
        if given:
            raise invalid("values", "Leave out `values` for a delete.")
        return {}
    if len(given) != 1:
        raise invalid("values", "Send exactly one field and its value.")
    ((field, value),) = given.items()
    key = ""
    if field == "attribute":
        key, value = value["key"], value["value"]
    if isinstance(value, bool):
        value = "yes" if value else "no"
    try:
        return bulk_jobs.values(field, key, value or "")
    except validation.Wrong as wrong:
        raise invalid(f"values.{field}", str(wrong)) from None
