"""Receive bytes: stream them to storage and compute the sha256, never holding the whole file in memory."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO, cast

from flask import current_app

from catalog.config import Settings
from catalog.runtime.storage import Folder

BLOCK_BYTES = 1024**2
FILE_GONE = "The stored file was deleted. Upload it again."


class TooLarge(Exception):
    """More bytes came than an upload may have."""


class Gone(Exception):
    """The stored file is no longer there."""

    def __init__(self) -> None:
        super().__init__(FILE_GONE)


@dataclass(frozen=True)
class Stored:
    """A file that arrived whole: its key in storage, its size in bytes, its sha256 in hex."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Checksum:
    """What a part must come to: an algorithm of hashlib, and the digest."""

    algorithm: str
    digest: bytes


class Upload:
    """A file being received: a sink of bytes that ends in `finish` or `abort`, or continues in another request (`go_on`)."""

    def __init__(self, key: str, file: BinaryIO, most: int, size: int = 0) -> None:
        self._key = key
        self._file = file
        self._most = most
        self._hash = hashlib.sha256()
        self.size = size

    def write(self, data: bytes) -> int:
        """Take more bytes. Raises TooLarge before any of them is kept."""
        if self.size + len(data) > self._most:
            raise TooLarge
        self.size += len(data)
        self._hash.update(data)
        return self._file.write(data)

    def take(self, stream: BinaryIO) -> None:
        """Take all bytes of a stream. Raises TooLarge."""
        while data := stream.read(BLOCK_BYTES):
            self.write(data)

    def sha256(self) -> str:
        """Of what this upload took, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> Stored:
        """The file is whole and on the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        return seal(self._key, self.sha256())

    def abort(self) -> None:
        """Delete the file; it may be called again."""
        with suppress(OSError):  # a full disk says so again
            self._file.close()
        storage().delete(self._key)


class Misplaced(Exception):
    """These bytes don't continue where the file ends; `size` is what it has."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The upload has {size} bytes. Continue from there.")
        self.size = size


class Damaged(Exception):
    """What came is not what was sent, by its checksum; nothing of it was kept."""


def begin() -> Upload:
    """A new upload within the limit of the settings."""
    return Upload(*storage().create(), _settings().max_upload_bytes)


@contextmanager
def receiving() -> Iterator[Upload]:
    """A new upload that is forgotten if what fills it fails."""
    upload = begin()
    try:
        yield upload
    except BaseException:
        upload.abort()
        raise


def start() -> str:
    """The key of a new file that comes in parts, over as many requests and processes as it takes: see `go_on`."""
    key, file = storage().create()
    file.close()
    return key


@contextmanager
def go_on(key: str, offset: int, most: int, checksum: Checksum | None = None) -> Iterator[Upload]:
    """The upload of one more part, from its place in the file on. What came before the connection broke stays.

    Raises Misplaced, TooLarge for more than `most` bytes in the file, Damaged, and what `storage.extend` raises.
    """
    with storage().extend(key) as file:
        size = file.seek(0, os.SEEK_END)
        if size != offset:
            raise Misplaced(size)
        sink = _Checked(file, checksum) if checksum else file
        try:
            yield Upload(key, cast(BinaryIO, sink), most, size)
            if isinstance(sink, _Checked):
                sink.check()
        except Exception:
            if checksum:  # half a part can't be proven
                file.truncate(offset)
            raise


class _Checked:
    """A file whose new bytes must come to a checksum."""

    def __init__(self, file: BinaryIO, checksum: Checksum) -> None:
        self._file = file
        self._digest = checksum.digest
        self._hash = hashlib.new(checksum.algorithm)

    def write(self, data: bytes) -> int:
        """Take more bytes."""
        self._hash.update(data)
        return self._file.write(data)

    def check(self) -> None:
        """All bytes are written. Raises Damaged."""
        if self._hash.digest() != self._digest:
            raise Damaged


def seal(key: str, sha256: str = "") -> Stored:
    """A file is whole; its sha256 is read off the disk unless it is known."""
    storage().keep(key)
    return Stored(key, storage().size(key), sha256 or sha256_of(key))


def sha256_of(key: str) -> str:
    """The hash of a whole file, read off the disk."""
    digest = hashlib.sha256()
    with storage().open(key) as file:
        while data := file.read(BLOCK_BYTES):
            digest.update(data)
    return digest.hexdigest()


def storage() -> Folder:
    """Where uploads are kept."""
    return Folder(_settings().uploads)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
