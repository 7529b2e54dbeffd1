"""Write a file as objects: bytes are collected to a part, the part becomes an object, and its row makes it count."""

import time
import uuid

from catalog.runtime.storage.objects import Objects
from catalog.runtime.storage.reading import Part
from catalog.runtime.storage.rows import Rows

PART_BYTES = 5 * 1024**2
MOST_PARTS = 10_000
SIGN_SECONDS = 2.0  # between two signs of life of a writer
WAIT_SECONDS = 3.0  # of a slow sender, after which its bytes are stored before the part is full
WORTH_BYTES = 256 * 1024


def part_bytes(most: int) -> int:
    """The size of a part, so that a file of `most` bytes has at most MOST_PARTS of them."""
    return max(PART_BYTES, -(-most // MOST_PARTS))


class BucketWriter:
    """The one writer of a file. A last part that is not full is written again, with the bytes that follow it."""

    def __init__(self, objects: Objects, rows: Rows, key: str, full: int) -> None:
        self._objects, self._rows, self._key, self._full = objects, rows, key, full
        self._writer = uuid.uuid4().hex
        rows.take(key, self._writer)
        self._signed_at = self._stored_at = time.monotonic()
        self._start = self._stored = 0  # where the buffer begins, and how much of it is stored
        self._buffer = bytearray()
        self._resume()

    @property
    def size(self) -> int:
        """Bytes of the file, including those that wait to be stored."""
        return self._start + len(self._buffer)

    def write(self, data: bytes) -> int:
        """Collect bytes, and store what fills a part. Raises BlockingIOError if another writer took over, and Away."""
        self._buffer += data
        while len(self._buffer) >= self._full:
            self._store(self._full)
        now = time.monotonic()
        if now - self._stored_at > WAIT_SECONDS and len(self._buffer) >= max(2 * self._stored, WORTH_BYTES):
            self._store(len(self._buffer))
        if now - self._signed_at > SIGN_SECONDS:
            self._rows.take(self._key, self._writer)
            self._signed_at = now
        return len(data)

    def truncate(self, size: int) -> None:
        """Drop all bytes after the first `size`."""
        self._rows.cut(self._key, self._writer, size)
        if size <= self._start:
            self._resume()
            return
        del self._buffer[size - self._start :]
        self._stored = min(self._stored, len(self._buffer))

    def sync(self) -> None:
        """Store the bytes that wait."""
        if len(self._buffer) > self._stored:
            self._store(len(self._buffer))

    def close(self) -> None:
        """Let others write."""
        self._rows.release(self._key, self._writer)

    def _resume(self) -> None:
        """Begin after what is stored. A part that is not full is fetched, to be written again."""
        parts = self._rows.parts(self._key)
        self._start, self._buffer = 0, bytearray()
        if parts:
            last = parts[-1]
            self._start = last.start + last.size
            if last.size < self._full:
                self._start, self._buffer = last.start, bytearray(self._objects.get(last.object, 0, last.size))
        self._stored = len(self._buffer)

    def _store(self, size: int) -> None:
        """Store the first bytes of the buffer as an object."""
        name = f"{self._key}/{self._start:014d}-{uuid.uuid4().hex[:8]}"
        self._objects.put(name, bytes(self._buffer[:size]))
        self._rows.add(self._key, self._writer, Part(self._start, size, name))
        self._stored = size
        if size == self._full:
            del self._buffer[:size]
            self._start, self._stored = self._start + size, 0
        self._signed_at = self._stored_at = time.monotonic()
