"""Uploads in parts by tus 1.0: create, continue, delete. `POST /imports` takes the id of a finished upload.

`web/http/tus` has the protocol, also for pages. This module documents it, and turns its errors into problems.
"""

from typing import Any

from flask import Response

from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem, answer
from catalog.web.http import tus
from catalog.web.http.routes import NO_LINE_FOR_PARTS

bp = Blueprint("uploads", "/uploads", "Uploads of large files in parts (tus 1.0).", scope="write")


def _header(name: str, words: str, required: bool = True, **schema: Any) -> dict[str, Any]:
    parameter = {"name": name, "in": "header", "required": required, "description": words}
    return parameter | {"schema": {"type": "string"} | schema}


VERSION = _header("Tus-Resumable", "Version of the protocol.", enum=[tus.VERSION])
NUMBER = "^[0-9]{1,18}$"
LENGTH = _header("Upload-Length", "Size of the whole file in bytes.", pattern=NUMBER)
OFFSET = _header("Upload-Offset", "Offset of these bytes: the number of bytes already received.", pattern=NUMBER)
DETAILS = _header("Upload-Metadata", "`filename`, then the name in base64.", False, pattern="^filename [A-Za-z0-9]{4}$")
BYTES = {"schema": {"type": "string", "format": "binary"}}


@bp.errorhandler(tus.ProtocolError)
def answer_error(error: tus.ProtocolError) -> Response:
    """The problem for an error of the protocol."""
    headers = {"Tus-Resumable": tus.VERSION}
    return answer(Problem(error.kind, str(error), headers=headers))


@bp.post("", problems=(412, 507), audit=NO_LINE_FOR_PARTS)
@bp.doc(parameters=[VERSION, LENGTH, DETAILS])
@bp.response(201)
def create() -> Response:
    """Create an upload. Its URL is in `Location`."""
    return tus.begin(caller().user_id, lambda key: f"{bp.url_prefix}/{key}")


@bp.route("/<string:upload_id>", methods=["HEAD"], problems=(412,))
@bp.doc(parameters=[VERSION])
@bp.response(200)
def state(upload_id: str) -> Response:
    """Get the number of received bytes: `Upload-Offset`."""
    return tus.tell(upload_id, caller().user_id)


@bp.route(
    "/<string:upload_id>",
    methods=["PATCH"],
    problems=(409, 412, 413, 415, 423, 460, 507),
    body="part",
    audit=NO_LINE_FOR_PARTS,
)
@bp.doc(parameters=[VERSION, OFFSET], requestBody={"required": True, "content": {tus.MEDIA_TYPE: BYTES}})
@bp.response(204)
def append(upload_id: str) -> Response:
    """Send the next bytes. When all have arrived, send the id as `upload` to `POST /imports`."""
    return tus.receive(upload_id, caller().user_id)


@bp.delete("/<string:upload_id>", problems=(412,), audit=NO_LINE_FOR_PARTS)
@bp.doc(parameters=[VERSION])
@bp.response(204)
def delete(upload_id: str) -> Response:
    """Delete an upload."""
    return tus.forget(upload_id, caller().user_id)
