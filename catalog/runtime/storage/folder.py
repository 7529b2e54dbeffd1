"""Files by key in a folder: on one machine, or on a disk that all machines share."""

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from catalog.runtime.storage.protocol import Writer


class _Writer:
    """A file of the folder that is being written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, os.SEEK_END)

    def write(self, data: bytes) -> int:
        """Write more bytes."""
        self.size += len(data)
        return self._file.write(data)

    def truncate(self, size: int) -> None:
        """Drop all bytes after the first `size`."""
        self.size = self._file.truncate(size)

    def sync(self) -> None:
        """Flush to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class Folder:
    """Files below one folder, readable only by this user. Their names are our keys, never names that a person chose."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def create(self, key: str = "") -> tuple[str, Writer]:
        """A new file that is being written, and its key; `keep` it or `delete` it."""
        self._root.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = key or uuid.uuid4().hex
        descriptor = os.open(self._part(key), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        return key, _Writer(os.fdopen(descriptor, "wb"))

    def keep(self, key: str) -> None:
        """Mark a file as complete and sync it: from now on it can be opened, also after a power cut. Repeatable."""
        with suppress(FileNotFoundError):
            self._part(key).rename(self._path(key))
        folder = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def extend(self, key: str) -> Iterator[Writer]:
        """A file that is being written, open at its end, for one writer at a time; what was written stays in any case.

        Raises FileNotFoundError, and BlockingIOError while another one writes, in whichever process.
        """
        descriptor = os.open(self._part(key), os.O_WRONLY | os.O_APPEND)
        with os.fdopen(descriptor, "ab") as file:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            writer = _Writer(file)
            try:
                yield writer
            finally:
                writer.sync()

    def size(self, key: str) -> int:
        """Size of a file in bytes, complete or not. Raises FileNotFoundError."""
        try:
            return self._part(key).stat().st_size
        except FileNotFoundError:  # it is complete
            return self._path(key).stat().st_size

    def open(self, key: str) -> BinaryIO:
        """Open a complete file for reading. Raises FileNotFoundError."""
        return self._path(key).open("rb")

    def open_so_far(self, key: str) -> BinaryIO:
        """Open a file for reading, complete or not. Raises FileNotFoundError."""
        try:
            return self._part(key).open("rb")
        except FileNotFoundError:  # it is complete
            return self._path(key).open("rb")

    def exists(self, key: str) -> bool:
        """Whether the complete file is there."""
        return self._path(key).exists()

    def copy(self, key: str) -> str:
        """The key of a second file with the same bytes. Raises FileNotFoundError."""
        second = uuid.uuid4().hex
        os.link(self._path(key), self._path(second))  # a file is never written again
        os.utime(self._path(second))  # a new time, so that the search for orphans does not find it
        return second

    def delete(self, key: str) -> None:
        """Delete a file, complete or not; no error if it is not there."""
        self._path(key).unlink(missing_ok=True)
        self._part(key).unlink(missing_ok=True)

    def is_writable(self) -> bool:
        """Whether files can be written, to the folder or to a new one."""
        parent = next(path for path in (self._root, *self._root.parents) if path.exists())
        return os.access(parent, os.W_OK)

    def sweep(self, older_than: float) -> int:
        """Delete nothing, and return 0: every file of the folder has a key."""
        return 0

    def _path(self, key: str) -> Path:
        return self._root / key

    def _part(self, key: str) -> Path:
        return self._root / f"{key}.part"

    def whole(self, older_than: float) -> list[str]:
        """Keys of the complete files that arrived before this time (seconds since the epoch)."""
        return [path.name for path in self._root.glob("*") if not path.suffix and _is_older(path, older_than)]

    def used_bytes(self) -> int:
        """Bytes that all files take on the disk; a copied file counts once."""
        sizes: dict[int, int] = {}
        with suppress(FileNotFoundError):
            for entry in os.scandir(self._root):
                with suppress(FileNotFoundError):
                    sizes[entry.inode()] = entry.stat().st_size
        return sum(sizes.values())

    def parts(self, older_than: float) -> list[str]:
        """Keys of incomplete files that were last written before this time (seconds since the epoch)."""
        return [path.stem for path in self._root.glob("*.part") if _is_older(path, older_than)]


def _is_older(path: Path, than: float) -> bool:
    try:
        return path.stat().st_mtime < than
    except FileNotFoundError:
        return False
