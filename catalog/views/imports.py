"""Imports: drop a file, watch it, see what became of it."""

import csv
import io
from collections.abc import Iterator
from functools import partial

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog import importer, imports, progress, undoing
from catalog.config import Settings
from catalog.forms import UploadForm
from catalog.models import ChangeSet, Import, db
from catalog.views import first_look, places, stream
from catalog.views.requests import Sink

bp = Blueprint("imports", __name__)


@bp.get("/imports")
def index() -> ResponseReturnValue:
    """The history, newest first."""
    page = imports.history(request.args.get("before", type=int))
    return render_template("imports/index.html", page=page)


@bp.route("/imports/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Take a file; the body was streamed to storage before this view began."""
    form = UploadForm()
    file = form.file.data
    if not form.validate_on_submit() or not isinstance(file.stream, Sink):
        settings: Settings = current_app.config["SETTINGS"]
        page = render_template(
            "imports/new.html", form=form, max_upload_bytes=settings.max_upload_bytes
        )
        return page, 422 if form.is_submitted() else 200
    options = importer.Options(
        mode=form.mode.data,
        active=form.new_products.data == "active",
        blank=form.blank.data,
        extra=form.extra.data,
    ).with_reading(**first_look.chosen(form))
    row = imports.create(
        file.stream.finish(),
        file.filename,
        options,
        source="page",
        user_id=current_user.id,
        held="hold" in request.form,
    )
    first_look.keep_profile(row)
    if row.held:
        return redirect(url_for("first_look.stored", import_id=row.id), 303)
    return redirect(url_for("imports.show", import_id=row.id), 303)


@bp.get("/imports/<int:import_id>")
def show(import_id: int) -> ResponseReturnValue:
    """One import: how it goes or went, and what can be done about it."""
    row = _found(import_id)
    return render_template(
        "imports/show.html",
        import_=row,
        progress=progress.of(row),
        undoable=_undoable(row),
        warning_words=importer.WARNINGS,
    )


@bp.get("/imports/<int:import_id>/progress", endpoint="progress")
def progress_fragment(import_id: int) -> ResponseReturnValue:
    """The progress at this moment, for those who ask again and again."""
    finished = _found(import_id).finished_at is not None
    template = "imports/_progress.html" if finished else "imports/_poll.html"
    return _fragment(template, import_id)


@bp.get("/imports/<int:import_id>/events")
def events(import_id: int) -> ResponseReturnValue:
    """The progress as it happens (SSE): whole snapshots, then `done`. When all places are taken: poll."""
    _found(import_id)
    return stream.answer(
        f"import:{import_id}",
        partial(_snapshot, import_id),
        partial(_fragment, "imports/_poll.html", import_id),
    )


@bp.post("/imports/<int:import_id>/cancel")
def cancel(import_id: int) -> ResponseReturnValue:
    """Ask the import to end without a change."""
    _found(import_id)
    if not imports.cancel(import_id):
        flash("This import had already ended.", "info")
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.post("/imports/<int:import_id>/retry")
def retry(import_id: int) -> ResponseReturnValue:
    """Run it again from the stored file."""
    _found(import_id)
    if not imports.retry(import_id):
        flash("Only an import that failed or was cancelled can be run again.", "info")
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.get("/imports/<int:import_id>/errors.csv")
def errors_csv(import_id: int) -> ResponseReturnValue:
    """Every refused row with its reason."""
    _found(import_id)
    response = Response(stream_with_context(_errors(import_id)), mimetype="text/csv")
    name = f"import-{import_id}-errors.csv"
    response.headers["Content-Disposition"] = places.attachment(name)
    return response


def _undoable(row: Import) -> bool:
    """Whether a completed import changed anything, and can still be taken back."""
    if row.state != "completed" or row.change_set_id is None:
        return False
    change_set = db.session.get(ChangeSet, row.change_set_id)
    return (
        change_set is not None
        and undoing.size(change_set) > 0
        and undoing.refusal(change_set) is None
    )


def _found(import_id: int) -> Import:
    return (imports.get(import_id) if import_id < 2**31 else None) or abort(
        404, "There is no such import."
    )


def _fragment(template: str, import_id: int) -> str:
    row = _found(import_id)
    return render_template(template, import_=row, progress=progress.of(row))


def _snapshot(import_id: int) -> stream.Snapshot:
    """What the stream shows now."""
    row = _found(import_id)
    now = progress.of(row)
    html = render_template("imports/_progress.html", import_=row, progress=now)
    return stream.Snapshot(now.version, now.finished, html)


def _errors(import_id: int) -> Iterator[str]:
    yield "line,row,column,code,value,message\n"
    for error in imports.row_errors(import_id):
        text = io.StringIO()
        cells = (
            error.line,
            error.row,
            error.column,
            error.code,
            error.value,
            error.message,
        )
        csv.writer(text).writerow(cells)
        yield text.getvalue()
