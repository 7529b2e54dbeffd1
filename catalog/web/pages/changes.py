"""The history of the catalog: who changed what and when, and undo."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.changes import change_log, entries, history, undo_preview, undo_rules
from catalog.notation import noun_of, plural
from catalog.products import BulkJob, bulk_jobs, bulk_tasks
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import number_asked
from catalog.web.http.routes import Blueprint

bp = Blueprint("changes", __name__)


@bp.get("/changes", role="viewer", api="GET /changes/sets")
def index() -> ResponseReturnValue:
    """List change sets, newest first: all, or those of one kind."""
    kind = request.args.get("kind", "")
    page = history.list_(number_asked("before"), kind)
    return render_template(
        "changes/index.html",
        page=page,
        kind=kind if kind in history.KINDS else "",
        kinds=history.KINDS,
        why_no_undo=undo_rules.why_not,
    )


@bp.get("/changes/<int:change_set_id>", role="viewer", api="GET /changes/{change_set_id}/products")
def show(change_set_id: int) -> ResponseReturnValue:
    """Show a change set: each product with old and new values."""
    return _page(history.found(change_set_id))


@bp.get("/changes/<int:change_set_id>/undo", role="viewer", api="GET /changes/{change_set_id}/undo")
def preview(change_set_id: int) -> ResponseReturnValue:
    """Preview an undo: products that would be deleted, restored, or left unchanged because they have changed since."""
    entry = history.found(change_set_id)
    try:
        would = undo_preview.preview(change_set_id, number_asked("after") or 0)
    except undo_rules.NotUndoable as error:
        return _page(entry, problem=str(error)), 409
    page = history.get(change_set_id)  # the preview has closed the session, so read it again
    return render_template(
        "changes/undo.html", entry=page, would=would, job=bulk_jobs.undoing_job(history.found(change_set_id).change_set)
    )


@bp.post("/changes/<int:change_set_id>/undo", role="editor", api="POST /changes/{change_set_id}/undo", audit="undo")
def undo(change_set_id: int) -> ResponseReturnValue:
    """Undo a change set: at once if it is small, else with a bulk job."""
    history.found(change_set_id)
    task = bulk_tasks.Task("undo", undoes_id=change_set_id)
    try:
        done = bulk_jobs.submit(actor(), task)
    except undo_rules.NotUndoable as error:
        return _page(history.found(change_set_id), problem=str(error)), 409
    except change_log.Busy as error:
        return _page(history.found(change_set_id), busy=error), 409
    if isinstance(done, BulkJob):
        return redirect(url_for("bulk.show", job_id=done.id), 303)
    if done.change_set_id is None:
        here = url_for("changes.show", change_set_id=change_set_id)
        return redirects.say("Nothing was undone: all products were changed later.", here, "info")
    here = url_for("changes.show", change_set_id=done.change_set_id)
    return redirects.say(_words(done), redirects.came_from_list() or here, f"undo:{done.change_set_id}")


def _words(tally: bulk_tasks.Tally) -> str:
    """The result of an undo in words."""
    parts = [
        f"{plural(count, 'product')} {noun_of(count, 'was', 'were')} {verb}"
        for count, verb in (
            (tally.created, "restored"),
            (tally.updated, "changed back"),
            (tally.deleted, "deleted"),
            (tally.skipped, f"skipped, because {noun_of(tally.skipped, 'it has', 'they have')} changed since"),
        )
        if count
    ]
    return f"Undone: {', '.join(parts)}."


def _page(entry: entries.ChangeSetEntry, **why: object) -> str:
    members = history.of_change_set(entry, number_asked("after") or 0)
    return render_template(
        "changes/show.html",
        entry=entry,
        members=members,
        why_no_undo=undo_rules.why_not(entry.change_set),
        job=bulk_jobs.undoing_job(entry.change_set),
        **why,
    )
