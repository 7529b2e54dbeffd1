"""How a posting stores the places of a block that hold its term: a list while they are few, else a bitmap.

A list is uint16, little-endian, ascending: an even number of bytes. A bitmap has one bit for each place of the block,
the lowest bit of a byte first, and one zero byte behind it: an odd number of bytes. `building.packing` writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalog.products.search.batches import BLOCK, Places
from catalog.products.search.copying import Bytes

MOST_LISTED = BLOCK // 16  # a list of this length takes as many bytes as a bitmap
BITMAP = BLOCK // 8 + 1  # bytes
ROW = BLOCK  # the distance between the places of two successive blocks, in sets that span several blocks
SHIFT = ROW.bit_length() - 1  # place >> SHIFT is the row of its block, several times faster than a division

Mask = NDArray[np.bool_]
"""A set of places: one truth value for each."""


@dataclass(frozen=True)
class Posted:
    """Where some blocks have a term, or one of several: place p of the block at row r is r * ROW + p."""

    blocks: int
    listed: Places  # in any order; several terms may have the same
    rows: NDArray[np.int64]  # of the bitmaps; several terms may have the same
    bitmaps: NDArray[np.uint8]  # shape (rows, BLOCK / 8)

    @property
    def weight(self) -> int:
        """How many places these are, counted once for each term."""
        return len(self.listed) + int(np.bitwise_count(self.bitmaps).sum())

    def mask(self) -> Mask:
        """For each place of the blocks whether it is among them."""
        found = np.zeros((self.blocks, ROW), np.bool_)
        if len(self.rows):
            rows, either = self._either()
            found[rows] = np.unpackbits(either, axis=1, bitorder="little").view(np.bool_)
        everywhere = found.reshape(-1)
        everywhere[self.listed] = True
        return everywhere

    def bits(self) -> NDArray[np.uint8]:
        """The same as one bitmap for each block."""
        listed = np.zeros((self.blocks, ROW), np.bool_)
        listed.reshape(-1)[self.listed] = True
        bits = np.packbits(listed, axis=1, bitorder="little")
        if len(self.rows):
            rows, either = self._either()
            bits[rows] |= either
        return bits

    def _either(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """The rows that have bitmaps, each once, and what any of its bitmaps has."""
        order = np.argsort(self.rows, kind="stable")
        rows, first = np.unique(self.rows[order], return_index=True)
        if len(rows) == len(order):
            return rows, self.bitmaps[order]
        wide = np.ascontiguousarray(self.bitmaps[order]).view(np.uint64)  # eight bytes at once
        return rows, np.bitwise_or.reduceat(wide, first, axis=0).view(np.uint8)

    def places(self) -> Places:
        """All of them, ascending."""
        if len(self.rows):
            return np.flatnonzero(self.mask())
        places = np.sort(self.listed)
        return places[np.diff(places, prepend=-1) > 0]


def posted(
    blocks: Sequence[int], list_blocks: Bytes, lengths: Bytes, lists: Bytes, bitmap_blocks: Bytes, bitmaps: Bytes
) -> Posted:
    """Made from lists in a row, with the block and the length of each, and bitmaps with their blocks (big-endian).

    Row r is that of `blocks[r]`.
    """
    known = np.array(blocks, np.int64)
    order = np.argsort(known)
    list_rows, bitmap_rows = (
        order[np.searchsorted(known, _numbers(some), sorter=order)] for some in (list_blocks, bitmap_blocks)
    )
    listed = np.frombuffer(lists or b"", "<u2") + np.repeat(list_rows, _numbers(lengths)) * ROW
    packed = np.frombuffer(bitmaps or b"", np.uint8).reshape(-1, BITMAP)[:, :-1]
    return Posted(len(blocks), listed, bitmap_rows, packed)


def _numbers(data: Bytes) -> NDArray[np.int64]:
    return np.frombuffer(data or b"", ">i4").astype(np.int64)
