"""The places that the matcher finds in several blocks, against the same by plain sets. No database."""

import random
from collections.abc import Iterable, Sequence
from unittest.mock import Mock

import numpy as np
import pytest

from catalog.products.search.asking import Question
from catalog.products.search.matching import Matcher
from catalog.products.search.places import ROW, Posted
from catalog.products.search.terms import Lookup, Ways, exactly

BLOCKS = (31, 7, 12, 90, 45)
RARE, COMMON, ALL, NOWHERE = (exactly(term) for term in ("rare", "common", "all", "nowhere"))
SHARES = {RARE: 0.0001, COMMON: 0.2, ALL: 1.0}  # of the places of a block
SOME = {exactly(f"s{n}"): 0.002 for n in range(4)}

Index = dict[tuple[Lookup, int], frozenset[int]]


@pytest.mark.parametrize(
    "needs",
    [
        (((ALL,),),),
        (((RARE,),), ((ALL,),)),
        (((COMMON,), (RARE,)), ((ALL,),), ((NOWHERE,), (COMMON,))),
        (((RARE, COMMON), (COMMON, *SOME)), ((COMMON,),)),
        ((tuple(SOME), (RARE,)), ((RARE, ALL), (COMMON, ALL))),
        (((COMMON,),), ((NOWHERE,),)),
        (((COMMON,),), ()),
    ],
)
@pytest.mark.parametrize("sampled", [False, True])
def test_exactly_the_places_that_meet_all_needs(
    monkeypatch: pytest.MonkeyPatch, needs: tuple[Ways, ...], sampled: bool
) -> None:
    index = _index(random.Random(1))
    monkeypatch.setattr(Matcher, "_fetch", _fetch(index))
    matcher = Matcher(Mock(), Question("true", {}, needs, False))
    if sampled:
        matcher.match(BLOCKS[:2], is_sample=True)
    found = matcher.match(BLOCKS)
    assert found.tolist() == _plainly(index, needs)


def _index(chance: random.Random) -> Index:
    """Terms in the blocks; the rare one and `s0` are in some blocks only."""
    shares = SHARES | SOME
    return {
        (term, block): frozenset(chance.sample(range(ROW), int(share * ROW)))
        for term, share in shares.items()
        for block in BLOCKS
        if share > 0.001 or block in BLOCKS[2:4]
    }


def _plainly(index: Index, needs: tuple[Ways, ...]) -> list[int]:
    met = []
    for row, block in enumerate(BLOCKS):
        ways = [[[index.get((term, block), frozenset()) for term in way] for way in need] for need in needs]
        each = [frozenset().union(*(frozenset.intersection(*way) for way in need)) for need in ways]
        met += [row * ROW + place for place in sorted(frozenset.intersection(*each))]
    return met


def _fetch(index: Index):
    """Like `Matcher._fetch` from a dictionary: in every other block a bitmap, else a list."""

    def fetch(matcher: Matcher, lookups: Iterable[Lookup], blocks: Sequence[int]) -> dict[Lookup, Posted]:
        found = {}
        for lookup in dict.fromkeys(lookups):
            known = [(row, index[lookup, block]) for row, block in enumerate(blocks) if (lookup, block) in index]
            if known:
                found[lookup] = _posted(len(blocks), known)
            matcher._weights.setdefault(lookup, found[lookup].weight if known else 0)
        return found

    return fetch


def _posted(blocks: int, known: list[tuple[int, frozenset[int]]]) -> Posted:
    listed = [row * ROW + place for row, places in known if row % 2 for place in sorted(places)]
    bits = np.zeros((len([row for row, _ in known if not row % 2]), ROW), np.bool_)
    for bitmap, (_, places) in zip(bits, [(row, p) for row, p in known if not row % 2], strict=True):
        bitmap[list(places)] = True
    rows = np.array([row for row, _ in known if not row % 2], np.int64)
    return Posted(blocks, np.array(listed, np.int64), rows, np.packbits(bits, axis=1, bitorder="little"))
