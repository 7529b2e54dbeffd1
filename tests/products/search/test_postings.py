"""The fast builder has the terms and places of the plain one, for whatever texts there are."""

import os
import random
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from catalog.products.search import places
from catalog.products.search.batches import BLOCK
from catalog.products.search.building import postings
from catalog.products.search.building.utf8 import Column
from tests.products.search import plain_postings
from tests.products.search.plain_postings import Product
from tests.support.examples import some

EXAMPLES = 2_000 if os.environ.get("THOROUGH") == "yes" else 40

# Separators and letters of one to four bytes, at the borders of their ranges; composed letters, sigmas, a sign that is
# in no word.
ALPHABET = (
    "ab1 -_%.'\t\n\x01\x7f\x80\xbf\xc0é×÷ßσς\u0301\u07ff\u0800\u1680\u1681漢"
    "\u2000\u206f\u2070\u2bff\u3000\ufe4f\uff20\uffff😀\U0010ffff𝒳"
)
TEXTS = st.text(st.sampled_from(ALPHABET), max_size=60) | st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20
)
PRODUCTS = st.lists(
    st.builds(Product, TEXTS, TEXTS, TEXTS, st.booleans(), st.lists(st.integers(1, 2**31 - 1), max_size=3)), min_size=1
)


def texts(products: Sequence[Product], first: int = 0) -> postings.Texts:
    """The same products as the builder reads them."""
    touched = [(place + first, number) for place, some in enumerate(products) for number in some.change_sets]
    return postings.Texts(
        first,
        *(Column.of([getattr(product, field) for product in products]) for field in ("sku", "name", "description")),
        np.array([product.active for product in products], np.uint8),
        *(np.array(column, np.int64) for column in (zip(*touched, strict=True) if touched else ((), ()))),
    )


def read(*stored: bytes) -> places.Places:
    """What these postings of one block have, read as a search reads it."""
    lists, bitmaps = ([data for data in stored if len(data) % 2 == odd] for odd in (0, 1))
    lengths = np.array([len(data) // 2 for data in lists], ">i4").tobytes()
    found = places.posted(
        [0], bytes(4 * len(lists)), lengths, b"".join(lists), bytes(4 * len(bitmaps)), b"".join(bitmaps)
    )
    assert found.weight >= len(found.places())
    return found.places()


def fast(products: Sequence[Product], *cuts: int) -> dict[str, list[int]]:
    """What the builder stores, read as a search reads it; the block comes in parts, cut before these places."""
    borders = [0, *cuts, len(products)]
    parts = [texts(products[start:end], start) for start, end in pairwise(borders)]
    found: dict[str, list[int]] = {}
    for terms, stored in postings.postings(parts):
        for term, data in zip(terms.to_pylist(), stored.to_pylist(), strict=True):
            assert term not in found
            assert (len(data) <= 2 * places.MOST_LISTED) if len(data) % 2 == 0 else len(data) == places.BITMAP
            found[term] = read(data).tolist()
    return found


@settings(max_examples=EXAMPLES, deadline=None)
@given(PRODUCTS, st.data())
def test_any_texts_have_the_terms_of_the_plain_way(products: list[Product], data: st.DataObject) -> None:
    cut = data.draw(st.integers(1, len(products) - 1)) if len(products) > 1 else None
    assert fast(products, *([cut] if cut else [])) == plain_postings.postings(products)


@pytest.mark.parametrize(
    "products",
    [
        [Product("", "")],
        [Product("a", "b", "", False, ())],
        [Product("-", "%", "--- ...")],
        [Product("x" * 41, "é" * 41, f"{'w' * 41} {'w' * 40} {'😀' * 41} {'😀' * 40}")],
        [Product("😀", "a😀b😀", "😀 x😀")],
    ],
    ids=["empty", "one letter", "signs alone", "41 letters", "four bytes"],
)
def test_odd_texts(products: list[Product]) -> None:
    assert fast(products) == plain_postings.postings(products)


@pytest.mark.parametrize("letters", some([64, 65, 300, 1_100, 70_000], 4))
def test_blocks_of_many_different_characters(letters: int) -> None:
    """Runs of three are packed into fewer bits as long as a block has few characters."""
    chance = random.Random(letters)
    alphabet = [chr(code) for code in range(0x4E00, 0x4E00 + letters) if not 0xD800 <= code < 0xE000]
    chance.shuffle(alphabet)
    whole = "".join(alphabet)
    products = [Product(whole[n : n + 500], whole[n + 7 : n + 300][::-1], "") for n in range(0, len(whole), 450)]
    assert fast(products) == plain_postings.postings(products)


def test_a_full_block_has_lists_and_bitmaps_on_either_side_of_the_border() -> None:
    most = places.MOST_LISTED
    products = [
        Product(f"s{n % 7}", "listed" if n < most else "other", "bitmap" if n <= most else "", n % 3 > 0)
        for n in range(BLOCK)
    ]
    found = fast(products, 5_000, 5_001)
    assert found == plain_postings.postings(products)
    assert len(found["nlis"]) == most and len(found["dbitmap"]) == most + 1


def test_lists_and_bitmaps_are_met_together() -> None:
    bits = np.zeros(BLOCK, np.bool_)
    bits[[0, 9, BLOCK - 1]] = True
    bitmap = np.packbits(bits, bitorder="little").tobytes() + b"\0"
    other = np.packbits(np.arange(BLOCK) == 77, bitorder="little").tobytes() + b"\0"
    lists = [np.array(some, "<u2").tobytes() for some in ([5, 9], [3])]
    assert read(*lists, bitmap, other).tolist() == [0, 3, 5, 9, 77, BLOCK - 1]
    assert read().tolist() == []


def test_places_of_several_blocks_follow_each_other() -> None:
    bitmap = np.packbits(np.arange(BLOCK) == 7, bitorder="little").tobytes() + b"\0"
    rows = np.array([1, 0, 1], ">i4").tobytes()
    lists = np.array([4, 5, 6, 6], "<u2").tobytes()
    found = places.posted(
        [0, 1, 2], rows, np.array([1, 2, 1], ">i4").tobytes(), lists, rows[:4] + rows[:4], bitmap + bitmap
    )
    assert found.places().tolist() == [5, 6, BLOCK + 4, BLOCK + 6, BLOCK + 7] and found.weight == 6
    assert np.flatnonzero(found.mask()).tolist() == found.places().tolist()
