"""How a posting stores the places of a block that hold its term: a list while they are few, else a bitmap.

A list is uint16, little-endian, ascending: an even number of bytes. A bitmap has one bit for each place of the block, the
lowest bit of a byte first, and one zero byte behind it: an odd number of bytes. `building.packing` writes them.
"""

import numpy as np
from numpy.typing import NDArray

from catalog.products.search.batches import BLOCK

MOST_LISTED = BLOCK // 16  # so long a list takes as many bytes as a bitmap
BITMAP = BLOCK // 8 + 1  # bytes

Mask = NDArray[np.bool_]
"""A set of places: one truth value for each place of a block."""


def mask(lists: bytes | memoryview | None, bitmaps: bytes | memoryview | None) -> Mask:
    """The places in any of some lists, and of some bitmaps, each kind one behind the other; shape (BLOCK,)."""
    found = np.zeros(BLOCK, np.bool_)
    if bitmaps:
        found |= np.unpackbits(_either(bitmaps), bitorder="little").view(np.bool_)
    if lists:
        found[np.frombuffer(lists, "<u2")] = True
    return found


def weight(lists: bytes | memoryview | None, bitmaps: bytes | memoryview | None) -> int:
    """How many places these are, counted once for each list and bitmap; twice that, in bytes of a list."""
    listed = len(lists) if lists else 0
    return listed + 2 * int(np.bitwise_count(np.frombuffer(bitmaps or b"", np.uint8)).sum())


def _either(bitmaps: bytes | memoryview) -> NDArray[np.uint8]:
    rows = np.frombuffer(bitmaps, np.uint8).reshape(-1, BITMAP)[:, :-1]
    either: NDArray[np.uint8] = np.bitwise_or.reduce(rows, axis=0)
    return either
