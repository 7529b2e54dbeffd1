"""Files by key in a bucket: any host writes the next part of a file, and any host reads it.

A file is a list of objects in the database (`rows`). It is complete when its row says so; nothing is joined or copied.
An object that no row has, because its process died or a longer one replaced it, is deleted a day later.
"""

import io
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from sqlalchemy import Engine

from catalog.runtime.storage.objects import Objects
from catalog.runtime.storage.protocol import Writer
from catalog.runtime.storage.reading import Joined
from catalog.runtime.storage.rows import Rows
from catalog.runtime.storage.writing import BucketWriter, part_bytes

BUFFER_BYTES = 256 * 1024
SWEPT_AT_ONCE = 1000


class Bucket:
    """Files of at most `most` bytes as objects below a URL, with their rows in a database."""

    def __init__(self, url: str, engine: Engine, most: int) -> None:
        self._objects = Objects(url)
        self._rows = Rows(engine)
        self._full = part_bytes(most)

    def create(self, key: str = "") -> tuple[str, Writer]:
        """The key and the writer of a new file; `keep` it or `delete` it."""
        key = key or uuid.uuid4().hex
        self._rows.create(key)
        return key, self._writer(key)

    @contextmanager
    def extend(self, key: str) -> Iterator[Writer]:
        """The writer of an incomplete file; what was written stays. Raises FileNotFoundError, BlockingIOError, Away."""
        writer = self._writer(key)
        try:
            try:
                yield writer
            finally:
                writer.sync()
        finally:
            writer.close()

    def keep(self, key: str) -> None:
        """Mark a file as complete. May be called again."""
        self._rows.keep(key)

    def size(self, key: str) -> int:
        """Size of a file in bytes, complete or not. Raises FileNotFoundError."""
        return self._rows.size(key)

    def exists(self, key: str) -> bool:
        """Whether the complete file is there."""
        return bool(self._rows.is_whole(key))

    def open(self, key: str) -> BinaryIO:
        """Open a complete file for reading, from any place. Raises FileNotFoundError."""
        if not self._rows.is_whole(key):
            raise FileNotFoundError(key)
        return self._opened(key)

    def open_so_far(self, key: str) -> BinaryIO:
        """Open a file for reading, complete or not. Raises FileNotFoundError."""
        if self._rows.is_whole(key) is None:
            raise FileNotFoundError(key)
        return self._opened(key)

    def copy(self, key: str) -> str:
        """The key of a second file of the same objects. Raises FileNotFoundError."""
        second = uuid.uuid4().hex
        self._rows.copy(key, second)
        return second

    def delete(self, key: str) -> None:
        """Delete a file, complete or not, with the objects that no other file has."""
        self._objects.delete(self._rows.delete(key))

    def whole(self, older_than: float) -> list[str]:
        """Keys of the complete files that arrived before this time (seconds since the epoch)."""
        return self._rows.old(whole=True, than=older_than)

    def parts(self, older_than: float) -> list[str]:
        """Keys of incomplete files that were last written before this time (seconds since the epoch)."""
        return self._rows.old(whole=False, than=older_than)

    def used_bytes(self) -> int:
        """Bytes that all files take; a copied file counts once."""
        return self._rows.used_bytes()

    def sweep(self, older_than: float) -> int:
        """Delete objects from before this time that no file has; returns how many. Raises Away."""
        old = [one.name for one in self._objects.listed() if one.written_at < older_than]
        strays: list[str] = []
        for i in range(0, len(old), SWEPT_AT_ONCE):
            some = old[i : i + SWEPT_AT_ONCE]
            known = self._rows.known(some)
            strays += [name for name in some if name not in known]
        self._objects.delete(strays)
        return len(strays)

    def missing(self) -> list[str]:
        """Keys of files with an object that is not in the bucket. Raises Away."""
        there = {one.name for one in self._objects.listed()}
        lost = [keys for name, keys in self._rows.keys_by_object().items() if name not in there]
        return sorted({key for keys in lost for key in keys})

    def take_objects(self, source: "Bucket") -> Iterator[int]:
        """Move all objects of files from another bucket; yields the bytes of each. Rows name no bucket: they stay."""
        names = self._rows.keys_by_object()
        there = {one.name for one in self._objects.listed()}
        for one in list(source._objects.listed()):
            if one.name in names:
                if one.name not in there:
                    self._objects.put(one.name, source._objects.get(one.name, 0, one.size))
                source._objects.delete([one.name])
                yield one.size

    def _writer(self, key: str) -> BucketWriter:
        return BucketWriter(self._objects, self._rows, key, self._full)

    def _opened(self, key: str) -> BinaryIO:
        joined = Joined(self._objects, self._rows.parts(key))
        return cast(BinaryIO, io.BufferedReader(joined, BUFFER_BYTES))
