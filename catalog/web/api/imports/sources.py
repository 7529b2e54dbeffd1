"""Sources: files that are fetched from a URL, by hand or on a schedule."""

from typing import Any

from flask import Response

from catalog.imports import ImportSource, ImportSourceRun, find, source_json, source_registry
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.imports import choices
from catalog.web.api.imports.schemas import sources as schemas
from catalog.web.http.request_log import actor

bp = Blueprint("sources", "/sources", "Files that are fetched from a URL.")


@bp.get("", scope="read")
@bp.response(200, schemas.Sources)
def index() -> dict[str, Any]:
    """List all sources."""
    return {"sources": source_registry.all_sources()}


@bp.post("", scope="write", audit="import source")
@bp.arguments(schemas.NewSource)
@bp.response(201, source_json.Source)
def create(given: dict[str, Any]) -> tuple[ImportSource, int, dict[str, str]]:
    """Create a source. Without a schedule it runs only on request."""
    options = choices.again(choices.taken(given))
    draft = source_registry.Draft(**{"name": ""} | given, options=options)
    row = source_registry.create(actor(), draft)
    return row, 201, {"Location": f"{bp.url_prefix}/{row.id}"}


@bp.get("/<int:source_id>", scope="read")
@bp.response(200, source_json.Source)
def show(source_id: int) -> ImportSource:
    """Get one source."""
    return find(ImportSource, source_id)


@bp.route("/<int:source_id>", methods=["PATCH"], scope="write", audit="import source")
@bp.arguments(schemas.SourcePatch)
@bp.response(200, source_json.Source)
def change(given: dict[str, Any], source_id: int) -> ImportSource:
    """Change the given fields of a source, or pause or resume it."""
    row = find(ImportSource, source_id)
    enabled = given.pop("enabled", row.enabled)
    options = choices.again(choices.taken(given), row.options)
    names = ("name", "schedule", "time_zone")
    before = {name: getattr(row, name) for name in names} | {"url": ""}
    source_registry.change(actor(), row, source_registry.Draft(**before | given, options=options), enabled)
    return find(ImportSource, source_id)


@bp.delete("/<int:source_id>", scope="write", audit="import source")
@bp.response(204)
def delete(source_id: int) -> Response:
    """Delete a source and the log of its runs. Imported products stay."""
    source_registry.delete(actor(), find(ImportSource, source_id))
    return Response(status=204)


@bp.post("/<int:source_id>/run", scope="write", audit="import source run")
@bp.response(202, source_json.Source)
def run(source_id: int) -> ImportSource:
    """Run a source now. `/runs` shows the result."""
    source_registry.want(actor(), find(ImportSource, source_id))
    return find(ImportSource, source_id)


@bp.post("/<int:source_id>/take-over", scope="admin", audit="import source taken over")
@bp.response(200, source_json.Source)
def take_over(source_id: int) -> ImportSource:
    """Make the user of the token the owner of a source whose owner may no longer import."""
    source_registry.take_over(actor(), find(ImportSource, source_id), caller().user_id, actor().email)
    return find(ImportSource, source_id)


@bp.get("/<int:source_id>/runs", scope="read")
@bp.response(200, schemas.SourceRuns)
def runs(source_id: int) -> dict[str, list[ImportSourceRun]]:
    """List the last runs of a source, newest first."""
    find(ImportSource, source_id)
    return {"runs": source_registry.runs(source_id)}
