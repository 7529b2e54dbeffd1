"""Imports: send a file, get its progress and its rejected rows, cancel it, run it again."""

from typing import Any

from flask import Response, request, url_for
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import FileStorage

from catalog import importer
from catalog.imports import (
    control,
    corrections,
    examples,
    fix_all,
    import_json,
    import_templates,
    import_turn,
    past,
    receive,
    rejected_rows,
    rejected_workbook,
    resumable,
)
from catalog.models import BulkJob, Import, find
from catalog.products import bulk_jobs
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, invalid
from catalog.web.api.imports import choices
from catalog.web.api.imports.schemas import imports as schemas, looks, rejected
from catalog.web.api.imports.schemas.past import ImportQuery
from catalog.web.api.products import bulk_schemas as jobs
from catalog.web.http import sending
from catalog.web.http.request_log import actor
from catalog.web.http.requests import Sink, body_file
from catalog.web.http.routes import NO_LINE_FOR_LOOKS

bp = Blueprint("imports", "/imports", "Imports of files.")
parser: FlaskParser = bp.ARGUMENTS_PARSER
FORM = {"multipart/form-data": {"schema": schemas.ImportUpload}}
LINES = {"application/x-ndjson": {"schema": {"type": "string"}}}
LINES_NAME = "products.jsonl"  # the name of a file that is the body itself


