"""The places of blocks that the index proposes for a query. Place p of the block at row r is r * ROW + p."""

from collections.abc import Iterable, Sequence
from itertools import chain

import numpy as np
from psycopg2.extensions import cursor as Cursor

from catalog.products.search import copying
from catalog.products.search.asking import Question
from catalog.products.search.batches import Places
from catalog.products.search.places import ROW, SHIFT, Mask, Posted, posted
from catalog.products.search.terms import Lookup, Ways

RAREST = 3  # lookups of a way that are enough, once the rarest are known
# Fewer are enough if, in a sample of TOLD places or more, they propose at most TOLERANCE times as many places as all.
TOLD, TOLERANCE = 64, 1.02

Found = dict[Lookup, Posted]
Way = tuple[Lookup, ...]

FETCH = """
SELECT
    wanted.number,
    string_agg(int4send(posting.block_id), ''::bytea) FILTER (WHERE posting.listed),
    string_agg(int4send(length(posting.places) / 2), ''::bytea) FILTER (WHERE posting.listed),
    string_agg(posting.places, ''::bytea) FILTER (WHERE posting.listed),
    string_agg(int4send(posting.block_id), ''::bytea) FILTER (WHERE NOT posting.listed),
    string_agg(posting.places, ''::bytea) FILTER (WHERE NOT posting.listed)
FROM unnest(%(numbers)s::integer[], %(lows)s::text[], %(highs)s::text[]) AS wanted(number, low, high)
CROSS JOIN LATERAL ({source}) AS posting
GROUP BY wanted.number
"""
# One probe of the index for each block (OFFSET 0): the planner would rather read all postings once.
BY_BLOCK = """
SELECT probed.* FROM unnest(%(blocks)s::integer[]) AS block(id)
CROSS JOIN LATERAL (
    SELECT block_id, places, length(places) %% 2 = 0 AS listed FROM search_postings
    WHERE block_id = block.id AND term >= wanted.low COLLATE "C" AND term <= wanted.high COLLATE "C" OFFSET 0
) AS probed
"""
# One walk for all blocks: a term that none of them has costs almost nothing. The comparison of rows and the + 0 keep
# the planner from probing the index block by block.
BY_TERM = """
SELECT block_id, places, length(places) %% 2 = 0 AS listed FROM search_postings
WHERE (term, block_id) >= (wanted.low COLLATE "C", %(first)s)
    AND (term, block_id) <= (wanted.high COLLATE "C", %(last)s)
    AND block_id + 0 = ANY(%(blocks)s::integer[]) OFFSET 0
"""
FEW_BLOCKS = 16  # up to this many are probed one by one


