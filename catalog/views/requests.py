"""How a request's body is read, and how it is told that it broke: an upload goes straight to storage, everything else must be small."""

import time
from contextlib import suppress
from io import BytesIO
from socket import socket
from typing import IO, Any

import structlog
from flask import Flask, Response, current_app, request
from flask import Request as FlaskRequest
from werkzeug.exceptions import RequestEntityTooLarge

from catalog import uploads

log = structlog.get_logger()

UPLOAD = "imports.new"
UPLOADS = frozenset({UPLOAD, "api_imports.create"})
"""The routes whose file goes straight to storage."""
PARTS = frozenset({"tus.append", "api_uploads.append"})
"""The routes whose body is a part of a file, and goes there too."""

FORM_BYTES = (
    4 * 1024**2
)  # what the fields of a form may need: a description of 1 MiB, percent-encoded
LOOK = "first_look.beginning"
LOOK_BYTES = 2 * 1024**2  # the beginning of a file, and the form around it
SILENCE_SECONDS = 5
LISTEN_SECONDS = (
    60  # how long a body that is too large is read before the connection is closed
)
BLOCK_BYTES = 256 * 1024


class Sink:
    """An upload as Werkzeug's form parser wants its files: written once, never read."""

    def __init__(self) -> None:
        self._upload = uploads.begin()
        self._stored: uploads.Stored | None = None

    def write(self, data: bytes) -> int:
        """Take more of the file."""
        try:
            return self._upload.write(data)
        except uploads.TooLarge:
            raise RequestEntityTooLarge from None

    def seek(self, offset: int) -> int:
        """The parser rewinds what it has written; here nobody reads it."""
        return offset

    def sha256(self) -> str:
        """Of what came so far, in hex."""
        return self._upload.sha256()

    def finish(self) -> uploads.Stored:
        """The file is wanted: keep it."""
        self._stored = self._upload.finish()
        return self._stored

    def close(self) -> None:
        """The request is over: a file that nobody wanted goes."""
        if self._stored is None:
            self._upload.abort()


def limit_body() -> None:
    """The largest body that the route takes, in bytes; what is larger is answered with 413."""
    limit: int = current_app.config["SETTINGS"].max_upload_bytes
    upload = request.endpoint in UPLOADS | PARTS
    small = LOOK_BYTES if request.endpoint == LOOK else FORM_BYTES
    request.max_content_length = limit + FORM_BYTES if upload else small
    request.max_form_memory_size = FORM_BYTES


class Application(Flask):
    """Flask, but what breaks is told as the rest is: Flask's own line would hold the path as somebody typed it."""

    def log_exception(self, exc_info: Any) -> None:
        """Write the traceback of a request that broke to the log."""
        log.error(
            "a page broke",
            method=request.method,
            path=request.path,
            exc_info=exc_info,
        )


class Request(FlaskRequest):
    """Flask's request, but an uploaded file goes to storage while it is read."""

    _sink: Sink | None = None

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        if self.endpoint in UPLOADS and filename and self._sink is None:
            self._sink = Sink()
            return self._sink  # type: ignore[return-value]
        if self.endpoint == LOOK:
            return BytesIO()  # small, and gone with the request however it ends
        return super()._get_file_stream(
            total_content_length, content_type, filename, content_length
        )

    def close(self) -> None:
        """The request is over, also when its body was cut off: Werkzeug closes only the files of a whole one."""
        super().close()
        if self._sink:
            self._sink.close()


def hear_out(response: Response) -> Response:
    """After this answer read on for a while: a browser that is still sending would otherwise see a broken connection."""
    body: Any = request.environ["wsgi.input"]
    connection: socket | None = request.environ.get("gunicorn.socket")

    def read_on() -> None:
        until = time.monotonic() + LISTEN_SECONDS
        if connection:
            connection.settimeout(SILENCE_SECONDS)
        with suppress(OSError):  # who fell silent has heard enough
            while time.monotonic() < until and body.read(BLOCK_BYTES):
                pass

    response.headers["Connection"] = "close"
    response.call_on_close(read_on)
    return response
