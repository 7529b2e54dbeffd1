"""From pairs of a term and a place to postings: each term once, with its places as `places` describes them."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.products.search.batches import BLOCK
from catalog.products.search.building import arrow
from catalog.products.search.building.arrow import Array
from catalog.products.search.places import BITMAP, MOST_LISTED

PLACE_BITS = BLOCK.bit_length() - 1
# Up to this many terms, a pair of term and place fits into 32 bits, which sort twice as fast.
NARROW = 1 << (32 - PLACE_BITS)
AT_ONCE = 256  # bitmaps that are in memory as truth values at the same time, 16 KB each

Numbers = NDArray[np.uint32] | NDArray[np.uint64]
Places = NDArray[np.uint32]


@dataclass(frozen=True)
class Grouped:
    """The numbers of the terms that occur, ascending, and the places of each: `places[borders[i] : borders[i + 1]]`."""

    terms: NDArray[np.int64]
    borders: NDArray[np.int64]
    places: NDArray[np.uint16]


def grouped(terms: Numbers, places: Places, most: int) -> Grouped:
    """Each term with its places, every place once. The numbers of terms are below `most`, which may be 2 ** 50."""
    kind = np.uint32 if most <= NARROW else np.uint64
    pairs: NDArray[Any] = terms.astype(kind)
    pairs <<= kind(PLACE_BITS)
    pairs |= places.astype(kind, copy=False)
    pairs.sort()
    new = _changed(pairs)
    if not new.all():
        pairs = pairs[new]
    numbers = pairs >> kind(PLACE_BITS)
    begins = np.flatnonzero(_changed(numbers))
    borders = np.append(begins, len(pairs))
    return Grouped(numbers[begins].astype(np.int64), borders, (pairs & kind(BLOCK - 1)).astype("<u2"))


def packed(found: Grouped, names: Array) -> tuple[Array, Array]:
    """Terms and their places as they are stored; `names` are the terms in the order of `found`."""
    counts = np.diff(found.borders)
    many = counts > MOST_LISTED
    if not many.any():
        return names, _lists(found.places, counts)
    listed = np.repeat(~many, counts)
    lists, bitmaps = _lists(found.places[listed], counts[~many]), _bitmaps(found.places[~listed], counts[many])
    return arrow.chosen(names, np.argsort(many, kind="stable")), arrow.behind(lists, bitmaps)


def _lists(places: NDArray[np.uint16], counts: NDArray[np.int64]) -> Array:
    return arrow.binary(places.tobytes(), np.cumsum(counts) * 2)


def _bitmaps(places: NDArray[np.uint16], counts: NDArray[np.int64]) -> Array:
    """Some hundreds at a time, so that memory stays flat."""
    ends = np.cumsum(counts)
    parts = []
    for first in range(0, len(counts), AT_ONCE):
        some = counts[first : first + AT_ONCE]
        start = ends[first] - counts[first]
        bits = np.zeros((len(some), BITMAP * 8), np.bool_)
        bits[np.repeat(np.arange(len(some)), some), places[start : start + some.sum()]] = True
        parts.append(np.packbits(bits, axis=1, bitorder="little").tobytes())
    return arrow.binary(b"".join(parts), np.arange(1, len(counts) + 1) * BITMAP)


def _changed(values: Numbers) -> NDArray[np.bool_]:
    """For each value whether it differs from the one before it; the first does."""
    changed = np.ones(len(values), np.bool_)
    np.not_equal(values[1:], values[:-1], out=changed[1:])
    return changed
