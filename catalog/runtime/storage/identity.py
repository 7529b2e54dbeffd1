"""Which storage it is: two hosts use the same files if theirs has the same identity."""

import os
import uuid
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile

from catalog.runtime.settings import Settings

MARK = "folder.id"  # it has a suffix, so that it is no key of a file


def identity(settings: Settings) -> str:
    """The identity of the storage of uploads: for a folder, what its mark says. Creates missing folders and marks.

    For a bucket, a fingerprint of its URL: hosts may know its server by several names, but not by several prefixes.
    """
    if settings.bucket_url:
        return sha256(settings.bucket_url.partition("?")[0].rstrip("/").encode()).hexdigest()[:32]
    return _mark(settings.uploads)


def _mark(folder: Path) -> str:
    """The mark of a folder, created once, however many processes ask: it is written to a new file and linked."""
    path = folder / MARK
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=folder, suffix=".new") as file:
            file.write(uuid.uuid4().hex)
            file.flush()
            try:
                os.link(file.name, path)
            except FileExistsError:
                pass
    return path.read_text().strip()
