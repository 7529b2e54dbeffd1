"""Uploads that a command did not finish: the next command that uploads the same file continues there.

Each upload has a file with its id in the user's state folder (`$XDG_STATE_HOME/catalog/uploads`, or
`~/.local/state/...`).
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO

BEGINNING_BYTES = 1024**2
KEPT_SECONDS = 7 * 24 * 3600


class Note:
    """The note of an earlier upload of this file. `stream` is None if nothing can be noted."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.upload_id = stream.read().strip() if stream else ""

    def write(self, upload_id: str) -> None:
        """Note the upload that has begun."""
        self.upload_id = upload_id
        if self._stream:
            self._stream.seek(0)
            self._stream.truncate()
            self._stream.write(upload_id)
            self._stream.flush()

    def delete(self) -> None:
        """Delete the note, because the import has started."""
        if self._stream:
            Path(self._stream.name).unlink(missing_ok=True)


@contextmanager
def note(base: str, file: Path) -> Iterator[Note]:
    """The note of a file for the Catalog at `base`, locked.

    It is empty if another command has locked it, or if the folder can't be written.
    """
    stream = _locked(folder(), _key(base, file))
    try:
        yield Note(stream)
    finally:
        if stream:
            stream.close()


def folder() -> Path:
    """The folder of the notes."""
    state = os.environ.get("XDG_STATE_HOME", "")
    return (Path(state) if state else Path.home() / ".local" / "state") / "catalog" / "uploads"


def _key(base: str, file: Path) -> str:
    """A key for the current content of a file: from its path, size, time of change and beginning."""
    status = file.stat()
    with file.open("rb") as stream:
        beginning = hashlib.sha256(stream.read(BEGINNING_BYTES)).hexdigest()
    what = (base, str(file.resolve()), str(status.st_size), str(status.st_mtime_ns), beginning)
    return hashlib.sha256("\0".join(what).encode(errors="surrogateescape")).hexdigest()


def _locked(where: Path, key: str) -> TextIO | None:
    stream = None
    try:
        where.mkdir(mode=0o700, parents=True, exist_ok=True)
        _delete_old(where)
        stream = (where / key).open("a+")
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stream.seek(0)
    except (OSError, RuntimeError):  # RuntimeError: there is no home folder
        if stream:
            stream.close()
        return None
    return stream


def _delete_old(where: Path) -> None:
    for path in where.iterdir():
        with suppress(OSError):
            if path.stat().st_mtime < time.time() - KEPT_SECONDS:
                path.unlink()
