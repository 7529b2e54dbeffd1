"""What an open page of a waiting import requests by itself: verdicts, and whether a worker has looked at the file."""

from functools import partial
from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import Import, control, drafts, find, looks, progress, receive, steps
from catalog.web.http import stream
from catalog.web.http.routes import Blueprint
from catalog.web.pages.imports import headings
from catalog.web.pages.imports.steps import file_so_far, first_look

bp = Blueprint("news", __name__)

NOT_HERE = "The upload of this file is not complete. Choose the file again: the upload continues where it stopped."


@bp.get("/imports/<int:import_id>/verdict", role="editor", api="POST /imports/{import_id}/look")
def verdict(import_id: int) -> ResponseReturnValue:
    """The verdict on a waiting import in one line, for the list of several files."""
    row = find(Import, import_id)
    if not steps.is_open(row) or not row.sha256 or not row.held:
        return _state(row)
    try:
        look: importer.Look = first_look.seen(row, drafts.Draft.of(row))["look"]
    except looks.NotYet:
        return {"words": file_so_far.reading(row), "light": "amber", "ready": False, "waits": True}
    asks = bool(look.problem) or look.verdict.asks_twice
    same = receive.when(before) if row.same_as_id and (before := control.get(row.same_as_id)) else ""
    return {"words": f"{look.verdict.words} {same}".strip(), "light": look.verdict.light, "ready": not asks}


def _state(row: Import) -> dict[str, Any]:
    """The state of an import that can't be looked at: its file is not complete, it runs, or it has ended."""
    now = progress.of(row)
    if not row.sha256 and row.held:
        return {"words": NOT_HERE, "light": "amber", "ready": False}
    light = "red" if row.state == "failed" else "green" if row.state == "completed" and not row.rejected else "amber"
    return {"words": f"{headings.heading(now)}.", "light": light, "ready": False}


@bp.get("/imports/<int:import_id>/checked", role="editor", api="POST /imports/{import_id}/look", polled=True)
def checked(import_id: int) -> ResponseReturnValue:
    """204 until every row of a large file is checked. Then a part that makes the page fetch the verdict."""
    row = find(Import, import_id)
    if not steps.is_open(row) or not looks.is_judged(row):
        return "", 204
    return render_template("imports/first_look/_checked.html", import_=row, step=request.args.get("step", ""))


@bp.get("/imports/<int:import_id>/looked", role="editor", api="POST /imports/{import_id}/look", polled=True)
def looked(import_id: int) -> ResponseReturnValue:
    """A stream that ends with `done` when a worker has looked at the file. With too many streams, the page polls."""
    find(Import, import_id)
    poll = partial(render_template, "imports/steps/_reading_poll.html", import_id=import_id)
    return stream.answer(looks.key(import_id), partial(_snapshot, import_id), poll)


def _snapshot(import_id: int) -> stream.Snapshot:
    """The current snapshot of that stream. A look that is lost is begun again."""
    row = find(Import, import_id)
    if not steps.is_open(row):
        return stream.Snapshot(1, True, "")
    is_made = looks.is_made(row) or not looks.begin(row)
    return stream.Snapshot(
        int(is_made), is_made, render_template("imports/steps/_reading.html", reading=file_so_far.reading(row))
    )
