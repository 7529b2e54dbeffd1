"""Past imports: file, bundle, log, and another run."""

from typing import Any

from flask import Response

from catalog.imports import Import, bundles, control, find, import_json, import_log, receive, uploads
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint, binary
from catalog.web.api.frame.problems import Problem
from catalog.web.api.imports import choices
from catalog.web.api.imports.schemas import looks, past, reading
from catalog.web.http.request_log import actor
from catalog.web.http.routes import NO_LINE_FOR_LOOKS
from catalog.web.http.sending import download

bp = Blueprint("import_history", "/imports", "Files and logs of past imports.")


@bp.get("/<int:import_id>/file", scope="write")
@bp.doc(**binary("application/octet-stream"))
def file(import_id: int) -> Response:
    """Download the file of an import."""
    row = find(Import, import_id)
    try:
        stored = uploads.storage().open(row.storage_key)
    except FileNotFoundError:
        raise uploads.Gone from None
    return download(caller().user_id, stored, bundles.plain_name(row.filename), "application/octet-stream")


@bp.get("/<int:import_id>/bundle.zip", scope="write")
@bp.doc(**binary("application/zip"))
def bundle(import_id: int) -> Response:
    """Download file, options, mapping and report as a bundle, to repeat the import elsewhere."""
    packed = bundles.write(find(Import, import_id))
    return download(caller().user_id, packed, f"import-{import_id}.zip", "application/zip")


@bp.get("/<int:import_id>/log", scope="read")
@bp.response(200, past.ImportLog)
def log(import_id: int) -> dict[str, Any]:
    """Get the log of an import."""
    return {"lines": import_log.log(find(Import, import_id))}


@bp.post("/<int:import_id>/retry", scope="write", audit="import retried")
@bp.arguments(reading.Again, required=False)
@bp.response(202, import_json.Import)
def retry(given: dict[str, Any], import_id: int) -> Import:
    """Run a failed or cancelled import again from its stored file, with other choices if you send some."""
    row = find(Import, import_id)
    wanted = choices.again(given, row.options)
    if not control.retry(actor(), import_id, wanted if given else None):
        raise Problem("ended", control.not_retried(row))
    return find(Import, import_id)


@bp.post("/<int:import_id>/look", scope="write", audit=NO_LINE_FOR_LOOKS)
@bp.arguments(reading.Again, required=False)
@bp.response(200, looks.Look)
def look(given: dict[str, Any], import_id: int) -> dict[str, Any]:
    """Show how the stored file would be read with these choices. Nothing is changed."""
    row = find(Import, import_id)
    wanted = choices.again(given, row.options)
    try:
        with uploads.storage().open(row.storage_key) as file:
            return choices.looked(file, wanted, whole=True)
    except FileNotFoundError:
        raise uploads.Gone from None


@bp.post("/<int:import_id>/repeat", scope="write", audit="import repeated")
@bp.response(202, import_json.Import)
def repeat(import_id: int) -> tuple[Import, int, dict[str, str]]:
    """Repeat an import: a new import of the stored file with the same options."""
    row = find(Import, import_id)
    repeated = receive.repeat(actor(), row)
    return repeated, 202, {"Location": f"{bp.url_prefix}/{repeated.id}"}
