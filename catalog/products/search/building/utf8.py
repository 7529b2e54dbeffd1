"""Texts as an array of UTF-8 bytes: where its characters and words are, and which text has them. No loop over texts."""

import re
from collections.abc import Iterable, Sequence
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
BEYOND = np.ones(0x80, np.bool_)  # bytes beyond ASCII, which are decoded to decide
ASCII_WORD = np.concatenate([~SEPARATOR[:0x80], BEYOND]).tobytes()
ASCII_SIGN = np.concatenate([SEPARATOR[:0x80] & (np.arange(0x80) != SPACE), ~BEYOND]).tobytes()


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

    def __len__(self) -> int:
        return len(self.lengths)

    def chosen(self, at: Ints) -> "Column":
        """The texts at these positions, in this order."""
        if np.array_equal(at, np.arange(len(self))):
            return self
        texts = arrow.chosen(arrow.sliced(self.data, np.append(self.starts, len(self.data))), at)
        return Column(np.frombuffer(arrow.content(texts), np.uint8), self.lengths[at])

    def texts(self, numbers: Iterable[int]) -> list[str]:
        """The texts with these numbers."""
        spans = ((self.starts[number], self.lengths[number]) for number in numbers)
        return [self.data[start : start + length].tobytes().decode() for start, length in spans]

    def places(self, at: Ints) -> Numbers:
        """The number of the text that holds each of these positions, which ascend."""
        before = np.searchsorted(at, self.starts)
        return np.repeat(np.arange(len(self.starts), dtype=np.uint32), np.diff(before, append=len(at)))


@dataclass(frozen=True)
class Characters:
    """The characters of some texts, the spaces between them included; arrays with one entry for each."""

    letters: Ints  # the different code points, ascending
    numbers: Numbers  # which of `letters`
    spaces: Bools
    signs: Bools  # separators without the space
    places: Numbers  # the numbers of the texts


def characters(column: Column) -> Characters:
    """The characters of texts."""
    at = np.flatnonzero((column.data & 0xC0) != 0x80)
    leads = column.data[at] if len(at) < len(column.data) else column.data
    many = np.flatnonzero(leads >= MANY_BYTES)
    codes = _decoded(column.data, at[many])
    ascii_letters = np.flatnonzero(np.bincount(leads, minlength=256)[:128])
    others, which = np.unique(codes, return_inverse=True)
    table = bytearray(256)
    for number, letter in enumerate(ascii_letters.tolist()):
        table[letter] = number
    numbers = _translated(leads, bytes(table)).view(np.uint8).astype(np.uint32)
    numbers[many] = which + len(ascii_letters)
    signs = _translated(leads, ASCII_SIGN)
    signs[many] = SEPARATOR[codes]
    return Characters(np.concatenate([ascii_letters, others]), numbers, leads == SPACE, signs, column.places(at))


def words(column: Column) -> tuple[Array, Numbers, Numbers, Numbers]:
    """The different words, the word of each code, and for each occurrence its code and the number of its text.

    A code stands for a word with all separators behind it: then the texts need no copy, and only the few different
    codes are cut.
    """
    starts = _starts(_in_words(column.data))
    if not len(starts):
        nothing = np.empty(0, np.uint32)
        return arrow.strings(b"", starts), nothing, nothing, nothing
    long, codes = arrow.encoded(arrow.sliced(column.data, np.append(starts, len(column.data))))
    return *arrow.encoded(_stripped(arrow.content(long))), codes, column.places(starts)


def _stripped(data: bytes) -> Array:
    """The words in texts of one word and separators behind it."""
    content = np.frombuffer(data, np.uint8)
    inside = _in_words(content)
    edges = np.flatnonzero(np.diff(inside, prepend=False))
    return arrow.strings(content[inside].tobytes(), np.cumsum(edges[1::2] - edges[::2]))


def _starts(inside: Bools) -> Ints:
    """Where words begin."""
    starts = np.flatnonzero(inside[1:] > inside[:-1]) + 1
    return np.insert(starts, 0, 0) if len(inside) and inside[0] else starts


def letters(codes: Ints) -> Array:
    """One text of one character for each code point."""
    encoded = [chr(code).encode() for code in codes.tolist()]
    return arrow.strings(b"".join(encoded), np.cumsum([len(character) for character in encoded]).astype(np.int64))


def _in_words(data: Bytes) -> Bools:
    """For each byte whether its character belongs to a word."""
    inside = _translated(data, ASCII_WORD)
    first = np.flatnonzero(data >= MANY_BYTES)
    first = first[SEPARATOR[_decoded(data, first)]]
    inside[first] = inside[first + 1] = False
    three = first[data[first] >= 0xE0]  # no separator has four bytes
    inside[three + 2] = False
    return inside


def _translated(data: Bytes, table: bytes) -> Bools:
    """Each byte looked up in a table of 256, which is faster than by an index."""
    return np.frombuffer(bytearray(data).translate(table), np.bool_)


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
