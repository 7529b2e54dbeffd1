"""Find the products for a query, in an order: segments propose, the products decide, and products that no segment has are scanned.

Every part of the catalog is one stream in the wanted order, and the answer is their merge, so that a page costs what a page
costs. All of it must run in one snapshot (REPEATABLE READ): then nothing can fall between the index and the rest.
"""

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from psycopg2.extensions import cursor as Cursor

from catalog.products.search import pending, published
from catalog.products.search.asking import Question
from catalog.products.search.batches import BLOCK, FENCE, GROWTH, MOST, Places, batches_of, chunks_of
from catalog.products.search.matching import Matcher
from catalog.products.search.orders import Key, Walk
from catalog.products.search.places import ROW, Mask
from catalog.products.search.published import Published

SAMPLE = 12  # blocks that are the sample of a segment
DENSE = 0.05  # share of matching products from which on a scan finds a page fastest
PATIENCE = 2048  # products scanned in that way; a common word may be rare at this point of the order
FEW = 1024  # products that are sorted rather than found by a walk in order
GAP = 64  # unneeded places that are read rather than reading twice

BLOCKS = "SELECT id, number, first_key, last_key FROM search_blocks WHERE segment_id = %s ORDER BY number"
SLICES = """
SELECT wanted.at, substring(block.ids FROM wanted.first * 8 + 1 FOR wanted.places * 8),
    substring(block.versions FROM wanted.first * 4 + 1 FOR wanted.places * 4)
FROM unnest(%s::integer[], %s::integer[], %s::integer[], %s::integer[]) AS wanted(at, id, first, places)
JOIN search_blocks AS block ON block.id = wanted.id
"""
# A product of which the index knows another version is answered for by another segment. The planner is to look them up one
# by one (OFFSET 0): it takes most conditions for so rare that it would rather go through the table.
VERIFY = """
SELECT {key}, product.id
FROM unnest(%(ids)s::bigint[], %(versions)s::integer[]) WITH ORDINALITY AS known(id, version, at)
CROSS JOIN LATERAL (SELECT * FROM products WHERE id = known.id OFFSET 0) AS product
WHERE product.version = known.version AND {condition} ORDER BY known.at
"""
ORDER_ROWS = """
SELECT places FROM search_orders
WHERE segment_id = %(segment)s AND field = %(field)s AND {beyond}
ORDER BY last_value {direction}, last_id {direction} LIMIT %(rows)s OFFSET %(skip)s
"""
FENCES = "SELECT fences FROM search_blocks WHERE id = %s"
ROW_AT = """
SELECT last_value, last_id FROM search_orders
WHERE segment_id = %s AND field = %s AND (last_value, last_id) >= (%s COLLATE "C", %s)
ORDER BY last_value, last_id LIMIT 1
"""
Block = tuple[int, int, str, str]
"""Id, number, first and last key."""


def find(cursor: Cursor, question: Question, walk: Walk) -> Iterator[Key]:
    """Ids and keys of the matching products, in order, each once."""
    known = published.look(cursor)
    streams = [part.stream(walk) for part in parts(cursor, question, known)]
    streams += pending.streams(cursor, question, walk, known)
    last: Key | None = None
    for key in heapq.merge(*streams, reverse=walk.descending):
        if key != last and key[1] != pending.LAST_ID:
            yield key
        last = key


def parts(cursor: Cursor, question: Question, known: Published) -> "list[Segment]":
    """The segments, each asked the question."""
    return [
        Segment(cursor, number, question, products, known.segments_from.get(number))
        for number, products in known.segments
    ]


