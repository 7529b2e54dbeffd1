"""An import in review: its plan with old and new values, and the buttons that apply or discard it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalog import importer
from catalog.imports import rejected_rows, reviews, steps
from catalog.models import Import, Page, RowError, find
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.requests import number_asked
from catalog.web.http.routes import Blueprint

bp = Blueprint("reviews", __name__)

CHANGES = importer.Wanted().actions
REJECTED = 50  # rejected rows on a page


@bp.get("/imports/<int:import_id>/plan", role="viewer", api="GET /imports/{import_id}/plan")
def plan(import_id: int) -> ResponseReturnValue:
    """Show what the import would do, product by product. After the decision, redirect to the import."""
    row = find(Import, import_id)
    if row.state != "review":
        return redirect(url_for("imports.show", import_id=import_id))
    return _page(row)


@bp.post("/imports/<int:import_id>/apply", role="editor", api="POST /imports/{import_id}/apply", audit="import applied")
def apply(import_id: int) -> ResponseReturnValue:
    """Apply the plan. Products that changed since it was made need a choice."""
    row = find(Import, import_id)
    choice = request.form.get("conflicts", "")
    try:
        chosen = _chosen()
        if "save" in request.form:
            if chosen:
                reviews.choose(actor(), row, chosen)
            there = url_for("reviews.plan", import_id=row.id, what="conflicts", after=_after() or None)
            return redirects.say("Saved. Nothing changes until you press Apply.", there)
        reviews.apply(actor(), row, choice if choice in reviews.CHOICES else "", chosen)
    except reviews.Conflicts:
        return _page(find(Import, import_id), undecided=True), 409
    except reviews.NotWaiting as error:
        flash(str(error), "info")
    return redirect(url_for("imports.show", import_id=import_id), 303)


@bp.post(
    "/imports/<int:import_id>/discard", role="editor", api="POST /imports/{import_id}/cancel", audit="import discarded"
)
def discard(import_id: int) -> ResponseReturnValue:
    """Discard the plan."""
    with redirects.saying(reviews.NotWaiting, category="info"):
        reviews.discard(actor(), find(Import, import_id))
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _chosen() -> dict[int, str]:
    """The choices of the form for single products, by the number `n` of their lines."""
    lines = ((name[5:], value) for name, value in request.form.items() if name[:5] == "line-")
    return {
        int(n): what
        for n, what in lines
        if n.isascii() and n.isdigit() and len(n) < 11 and what in (reviews.SKIP, reviews.OVERWRITE)
    }


def _page(row: Import, *, undecided: bool = False) -> str:
    what, after = request.args.get("what", ""), _after()
    asked = {
        "what": what,
        "q": request.args.get("q", "").replace("\0", "").strip(),
        "field": request.args.get("field", ""),
    }
    rejected, page = Page[RowError]([]), Page[importer.Line]([])
    if what == "rejected":
        rejected = rejected_rows.page(row.id, after=after, limit=REJECTED)
    else:
        page = reviews.page(row, _wanted(asked, after))
    return render_template(
        "imports/review/plan.html",
        import_=row,
        bar=steps.bar(row, "review"),
        changes=sum(getattr(row, name) for name in CHANGES),
        asked=asked,
        page=page,
        rejected=rejected,
        conflicts=reviews.conflicts(row),
        to_decide=reviews.undecided(row),
        chosen=reviews.Review.of(row).chosen,
        reasons=reviews.Review.of(row).reasons,
        fields=importer.COLUMNS,
        undecided=undecided,
    )


def _wanted(asked: dict[str, str], after: int) -> importer.Wanted:
    """The filter of the page. Invalid values are ignored."""
    what, field = asked["what"], asked["field"]
    return importer.Wanted(
        query=asked["q"],
        actions=(what,) if what in importer.ACTIONS else CHANGES,
        field=field if field in importer.COLUMNS else "",
        conflicts=what == "conflicts",
        after=after,
    )


def _after() -> int:
    return number_asked("after") or 0
