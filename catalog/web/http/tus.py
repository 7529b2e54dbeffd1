"""Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload), as pages and the API speak it.

Creation, expiration, termination and checksum. What the protocol does not allow is raised as `ProtocolError`; pages
answer it in plain text, the API as a problem. The finished upload becomes an import by the form or the API, which name
its id.
"""

import base64
import binascii
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, cast

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.http import http_date

from catalog.errors import kinds, meanings
from catalog.imports import arriving, resumable, uploads
from catalog.runtime import storage
from catalog.web.http.requests import FULL, current_settings
from catalog.web.http.routes import NO_LINE_FOR_PARTS, PAGE_ONLY, Blueprint
from catalog.whole_numbers import whole

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

VERSION = "1.0.0"
EXTENSIONS = "creation,expiration,termination,checksum"
MEDIA_TYPE = "application/offset+octet-stream"
LONGEST_DETAILS = 4096  # longest Upload-Metadata
SILENCE_SECONDS = 30  # seconds without bytes, after which the sender may use another connection

UPLOAD_PATHS = ("/uploads/", "/api/v1/uploads/")
NONE = "There is no such upload; it may have expired."
FULL_DISK = "The disk for uploads is full. The bytes received so far are kept. Continue when there is space."

AWAY = "The storage of uploads does not answer. The bytes that it has are kept. Continue in a moment."

OVERRIDABLE = ("PATCH", "DELETE", "HEAD")

bp = Blueprint("tus", __name__)


