"""Cells that were copied in a spreadsheet and pasted on the page: they are a file like any other, which a person looks at first.

With a script the page makes the file itself (static/js/upload/paste.js); this is the text field for all others.
"""

import io
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import corrections, receive, returned_file, uploads
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.rendering.viewer import viewer

bp = Blueprint("pasted", __name__)


@bp.post("/imports/paste", role="editor", api="POST /imports", audit="import started")
def new() -> ResponseReturnValue:
    """Cells as an import that waits for the look at it."""
    cells = request.form.get("cells", "")
    if not cells.strip():
        flash("Paste the cells into the field first.", "error")
        return redirect(url_for("imports.new"), 303)
    with uploads.receiving() as upload:
        upload.take(io.BytesIO(cells.encode("utf-8", "backslashreplace")))
    try:
        row = receive.receive(actor(), upload, _name(), importer.Options(), if_same="ask", held=True)
    except (returned_file.NothingFixed, corrections.NotNow) as why:
        flash(str(why), "error")
        return redirect(url_for("imports.new"), 303)
    return redirect(url_for("imports.show", import_id=row.id), 303)


def _name() -> str:
    """What the import is called: "Pasted cells, 30 Nov 09:12", by the clock of who pasted them."""
    now = datetime.now(UTC).astimezone(ZoneInfo(viewer().zone_name or "UTC"))
    return f"Pasted cells, {now.day} {now:%b %H:%M}"
