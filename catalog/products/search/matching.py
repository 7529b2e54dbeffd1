"""The places of blocks that the index proposes for a query. Sets of places are boolean arrays as long as a block."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain

from psycopg2.extensions import cursor as Cursor

from catalog.products.search.asking import Question
from catalog.products.search.places import Mask, mask, weight
from catalog.products.search.terms import Lookup, Ways

RAREST = 4  # lookups of a way that are enough, once the rarest are known

Stored = tuple[memoryview | None, memoryview | None]
"""The places of a lookup as they are stored: lists, and bitmaps."""

FETCH = """
SELECT
    block.id, wanted.number,
    string_agg(posting.places, ''::bytea) FILTER (WHERE length(posting.places) %% 2 = 0),
    string_agg(posting.places, ''::bytea) FILTER (WHERE length(posting.places) %% 2 = 1)
FROM unnest(%s::integer[]) AS block(id)
CROSS JOIN unnest(%s::integer[], %s::text[], %s::text[]) AS wanted(number, low, high)
CROSS JOIN LATERAL (
    SELECT places FROM search_postings
    WHERE block_id = block.id AND term >= wanted.low COLLATE "C" AND term <= wanted.high COLLATE "C"
    OFFSET 0 -- one probe of the index each; the planner would rather read all postings once
) AS posting
GROUP BY block.id, wanted.number
"""


class Matcher:
    """Matches block by block, and learns which terms are rare."""

    def __init__(self, cursor: Cursor, question: Question) -> None:
        self._cursor = cursor
        self._needs = list(question.needs)
        self._weights: dict[Lookup, int] = {}

    def match(self, blocks: Sequence[int]) -> dict[int, Mask]:
        """Block -> proposed places, for blocks that have any."""
        masks: dict[int, Mask] = {}
        for number, need in enumerate(sorted(self._needs, key=self._weight)):
            found = self._meet(need, blocks)
            masks = {block: masks[block] & some if number else some for block, some in found.items()}
            masks = {block: some for block, some in masks.items() if some.any()}
            blocks = list(masks)
            if not blocks:
                break
        return masks

    def _weight(self, need: Ways) -> int:
        """The known number of places that a need proposes; unknown ones sort last, long words first."""
        known = [min((self._weights.get(lookup, 1 << 40) for lookup in way), default=0) for way in need]
        return sum(known) - sum(map(len, need))

    def _meet(self, need: Ways, blocks: Sequence[int]) -> dict[int, Mask]:
        """Block -> places that one need proposes."""
        ways = [sorted(way, key=lambda lookup: self._weights.get(lookup, 0))[: self._enough(way)] for way in need]
        lookups = list(dict.fromkeys(chain.from_iterable(ways)))
        found = self._fetch(lookups, blocks)
        met: dict[int, Mask] = {}
        for block, places in found.items():
            for way in ways:
                if way and all(lookup in places for lookup in way):
                    found_here = mask(*places[way[0]])
                    for lookup in way[1:]:
                        found_here &= mask(*places[lookup])
                    met[block] = met[block] | found_here if block in met else found_here
        return met

    def _enough(self, way: Sequence[Lookup]) -> int:
        return RAREST if all(lookup in self._weights for lookup in way) else len(way)

    def _fetch(self, lookups: list[Lookup], blocks: Sequence[int]) -> dict[int, dict[Lookup, Stored]]:
        """Block -> lookup -> stored places; terms that a block does not have are missing."""
        lows, highs = ([lookup.low for lookup in lookups], [lookup.high for lookup in lookups])
        self._cursor.execute(FETCH, (list(blocks), list(range(len(lookups))), lows, highs))
        found: dict[int, dict[Lookup, Stored]] = defaultdict(dict)
        weights = dict.fromkeys(lookups, 0)
        for block, number, *places in self._cursor:
            found[block][lookups[number]] = tuple(places)
            weights[lookups[number]] += weight(*places)
        self._weights = weights | self._weights
        return found
