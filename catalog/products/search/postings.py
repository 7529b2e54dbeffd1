"""Make the terms of a block from the texts of its products; each term has the places of the products that contain it. numpy, no database.

Terms by their first letter: `s` and `n` runs of three characters in SKU and name, `d` words of the description,
`b` how words begin (two letters, all fields), `a` active or not, `c` the change sets that touched it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.products.search.batches import BLOCK
from catalog.products.search.terms import LONGEST_TERM, SIGN, WORD

BITS = 21  # of a character

Ints = NDArray[np.int64]
Strings = NDArray[np.object_]


@dataclass(frozen=True)
class Texts:
    """The texts of one product, folded."""

    sku: str
    name: str
    description: str
    active: bool
    change_sets: Sequence[int]


def postings(products: Sequence[Texts]) -> Iterator[tuple[str, bytes]]:
    """Term and places (little-endian uint16, ascending) of a block of at most BLOCK products."""
    yield from _grams("s", [product.sku for product in products])
    yield from _grams("n", [product.name for product in products])
    described = _Words([product.description for product in products])
    titled = _Words([f"{product.sku} {product.name}" for product in products])
    yield from described.postings("d", LONGEST_TERM)
    yield from _grouped("b", *_joined(described.cut(2), titled.cut(2)))
    yield from _values("a", [(f"{product.active:d}",) for product in products])
    yield from _values("c", [[str(number) for number in product.change_sets] for product in products])


class _Words:
    """The words of some texts: the different words, and which text contains which."""

    def __init__(self, texts: Sequence[str]) -> None:
        found = [WORD.findall(text) for text in texts]
        words = np.array(list(chain.from_iterable(found)), dtype=object)
        self._places = np.repeat(np.arange(len(texts)), [len(words) for words in found])
        self._codes, self._known = pd.factorize(words)

    def cut(self, length: int) -> tuple[Strings, Ints, Ints]:
        """The words cut to this length; for each word in a text, its number and the place of the text."""
        numbers, cut = pd.factorize(np.array([word[:length] for word in self._known], dtype=object))
        return cut, numbers[self._codes], self._places

    def postings(self, kind: str, length: int) -> Iterator[tuple[str, bytes]]:
        """The words, cut to this length, as terms."""
        return _grouped(kind, *self.cut(length))


def _joined(one: tuple[Strings, Ints, Ints], other: tuple[Strings, Ints, Ints]) -> tuple[Strings, Ints, Ints]:
    """Two vocabularies and their texts, joined into one."""
    numbers, words = pd.factorize(np.concatenate([one[0], other[0]]))
    codes = np.concatenate([one[1], other[1] + len(one[0])])
    return words, numbers[codes], np.concatenate([one[2], other[2]])


def _grams(kind: str, texts: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Runs of three characters without a space, and the signs alone."""
    characters = np.frombuffer("".join(f"{text}  " for text in texts).encode("utf-32-le"), dtype="<u4").astype(np.int64)
    places = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    if len(characters) < 3:
        return
    first, second, third = characters[:-2], characters[1:-1], characters[2:]
    whole = (first != 32) & (second != 32) & (third != 32)
    packed = ((first << (2 * BITS)) | (second << BITS) | third)[whole]
    codes, known = pd.factorize(packed)
    yield from _grouped(kind, [_unpacked(int(gram)) for gram in known], codes, places[:-2][whole])
    alone, letters = pd.factorize(characters)
    signs = np.array([character != 32 and SIGN.match(chr(character)) is not None for character in letters])
    is_sign = signs[alone]
    codes, known = pd.factorize(characters[is_sign])
    yield from _grouped(kind, [chr(sign) for sign in known], codes, places[is_sign])


def _unpacked(gram: int) -> str:
    mask = (1 << BITS) - 1
    return chr(gram >> (2 * BITS)) + chr(gram >> BITS & mask) + chr(gram & mask)


def _values(kind: str, values: Sequence[Iterable[str]]) -> Iterator[tuple[str, bytes]]:
    """Terms of given values, such as active and change sets."""
    held = [list(some) for some in values]
    codes, known = pd.factorize(np.array(list(chain.from_iterable(held)), dtype=object))
    places = np.repeat(np.arange(len(held)), [len(some) for some in held])
    return _grouped(kind, known, codes, places)


def _grouped(kind: str, terms: Sequence[str] | Strings, codes: Ints, places: Ints) -> Iterator[tuple[str, bytes]]:
    """Each term with its places, each place once. Sorting and comparing neighbours is faster than numpy's unique."""
    pairs = np.sort(codes.astype(np.int64) * BLOCK + places)
    pairs = pairs[np.flatnonzero(np.diff(pairs, prepend=-1))]
    code, place = np.divmod(pairs, BLOCK)
    borders = np.flatnonzero(np.diff(code, prepend=-1, append=len(terms)))
    packed = place.astype("<u2").tobytes()
    for start, end in pairwise(borders):
        yield f"{kind}{terms[code[start]]}", packed[2 * start : 2 * end]