class MethodOverride:
    """WSGI middleware: a POST to an upload is the method that X-HTTP-Method-Override names, as tus 1.0 says.

    It works before anything looks at the method, so that CSRF, roles, scopes and limits see the real one.
    """

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Replace the method of a request."""
        named = environ.get("HTTP_X_HTTP_METHOD_OVERRIDE", "").upper()
        is_upload = environ.get("PATH_INFO", "").startswith(UPLOAD_PATHS)
        if environ["REQUEST_METHOD"] == "POST" and is_upload and named in OVERRIDABLE:
            environ["REQUEST_METHOD"] = named
        return self._app(environ, start_response)


class ProtocolError(Exception):
    """An error of the protocol: a kind of errors.kinds, and a message."""

    def __init__(self, kind: str, why: str) -> None:
        super().__init__(why)
        self.kind = kind


@bp.errorhandler(ProtocolError)
def answer_error(error: ProtocolError) -> Response:
    """The error as a line of text, for programs."""
    headers = _headers() | {"Content-Type": "text/plain; charset=utf-8"}
    return Response(str(error), kinds.KINDS[error.kind].status, headers)


@bp.route("/uploads", methods=["OPTIONS"], role="editor", api=PAGE_ONLY)
def options() -> ResponseReturnValue:
    """The supported extensions of the protocol."""
    return Response(status=204, headers=abilities())


@bp.post("/uploads", role="editor", api="POST /uploads", audit=NO_LINE_FOR_PARTS)
def create() -> ResponseReturnValue:
    """Begin an upload."""
    return begin(current_user.id, lambda key: url_for("tus.state", upload_id=key))


@bp.route("/uploads/<upload_id>", methods=["HEAD"], role="editor", api="HEAD /uploads/{upload_id}")
def state(upload_id: str) -> ResponseReturnValue:
    """The number of received bytes."""
    return tell(upload_id, current_user.id)


@bp.patch("/uploads/<upload_id>", role="editor", api="PATCH /uploads/{upload_id}", body="part", audit=NO_LINE_FOR_PARTS)
def append(upload_id: str) -> ResponseReturnValue:
    """Receive more bytes."""
    return receive(upload_id, current_user.id)


@bp.delete("/uploads/<upload_id>", role="editor", api="DELETE /uploads/{upload_id}", audit=NO_LINE_FOR_PARTS)
def delete(upload_id: str) -> ResponseReturnValue:
    """Delete an upload."""
    return forget(upload_id, current_user.id)


# The same for pages and API, except the user and the URL of an upload.


def abilities() -> dict[str, str]:
    """What OPTIONS answers."""
    settings = current_settings()
    return _headers() | {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(settings.max_upload_bytes),
        "Tus-Checksum-Algorithm": ",".join(resumable.CHECKSUMS),
    }


def begin(user_id: int, place: Callable[[str], str]) -> Response:
    """A new upload. Raises ProtocolError."""
    _same_version()
    size = _number("Upload-Length")
    details = request.headers.get("Upload-Metadata", "")
    if len(details) > LONGEST_DETAILS:
        raise ProtocolError("malformed", "Upload-Metadata is too long.")
    with _in_words():
        upload_id = resumable.begin(user_id, _filename(details), size, details)
        part = _found(upload_id, user_id)
    headers = {"Location": place(upload_id), "Upload-Expires": http_date(part.expires_at)}
    return Response(status=201, headers=_headers() | headers)


def tell(upload_id: str, user_id: int) -> Response:
    """The number of received bytes. Raises ProtocolError."""
    _same_version()
    part = _found(upload_id, user_id)
    headers = _state(part) | {"Upload-Length": str(part.size), "Cache-Control": "no-store"}
    if part.details:
        headers["Upload-Metadata"] = part.details
    return Response(status=200, headers=headers)


def receive(upload_id: str, user_id: int) -> Response:
    """Receive more bytes of an upload from the body of this request. Raises ProtocolError."""
    _same_version()
    if request.mimetype != MEDIA_TYPE:
        raise ProtocolError("media_type", f"Send the bytes as {MEDIA_TYPE}.")
    offset, checksum = _number("Upload-Offset"), _checksum()
    part = _found(upload_id, user_id)
    if connection := request.environ.get("gunicorn.socket"):
        connection.settimeout(SILENCE_SECONDS)
    with _in_words():
        size = resumable.append(part, offset, cast(BinaryIO, request.stream), checksum)
    if size == part.size:
        arriving.arrive(upload_id)
    now = resumable.find(upload_id, user_id)
    if now is None:  # it has become an import
        return Response(status=204, headers=_headers() | {"Upload-Offset": str(size)})
    return Response(status=204, headers=_state(now))


def forget(upload_id: str, user_id: int) -> Response:
    """Delete an upload. Raises ProtocolError."""
    _same_version()
    resumable.forget(_found(upload_id, user_id).id)
    return Response(status=204, headers=_headers())


def _headers() -> dict[str, str]:
    return {"Tus-Resumable": VERSION}


def _state(part: resumable.Part) -> dict[str, str]:
    return _headers() | {"Upload-Offset": str(part.offset), "Upload-Expires": http_date(part.expires_at)}


def _same_version() -> None:
    if request.headers.get("Tus-Resumable") != VERSION:
        raise ProtocolError("tus_version", f"Send the header Tus-Resumable: {VERSION}.")


def _found(upload_id: str, user_id: int) -> resumable.Part:
    """The upload of this user. Raises ProtocolError also for uploads of others."""
    part = resumable.find(upload_id.replace("\0", ""), user_id)
    if part is None:
        raise ProtocolError("not_found", NONE)
    return part


def _number(header: str) -> int:
    size = whole(request.headers.get(header, ""))
    if size is None:
        raise ProtocolError("malformed", f"Send {header} as a number of bytes.")
    return size


def _filename(details: str) -> str:
    """The name in Upload-Metadata: pairs of a key and base64, separated by commas."""
    for pair in details.split(","):
        key, _, value = pair.strip().partition(" ")
        if key in ("filename", "name"):
            return _decoded(value, "Upload-Metadata").decode("utf-8", "backslashreplace")
    return "upload"


def _checksum() -> uploads.Checksum | None:
    """The checksum in Upload-Checksum: an algorithm and base64."""
    given = request.headers.get("Upload-Checksum")
    if given is None:
        return None
    algorithm, _, digest = given.partition(" ")
    checksum = resumable.checksum(algorithm, _decoded(digest, "Upload-Checksum"))
    if checksum is None:
        known = ", ".join(resumable.CHECKSUMS)
        raise ProtocolError("malformed", f"Upload-Checksum is not a digest by one of {known}.")
    return checksum


def _decoded(value: str, header: str) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise ProtocolError("malformed", f"{header} has a value that is not base64.") from None


@contextmanager
def _in_words() -> Iterator[None]:
    """Convert errors of services to ProtocolError."""
    try:
        yield
    except (uploads.Misplaced, uploads.TooLarge, uploads.Damaged) as error:
        raise ProtocolError(meanings.of(error).kind, meanings.words(error)) from None
    except storage.Away:
        raise ProtocolError("unavailable", AWAY) from None
    except BlockingIOError:
        raise ProtocolError("locked", kinds.KINDS["locked"].title) from None
    except FileNotFoundError:
        raise ProtocolError("not_found", NONE) from None
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise ProtocolError("no_room", FULL_DISK) from None
