"""Rejected rows: counted, paged, taken out as a file, corrected and run again."""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.imports.rejected import corrections, rows, workbook
from catalog.imports.report import wording
from catalog.models import ACTIVE_STATES, Import, RowError, find
from catalog.paging import Page
from catalog.plurals import noun_of, plural
from catalog.web.http import redirects, sending
from catalog.web.http.request_log import actor
from catalog.web.http.requests import number_asked
from catalog.web.http.routes import Blueprint
from catalog.web.rendering.filters import place

bp = Blueprint("errors", __name__)


@dataclass(frozen=True)
class RejectedRows:
    """The rejected rows as the import's page shows them."""

    codes: dict[str, int]
    code: str  # only these are shown; empty: all
    first: bool  # this is the first page
    page: Page[RowError]
    corrected: int  # rows that wait to be run again
    columns: list[str]
    reran: str  # what the last run of corrected rows came to

    @property
    def total(self) -> int:
        """Of all codes."""
        return sum(self.codes.values())

    @property
    def fits_workbook(self) -> bool:
        """Whether there is a workbook of so many."""
        return self.total <= workbook.MOST_ROWS

    def instead(self, error: RowError) -> str | None:
        """The corrected value; None where the rejected one was not changed."""
        if not error.corrected or error.column not in self.columns:
            return None
        at = self.columns.index(error.column)
        before, now = (cells[at : at + 1] for cells in (error.cells or [], error.corrected))
        return now[0] if now and now != before else None


def shown(row: Import) -> RejectedRows | None:
    """What the page of an import shows of its rejected rows; nothing while it runs."""
    codes = {} if row.state in ACTIVE_STATES else rows.codes(row.id)
    reran = wording.rerun(row.reran) if row.reran else ""
    if row.state in ACTIVE_STATES or not codes and not reran:
        return None
    wanted = request.args.get("code", "")
    code = wanted if wanted in codes else ""
    after = number_asked("after") or 0
    page = rows.page(row.id, code, after)
    waiting = corrections.waiting(row.id)
    return RejectedRows(codes, code, not after, page, waiting, rows.names(row), reran)


@bp.get("/imports/<int:import_id>/errors.csv", role="viewer", api="GET /imports/{import_id}/errors.csv", is_file=True)
def as_csv(import_id: int) -> ResponseReturnValue:
    """Every rejected row with its reason, in a form that imports again."""
    find(Import, import_id)
    pieces, name = rows.as_csv(import_id), f"import-{import_id}-errors.csv"
    return sending.answer("downloads", current_user.id, pieces, "text/csv", name)


@bp.get("/imports/<int:import_id>/errors.xlsx", role="viewer", api="GET /imports/{import_id}/errors.xlsx", is_file=True)
def as_xlsx(import_id: int) -> ResponseReturnValue:
    """The same as a workbook."""
    find(Import, import_id)
    try:
        pieces = workbook.as_xlsx(import_id)
    except workbook.TooManyRows as many:
        flash(str(many), "error")
        return redirect(_place(import_id), 303)
    return sending.answer("downloads", current_user.id, pieces, workbook.KIND, f"import-{import_id}-errors.xlsx")


@bp.route(
    "/imports/<int:import_id>/errors/<int:number>",
    methods=["GET", "POST"],
    role="editor",
    api="PATCH /imports/{import_id}/errors/{number}",
    audit="import rows corrected",
)
def edit(import_id: int, number: int) -> ResponseReturnValue:
    """The cells of one rejected row, to be corrected."""
    row = find(Import, import_id)
    error = rows.get(import_id, number) or abort(404, "This row is not rejected, or no longer.")
    cells, problem = rows.cells(row, error), ""
    if request.method == "POST":
        cells = request.form.getlist("cell")
        try:
            corrections.correct(actor(), row, number, cells)
        except (corrections.NotNow, corrections.Wrong) as why:
            problem = str(why)
        else:
            flash(
                f"Line {place(error.line, row.understood)} is fixed. Import the fixed rows when all are ready.",
                "success",
            )
            return redirects.go(_place(import_id))
    names = rows.names(row)
    page = render_template(
        "imports/rejected/error.html",
        import_=row,
        error=error,
        fields=list(zip(names, cells, strict=False)),
        problem=problem,
    )
    return page, 422 if problem else 200


@bp.post(
    "/imports/<int:import_id>/errors/replace",
    role="editor",
    api="POST /imports/{import_id}/errors/replace",
    audit="import rows corrected",
)
def replace(import_id: int) -> ResponseReturnValue:
    """Find and replace in one column of all rows that were rejected for the same reason."""
    row = find(Import, import_id)
    code = request.form.get("code", "")
    asked = [request.form.get(name, "") for name in ("column", "find", "replace")]
    try:
        count = corrections.replace(actor(), row, code, *asked)
    except (corrections.NotNow, corrections.Wrong) as why:
        flash(str(why), "error")
    else:
        what = f"{plural(count, 'row')} {noun_of(count, 'is', 'are')}"
        flash(f"{what} corrected.", "success" if count else "info")
    return redirect(_place(import_id, code), 303)


@bp.post(
    "/imports/<int:import_id>/errors/run",
    role="editor",
    api="POST /imports/{import_id}/errors/run",
    audit="import rows run",
)
def run_again(import_id: int) -> ResponseReturnValue:
    """Run the corrected rows under the same import."""
    find(Import, import_id)
    try:
        corrections.run_again(actor(), import_id)
    except corrections.NotNow as why:
        flash(str(why), "error")
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _place(import_id: int, code: str = "") -> str:
    where = url_for("imports.show", import_id=import_id, code=code or None)
    return f"{where}#rejected"
