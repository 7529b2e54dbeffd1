"""One segment of the index: the places that it proposes for a query, and the products at these places."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import chain

import numpy as np
from psycopg2.extensions import cursor as Cursor

from catalog.products.search import copying
from catalog.products.search.asking import Question
from catalog.products.search.batches import BLOCK, FENCE, FEW, FIRST, MOST, Places, batches_of, chunks_of, groups_of
from catalog.products.search.matching import Matcher
from catalog.products.search.orders import Key, Walk
from catalog.products.search.places import ROW, SHIFT
from catalog.products.search.ranks import RANKS, Order

AT_ONCE = 256  # blocks
SAMPLE = 12  # blocks that are the sample of a segment
DENSE = 0.1  # share of matching products from which on a scan finds a page fastest
PATIENCE = 512  # products scanned in that way; a common word may be rare at this point of the order
GAP = 64  # most unneeded places that are read to avoid a second read

BLOCKS = "SELECT id, number, first_key, last_key FROM search_blocks WHERE segment_id = %s ORDER BY number"
SLICES = """
SELECT wanted.at, substring(block.ids FROM wanted.first * 8 + 1 FOR wanted.places * 8),
    substring(block.versions FROM wanted.first * 4 + 1 FOR wanted.places * 4)
FROM unnest(%(at)s::integer[], %(blocks)s::integer[], %(first)s::integer[], %(places)s::integer[])
    AS wanted(at, id, first, places)
