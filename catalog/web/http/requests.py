"""Read the body of a request: an upload goes straight to storage, all else must be small. Log broken requests."""

import errno
import time
from contextlib import suppress
from functools import cached_property
from socket import socket
from typing import IO, Any

import structlog
from flask import Flask, Request as FlaskRequest, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.routing import BaseConverter, IntegerConverter

from catalog.imports import uploads
from catalog.runtime import Settings
from catalog.web.http.routes import access
from catalog.whole_numbers import LARGEST, LARGEST_ID, whole

log = structlog.get_logger()

MOST_FILES = 50  # of one request of the page
FORM_BYTES = 4 * 1024**2  # the fields of a form: a description of 1 MiB, percent-encoded
SILENCE_SECONDS = 5
LISTEN_SECONDS = 60  # seconds for which a body that is too large is read before the connection is closed
STRANGER_SECONDS = 5  # the same without a sign-in
BLOCK_BYTES = 256 * 1024
JSON_LINES = ("application/x-ndjson", "application/ndjson", "application/jsonl")
"""Types of a body that is a file of records, not a form."""
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class NoRoom(HTTPException):
    """The disk is full; nothing of the file was kept."""

    code = 507
    description = "The disk for uploads is full. No part of the file was kept."


class Sink:
    """An upload as a file for Werkzeug's form parser: written once, never read."""

    def __init__(self) -> None:
        self._upload = uploads.begin()
        self._stored: uploads.Stored | None = None

    def write(self, data: bytes) -> int:
        """Write more bytes of the file."""
        try:
            return self._upload.write(data)
        except uploads.TooLarge:
            self._upload.abort()
            raise RequestEntityTooLarge from None
        except OSError as error:
            raise self._no_room(error) from error

    def seek(self, offset: int) -> int:
        """Do nothing: the parser rewinds the file, but it is not read here."""
        return offset

    def sha256(self) -> str:
        """The sha256 of the bytes so far, in hex."""
        return self._upload.sha256()

    def finish(self) -> uploads.Stored:
        """Keep the file."""
        try:
            self._stored = self._upload.finish()
        except OSError as error:
            raise self._no_room(error) from error
        return self._stored

    def _no_room(self, error: OSError) -> Exception:
        """Raise NoRoom for a full disk; other errors stay as they are."""
        self._upload.abort()
        return NoRoom() if error.errno in FULL else error

    def close(self) -> None:
        """Delete the uploaded file at the end of the request, unless it was kept."""
        if self._stored is None:
            self._upload.abort()


def current_settings() -> Settings:
    """The settings of this Catalog."""
    found: Settings = current_app.config["SETTINGS"]
    return found


def number_asked(name: str) -> int | None:
    """A whole number in the query string, up to LARGEST; None if it is missing or invalid."""
    return request.args.get(name, type=whole)


def number_sent(name: str) -> int | None:
    """A whole number in the form, up to LARGEST; None if it is missing or invalid."""
    return request.form.get(name, type=whole)


def limit_body() -> None:
    """Set the largest body of the route, in bytes; a larger one gets 413."""
    limit = current_settings().max_upload_bytes
    is_form = access(request.endpoint).body == "form"
    request.max_content_length = FORM_BYTES if is_form else limit + FORM_BYTES
    request.max_form_memory_size = FORM_BYTES


class Id(IntegerConverter):
    """A number in a path. One that is too large for an id becomes 0, which nothing has.

    Werkzeug's own `max` would answer 405 where the path takes other methods than the one that is asked for.
    """

    regex = "[0-9]{1,18}"
    largest = LARGEST_ID

    def to_python(self, value: str) -> int:
        """The id."""
        number = int(value)
        return number if number <= self.largest else 0


class ProductId(Id):
    """The id of a product, which may be larger than other ids."""

    largest = LARGEST


class Sku(BaseConverter):
    """A SKU in a path: any text, slashes included; blanks around it do not count."""

    regex = ".+"
    part_isolating = False

    def to_python(self, value: str) -> str:
        """The SKU as products have it."""
        return value.strip()


class Application(Flask):
    """Flask, but exceptions are logged like other events: Flask's line would have the path as the visitor typed it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.url_map.converters |= {"int": Id, "product_id": ProductId, "sku": Sku}

    def log_exception(self, exc_info: Any) -> None:
        """Write the traceback of a request that broke to the log."""
        log.error("a page failed", method=request.method, path=request.path, exc_info=exc_info)


class Request(FlaskRequest):
    """Flask's request, but an uploaded file goes to storage while it is read."""

    _sinks: tuple[Sink, ...] = ()

    @cached_property
    def body_file(self) -> Sink | None:
        """The body as a file, read once: see the function of this name below."""
        if access(self.endpoint).body != "file" or self.mimetype not in JSON_LINES:
            return None
        sink = Sink()
        self._sinks += (sink,)
        while data := self.stream.read(BLOCK_BYTES):
            sink.write(data)
        return sink

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        declared = access(self.endpoint)
        most = MOST_FILES if declared.body == "files" else 1
        if declared.is_upload and filename and len(self._sinks) < most:
            self._sinks += (Sink(),)
            return self._sinks[-1]  # type: ignore[return-value]  # Werkzeug wants a file; a sink has all methods of one that it uses
        return super()._get_file_stream(total_content_length, content_type, filename, content_length)

    def close(self) -> None:
        """Close files at the end of the request, even if its body was cut off: Werkzeug does not close these."""
        super().close()
        for sink in self._sinks:
            sink.close()


def body_file() -> Sink | None:
    """The body of this request as a file; None if it is a form. Raises what a `Sink` raises."""
    asked: Any = request
    sent: Sink | None = asked.body_file
    return sent


def hear_out(response: Response, seconds: float = LISTEN_SECONDS) -> Response:
    """Read the rest of the body for `seconds` after the response, or a sending browser sees a broken connection."""
    body: Any = request.environ["wsgi.input"]
    connection: socket | None = request.environ.get("gunicorn.socket")

    def read_on() -> None:
        until = time.monotonic() + seconds
        if connection:
            connection.settimeout(SILENCE_SECONDS)
        with suppress(OSError):  # a client that stopped sending gets no more time
            while time.monotonic() < until and body.read(BLOCK_BYTES):
                pass

    response.headers["Connection"] = "close"
    response.call_on_close(read_on)
    return response
