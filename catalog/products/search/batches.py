"""Small batches first, then larger ones: most queries need only the first few blocks or products."""

from collections.abc import Iterator, Sequence
from typing import Any

BLOCK = 16_384  # products; a place in a block fits into two bytes
FENCE = 256  # products between two fences (sorted samples) of a block
FIRST, GROWTH, MOST = 64, 4, 4096  # products verified at once


def batches_of(blocks: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """Blocks in growing batches: most queries need only the first."""
    start, size = 0, 2
    while start < len(blocks):
        yield blocks[start : start + size]
        start, size = start + size, min(size * GROWTH, 256)


def chunks_of(places: Iterator[int], size: int = FIRST) -> Iterator[list[int]]:
    """Products in growing chunks: a page is short."""
    chunk: list[int] = []
    for place in places:
        chunk.append(place)
        if len(chunk) == size:
            yield chunk
            chunk, size = [], min(size * GROWTH, MOST)
    if chunk:
        yield chunk