JOIN search_blocks AS block ON block.id = wanted.id
"""
# A product with another version than the indexed one belongs to another segment, or to a change set not indexed yet.
# OFFSET 0 makes the planner look products up one by one: it expects so few matches that it would scan the table.
VERIFY = """
SELECT {key}, product.id
FROM unnest(%(ids)s::bigint[], %(versions)s::integer[]) WITH ORDINALITY AS known(id, version, at)
CROSS JOIN LATERAL (SELECT * FROM products WHERE id = known.id OFFSET 0) AS product
WHERE product.version = known.version AND {condition} ORDER BY known.at
"""
FENCES = "SELECT fences FROM search_blocks WHERE id = %s"
Block = tuple[int, int, str, str]
"""Id, number, first and last key."""


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
        found = self._verified(self._by_sku(walk), walk) if walk.field == "sku" else self._by_order(walk)
        yield from (key for key in found if walk.is_beyond(key))

    @cached_property
    def estimate(self) -> int:
        """An estimate of the number of proposed places, from a few blocks, or from all if these have almost none."""
        if "proposed" in self.__dict__:
            return len(self.proposed)
        count = len(self._asked)
        at = sorted({self._asked[i * count // SAMPLE] for i in range(SAMPLE)}) if count else []
        blocks = [self._blocks[number] for number in at]
        parts = [self._match(some, is_sample=True) for some in (blocks[:2], blocks[2:]) if some]
        return round(sum(map(len, chain.from_iterable(parts))) * count / max(len(at), 1))

    @cached_property
    def proposed(self) -> Places:
        """All proposed places, ascending."""
        assert self.estimate >= 0  # from it, the matcher knows what is rare, so all blocks can be read at once
        blocks = [self._blocks[number] for number in self._asked]
        parts = [self._match(blocks[n : n + AT_ONCE]) for n in range(0, len(blocks), AT_ONCE)]
        return np.concatenate([np.empty(0, np.int64), *chain.from_iterable(parts)])

    def count_proposed(self) -> int:
        """Number of places that it proposes for a query that is exact."""
        blocks = [block[0] for block in self._blocks]
        return sum(self._matcher.count(blocks[n : n + AT_ONCE]) for n in range(0, len(blocks), AT_ONCE))

    def count(self) -> int:
        """Number of its matching products."""
        return sum(len(self._verify(chunk, Walk())) for chunk in chunks_of(iter([self.proposed]), MOST))

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
        """A place of the block near the position of the walk: places on its other side are surely behind the walk."""
        assert walk.beyond is not None
        self._cursor.execute(FENCES, (block[0],))
        ((fences,),) = self._cursor.fetchall()
        first, sku = block[1] * BLOCK, walk.beyond[0]
        if walk.descending:
            return first + bisect_right(fences, sku) * FENCE
        return first + max(bisect_left(fences, sku) - 1, 0) * FENCE

    def _match(self, blocks: Sequence[Block], is_sample: bool = False) -> Iterator[Places]:
        """Proposed places of the blocks, ascending; without a need all of them, block by block."""
        if not self._question.needs:
            yield from (np.arange(number * BLOCK, (number + 1) * BLOCK) for _, number, *_ in blocks)
            return
        ascending = sorted((number, identity) for identity, number, *_ in blocks)
        found = self._matcher.match([identity for _, identity in ascending], is_sample)
        firsts = np.array([number for number, _ in ascending]) * BLOCK
        yield firsts[found >> SHIFT] + (found & (ROW - 1))

    def _by_order(self, walk: Walk) -> Iterator[Key]:
        """Matching products in the order of another field, from just before the position of the walk."""
        order = Order(self._cursor, self._number, walk)
        seen: list[Places] = []
        if not self._question.needs:
            yield from self._verified(map(self._published, order.places()), walk)
            return
        if self.estimate > DENSE * len(self._asked) * BLOCK:
            for places in map(self._published, order.places()):
                yield from self._verified([places], walk)
                seen.append(places)
                if sum(map(len, seen)) > PATIENCE:
                    break
        yield from self._ranked(order, walk, seen)

    def _published(self, places: Places) -> Places:
        """Without the places of blocks that are not published yet."""
        return places[places < len(self._blocks) * BLOCK]

    def _ranked(self, order: Order, walk: Walk, seen: list[Places]) -> Iterator[Key]:
        """The matching products that were not seen yet, in order: those of the first ranks, then of the next ones."""
        places = self.proposed
        if seen:
            left = np.ones(len(self._blocks) * BLOCK, np.bool_)
            left[np.concatenate(seen)] = False
            places = places[left[places]]
        ranks = order.ranks(places, [block[0] for block in self._blocks]) if len(places) > FIRST else None
        if ranks is None:  # the others are of blocks that an older version built
            yield from self._unranked(order, walk, places)
            return
        for first, last, count in groups_of(np.bincount(ranks, minlength=RANKS), order.start, walk.descending):
            some = places[(ranks >= first) & (ranks <= last)]
            if count <= FEW:
                yield from sorted(self._verify(some, walk), reverse=walk.descending)
            else:
                yield from self._verified(self._among(order.of_ranks(first, last), some), walk)

    def _unranked(self, order: Order, walk: Walk, places: Places) -> Iterator[Key]:
        """The products at these places, in order."""
        if len(places) <= FEW:
            yield from sorted(self._verify(places, walk), reverse=walk.descending)
        else:
            yield from self._verified(self._among(order.places(), places), walk)

    def _among(self, found: Iterable[Places], places: Places) -> Iterator[Places]:
        """Those of the found places that are among `places`."""
        mask = np.zeros(len(self._blocks) * BLOCK, np.bool_)
        mask[places] = True
        for some in map(self._published, found):
            yield some[mask[some]]

    def _verified(self, found: Iterable[Places], walk: Walk) -> Iterator[Key]:
        for chunk in chunks_of(iter(found)):
            yield from self._verify(chunk, walk)

    def _verify(self, places: Places, walk: Walk) -> list[Key]:
        """The products that still have the indexed version and match, in the given order."""
        if not len(places):
            return []
        ids, versions = map(_array, self._known(places))
        statement = VERIFY.format(key=walk.key, condition=self._question.sql)
        self._cursor.execute(statement, self._question.values | {"ids": ids, "versions": versions})
        return list(self._cursor.fetchall())

    def _known(self, places: Places) -> tuple[Places, Places]:
        """Ids and versions of products by their places, in the given order; 0 for a place that no block has."""
        each, back = np.unique(places, return_inverse=True)
        number, place = np.divmod(each, BLOCK)
        begins = np.flatnonzero(np.diff(each, prepend=-BLOCK) > np.where(np.diff(number, prepend=-1), 0, GAP))
        ends = np.append(begins[1:], len(each))
        blocks = [self._blocks[block][0] for block in number[begins].tolist()]
        spans = place[ends - 1] - place[begins] + 1
        wanted = {"blocks": blocks, "at": _array(np.arange(len(begins)))}
        wanted |= {"first": _array(place[begins]), "places": _array(spans)}
        ids, versions = np.zeros((2, len(each)), np.int64)
        for run, some_ids, some_versions in copying.rows(self._cursor, SLICES, wanted):
            at = copying.number(run)
            here = slice(begins[at], ends[at])
            inside = place[here] - place[begins[at]]
            stored = np.frombuffer(some_ids or b"", "<i8"), np.frombuffer(some_versions or b"", "<i4")
            known = inside < len(stored[1])
            inside = np.where(known, inside, 0)
            if known.any():
                ids[here], versions[here] = (np.where(known, values[inside], 0) for values in stored)
        return ids[back], versions[back]


def _array(numbers: Places) -> str:
    """Numbers as PostgreSQL writes an array, which it reads faster than one value after the other."""
    return f"{{{','.join(map(str, numbers.tolist()))}}}"
