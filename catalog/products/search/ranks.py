"""The products of a segment in another order than that of the SKU.

`search_orders` has all places in this order, some hundreds a row. A *rank* is a number from 0 to 255; each has about
the same number of products, in this order. Rows of search_orders never span two ranks. Each block has the ranks of its
places: they say where in the order the matches of a search are, without walking there.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from psycopg2.extensions import cursor as Cursor

from catalog.products.search import copying
from catalog.products.search.batches import BLOCK, GROWTH, Places
from catalog.products.search.orders import ORDERS, Key, Walk

RANKS = 256
MOST_ROWS = 2048  # read at once

ROWS = """
SELECT places FROM search_orders
WHERE segment_id = %(segment)s AND field = %(field)s AND number BETWEEN %(first)s AND %(last)s
ORDER BY number {direction}
"""
ROW_AT = """
SELECT number FROM search_orders
WHERE segment_id = %(segment)s AND field = %(field)s AND (last_value, last_id) >= (%(value)s COLLATE "C", %(id)s)
ORDER BY last_value, last_id LIMIT 1
"""
COUNT = "SELECT coalesce(max(number), -1) + 1 FROM search_orders WHERE segment_id = %(segment)s AND field = %(field)s"
OF_PLACES = """
SELECT id, substring(ranks FROM %(at)s * (length(ranks) / %(orders)s) + 1 FOR length(ranks) / %(orders)s)
FROM search_blocks WHERE id = ANY(%(blocks)s::integer[])
"""

Ranks = NDArray[np.uint8]


def of_rows(rows: int) -> Ranks:
    """The rank of each row of search_orders."""
    return (np.arange(rows) * RANKS // rows).astype(np.uint8)


class Order:
    """One order of one segment, from the position of a walk on."""

    def __init__(self, cursor: Cursor, segment: int, walk: Walk) -> None:
        self._cursor = cursor
        self._descending = walk.descending
        self._of = {"segment": segment, "field": walk.field}
        cursor.execute(COUNT, self._of)
        ((rows,),) = cursor.fetchall()
        self._rows: int = rows
        self._start = self._first_row(walk.beyond)

    def _first_row(self, beyond: Key | None) -> int:
        """The first row that may have a place beyond this position."""
        if beyond is None:
            return self._rows - 1 if self._descending else 0
        self._cursor.execute(ROW_AT, self._of | {"value": beyond[0], "id": beyond[1]})
        found = self._cursor.fetchone()
        at = self._rows if found is None else int(found[0])
        return min(at, self._rows - 1) if self._descending else at

    @property
    def start(self) -> int:
        """The rank of its first place."""
        return self._start * RANKS // max(self._rows, 1)

    def places(self) -> Iterator[Places]:
        """All places, in order, some hundreds at first."""
        return self._between(self._start, -1) if self._descending else self._between(self._start, self._rows)

    def of_ranks(self, first: int, last: int) -> Iterator[Places]:
        """The places with these ranks, in order."""
        low, high = -(-first * self._rows // RANKS), -(-(last + 1) * self._rows // RANKS) - 1
        if self._descending:
            return self._between(min(high, self._start), low - 1)
        return self._between(max(low, self._start), high + 1)

    def _between(self, row: int, end: int) -> Iterator[Places]:
        """The places of the rows from this one to before the end, in the direction of the walk."""
        size, step = 2, -1 if self._descending else 1
        while (end - row) * step > 0:
            after = max(row - size, end) if self._descending else min(row + size, end)
            first, last = sorted((row, after - step))
            statement = ROWS.format(direction="DESC" if self._descending else "ASC")
            found = copying.rows(self._cursor, statement, self._of | {"first": first, "last": last})
            packed = b"".join(places for (places,) in found[::step] if places is not None)
            yield np.frombuffer(packed, ">u4")[::step].astype(np.int64)
            row, size = after, min(size * GROWTH, MOST_ROWS)

    def ranks(self, places: Places, blocks: Sequence[int]) -> Ranks | None:
        """The ranks of some places; None if a block was built before there were any. `blocks`: ids of all blocks."""
        number = places // BLOCK
        needed = np.flatnonzero(np.bincount(number, minlength=len(blocks)))
        rows = np.zeros(len(blocks), np.int64)
        rows[needed] = np.arange(len(needed))
        wanted = {
            "at": list(ORDERS).index(str(self._of["field"])),
            "orders": len(ORDERS),
            "blocks": [blocks[n] for n in needed.tolist()],
        }
        found = {copying.number(block): ranks for block, ranks in copying.rows(self._cursor, OF_PLACES, wanted)}
        if None in found.values():
            return None
        known = np.zeros((len(needed), BLOCK), np.uint8)
        for row, n in enumerate(needed.tolist()):
            ranks = np.frombuffer(found[blocks[n]] or b"", np.uint8)
            known[row, : len(ranks)] = ranks
        return known.reshape(-1)[places + (rows - np.arange(len(blocks)))[number] * BLOCK]
