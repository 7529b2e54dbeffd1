"""Few first, then more."""

from itertools import chain

import numpy as np
import pytest

from catalog.products.search.batches import FIRST, MOST, batches_of, chunks_of, groups_of


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


@pytest.mark.parametrize(
    ("start", "descending", "ranks"), [(0, False, [1, 2, 4]), (2, False, [2, 4]), (2, True, [2, 1])]
)
def test_ranks_in_groups_are_each_there_once_from_the_start_on(start: int, descending: bool, ranks: list[int]) -> None:
    groups = list(groups_of(np.array([0, 70, 1000, 0, 3]), start, descending))
    assert [first for first, *_ in groups] == ranks, "a rank with so many products is a group of its own"
    assert all(first == last for first, last, _ in groups)


def test_small_ranks_are_read_together() -> None:
    groups = list(groups_of(np.full(256, 10), 0, False))
    assert groups[:2] == [(0, 6, 70), (7, 32, 260)]
    assert sum(count for *_, count in groups) == 2560