@bp.get("", scope="read")
@bp.arguments(ImportQuery, location="query")
@bp.response(200, schemas.ImportPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """List imports, newest first, all or those that match."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    narrowed = past.Query.of(asked)
    page = past.search(narrowed, before, asked["limit"])
    return {"imports": page.rows, "next_cursor": page.next_cursor}


@bp.post("", scope="write", audit="import started", body="file")
@bp.doc(requestBody={"required": True, "content": FORM | LINES})
@bp.response(202, import_json.Import)
def create() -> tuple[Import, int, dict[str, str]]:
    """Import a file.

    The response comes when the file is stored; a worker imports it. Poll the URL in `Location`. A body of JSON lines
    (`application/x-ndjson`) is the file itself; then the choices are parameters of the query.
    """
    sent = body_file()
    form = parser.parse(schemas.ImportForm, request, location="query" if sent else "form")
    turn = import_templates.turn(form)
    options, if_same = choices.options(form), form["if_same"].replace("refuse", "reject")
    if sent:
        row = receive.receive(actor(), sent, LINES_NAME, options, if_same=if_same, turn=turn)
    elif form["upload"]:
        row = _in_parts(form["upload"], options, if_same, turn)
    else:
        row = _in_one(request.files.get("file"), options, if_same, turn)
    return row, 202, {"Location": f"{bp.url_prefix}/{row.id}"}


@bp.get("/template.csv", scope="read")
@bp.response(200, {"type": "string"}, content_type="text/csv")
def template() -> Response:
    """Get a file that has only the header."""
    return Response(examples.template(), mimetype="text/csv")


@bp.get("/sample.csv", scope="read")
@bp.response(200, {"type": "string"}, content_type="text/csv")
def sample() -> Response:
    """Get a sample file with twenty products."""
    return Response(examples.rows(), mimetype="text/csv")


def _in_one(
    file: FileStorage | None, options: importer.Options, if_same: receive.IfSame, turn: import_turn.Turn
) -> Import:
    """Make an import of the file in this request. Raises Problem: invalid."""
    if file is None or not isinstance(file.stream, Sink):
        raise invalid("file", "Send a file as multipart/form-data.")
    return receive.receive(actor(), file.stream, file.filename or "", options, if_same=if_same, turn=turn)


def _in_parts(upload_id: str, options: importer.Options, if_same: receive.IfSame, turn: import_turn.Turn) -> Import:
    """Make an import of a finished upload. Repeated calls return the same import. Raises Problem: invalid."""
    row = resumable.take(actor(), upload_id, options, if_same=if_same, turn=turn)
    if row is None:
        raise invalid("upload", "There is no such upload; it may have expired.")
    return row


@bp.post("/look", scope="write", audit=NO_LINE_FOR_LOOKS)
@bp.doc(requestBody={"required": True, "content": {"multipart/form-data": {"schema": schemas.ImportUpload}}})
@bp.response(200, looks.Look)
def look() -> dict[str, Any]:
    """Show how a file, or its first MiB, would be read. Nothing is imported or stored."""
    file = request.files.get("file")
    form = parser.parse(schemas.ImportForm, request, location="form")
    if file is None:
        raise invalid("file", "Send a file as multipart/form-data.")
    return choices.looked_at_slice(file.read(), choices.options(form))


@bp.get("/<int:import_id>", scope="read")
@bp.response(200, import_json.Import)
def show(import_id: int) -> Import:
    """Get one import with its progress or result."""
    return find(Import, import_id)


@bp.patch("/<int:import_id>", problems=(409,), scope="write", audit="import priority")
@bp.arguments(schemas.ImportChange)
@bp.response(200, import_json.Import)
def change(given: dict[str, Any], import_id: int) -> Import:
    """Change the priority of an import that has not ended."""
    find(Import, import_id)
    if not control.prioritize(actor(), import_id, given["priority"]):
        raise Problem("ended", "This import has already finished.")
    return find(Import, import_id)


@bp.get("/<int:import_id>/errors", scope="read")
@bp.arguments(rejected.ErrorQuery, location="query")
@bp.response(200, rejected.RowErrorPage)
def errors(asked: dict[str, Any], import_id: int) -> dict[str, Any]:
    """List the rejected rows in the order of the file."""
    row = find(Import, import_id)
    page = rejected_rows.page(import_id, asked["code"], int(asked["cursor"] or 0), asked["limit"])
    return {
        "columns": rejected_rows.names(row),
        "codes": rejected_rows.codes(import_id),
        "errors": [rejected_rows.placed(row, error) for error in page.rows],
        "next_cursor": page.next_cursor,
    }


@bp.get("/<int:import_id>/errors.csv", scope="read")
@bp.response(200, {"type": "string"}, content_type="text/csv")
def errors_csv(import_id: int) -> Response:
    """Download the rejected rows as CSV, with the columns of the file, `error_code` and `error`.

    You can fix the file and import it.
    """
    find(Import, import_id)
    pieces = rejected_rows.as_csv(import_id)
    return sending.answer("downloads", caller().user_id, pieces, "text/csv")


@bp.get("/<int:import_id>/errors.xlsx", scope="read")
@bp.response(200, {"type": "string", "format": "binary"}, content_type=rejected_workbook.KIND)
def errors_xlsx(import_id: int) -> Response:
    """Download the rejected rows as a workbook, with the columns of errors.csv and every cell as text.

    You can fix the file and import it.
    """
    find(Import, import_id)
    try:
        pieces = rejected_workbook.as_xlsx(import_id)
    except rejected_workbook.TooManyRows as many:
        raise Problem("invalid", str(many)) from None
    return sending.answer("downloads", caller().user_id, pieces, rejected_workbook.KIND)


@bp.route(
    "/<int:import_id>/errors/<int:number>",
    methods=["PATCH"],
    problems=(409,),
    scope="write",
    audit="import rows corrected",
)
@bp.arguments(rejected.Correction)
@bp.response(200, rejected.RowError)
def correct(given: dict[str, Any], import_id: int, number: int) -> dict[str, Any]:
    """Correct a rejected row by its number `row`.

    The correction is stored, and checked when the corrected rows are imported.
    """
    row = find(Import, import_id)
    error = rejected_rows.find_row(import_id, number)
    cells = given.get("cells") or corrections.changed(row, error, given.get("set", {}))
    return rejected_rows.placed(row, corrections.correct(actor(), row, number, cells))


@bp.post("/<int:import_id>/errors/replace", scope="write", audit="import rows corrected")
@bp.arguments(rejected.Replacement)
@bp.response(200, rejected.Replaced)
def replace(given: dict[str, Any], import_id: int) -> dict[str, int]:
    """Find and replace in one column of all rows rejected for the same reason."""
    row = find(Import, import_id)
    asked = (given[name] for name in ("code", "column", "find", "replace"))
    return {"corrected": corrections.replace(actor(), row, *asked)}


@bp.post("/<int:import_id>/errors/fix", scope="write", audit="import rows corrected")
@bp.arguments(rejected.CommonFix)
@bp.response(200, rejected.Replaced)
def fix(given: dict[str, Any], import_id: int) -> dict[str, int]:
    """Apply one fix to all rows rejected for the same reason."""
    row = find(Import, import_id)
    return {"corrected": fix_all.apply(actor(), row, given["code"], fix_all.named(row, given))}


@bp.post("/<int:import_id>/errors/run", scope="write", audit="import rows run")
@bp.response(202, import_json.Import)
def run_again(import_id: int) -> Import:
    """Import the corrected rows under the same import, as another change set.

    The counts of the import include them. They overwrite changes made since the import.
    """
    find(Import, import_id)
    corrections.run_again(actor(), import_id)
    return find(Import, import_id)


@bp.post("/<int:import_id>/cancel", scope="write", audit="import cancelled")
@bp.response(202, import_json.Import)
def cancel(import_id: int) -> Import:
    """Cancel an import. One in review is discarded."""
    find(Import, import_id)
    if not control.cancel(actor(), import_id):
        raise Problem("ended", "This import has already finished.")
    return find(Import, import_id)


@bp.post("/<int:import_id>/undo", scope="write", audit="undo")
@bp.response(202, jobs.BulkJob)
def undo(import_id: int) -> tuple[BulkJob, int, dict[str, str]]:
    """Undo a completed import, as a bulk job. Products that have changed since stay as they are."""
    row = find(Import, import_id)
    if row.change_set_id is None:
        raise Problem("not_undoable", "This import changed nothing.")
    job = bulk_jobs.undo(actor(), row.change_set_id)
    return job, 202, {"Location": url_for("api_bulk.show", job_id=job.id)}
