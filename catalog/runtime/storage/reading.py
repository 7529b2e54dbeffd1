"""Read the objects of a file as one file, from any place. What is read in order is fetched ahead."""

import io
from bisect import bisect_right
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from catalog.runtime.storage.objects import Objects

FIRST_BYTES = 64 * 1024  # fetched at a new place: a look at the first bytes, the directory of an archive
BLOCK_BYTES = 2 * 1024**2  # fetched at once of what is read in order


class Part(NamedTuple):
    """The first `size` bytes of an object, and their place in the file."""

    start: int
    size: int
    object: str


class Joined(io.RawIOBase):
    """A file of several objects. While one block is used, another thread fetches the next."""

    def __init__(self, objects: Objects, parts: Sequence[Part]) -> None:
        self._objects = objects
        self._parts = parts
        self._starts = [part.start for part in parts]
        self._size = parts[-1].start + parts[-1].size if parts else 0
        self._place = 0
        self._begin, self._block = 0, b""  # the block that is used
        self._next: tuple[int, Future[bytes]] | None = None
        self._fetcher = ThreadPoolExecutor(1, "bucket")

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always: any place is one request away."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        if base + offset < 0:
            raise ValueError("negative seek position")
        self._place = base + offset
        return self._place

    def tell(self) -> int:
        """The place of the next byte."""
        return self._place

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # as io calls it
        """The next bytes. Raises FileNotFoundError, Away."""
        if self._place >= self._size:
            return 0
        if not self._begin <= self._place < self._begin + len(self._block):
            self._load()
        skipped = self._place - self._begin
        data = self._block[skipped : skipped + len(buffer)]
        buffer[: len(data)] = data
        self._place += len(data)
        return len(data)

    def close(self) -> None:
        """Stop fetching."""
        if not self.closed:
            self._fetcher.shutdown(wait=False, cancel_futures=True)
        super().close()

    def _load(self) -> None:
        """Get the block at the place; if it follows the last one, let the one after it be fetched."""
        follows = bool(self._block) and self._place == self._begin + len(self._block)
        ahead, self._next = self._next, None
        if ahead and ahead[0] == self._place:
            self._block = ahead[1].result()
        else:
            self._block = self._fetched(self._place, BLOCK_BYTES if follows else FIRST_BYTES)
        self._begin = self._place
        after = self._begin + len(self._block)
        if follows and after < self._size:
            self._next = after, self._fetcher.submit(self._fetched, after, BLOCK_BYTES)

    def _fetched(self, place: int, most: int) -> bytes:
        """The bytes from a place on, of one object."""
        part = self._parts[bisect_right(self._starts, place) - 1]
        skipped = place - part.start
        return self._objects.get(part.object, skipped, min(most, part.size - skipped))
