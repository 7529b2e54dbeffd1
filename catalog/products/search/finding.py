"""Find products for a query, in an order: segments propose, products decide, those that no segment has are scanned.

Every part of the catalog is one stream in the wanted order, and the answer is their merge, so that a page costs the
same in a catalog of any size. All of it must run in one snapshot (REPEATABLE READ): then nothing can fall between the
index and the rest.
"""

import heapq
from collections.abc import Iterator
from functools import cached_property

from psycopg2.extensions import cursor as Cursor

from catalog.products.search import pending, published
from catalog.products.search.asking import Question
from catalog.products.search.orders import Key, Walk
from catalog.products.search.segment import Segment


class Search:
    """One query in one snapshot. What it learns for a page, it uses for the count."""

    def __init__(self, cursor: Cursor, question: Question) -> None:
        self.cursor = cursor
        self._question = question

    @property
    def is_for_all(self) -> bool:
        """Whether every product matches."""
        return self._question.sql == "true"

    @cached_property
    def _known(self) -> published.Published:
        return published.look(self.cursor)

    @cached_property
    def segments(self) -> list[Segment]:
        """The segments, each with the query."""
        return [
            Segment(self.cursor, number, self._question, products, self._known.segments_from.get(number))
            for number, products in self._known.segments
        ]

    def find(self, walk: Walk) -> Iterator[Key]:
        """Ids and keys of the matching products, in order, each once."""
        streams = [segment.stream(walk) for segment in self.segments]
        streams += pending.streams(self.cursor, self._question, walk, self._known)
        last: Key | None = None
        for key in heapq.merge(*streams, reverse=walk.descending):
            if key != last and key[1] != pending.LAST_ID:
                yield key
            last = key

    def count_at_once(self, total: int) -> int | None:
        """Number of matching products by the index alone, without reading products. None if it is not known exactly.

        It is if every product of the catalog (`total`) is indexed as it is now, and the query leaves no doubt.
        """
        if not self._question.is_exact or self._known.segments_from or self._known.change_sets_from:
            return None
        is_current = sum(segment.products for segment in self.segments) == total
        if not is_current or pending.any_wait(self.cursor):
            return None
        return sum(segment.count_proposed() for segment in self.segments)

    def count(self) -> int:
        """Number of matching products."""
        return sum(segment.count() for segment in self.segments) + self.count_unknown()

    def count_unknown(self) -> int:
        """Number of matching products that no segment has."""
        return pending.count(self.cursor, self._question, self._known)
