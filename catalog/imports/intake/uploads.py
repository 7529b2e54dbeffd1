"""Bytes on their way in: streamed to storage with a sha256 on the way, never whole in memory."""

import hashlib
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO

from flask import current_app

from catalog.config import Settings
from catalog.runtime.storage import Folder

BLOCK_BYTES = 1024**2
FILE_GONE = "The stored file is gone. Upload it again."


class TooLarge(Exception):
    """More bytes came than an upload may have."""


class Gone(Exception):
    """The stored file is not there any more."""

    def __init__(self) -> None:
        super().__init__(FILE_GONE)


@dataclass(frozen=True)
class Stored:
    """A file that arrived whole: its key in storage, its size in bytes, its sha256 in hex."""

    key: str
    size: int
    sha256: str


class Upload:
    """A file being received: a sink of bytes that ends in `finish` or `abort`."""

    def __init__(self, storage: Folder, limit: int) -> None:
        self._storage = storage
        self._limit = limit
        self._hash = hashlib.sha256()
        self._key, self._file = storage.create()
        self.size = 0

    def write(self, data: bytes) -> int:
        """Take more bytes. Raises TooLarge and forgets the file."""
        self.size += len(data)
        if self.size > self._limit:
            self.abort()
            raise TooLarge
        self._hash.update(data)
        return self._file.write(data)

    def append(self, offset: int, stream: BinaryIO) -> int:
        """Take a stream from its place in the file on; returns the size then. Raises ValueError if bytes would be missing."""
        if offset != self.size:
            raise ValueError(f"the upload has {self.size} bytes, the next ones can't begin at {offset}")
        while data := stream.read(BLOCK_BYTES):
            self.write(data)
        return self.size

    def sha256(self) -> str:
        """Of what came so far, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> Stored:
        """The file is whole and on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._storage.keep(self._key)
        return Stored(self._key, self.size, self._hash.hexdigest())

    def abort(self) -> None:
        """Forget the file; once more is fine."""
        with suppress(OSError):  # a full disk says so once more
            self._file.close()
        self._storage.delete(self._key)


class Misplaced(Exception):
    """These bytes don't go on where the file ends; `size` is what it has."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the upload has {size} bytes; the next ones begin there")
        self.size = size


class Damaged(Exception):
    """What came is not what was sent, by its checksum; nothing of it was kept."""


@dataclass(frozen=True)
class Checksum:
    """What a part must come to: an algorithm of hashlib, and the digest."""

    algorithm: str
    digest: bytes


def start() -> str:
    """The key of a new file that `append` fills, over as many requests and processes as it takes."""
    key, file = storage().create()
    file.close()
    return key


def append(key: str, offset: int, stream: BinaryIO, most: int, checksum: Checksum | None = None) -> tuple[int, str]:
    """Take a stream from its place in the file on; returns the file's size then, and the sha256 of what was added.

    What came before the connection broke stays. Raises Misplaced, TooLarge for more than `most` bytes in the file, Damaged,
    and what `storage.extend` raises.
    """
    digest = hashlib.sha256()
    check = hashlib.new(checksum.algorithm) if checksum else hashlib.sha256()
    with storage().extend(key) as file:
        size = file.seek(0, os.SEEK_END)
        if size != offset:
            raise Misplaced(size)
        try:
            while data := stream.read(BLOCK_BYTES):
                size += len(data)
                if size > most:
                    raise TooLarge
                file.write(data)
                digest.update(data)
                if checksum:
                    check.update(data)
            if checksum and check.digest() != checksum.digest:
                raise Damaged
        except Exception:
            if checksum:  # half a part can't be proven
                file.truncate(offset)
            raise
    return size, digest.hexdigest()


def seal(key: str, sha256: str = "") -> Stored:
    """A file that `append` filled is whole; its sha256 is read off the disk unless it is known."""
    folder = storage()
    folder.keep(key)
    with folder.open(key) as file:
        found = sha256 or _sha256(file)
    return Stored(key, folder.size(key), found)


def _sha256(file: BinaryIO) -> str:
    digest = hashlib.sha256()
    while data := file.read(BLOCK_BYTES):
        digest.update(data)
    return digest.hexdigest()


def begin() -> Upload:
    """A new upload within the limit of the settings."""
    settings = _settings()
    return Upload(storage(), settings.max_upload_bytes)


def storage() -> Folder:
    """Where uploads are kept."""
    return Folder(_settings().uploads)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
