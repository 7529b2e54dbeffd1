"""Small batches first, then larger ones: most queries need only the first few blocks or products."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 16_384  # products; a place in a block fits into two bytes
FENCE = 256  # products between two fences (sorted samples) of a block
FIRST, GROWTH, MOST = 64, 4, 4096  # products verified at once

Places = NDArray[np.int64]


def batches_of(blocks: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Blocks in growing batches: most queries need only the first."""
    start, size = 0, 2
    while start < len(blocks):
        yield blocks[start : start + size]
        start, size = start + size, min(size * GROWTH, 256)


def chunks_of(found: Iterator[Places], size: int = FIRST) -> Iterator[Places]:
    """Products in growing chunks: a page is short."""
    left: Places = np.empty(0, np.int64)
    for places in found:
        left = np.concatenate([left, places])
        while len(left) >= size:
            yield left[:size]
            left, size = left[size:], min(size * GROWTH, MOST)
    if len(left):
        yield left