class Segment:
    """One segment and one query."""

    def __init__(
        self, cursor: Cursor, number: int, question: Question, products: int, up_to: str | None = None
    ) -> None:
        self._cursor = cursor
        self._number = number
        self._question = question.beyond(up_to)
        self._matcher = Matcher(cursor, question)
        cursor.execute(BLOCKS, (number,))
        self._blocks: list[Block] = cursor.fetchall()
        self._asked = [n for n, block in enumerate(self._blocks) if up_to is None or block[3] > up_to]
        self.products = products * len(self._asked) // max(len(self._blocks), 1)

    def stream(self, walk: Walk) -> Iterator[Key]:
        """Ids and keys of its matching products, in order."""
        if walk.field == "sku":
            places = self._by_sku(walk)
        elif self._question.needs and not self._dense():
            mask = self._whole_mask()
            if np.count_nonzero(mask) <= FEW:
                yield from self._few(np.flatnonzero(mask), walk)
                return
            places = self._by_order(walk, mask)
        else:
            places = self._by_order(walk)
        for chunk in chunks_of(places):
            yield from (key for key in self._verify(chunk, walk) if walk.is_beyond(key))

    def _few(self, places: Places, walk: Walk) -> list[Key]:
        """All proposed places, if they are so few that sorting them is faster than a walk in order."""
        keys = [key for key in self._verify(places, walk) if walk.is_beyond(key)] if len(places) else []
        return sorted(keys, reverse=walk.descending)

    def _dense(self) -> bool:
        return self.estimate() > DENSE * len(self._asked) * BLOCK

    def proposed(self, at: Sequence[int] | None = None) -> Iterator[Places]:
        """Proposed places, some blocks at a time, of all blocks or of these."""
        for blocks in batches_of([self._blocks[number] for number in (self._asked if at is None else at)]):
            yield from self._match(blocks)

    def count(self) -> int:
        """Number of its matching products."""
        return sum(len(self._verify(chunk, Walk())) for chunk in chunks_of(self.proposed(), MOST))

    def _by_sku(self, walk: Walk) -> Iterator[Places]:
        """Proposed places in the order of the SKU, from just before the position of the walk."""
        blocks = [self._blocks[number] for number in self._asked]
        if walk.beyond is not None:
            sku = walk.beyond[0]
            blocks = [block for block in blocks if (block[2] <= sku if walk.descending else block[3] >= sku)]
        blocks = blocks[::-1] if walk.descending else blocks
        fence = self._fence(blocks[0], walk) if blocks and walk.beyond is not None else None
        for batch in batches_of(blocks):
            for places in self._match(batch):
                if fence is not None:
                    at = np.searchsorted(places, fence)
                    places = places[:at] if walk.descending else places[at:]
                yield places[::-1] if walk.descending else places

    def _fence(self, block: Block, walk: Walk) -> int:
        """A place of the block near the position of the walk: places on its other side are certainly behind the walk."""
        assert walk.beyond is not None
        self._cursor.execute(FENCES, (block[0],))
        ((fences,),) = self._cursor.fetchall()
        first, sku = block[1] * BLOCK, walk.beyond[0]
        if walk.descending:
            return first + bisect_right(fences, sku) * FENCE
        return first + max(bisect_left(fences, sku) - 1, 0) * FENCE

    def _match(self, blocks: Sequence[Block]) -> Iterator[Places]:
        """Proposed places of the blocks, ascending; without a need all of them, block by block."""
        if not self._question.needs:
            yield from (np.arange(number * BLOCK, (number + 1) * BLOCK) for _, number, *_ in blocks)
            return
        ascending = sorted((number, identity) for identity, number, *_ in blocks)
        found = self._matcher.match([identity for _, identity in ascending])
        yield np.array([number for number, _ in ascending])[found // ROW] * BLOCK + found % ROW

    def estimate(self) -> int:
        """An estimate of the number of proposed places, from a few blocks; from all blocks if these have almost none."""
        count = len(self._asked)
        at = sorted({self._asked[i * count // SAMPLE] for i in range(SAMPLE)}) if count else []
        return round(sum(map(len, self.proposed(at))) * count / max(len(at), 1))

    def _by_order(self, walk: Walk, mask: Mask | None = None) -> Iterator[Places]:
        """Places in the order of another field, from just before the position of the walk; only those of the mask, if there is one."""
        patience = PATIENCE if self._question.needs else len(self._blocks) * BLOCK
        for places in self._in_order(walk):
            places = places[places < len(self._blocks) * BLOCK]  # the others are not published yet
            if mask is None and patience <= 0:
                mask = self._whole_mask()
            yield places if mask is None else places[mask[places]]
            patience -= len(places)

    def _in_order(self, walk: Walk) -> Iterator[Places]:
        """All places in the order of another field, in chunks of some hundreds."""
        beyond, values = self._rows_beyond(walk)
        statement = ORDER_ROWS.format(beyond=beyond, direction=walk.direction)
        rows, skip = 2, 0
        while True:
            values |= {"segment": self._number, "field": walk.field, "rows": rows, "skip": skip}
            self._cursor.execute(statement, values)
            found = [packed for (packed,) in self._cursor]
            step = -1 if walk.descending else 1
            yield np.frombuffer(b"".join(found[::step]), ">u4")[::step].astype(np.int64)
            if len(found) < rows:
                return
            rows, skip = min(rows * GROWTH, 2048), skip + rows

    def _rows_beyond(self, walk: Walk) -> tuple[str, dict[str, Any]]:
        """Rows of search_orders from the one that contains the position of the walk; a row is identified by its last product."""
        if walk.beyond is None:
            return "true", {}
        value, identity = walk.beyond
        if walk.descending:
            self._cursor.execute(ROW_AT, (self._number, walk.field, value, identity))
            found = self._cursor.fetchone()
            if found is None:
                return "true", {}
            value, identity = found
        sign = "<=" if walk.descending else ">="
        return f'(last_value, last_id) {sign} (%(value)s COLLATE "C", %(id)s)', {"value": value, "id": identity}

    def _whole_mask(self) -> Mask:
        mask = np.zeros(len(self._blocks) * BLOCK, np.bool_)
        for places in self.proposed():
            mask[places] = True
        return mask

    def _verify(self, places: Places, walk: Walk) -> list[Key]:
        """The products that still have the indexed version and match, in the given order."""
        ids, versions = map(_array, self._known(places))
        statement = VERIFY.format(key=walk.key, condition=self._question.sql)
        self._cursor.execute(statement, self._question.values | {"ids": ids, "versions": versions})
        return list(self._cursor.fetchall())

    def _known(self, places: Places) -> tuple[Places, Places]:
        """Ids and versions of products by their places, in the given order; 0 for a place that a block does not have."""
        each, back = np.unique(places, return_inverse=True)
        number, place = np.divmod(each, BLOCK)
        begins = np.flatnonzero(np.diff(each, prepend=-BLOCK) > np.where(np.diff(number, prepend=-1), 0, GAP))
        ends = np.append(begins[1:], len(each))
        blocks = [self._blocks[block][0] for block in number[begins].tolist()]
        spans = place[ends - 1] - place[begins] + 1
        self._cursor.execute(SLICES, [_array(np.arange(len(begins))), blocks, _array(place[begins]), _array(spans)])
        ids, versions = np.zeros((2, len(each)), np.int64)
        for run, some_ids, some_versions in self._cursor:
            here = slice(begins[run], ends[run])
            inside = place[here] - place[begins[run]]
            known = inside < len(some_versions) // 4
            inside = np.where(known, inside, 0)
            ids[here] = np.where(known, np.frombuffer(some_ids, "<i8")[inside], 0) if known.any() else 0
            versions[here] = np.frombuffer(some_versions, "<i4")[inside] if known.any() else 0
        return ids[back], versions[back]


def _array(numbers: Places) -> str:
    """Numbers as PostgreSQL writes an array, which it reads faster than one value after the other."""
    return f"{{{','.join(map(str, numbers.tolist()))}}}"
