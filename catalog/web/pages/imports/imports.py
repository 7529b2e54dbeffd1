"""Pages of imports: upload a file, watch the import, see the result."""

from collections.abc import Sequence
from contextlib import suppress
from functools import partial

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.changes import undo_marks, undo_rules
from catalog.imports import (
    archive,
    arriving,
    bundles,
    control,
    corrections,
    forecast,
    import_log,
    import_turn,
    past,
    progress,
    receive,
    resumable,
    retention,
    returned_file,
    steps,
)
from catalog.models import ChangeSet, Import, db, find
from catalog.web.http import access_control, redirects, stream
from catalog.web.http.request_log import actor
from catalog.web.http.requests import Sink, current_settings, number_asked
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms import choices
from catalog.web.pages.forms.imports import UploadForm
from catalog.web.pages.imports import headings, together
from catalog.web.pages.imports.fixing import shown
from catalog.web.pages.imports.steps import first_look, pages as step_pages

bp = Blueprint("imports", __name__)
bp.add_app_template_global(headings.heading)
bp.add_app_template_global(headings.changed)


@bp.get("/imports", role="viewer", api="GET /imports")
def index() -> ResponseReturnValue:
    """List imports, newest first: all, or those that match a search."""
    asked = past.Query.of(request.args)
    page = past.search(asked, number_asked("before"))
    places = {row.id: place for row in page.rows if (place := forecast.of(row))}
    return render_template(
        "imports/index.html",
        page=page,
        places=places,
        asked=asked,
        states=past.STATES,
        modes=importer.CHOICES["mode"].words,
    )


@bp.route(
    "/imports/new", methods=["GET", "POST"], role="editor", api="POST /imports", audit="import started", body="files"
)
def new() -> ResponseReturnValue:
    """Import files. They are in the storage before this view begins: from this request, or sent in parts earlier."""
    form = UploadForm()
    if not form.validate_on_submit():
        return form_page(form, 422 if form.is_submitted() else 200, together.of(request.args.get("imports", "")))
    try:
        rows = _take(form)
    except (bundles.Unreadable, returned_file.NothingFixed, corrections.NotNow, import_turn.TooManyWaiting) as why:
        form.form_errors.append(str(why))
        return form_page(form, 429 if isinstance(why, import_turn.TooManyWaiting) else 422)
    if not rows:
        form.form_errors.append("This upload no longer exists. Send the file again.")
        return form_page(form, 422)
    first_look.save_template(rows[0])
    if len(rows) > 1:
        done = "wait for your check" if rows[0].held else "are waiting to be imported"
        flash(f"{len(rows)} files {done}.", "success")
        numbers = together.address(rows) if rows[0].held else None
        return redirect(url_for("imports.new" if numbers else "imports.index", imports=numbers), 303)
    if rows[0].rerun:
        flash(f"Import {rows[0].id} rejected these rows. The fixed rows are imported under its number.", "success")
    return _go_on(rows[0])


def _go_on(row: Import) -> ResponseReturnValue:
    """Redirect to the import. A script gets its id, its URL and its state as JSON instead."""
    then = url_for("imports.show", import_id=row.id)
    if not redirects.is_for_script():
        return redirect(then, 303)
    now = progress.of(row)
    verdict = headings.heading(now) if now.resting else ""
    return {"id": row.id, "location": then, "held": row.held, "verdict": verdict}, 201


def form_page(
    form: UploadForm, status: int, files: Sequence[Import] = (), *, link: str = "", link_problem: str = ""
) -> ResponseReturnValue:
    """The page of the step File with the errors of the form. `files` are imports that were sent together."""
    if redirects.is_for_script():
        return {"problem": headings.problems(form)}, status
    settings = current_settings()
    bar = steps.bar(None, "file")
    shown = {"files": files, "link": link, "link_problem": link_problem, "max_upload_bytes": settings.max_upload_bytes}
    page = render_template("imports/new.html", form=form, bar=bar, **shown)
    return page, status


def _take(form: UploadForm) -> list[Import]:
    """Make an import of each file of the form. Empty if an upload in parts is deleted or incomplete, or if a file is in
    another field.
    """
    options = importer.Options(**choices.chosen(form, choices.ROWS)).with_reading(**first_look.chosen(form))
    held = "hold" in request.form
    if_same: receive.IfSame = "ask" if "ask_same" in request.form else "import"
    if form.upload.data:
        with suppress(resumable.Unfinished):
            row = resumable.take(actor(), form.upload.data, options, if_same=if_same, held=held)
            return [row] if row else []
        return []
    files = form.file.data
    stored = all(isinstance(file.stream, Sink) for file in files)
    if not stored or not {*request.files} <= {"file"}:
        return []
    return [receive.receive(actor(), file.stream, file.filename, options, if_same=if_same, held=held) for file in files]


