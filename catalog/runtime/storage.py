"""Files by key: put, open, delete. A folder now; hosts need not share a disk, so paths are known here only."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO


class Folder:
    """Files below one folder, readable by us alone. A key is ours; no name that a person chose touches the disk."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self) -> tuple[str, BinaryIO]:
        """A new file that is being written, and its key; `keep` it or `delete` it."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = uuid.uuid4().hex
        descriptor = os.open(self._part(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return key, os.fdopen(descriptor, "wb")

    def keep(self, key: str) -> None:
        """The file is whole and on the disk: from now on it can be opened, also after a power cut; it may be called again."""
        with suppress(FileNotFoundError):
            self._part(key).rename(self._path(key))
        folder = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def extend(self, key: str) -> Iterator[BinaryIO]:
        """A file that is being written, open at its end, for one writer at a time; whatever happens, what was written stays.

        Raises FileNotFoundError, and BlockingIOError while another one writes, in whichever process.
        """
        descriptor = os.open(self._part(key), os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                yield file
            finally:
                file.flush()
                os.fsync(descriptor)

    def size(self, key: str) -> int:
        """The bytes of a file, whole or not. Raises FileNotFoundError."""
        try:
            return self._part(key).stat().st_size
        except FileNotFoundError:  # it is whole
            return self._path(key).stat().st_size

    def open(self, key: str) -> BinaryIO:
        """The file for reading. Raises FileNotFoundError."""
        return self._path(key).open("rb")

    def open_so_far(self, key: str) -> BinaryIO:
        """The file for reading, whole or not. Raises FileNotFoundError."""
        try:
            return self._part(key).open("rb")
        except FileNotFoundError:  # it is whole
            return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        """Whether the whole file is there."""
        return self._path(key).exists()

    def copy(self, key: str) -> str:
        """The key of a second file with the same bytes. Raises FileNotFoundError."""
        second = uuid.uuid4().hex
        os.link(self._path(key), self._path(second))  # a file is never written again
        os.utime(self._path(second))  # new, for who looks for what was forgotten
        return second

    def delete(self, key: str) -> None:
        """Remove the file, whole or not; it is fine if it is gone."""
        self._path(key).unlink(missing_ok=True)
        self._part(key).unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._root / key

    def _part(self, key: str) -> Path:
        return self._root / f"{key}.part"

    def whole(self, older_than: float) -> list[str]:
        """The keys of the whole files that arrived before this time (seconds since the epoch)."""
        return [path.name for path in self._root.glob("*") if not path.suffix and _is_older(path, older_than)]

    def used_bytes(self) -> int:
        """What all files take; one that was copied counts once."""
        sizes: dict[int, int] = {}
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._root):
                with suppress(FileNotFoundError):
                    sizes[entry.inode()] = entry.stat().st_size
        return sum(sizes.values())

    def parts(self, older_than: float) -> list[str]:
        """The keys of files whose writing stopped before this time (seconds since the epoch)."""
        return [path.stem for path in self._root.glob("*.part") if _is_older(path, older_than)]


def _is_older(path: Path, than: float) -> bool:
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:
        return False
