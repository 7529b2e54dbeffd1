"""Receive bytes: stream them to storage and compute the sha256, never holding the whole file in memory."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import BinaryIO

from flask import current_app

from catalog.models import db
from catalog.runtime import Settings, Storage, Writer, storage as runtime_storage

BLOCK_BYTES = 1024**2
FILE_GONE = "The stored file was deleted. Upload it again."


class TooLarge(Exception):
    """The upload is larger than allowed."""


class Gone(Exception):
    """The stored file was deleted."""

    def __init__(self) -> None:
        super().__init__(FILE_GONE)


@dataclass(frozen=True)
class Stored:
    """A complete file: its key in storage, its size in bytes, its sha256 in hex."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Checksum:
    """The expected checksum of a part: an algorithm of hashlib, and the digest."""

    algorithm: str
    digest: bytes


class Upload:
    """A file that is being received. It ends with `finish` or `abort`, or continues in another request (`go_on`)."""

    def __init__(self, key: str, writer: Writer, most: int, checksum: Checksum | None = None) -> None:
        self._key = key
        self._writer = writer
        self._most = most
        self._hash = hashlib.sha256()
        self._checksum = checksum
        self._checked = hashlib.new(checksum.algorithm) if checksum else None

    @property
    def size(self) -> int:
        """Bytes of the file, including those of earlier parts."""
        return self._writer.size

    def write(self, data: bytes) -> int:
        """Write more bytes. Raises TooLarge before it writes any of them."""
        if self.size + len(data) > self._most:
            raise TooLarge
        self._hash.update(data)
        if self._checked:
            self._checked.update(data)
        return self._writer.write(data)

    def take(self, stream: BinaryIO) -> None:
        """Write all bytes of a stream. Raises TooLarge."""
        while data := stream.read(BLOCK_BYTES):
            self.write(data)

    def sha256(self) -> str:
        """The sha256 of the bytes that this upload wrote, in hex."""
        return self._hash.hexdigest()

    def finish(self) -> Stored:
        """Store the complete file, so that it survives a power cut."""
        self._writer.sync()
        self._writer.close()
        return seal(self._key, self.sha256())

    def abort(self) -> None:
        """Delete the file. May be called again."""
        with suppress(OSError):  # a full disk raises this again
            self._writer.close()
        storage().delete(self._key)

    def check(self) -> None:
        """Compare the bytes that this upload wrote with their checksum, if there is one. Raises Damaged."""
        if self._checksum and self._checked and self._checked.digest() != self._checksum.digest:
            raise Damaged


class Misplaced(Exception):
    """The bytes do not start where the file ends; `size` is its size."""

    def __init__(self, size: int) -> None:
        super().__init__(f"The upload has {size} bytes. Continue from there.")
        self.size = size


class Damaged(Exception):
    """The checksum does not match; none of these bytes was kept."""


def begin() -> Upload:
    """A new upload within the limit of the settings."""
    return Upload(*storage().create(), _settings().max_upload_bytes)


@contextmanager
def receiving() -> Iterator[Upload]:
    """A new upload, which is deleted if the block raises."""
    upload = begin()
    try:
        yield upload
    except BaseException:
        upload.abort()
        raise


def start() -> str:
    """The key of a new file that arrives in parts, in any number of requests and processes: see `go_on`."""
    key, writer = storage().create()
    writer.close()
    return key


@contextmanager
def go_on(key: str, offset: int, most: int, checksum: Checksum | None = None) -> Iterator[Upload]:
    """The upload of one more part, from its place in the file on. What came before the connection broke stays.

    Raises Misplaced, TooLarge for more than `most` bytes in the file, Damaged, and what `storage.extend` raises.
    """
    with storage().extend(key) as writer:
        if writer.size != offset:
            raise Misplaced(writer.size)
        upload = Upload(key, writer, most, checksum)
        try:
            yield upload
            upload.check()
        except Exception:
            if checksum:  # an incomplete part can't be checked
                writer.truncate(offset)
            raise


def seal(key: str, sha256: str = "") -> Stored:
    """Finish a complete file; its sha256 is computed from storage if it is not known."""
    storage().keep(key)
    return Stored(key, storage().size(key), sha256 or sha256_of(key))


def sha256_of(key: str) -> str:
    """The sha256 of a complete file, computed from storage."""
    digest = hashlib.sha256()
    with storage().open(key) as file:
        while data := file.read(BLOCK_BYTES):
            digest.update(data)
    return digest.hexdigest()


def storage() -> Storage:
    """The storage of uploads."""
    return runtime_storage.of(_settings(), db.engine)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
