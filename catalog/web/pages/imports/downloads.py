"""Download the file or the bundle of an import, or import its file again."""

from flask import abort, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.imports import Import, bundles, find, receive, uploads
from catalog.web.http import redirects, sending
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint

bp = Blueprint("past_imports", __name__)


@bp.get("/imports/<int:import_id>/file", role="editor", api="GET /imports/{import_id}/file", is_file=True)
def file(import_id: int) -> ResponseReturnValue:
    """Download the original file under its name."""
    row = find(Import, import_id)
    try:
        stored = uploads.storage().open(row.storage_key)
    except FileNotFoundError:
        abort(404, str(uploads.Gone()))
    return sending.download(current_user.id, stored, bundles.plain_name(row.filename), "application/octet-stream")


@bp.get("/imports/<int:import_id>/bundle.zip", role="editor", api="GET /imports/{import_id}/bundle.zip", is_file=True)
def bundle(import_id: int) -> ResponseReturnValue:
    """Download file, options, mapping and report as a bundle, to repeat the import in another Catalog."""
    row = find(Import, import_id)
    try:
        packed = bundles.write(row)
    except uploads.Gone as gone:
        abort(404, str(gone))
    return sending.download(current_user.id, packed, f"import-{import_id}.zip", "application/zip")


@bp.post(
    "/imports/<int:import_id>/repeat", role="editor", api="POST /imports/{import_id}/repeat", audit="import repeated"
)
def repeat(import_id: int) -> ResponseReturnValue:
    """Import the same file again, as a new import."""
    row = find(Import, import_id)
    with redirects.saying(uploads.Gone):
        row = receive.repeat(actor(), row)
    return redirect(url_for("imports.show", import_id=row.id), 303)
