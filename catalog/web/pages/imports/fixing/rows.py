"""Download, correct and import rejected rows."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.imports import Import, corrections, find, fix_all, rejected_rows, rejected_workbook
from catalog.notation import plural
from catalog.web.http import redirects, sending
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.rendering.filters import named_place
from catalog.whole_numbers import whole

bp = Blueprint("errors", __name__)


@bp.get("/imports/<int:import_id>/errors.csv", role="viewer", api="GET /imports/{import_id}/errors.csv", is_file=True)
def as_csv(import_id: int) -> ResponseReturnValue:
    """Download all rejected rows with their reasons as CSV. The file can be fixed and imported."""
    find(Import, import_id)
    pieces, name = rejected_rows.as_csv(import_id), f"import-{import_id}-errors.csv"
    return sending.answer("downloads", current_user.id, pieces, "text/csv", name)


@bp.get("/imports/<int:import_id>/errors.xlsx", role="viewer", api="GET /imports/{import_id}/errors.xlsx", is_file=True)
def as_xlsx(import_id: int) -> ResponseReturnValue:
    """Download all rejected rows with their reasons as a workbook."""
    find(Import, import_id)
    with redirects.saying(rejected_workbook.TooManyRows):
        pieces, name = rejected_workbook.as_xlsx(import_id), f"import-{import_id}-errors.xlsx"
        return sending.answer("downloads", current_user.id, pieces, rejected_workbook.KIND, name)
    return redirect(_place(import_id), 303)


@bp.route(
    "/imports/<int:import_id>/errors/<int:number>",
    methods=["GET", "POST"],
    role="editor",
    api="PATCH /imports/{import_id}/errors/{number}",
    audit="import rows corrected",
)
def edit(import_id: int, number: int) -> ResponseReturnValue:
    """Show and save the cells of one rejected row."""
    row = find(Import, import_id)
    error = rejected_rows.find_row(import_id, number)
    cells, problem = rejected_rows.cells(row, error), ""
    if request.method == "POST":
        cells = request.form.getlist("cell")
        try:
            corrections.correct(actor(), row, number, cells)
        except (corrections.NotNow, corrections.Wrong) as why:
            problem = str(why)
        else:
            flash(
                f"{named_place(error.line, row.understood)} is saved. Import the fixed rows when all are ready.",
                "success",
            )
            return redirects.go(_place(import_id))
    names = rejected_rows.names(row)
    page = render_template(
        "imports/rejected/error.html",
        import_=row,
        error=error,
        fields=list(zip(names, cells, strict=False)),
        problem=problem,
    )
    return page, 422 if problem else 200


@bp.post(
    "/imports/<int:import_id>/errors/fix",
    role="editor",
    api="POST /imports/{import_id}/errors/fix",
    audit="import rows corrected",
)
def fix(import_id: int) -> ResponseReturnValue:
    """Fix all rows that were rejected for the same reason."""
    row = find(Import, import_id)
    code = request.form.get("code", "")
    with redirects.saying(corrections.NotNow, corrections.Wrong):
        count = fix_all.apply(actor(), row, code, _fix())
        flash(f"{plural(count, 'row')} changed." if count else "No row changed.", "success" if count else "info")
    return redirect(_place(import_id, code), 303)


def _fix() -> fix_all.Fix:
    """The fix that the form describes. Raises corrections.Wrong."""
    column, other = (whole(request.form.get(name, "0")) for name in ("column", "other"))
    action = next((known for known in fix_all.ACTIONS if known == request.form.get("action")), None)
    if action is None or column is None or other is None:
        raise corrections.Wrong("action", "Choose what to do with these rows.")
    value, find_ = (request.form.get(name, "") for name in ("value", "find"))
    return fix_all.Fix(action, column, value, other, find_)


@bp.post(
    "/imports/<int:import_id>/errors/run",
    role="editor",
    api="POST /imports/{import_id}/errors/run",
    audit="import rows run",
)
def run_again(import_id: int) -> ResponseReturnValue:
    """Import the corrected rows under the same import."""
    find(Import, import_id)
    with redirects.saying(corrections.NotNow):
        corrections.run_again(actor(), import_id)
    return redirect(url_for("imports.show", import_id=import_id), 303)


def _place(import_id: int, code: str = "") -> str:
    where = url_for("imports.show", import_id=import_id, code=code or None)
    return f"{where}#rejected"
