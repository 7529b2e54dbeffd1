"""Hashes of texts, 8 bytes each: they count different ones without keeping them.

They are the same in every process, which Python's are not.
"""

import numpy as np
import pandas as pd
import pyarrow as pa

from catalog.importer.values.texts import Numbers, Texts

Hashes = np.ndarray[tuple[int], np.dtype[np.int64]]
Powers = np.ndarray[tuple[int], np.dtype[np.uint64]]

BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse
INVERSE = pow(BASE, -1, 2**64)
NONE: Hashes = np.zeros(0, np.int64)


AT_ONCE = 512 * 1024  # bytes, of which each needs 30 while it is hashed


def hashes(texts: pd.Series | pa.LargeStringArray) -> Hashes:
    """A hash of each text: the value of a polynomial of its bytes, modulo 2 ** 64, by sums over many texts."""
    column = Texts(texts)
    found = [NONE]
    at = 0
    while at < len(column):
        after = int(np.searchsorted(column.ends, column.ends[at] + AT_ONCE, side="right")) - 1
        after = max(after, at + 1)
        found.append(_hashes(column.bytes, column.ends[at : after + 1]))
        at = after
    return np.concatenate(found)


def _hashes(text: np.ndarray[tuple[int], np.dtype[np.uint8]], ends: Numbers) -> Hashes:
    """The hashes of the texts between these ends."""
    begin, ends = int(ends[0]), ends - ends[0]
    size = int(ends[-1])
    terms = (text[begin : begin + size] + np.uint64(1)) * _powers(BASE, size)
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(terms, dtype=np.uint64)))
    parts = sums[ends[1:]] - sums[ends[:-1]]
    return (parts * _powers(INVERSE, size + 1)[ends[:-1]]).view(np.int64)


def _powers(base: int, count: int) -> Powers:
    powers = np.full(count, base, np.uint64)
    powers[:1] = 1
    return np.cumprod(powers, dtype=np.uint64)
