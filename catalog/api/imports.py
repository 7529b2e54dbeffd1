"""Imports: a file is sent, watched, cancelled, run again; every refused row comes back."""

from typing import Any

from flask import request
from webargs.flaskparser import FlaskParser

from catalog import imports
from catalog.api import choices
from catalog.api.auth import caller
from catalog.api.blueprint import Blueprint
from catalog.api.problems import Problem, invalid
from catalog.api.schemas import imports as schemas
from catalog.api.schemas.base import PageQuery
from catalog.models import Import
from catalog.views.requests import Sink

bp = Blueprint("imports", "/imports", "Files on their way in.")
parser: FlaskParser = bp.ARGUMENTS_PARSER


@bp.get("")
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.ImportPage)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The history, newest first."""
    before = int(asked["cursor"]) if asked["cursor"] else None
    page = imports.history(before, asked["limit"])
    return {"imports": page.imports, "next_cursor": page.next_cursor}


@bp.post("")
@bp.doc(
    requestBody={
        "required": True,
        "content": {"multipart/form-data": {"schema": schemas.ImportUpload}},
    }
)
@bp.response(202, schemas.Import)
def create() -> tuple[Import, int, dict[str, str]]:
    """Import a CSV file.

    It is streamed to storage while it comes; a worker does the rest. Follow `Location`.
    """
    file = request.files.get("file")
    form = parser.parse(schemas.ImportForm, request, location="form")
    options = choices.options(form)
    if file is None or not isinstance(file.stream, Sink):
        raise invalid("file", "Send a file as multipart/form-data.")
    row = imports.create(
        file.stream.finish(),
        file.filename or "",
        options,
        source="api",
        user_id=caller().user_id,
    )
    return row, 202, {"Location": f"{bp.url_prefix}/{row.id}"}


@bp.post("/look")
@bp.doc(
    requestBody={
        "required": True,
        "content": {"multipart/form-data": {"schema": schemas.ImportUpload}},
    }
)
@bp.response(200, schemas.Look)
def look() -> dict[str, Any]:
    """What would be understood of a file, or of its first MiB: nothing is imported, nothing is kept."""
    file = request.files.get("file")
    form = parser.parse(schemas.ImportForm, request, location="form")
    if file is None:
        raise invalid("file", "Send a file as multipart/form-data.")
    return choices.looked(file.read(), choices.options(form))


@bp.get("/<int:import_id>")
@bp.response(200, schemas.Import)
def show(import_id: int) -> Import:
    """One import: how it goes or went."""
    return _found(import_id)


@bp.get("/<int:import_id>/errors")
@bp.arguments(PageQuery, location="query")
@bp.response(200, schemas.RowErrorPage)
def errors(asked: dict[str, Any], import_id: int) -> dict[str, Any]:
    """The refused rows, in the order of the file."""
    _found(import_id)
    after = min(int(asked["cursor"] or 0), 2**31 - 1)
    found = imports.some_row_errors(import_id, after, asked["limit"] + 1)
    some = found[: asked["limit"]]
    more = some[-1].row if len(found) > len(some) else None
    return {"errors": some, "next_cursor": more}


@bp.post("/<int:import_id>/cancel")
@bp.response(202, schemas.Import)
def cancel(import_id: int) -> Import:
    """Ask it to end without a change."""
    _found(import_id)
    if not imports.cancel(import_id):
        raise Problem("ended", "This import has ended already.")
    return _found(import_id)


@bp.post("/<int:import_id>/retry")
@bp.response(202, schemas.Import)
def retry(import_id: int) -> Import:
    """Run a failed or cancelled import again from its stored file."""
    _found(import_id)
    if not imports.retry(import_id):
        raise Problem("ended", "Only a failed or cancelled import can run again.")
    return _found(import_id)


def _found(import_id: int) -> Import:
    row = imports.get(import_id) if import_id < 2**31 else None
    if row is None:
        raise Problem("not_found", "There is no such import.")
    return row
