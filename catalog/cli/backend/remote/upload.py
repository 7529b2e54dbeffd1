"""Upload a file to another Catalog in parts, by tus 1.0. A lost connection continues where the server's copy ends."""

import base64
import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Never, TypeVar

import click
from tqdm import tqdm

from catalog.cli.backend.failure import Failure
from catalog.cli.backend.remote.http import AWAY, Server
from catalog.cli.backend.remote.unfinished import Note
from catalog.runtime import one_line

PART_BYTES = 32 * 1024**2
BLOCK_BYTES = 256 * 1024
PATIENCE_SECONDS = 300
"""Seconds of retries without progress, after which the upload fails."""
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.2, 15.0
QUICK_SECONDS = 1  # shorter uploads show no progress bar
PASSING = frozenset((AWAY, "unavailable", "locked", "misplaced", "busy", "in_progress", "too_many"))
"""Kinds of failures that may pass: these are retried."""
VERSION = {"Tus-Resumable": "1.0.0"}

T = TypeVar("T")


class Patience:
    """Waits longer after each try, and gives up when there is no progress."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """There was progress: start counting again."""
        self._wait, self._until = FIRST_WAIT_SECONDS, time.monotonic() + PATIENCE_SECONDS

    def wait(self, failure: Failure) -> None:
        """Wait before the next try. Raises the failure if a retry can't help, or without progress for too long."""
        if failure.kind not in PASSING or time.monotonic() > self._until:
            raise failure
        time.sleep(self._wait)
        self._wait = min(2 * self._wait, LONGEST_WAIT_SECONDS)


def patiently(call: Callable[[], T]) -> T:
    """The result of a call, repeated while it fails. Raises Failure."""
    patience = Patience()
    while True:
        try:
            return call()
        except Failure as failure:
            patience.wait(failure)


def send(server: Server, file: Path, name: str, note: Note) -> str:
    """Upload a file, or the rest of it; returns the id that `POST /imports` takes as `upload`. Raises Failure."""
    size = file.stat().st_size
    offset = patiently(lambda: _offset(server, note.upload_id)) if note.upload_id else None
    if offset is None:
        note.write(patiently(lambda: _begin(server, name, size)))
    elif offset < size:
        click.echo(f"The upload of {one_line(name)} continues: {offset:,} of {size:,} bytes are there.", err=True)
    with file.open("rb") as stream, _bar(name, size) as bar:
        upload = _Upload(server, note.upload_id, stream, size, bar)
        upload.complete(offset or 0)
    return note.upload_id


def _offset(server: Server, upload_id: str) -> int | None:
    """How many bytes of an upload the server has. None if the server does not have the upload. Raises Failure."""
    try:
        return int(server.send("HEAD", f"/uploads/{upload_id}", VERSION).headers["Upload-Offset"])
    except Failure as failure:
        if failure.kind != "not_found":
            raise
        return None


def _begin(server: Server, name: str, size: int) -> str:
    details = base64.b64encode(os.fsencode(name)).decode("ascii")
    headers = VERSION | {"Upload-Length": str(size), "Upload-Metadata": f"filename {details}"}
    return server.send("POST", "/uploads", headers).headers["Location"].rpartition("/")[2]


def _bar(name: str, size: int) -> "tqdm[Never]":
    words = f"Uploading {one_line(name)}"
    return tqdm(total=size, desc=words, unit="B", unit_scale=True, file=sys.stderr, delay=QUICK_SECONDS)


class _Upload:
    """An upload that was started. The server's offset is known, or requested after a broken connection."""

    def __init__(self, server: Server, upload_id: str, stream: BinaryIO, size: int, bar: "tqdm[Never]") -> None:
        self._server, self._id, self._stream, self._size, self._bar = server, upload_id, stream, size, bar

    def complete(self, offset: int) -> None:
        """Send part after part, from an offset on. Raises Failure."""
        self._bar.update(offset)
        reached, is_known, patience = offset, True, Patience()
        while offset < self._size or not is_known:
            try:
                offset = self._part(offset) if is_known else self._stored()
                is_known = True
            except Failure as failure:
                patience.wait(failure)
                is_known = False
                continue
            if offset > reached:
                reached = offset
                patience.reset()
            self._bar.update(offset - self._bar.n)

    def _part(self, offset: int) -> int:
        """Send the part that begins at `offset`. Returns how many bytes the server has now."""
        size = min(PART_BYTES, self._size - offset)
        headers = VERSION | {
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
            "Content-Length": str(size),
        }
        self._stream.seek(offset)
        answer = self._server.send("PATCH", f"/uploads/{self._id}", headers, self._blocks(size))
        return int(answer.headers["Upload-Offset"])

    def _stored(self) -> int:
        """How many bytes the server has."""
        offset = _offset(self._server, self._id)
        if offset is None:
            raise Failure("The upload has expired. Run the command again.", "not_found")
        return offset

    def _blocks(self, left: int) -> Iterator[bytes]:
        while left:
            block = self._read(min(BLOCK_BYTES, left))
            left -= len(block)
            yield block
            self._bar.update(len(block))

    def _read(self, size: int) -> bytes:
        """The next bytes of the file. A disk error here must not look like a broken connection."""
        try:
            block = self._stream.read(size)
        except OSError as error:
            raise Failure(f"The file can't be read: {error.strerror}.") from None
        if not block:
            raise Failure("The file became shorter while it was uploaded. Upload it again.")
        return block