@bp.get("/imports/<int:import_id>", role="viewer", api="GET /imports/{import_id}")
def show(import_id: int) -> ResponseReturnValue:
    """Show an import: its progress or result, and the actions."""
    row = find(Import, import_id)
    if past.came_back(row):
        return redirects.say(row.error or "", url_for("imports.show", import_id=row.same_as_id), "info")
    wanted = request.args.get("step", "")
    if (
        (wanted in steps.CHOSEN or row.held and row.state == "queued")
        and steps.is_open(row)
        and access_control.can("steps.choose")
    ):
        return step_pages.page(row, wanted)
    waits = step_pages.waits_for(row)
    return render_template(
        "imports/show.html",
        bar=steps.bar(row, waits.step if waits else steps.at(row)),
        waits=waits,
        is_open=steps.is_open(row),
        so_far=arriving.so_far(row) if not row.sha256 else row.size,
        import_=row,
        progress=progress.of(row),
        place=forecast.of(row),
        batch=archive.siblings(row),
        undoable=_undoable(row),
        rejected=shown.of(row),
        log=import_log.log(row),
        file_kept=past.has_file(row),
        file_goes_at=retention.due(row),
        undo_bytes=retention.of_import(row),
        warning_words=importer.warning_words,
        ERRORS=importer.ERRORS,
    )


@bp.get(
    "/imports/<int:import_id>/progress", endpoint="progress", role="viewer", api="GET /imports/{import_id}", polled=True
)
def progress_fragment(import_id: int) -> ResponseReturnValue:
    """The current progress as a part of the page, for polling."""
    resting = progress.of(find(Import, import_id)).resting
    template = "imports/_progress.html" if resting else "imports/_poll.html"
    return _fragment(template, import_id)


@bp.get("/imports/<int:import_id>/events", role="viewer", api="GET /imports/{import_id}", polled=True)
def events(import_id: int) -> ResponseReturnValue:
    """Stream the progress (SSE): complete snapshots, then `done`. If too many streams are open, the page polls."""
    find(Import, import_id)
    return stream.answer(
        f"import:{import_id}", partial(_snapshot, import_id), partial(_fragment, "imports/_poll.html", import_id)
    )


@bp.post(
    "/imports/<int:import_id>/cancel", role="editor", api="POST /imports/{import_id}/cancel", audit="import cancelled"
)
def cancel(import_id: int) -> ResponseReturnValue:
    """Cancel an import. It changes nothing."""
    find(Import, import_id)
    if not control.cancel(actor(), import_id):
        flash("This import had already finished.", "info")
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.post("/imports/<int:import_id>/priority", role="editor", api="PATCH /imports/{import_id}", audit="import priority")
def prioritize(import_id: int) -> ResponseReturnValue:
    """Move a waiting import to the front of the queue, or back."""
    find(Import, import_id)
    if control.prioritize(actor(), import_id, request.form.get("priority", "")):
        place = forecast.of(find(Import, import_id))
        words = f" {place.words}." if place else ""
        flash(f"Import {import_id} has {request.form['priority']} priority now.{words}", "success")
    else:
        flash("This import had already finished.", "info")
    to_list = "list" in request.form
    return redirect(url_for("imports.index") if to_list else url_for("imports.show", import_id=import_id), 303)


@bp.post("/imports/<int:import_id>/retry", role="editor", api="POST /imports/{import_id}/retry", audit="import retried")
def retry(import_id: int) -> ResponseReturnValue:
    """Run an import again from its stored file."""
    row = find(Import, import_id)
    if not control.retry(actor(), import_id):
        flash(control.not_retried(row), "info")
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _undoable(row: Import) -> bool:
    """Whether a completed import changed products and can still be undone."""
    if row.state != "completed" or row.change_set_id is None:
        return False
    change_set = db.session.get(ChangeSet, row.change_set_id)
    return (
        change_set is not None
        and sum(map(undo_rules.size, [change_set, *undo_marks.later_runs(change_set)])) > 0
        and undo_rules.why_not(change_set) is None
    )


def _fragment(template: str, import_id: int) -> str:
    row = find(Import, import_id)
    return render_template(template, import_=row, progress=progress.of(row))


def _snapshot(import_id: int) -> stream.Snapshot:
    """The current snapshot of the stream."""
    row = find(Import, import_id)
    now = progress.of(row)
    html = render_template("imports/_progress.html", import_=row, progress=now)
    return stream.Snapshot(now.version, now.resting, html, now.place)
