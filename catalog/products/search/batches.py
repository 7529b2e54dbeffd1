"""Small batches first, then larger ones: most queries need only the first few blocks or products."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 16_384  # products; a place in a block fits into two bytes
FENCE = 256  # products between two fences (sorted samples) of a block
FIRST, GROWTH, MOST = 64, 4, 4096  # products verified at once

FEW = 512  # products that are sorted rather than found by a walk in order

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


def groups_of(counts: Places, start: int, descending: bool) -> Iterator[tuple[int, int, int]]:
    """Ranks in growing groups, as (first, last, products), from the rank `start` on; `counts`: products of each rank.

    A group has more than FEW products only if it is a single rank.
    """
    ranks = np.flatnonzero(counts)
    ranks = ranks[ranks <= start][::-1] if descending else ranks[ranks >= start]
    group: list[int] = []
    count, size = 0, FIRST
    for rank in ranks.tolist():
        if group and (count >= size or count + counts[rank] > FEW):
            yield min(group), max(group), count
            group, count, size = [], 0, min(size * GROWTH, FEW)
        group.append(rank)
        count += int(counts[rank])
    if group:
        yield min(group), max(group), count
