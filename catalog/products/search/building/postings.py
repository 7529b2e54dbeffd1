"""Terms of a block from the texts of its products; each has the places of the products that contain it. No database.

Terms by their first letter: `s` and `n` runs of three characters in SKU and name, `d` words of the description,
`b` how words begin (two letters, all fields), `a` active or not, `c` the change sets that touched it.
Everything is an array over the UTF-8 bytes of all texts; no loop runs over texts, words or terms.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.products.search.building import arrow, packing, utf8
from catalog.products.search.building.arrow import Array
from catalog.products.search.building.packing import Places
from catalog.products.search.building.utf8 import Characters, Column
from catalog.products.search.terms import LONGEST_TERM

FEW_LETTERS = 1_000  # up to this many different characters, a run of three fits into 32 bits
MOST_LETTERS = 1 << 16  # up to this many, a run of three and a place fit into 64 bits

Terms = tuple[Array, Array]
"""Terms of one kind, and the places of each as they are stored."""


@dataclass(frozen=True)
class Texts:
    """The texts of successive products of a block, folded. `touched` and `touched_by` are parallel arrays."""

    first: int  # place of the first one in its block
    sku: Column
    name: Column
    description: Column
    active: NDArray[np.uint8]
    touched: NDArray[np.int64]  # places in the block
    touched_by: NDArray[np.int64]  # change sets


@dataclass(frozen=True)
class Vocabulary:
    """The words of some texts. Each occurrence has a code and a place; the number of its word is `numbers[code]`."""

    words: Array
    numbers: NDArray[np.uint32]
    codes: NDArray[np.uint32]
    places: Places

    def cut(self, length: int) -> "Vocabulary":
        """The words cut to `length` characters."""
        short, numbers = arrow.encoded(arrow.cut(self.words, length))
        return replace(self, words=short, numbers=numbers[self.numbers])


def postings(parts: Iterable[Texts]) -> Iterator[Terms]:
    """The terms of a block of at most BLOCK products, kind by kind. The parts are in the order of their places."""
    some = list(parts)
    yield _grams("s", [(part.first, part.sku) for part in some])
    yield _grams("n", [(part.first, part.name) for part in some])
    described = [_vocabulary(part.first, part.description) for part in some]
    titled = [_vocabulary(part.first, column) for part in some for column in (part.sku, part.name)]
    yield _terms("d", _union([words.cut(LONGEST_TERM) for words in described]))
    yield _terms("b", _union([words.cut(2) for words in (*described, *titled)]))
    yield _values("a", [(part.active, np.arange(len(part.active)) + part.first) for part in some])
    yield _values("c", [(part.touched_by, part.touched) for part in some])


def _vocabulary(first: int, column: Column) -> Vocabulary:
    words, numbers, codes, places = utf8.words(column)
    return Vocabulary(words, numbers, codes, places + np.uint32(first))


def _union(parts: Sequence[Vocabulary]) -> Vocabulary:
    """Several vocabularies, joined into one."""
    known, numbers = arrow.encoded(arrow.behind(*(part.words for part in parts)))
    firsts = np.cumsum([0, *(len(part.words) for part in parts)])
    found = [numbers[first:][part.numbers][part.codes] for part, first in zip(parts, firsts, strict=False)]
    each = np.arange(len(known), dtype=np.uint32)
    return Vocabulary(known, each, np.concatenate(found), np.concatenate([part.places for part in parts]))


def _terms(kind: str, found: Vocabulary) -> Terms:
    groups = packing.grouped(found.codes, found.places, len(found.words))
    return packing.packed(groups, arrow.joined(kind, arrow.chosen(found.words, groups.terms)))


def _grams(kind: str, parts: Sequence[tuple[int, Column]]) -> Terms:
    """Runs of three characters without a space, and the signs alone."""
    some = [utf8.characters(column) for _, column in parts]
    places = np.concatenate([found.places + np.uint32(first) for (first, _), found in zip(parts, some, strict=True)])
    letters, numbers = _numbered(some)
    names = utf8.letters(letters)
    inside = ~np.concatenate([found.spaces for found in some])
    whole = inside[:-2] & inside[1:-1] & inside[2:]
    runs = _runs(names, numbers, places, whole)
    signs = np.flatnonzero(np.concatenate([found.signs for found in some]))
    alone = packing.grouped(numbers[signs], places[signs], len(letters))
    found = (runs, packing.packed(alone, arrow.chosen(names, alone.terms)))
    terms, stored = (arrow.behind(*columns) for columns in zip(*found, strict=True))
    return arrow.joined(kind, terms), stored


def _numbered(parts: Sequence[Characters]) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
    """The different characters of all parts, and the number of each character among them."""
    if len(parts) == 1:
        return parts[0].letters, parts[0].numbers
    letters = np.unique(np.concatenate([part.letters for part in parts]))
    numbers = [np.searchsorted(letters, part.letters).astype(np.uint32)[part.numbers] for part in parts]
    return letters, np.concatenate(numbers)


def _runs(letters: Array, numbers: NDArray[np.uint32], places: Places, whole: NDArray[np.bool_]) -> Terms:
    """Runs of three characters; `whole` says where one begins."""
    kind = np.uint32 if len(letters) <= FEW_LETTERS else np.uint64
    base: Any = kind(len(letters))
    one: Any = numbers.astype(kind, copy=False)
    twos = one[:-1] * base + one[1:]
    known, most = None, len(letters) ** 2
    if len(letters) > MOST_LETTERS:
        known, twos = np.unique(twos, return_inverse=True)
        most = len(known)
    threes = (twos[:-1].astype(kind, copy=False) * base + one[2:])[whole]
    groups = packing.grouped(threes, places[: len(whole)][whole], most * len(letters))
    pairs, last = np.divmod(groups.terms, len(letters) or 1)
    ahead = np.divmod(pairs if known is None else known.astype(np.int64)[pairs], len(letters) or 1)
    names = arrow.joined(*(arrow.chosen(letters, at) for at in (*ahead, last)))
    return packing.packed(groups, names)


def _values(kind: str, pairs: Sequence[tuple[NDArray[np.generic], NDArray[np.int64]]]) -> Terms:
    """Numbers as terms, each with its place."""
    values, codes = np.unique(np.concatenate([values for values, _ in pairs]), return_inverse=True)
    places = np.concatenate([places for _, places in pairs])
    groups = packing.grouped(codes.astype(np.uint32), places.astype(np.uint32), len(values))
    names = arrow.numerals(values[groups.terms].astype(np.int64))
    return packing.packed(groups, arrow.joined(kind, names))
