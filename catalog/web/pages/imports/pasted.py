"""Cells that were copied in a spreadsheet and pasted on the page. They become the file of an import.

With JavaScript, the page makes the file (static/js/upload/paste.js). This is the text field for pages without it.
"""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import corrections, receive, returned_file, uploads
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.rendering.viewer import viewer

bp = Blueprint("pasted", __name__)


@bp.post("/imports/paste", role="editor", api="POST /imports", audit="import received")
def new() -> ResponseReturnValue:
    """Make an import of the cells. It waits until the user has looked at it."""
    cells = request.form.get("cells", "")
    if not cells.strip():
        return redirects.say("Paste the cells into the field first.", url_for("imports.new"), "error")
    with uploads.receiving() as upload:
        upload.take(io.BytesIO(cells.encode("utf-8", "backslashreplace")))
    with redirects.saying(returned_file.NothingFixed, corrections.NotNow):
        row = receive.receive(actor(), upload, _name(), importer.Options(), if_same="ask", held=True)
        return redirect(url_for("imports.show", import_id=row.id), 303)
    return redirect(url_for("imports.new"), 303)


def _name() -> str:
    """The name of the import: "Pasted cells, 30 Nov 09:12", in the time zone of the viewer."""
    now = datetime.now(UTC).astimezone(ZoneInfo(viewer().zone_name or "UTC"))
    return f"Pasted cells, {now.day} {now:%b %H:%M}"