class Matcher:
    """Matches blocks, and learns which terms are rare."""

    def __init__(self, cursor: Cursor, question: Question) -> None:
        self._cursor = cursor
        self._needs = list(question.needs)
        self._is_sample = False
        self._weights: dict[Lookup, int] = {}
        self._left: dict[Way, list[int]] = {}  # in the sample: places after each lookup of a way

    def match(self, blocks: Sequence[int], is_sample: bool = False) -> Places:
        """The places of these blocks that meet all needs, ascending. A sample shows how many lookups are enough."""
        self._is_sample = is_sample
        found: Places | None = None
        for need in sorted(self._needs, key=self._weight):
            found = self._meet(need, blocks) if found is None else self._keep(found, need, blocks)
            if not len(found):
                break
        return _nowhere() if found is None else found

    def _keep(self, found: Places, need: Ways, blocks: Sequence[int]) -> Places:
        """Those of the found places that meet another need too. It is asked there only: a filter may propose all."""
        rows = _rows(found)
        some = [blocks[row] for row in rows.tolist()]
        return found[self._met(need, some)[_moved(found, rows)]]

    def _met(self, need: Ways, blocks: Sequence[int]) -> Mask:
        """The same places as `_meet`, as a mask. Ways of a single lookup need no list of their places."""
        if any(len(way) > 1 for way in need):
            return _mask(len(blocks), [self._meet(need, blocks)])
        met = _mask(len(blocks), [])
        for posting in self._fetch(chain.from_iterable(need), blocks).values():
            met |= posting.mask()
        return met

    def count(self, blocks: Sequence[int]) -> int:
        """The number of places of these blocks that meet all needs, for a query that is exact."""
        bits = np.full((len(blocks), ROW // 8), 255, np.uint8)
        for need in self._needs:
            found = self._fetch((lookup for way in need for lookup in way), blocks)
            met = np.zeros_like(bits)
            for posting in found.values():
                met |= posting.bits()
            bits &= met
        return int(np.bitwise_count(bits).sum())

    def _weight(self, need: Ways) -> int:
        """The known number of places that a need proposes; unknown ones sort last, long words first."""
        known = [min((self._weights.get(lookup, 1 << 40) for lookup in way), default=0) for way in need]
        return sum(known) - sum(map(len, need))

    def _meet(self, need: Ways, blocks: Sequence[int]) -> Places:
        """The places that one need proposes.

        Once it is known what is rare, the rarest lookup of each way is read first, and others only where it is found.
        """
        ways = [self._rarest(way) for way in need if way]
        one = all(lookup in self._weights for way in ways for lookup in way)
        heads = [way[:1] if one else way for way in ways]
        found = self._fetch(chain.from_iterable(heads), blocks)
        met = [_all(found, way) for way in heads]
        tails = [way[len(head) :] if len(places) else () for way, head, places in zip(ways, heads, met, strict=True)]
        if any(tails):
            met, counts = self._among(met, tails, blocks)
            if self._is_sample:
                self._learn(ways, counts)
        some = [places for places in met if len(places)]
        return some[0] if len(some) == 1 else np.flatnonzero(_mask(len(blocks), some))

    def _among(
        self, met: list[Places], tails: Sequence[Sequence[Lookup]], blocks: Sequence[int]
    ) -> tuple[list[Places], list[list[int]]]:
        """Those of the places of each way that have its other lookups too, and how many are left after each lookup."""
        rows = _rows(*(places for places, tail in zip(met, tails, strict=True) if tail))
        found = self._fetch(chain.from_iterable(tails), [blocks[row] for row in rows.tolist()])
        left, learnt = [], []
        for places, tail in zip(met, tails, strict=True):
            counts = [len(places)]
            for lookup in tail:
                places = places[found[lookup].mask()[_moved(places, rows)]] if lookup in found else _nowhere()
                counts.append(len(places))
            left.append(places)
            learnt.append(counts)
        return left, learnt

    def _learn(self, ways: Sequence[Way], counts: Sequence[list[int]]) -> None:
        """Add what is left after each lookup of these ways."""
        for way, some in zip(ways, counts, strict=True):
            if len(some) == len(way):
                before = self._left.get(way, [0] * len(way))
                self._left[way] = [sum(both) for both in zip(before, some, strict=True)]

    def _rarest(self, way: Way) -> Way:
        """The rarest lookups of a way, as far as they are known; all of them if not."""
        if not all(lookup in self._weights for lookup in way):
            return way
        rarest = tuple(sorted(way, key=lambda lookup: self._weights[lookup])[:RAREST])
        left = self._left.get(rarest, [0])
        if self._is_sample or left[-1] < TOLD:
            return rarest
        return rarest[: next(n for n, count in enumerate(left, 1) if count <= left[-1] * TOLERANCE)]

    def _fetch(self, lookups: Iterable[Lookup], blocks: Sequence[int]) -> Found:
        """What the blocks have for each lookup; lookups that none of them has are missing."""
        wanted = list(dict.fromkeys(lookups))
        statement = FETCH.format(source=BY_BLOCK if len(blocks) <= FEW_BLOCKS else BY_TERM)
        values = {
            "numbers": list(range(len(wanted))),
            "lows": [lookup.low for lookup in wanted],
            "highs": [lookup.high for lookup in wanted],
            "blocks": list(blocks),
            "first": min(blocks, default=0),
            "last": max(blocks, default=0),
        }
        rows = copying.rows(self._cursor, statement, values)
        found = {wanted[copying.number(number)]: posted(blocks, *columns) for number, *columns in rows}
        for lookup in wanted:
            if lookup not in self._weights:
                self._weights[lookup] = found[lookup].weight if lookup in found else 0
        return found


def _all(found: Found, way: Sequence[Lookup]) -> Places:
    """The places that have all lookups of a way, the rarest first."""
    if not all(lookup in found for lookup in way):
        return _nowhere()
    first, *others = sorted((found[lookup] for lookup in way), key=lambda posting: posting.weight)
    places = first.places()
    for other in others:
        if len(places):
            places = places[other.mask()[places]]
    return places


def _rows(*found: Places) -> Places:
    """The rows of the blocks that have any of some places."""
    rows = [places >> SHIFT for places in found]
    seen = np.zeros(max(int(some[-1]) for some in rows) + 1, np.bool_)
    for some in rows:
        seen[some] = True
    return np.flatnonzero(seen)


def _moved(places: Places, rows: Places) -> Places:
    """The same places where only the blocks of these rows are left; `rows` are ascending."""
    moves: Places = np.zeros(int(rows[-1]) + 1, np.int64)
    moves[rows] = (np.arange(len(rows)) - rows) * ROW
    moved: Places = places + moves[places >> SHIFT]
    return moved


def _mask(blocks: int, found: Sequence[Places]) -> Mask:
    """Any of some places, as a mask."""
    mask = np.zeros(blocks * ROW, np.bool_)
    for places in found:
        mask[places] = True
    return mask


def _nowhere() -> Places:
    return np.empty(0, np.int64)
