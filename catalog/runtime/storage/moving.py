"""Move all files from one storage to another, while Catalog is stopped. Run again, an interrupted move continues."""

import math
from collections.abc import Iterator

from catalog.runtime.storage.bucket import Bucket
from catalog.runtime.storage.protocol import Storage

BLOCK_BYTES = 1024**2


class Incomplete(Exception):
    """A file has another size after it was copied; the old one was not deleted."""


def move(source: Storage, target: Storage) -> Iterator[int]:
    """Move file by file; yields the bytes of each. A file is deleted from its old place once the new one is complete.

    Raises Incomplete, Away.
    """
    if isinstance(source, Bucket) and isinstance(target, Bucket):
        yield from target.take_objects(source)
        return
    for key in source.whole(math.inf):
        yield _one(source, target, key, whole=True)
    for key in source.parts(math.inf):
        yield _one(source, target, key, whole=False)


def _one(source: Storage, target: Storage, key: str, *, whole: bool) -> int:
    """Move a file. What an interrupted move left at the new place is written again."""
    target.delete(key)
    _, writer = target.create(key)
    try:
        with source.open_so_far(key) as file:
            while data := file.read(BLOCK_BYTES):
                writer.write(data)
        writer.sync()
    finally:
        writer.close()
    size = source.size(key)
    if target.size(key) != size:
        raise Incomplete(f"The file {key} was not copied completely. It is still at its old place.")
    if whole:
        target.keep(key)
    source.delete(key)
    return size
