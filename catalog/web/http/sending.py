"""File responses: streamed piece by piece, limited in number, and ended when the reader disconnects."""

from collections.abc import Callable, Iterator
from typing import IO

from flask import Flask, Response, current_app, stream_with_context

from catalog.models import db
from catalog.runtime import Settings, Slots, TooMany
from catalog.web.http import redirects

EXPORTS_EACH = 2
DOWNLOADS_EACH = 4
BLOCK_BYTES = 256 * 1024


def install(app: Flask, settings: Settings) -> None:
    """Set up the slots of this process."""
    app.extensions["slots"] = {
        "exports": Slots("export", settings.exports, EXPORTS_EACH),
        "downloads": Slots("download", settings.downloads, DOWNLOADS_EACH),
    }


def answer(what: str, user_id: int, pieces: Iterator[bytes], kind: str, name: str = "") -> Response:
    """A file for a user; `what` says which slots it takes: exports or downloads. Raises slots.TooMany.

    No connection of the pages is held.
    """
    slots: Slots = current_app.extensions["slots"][what]
    end = slots.take(user_id)
    db.session.remove()
    response = Response(stream_with_context(_until(pieces, end)), mimetype=kind)
    response.call_on_close(end)
    response.headers["X-Accel-Buffering"] = "no"
    if name:
        response.headers["Content-Disposition"] = redirects.attachment(name)
    return response


def download(user_id: int, stream: IO[bytes], name: str, kind: str) -> Response:
    """A file that is saved, never shown. Raises slots.TooMany."""

    def pieces() -> Iterator[bytes]:
        with stream:
            while piece := stream.read(BLOCK_BYTES):
                yield piece

    try:
        response = answer("downloads", user_id, pieces(), kind, name)
    except TooMany:
        stream.close()
        raise
    response.call_on_close(stream.close)
    return response


def _until(pieces: Iterator[bytes], end: Callable[[], None]) -> Iterator[bytes]:
    """Yield the pieces, then call `end`. If the server never asks for a piece, closing the response calls it."""
    try:
        yield from pieces
    finally:
        end()
