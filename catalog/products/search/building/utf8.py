"""Texts as one array of UTF-8 bytes: where its characters and words are, and which text holds them. No loop over texts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.products.search.building import arrow
from catalog.products.search.building.arrow import Array
from catalog.products.search.terms import SEPARATORS

Bytes = NDArray[np.uint8]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]

SPACE = 0x20
MANY_BYTES = 0xC2  # from here on a byte begins a character of several bytes


def _separators() -> Bools:
    """For each character of Unicode whether it stands between words."""
    table = np.zeros(0x110000, np.bool_)
    for low, high in re.findall(r"\\u([0-9a-f]{4})(?:-\\u([0-9a-f]{4}))?", SEPARATORS):
        table[int(low, 16) : int(high or low, 16) + 1] = True
    return table


SEPARATOR = _separators()
ASCII_WORD = np.concatenate([~SEPARATOR[:0x80], np.ones(0x80, np.bool_)])  # a byte; what is beyond ASCII is looked at


@dataclass(frozen=True)
class Column:
    """One text of each product: `data` has a space behind every text, `lengths` are bytes without that space."""

    data: Bytes
    lengths: Ints

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Column":
        """From texts in memory."""
        encoded = [text.encode() for text in texts]
        data = np.frombuffer(b"".join(text + b" " for text in encoded), np.uint8)
        return cls(data, np.array([len(text) for text in encoded], np.int64))

    @cached_property
    def starts(self) -> Ints:
        """Where each text begins in `data`."""
        return np.cumsum(self.lengths + 1) - (self.lengths + 1)

    def places(self, at: Ints) -> Numbers:
        """The number of the text that holds each of these positions, which ascend."""
        before = np.searchsorted(at, self.starts)
        return np.repeat(np.arange(len(self.starts), dtype=np.uint32), np.diff(before, append=len(at)))


def characters(column: Column) -> tuple[Numbers, Numbers]:
    """The code point of each character, spaces between texts included, and the number of its text."""
    at = np.flatnonzero((column.data & 0xC0) != 0x80)
    codes = column.data[at].astype(np.uint32)
    many = np.flatnonzero(codes >= MANY_BYTES)
    codes[many] = _decoded(column.data, at[many])
    return codes, column.places(at)


def words(column: Column) -> tuple[Array, Numbers]:
    """Each word where it stands, and the number of its text."""
    inside = _in_words(column.data)
    edges = np.flatnonzero(np.diff(inside, prepend=False))  # a space is last, so each word has an end
    starts, ends = edges[::2], edges[1::2]
    return arrow.strings(column.data[inside].tobytes(), np.cumsum(ends - starts)), column.places(starts)


def letters(codes: Ints) -> Array:
    """One text of one character for each code point."""
    encoded = [chr(code).encode() for code in codes.tolist()]
    return arrow.strings(b"".join(encoded), np.cumsum([len(character) for character in encoded]).astype(np.int64))


def _in_words(data: Bytes) -> Bools:
    """For each byte whether its character belongs to a word."""
    inside = ASCII_WORD[data]
    first = np.flatnonzero(data >= MANY_BYTES)
    first = first[SEPARATOR[_decoded(data, first)]]
    inside[first] = inside[first + 1] = False
    three = first[data[first] >= 0xE0]  # no separator has four bytes
    inside[three + 2] = False
    return inside


def _decoded(data: Bytes, first: Ints) -> Numbers:
    """The code points of the characters of several bytes that begin at these positions."""
    lead = data[first].astype(np.uint32)
    codes: NDArray[Any] = (lead & 0x1F) << 6 | _tail(data, first + 1)
    for least, bits, size in ((0xE0, 0x0F, 3), (0xF0, 0x07, 4)):
        longer = np.flatnonzero(lead >= least)
        value = lead[longer] & bits
        for step in range(1, size):
            value = value << 6 | _tail(data, first[longer] + step)
        codes[longer] = value
    return codes


def _tail(data: Bytes, at: Ints) -> Numbers:
    return (data[at] & np.uint8(0x3F)).astype(np.uint32)
