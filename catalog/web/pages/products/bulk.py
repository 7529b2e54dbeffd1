"""Bulk changes: of the products selected in the list, deleting all products, and the page of a bulk job."""

from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog.changes import change_log, history, undo_rules
from catalog.notation import noun_of, plural
from catalog.products import BulkJob, bulk_jobs, bulk_progress, bulk_tasks, editing, find, listing, validation
from catalog.web.http import access_control, redirects, stream
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.whole_numbers import whole

bp = Blueprint("bulk", __name__)

CONFIRM = "delete all products"
ACTIVE = {"activate": True, "deactivate": False}
VERBS = {"activate": "activated", "deactivate": "deactivated", "set": "changed"}


@bp.post("/bulk", role="editor", api="POST /bulk", audit="bulk change")
def start() -> ResponseReturnValue:
    """Change the selected products: at once if they are few, else with a bulk job."""
    action, selection = request.form.get("action", ""), _selection()
    if selection == {"filter": {}} and action == "delete":
        if not access_control.can("bulk.delete_all"):
            flash("Only an admin can delete all products at once.", "error")
            return _back()
        return redirect(url_for("bulk.delete_all"), 303)
    if selection == {"ids": []} or action not in (*VERBS, "delete"):
        flash("Select some products first.", "info")
        return _back()
    if action == "set" and "field" not in request.form:
        return _ask(selection)
    try:
        values = _values(action)
    except validation.Wrong as wrong:
        return _ask(selection, str(wrong)), 422
    kind = "delete" if action == "delete" else "set"
    return _submit(bulk_tasks.Task(kind, selection, values), action)


@bp.route("/products/delete-all", methods=["GET", "POST"], role="admin", api="DELETE /products", audit="delete all")
def delete_all() -> ResponseReturnValue:
    """Delete all products after the user has typed the confirmation. A page, or the content of a dialog."""
    typed = request.form.get("confirm", "")
    if request.method == "GET" or typed.strip().lower() != CONFIRM:
        page = render_template(
            "products/bulk/_delete_all.html" if redirects.is_partial() else "products/bulk/delete_all.html",
            total=editing.count(),
            words=CONFIRM,
            typed=typed,
            wrong=request.method == "POST",
        )
        return page, 422 if request.method == "POST" else 200
    job = bulk_jobs.create(actor(), bulk_tasks.Task("delete_all"))
    return redirects.go(url_for("bulk.show", job_id=job.id))


@bp.get("/bulk/<int:job_id>", role="viewer", api="GET /bulk/{job_id}")
def show(job_id: int) -> ResponseReturnValue:
    """Show the progress or result of a job."""
    entry = history.get(find(BulkJob, job_id).change_set_id or 0)
    undoable = entry is not None and undo_rules.why_not(entry.change_set) is None
    return _fragment("products/bulk/show.html", job_id, undoable=undoable)


@bp.get("/bulk/<int:job_id>/progress", endpoint="progress", role="viewer", api="GET /bulk/{job_id}", polled=True)
def progress_fragment(job_id: int) -> ResponseReturnValue:
    """The current progress as a part of the page, for polling."""
    finished = find(BulkJob, job_id).finished_at is not None
    return _fragment("products/bulk/_progress.html" if finished else "products/bulk/_poll.html", job_id)


@bp.get("/bulk/<int:job_id>/events", role="viewer", api="GET /bulk/{job_id}", polled=True)
def events(job_id: int) -> ResponseReturnValue:
    """A stream of the progress (SSE): complete snapshots, then `done`."""
    find(BulkJob, job_id)
    poll = partial(_fragment, "products/bulk/_poll.html", job_id)
    return stream.answer(f"bulk:{job_id}", partial(_snapshot, job_id), poll)


@bp.post("/bulk/<int:job_id>/cancel", role="editor", api="POST /bulk/{job_id}/cancel", audit="bulk cancelled")
def cancel(job_id: int) -> ResponseReturnValue:
    """Cancel a job. It changes nothing."""
    find(BulkJob, job_id)
    if not bulk_jobs.cancel(actor(), job_id):
        flash("This job had already finished.", "info")
    return redirect(url_for("bulk.show", job_id=job_id), 303)


def _selection() -> dict[str, Any]:
    """The selected products by their ids, or the filter of the list."""
    if request.form.get("all") == "1":
        return {"filter": listing.Filter.of(request.form).arguments()}
    numbers = {whole(t, editing.LARGEST_ID) for t in request.form.getlist("ids")}
    return {"ids": sorted(number for number in numbers if number is not None)}


def _values(action: str) -> dict[str, Any]:
    """The field and value to set. Raises validation.Wrong."""
    if action in ACTIVE:
        return {"active": ACTIVE[action]}
    if action == "delete":
        return {}
    field, _, key = request.form.get("field", "").partition(":")
    clears, value = "clear" in request.form, request.form.get("value", "")
    if not clears and not value.strip():
        raise validation.Wrong("Enter a value, or choose “Clear this field”.")
    value = "" if clears else value
    return bulk_jobs.values(field, key or request.form.get("key", ""), value)


def _submit(task: bulk_tasks.Task, action: str) -> ResponseReturnValue:
    try:
        done = bulk_jobs.submit(actor(), task)
    except change_log.Busy as error:
        kept = [(k, v) for k, v in request.form.items(multi=True) if k != "csrf_token"]
        return render_template("products/bulk/busy.html", busy=error, kept=kept), 409
    if isinstance(done, BulkJob):
        return redirects.go(url_for("bulk.show", job_id=done.id))
    if done.change_set_id is None:
        flash("No product needed a change.", "info")
    else:
        flash(_words(done, action), f"undo:{done.change_set_id}")
    return _back()


def _words(tally: bulk_tasks.Tally, action: str) -> str:
    """The result in words, with all counts."""
    verb = VERBS.get(action, "deleted")
    parts = (
        (tally.deleted or tally.updated, verb),
        (tally.unchanged, "unchanged"),
        (tally.skipped, "already deleted"),
    )
    return " ".join(f"{_were(count)} {what}." for count, what in parts if count)


def _were(count: int) -> str:
    return f"{plural(count, 'product')} {noun_of(count, 'was', 'were')}"


def _ask(selection: dict[str, Any], problem: str = "") -> str:
    """The form for a field and its value. Hidden fields carry the selection."""
    kept = [
        (name, value)
        for name, value in request.form.items(multi=True)
        if name not in ("csrf_token", "action", "field", "key", "value", "clear")
    ]
    field, _, key = request.form.get("field", "").partition(":")
    return render_template(
        "products/bulk/set.html",
        kept=kept,
        count=len(selection["ids"]) if "ids" in selection else None,
        field=field,
        key=key or request.form.get("key", ""),
        value=request.form.get("value", ""),
        clears="clear" in request.form,
        problem=problem,
    )


def _back() -> ResponseReturnValue:
    """Redirect to the list with its filter."""
    filtered: dict[str, Any] = listing.Filter.of(request.form).arguments()
    target = redirects.came_from_list() or url_for("products.index", **filtered)
    return redirects.go(target)


def _fragment(template: str, job_id: int, **more: bool) -> str:
    row = find(BulkJob, job_id)
    return render_template(template, job=row, progress=bulk_progress.of(row), **more)


def _snapshot(job_id: int) -> stream.Snapshot:
    """The current snapshot of the stream."""
    now = bulk_progress.of(find(BulkJob, job_id))
    html = _fragment("products/bulk/_progress.html", job_id)
    return stream.Snapshot(now.version, now.finished, html)
