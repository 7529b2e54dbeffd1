"""Few first, then more."""

from itertools import chain

import numpy as np

from catalog.products.search.batches import FIRST, MOST, batches_of, chunks_of


def test_all_blocks_come_once_in_their_order() -> None:
    found = list(batches_of(range(1000)))
    assert list(chain.from_iterable(found)) == list(range(1000))
    assert [len(batch) for batch in found] == [2, 8, 32, 128, 256, 256, 256, 62]


def test_all_products_come_once_in_their_order() -> None:
    found = list(chunks_of(iter(np.split(np.arange(20_000), [10, 10, 7_000]))))
    assert list(chain.from_iterable(found)) == list(range(20_000))
    assert len(found[0]) == FIRST and max(map(len, found)) == MOST


def test_nothing_is_no_batch() -> None:
    assert list(batches_of([])) == [] and list(chunks_of(iter([]))) == []
