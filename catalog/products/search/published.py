"""The parts of the index that a search may use: the segments, and how far a build has published its segment.

A build publishes its segment block by block, in the order of the SKU. Up to the last published SKU, this segment
replaces the change sets and older segments of the build. After that SKU, they are still searched themselves.
"""

from dataclasses import dataclass

from psycopg2.extensions import cursor as Cursor

SEGMENTS = "SELECT id, products FROM search_segments WHERE NOT retired AND products > 0 ORDER BY id"
BUILDS = """
SELECT change_sets, segments, up_to
FROM search_builds AS build JOIN search_segments AS segment ON segment.id = segment_id
WHERE NOT retired AND products > 0
"""


@dataclass(frozen=True)
class Published:
    """`segments` are (id, products). The others map what is replaced to the SKU key after which it still counts."""

    segments: list[tuple[int, int]]
    segments_from: dict[int, str]
    change_sets_from: dict[int, str]


def look(cursor: Cursor) -> Published:
    """Read it in the snapshot of this transaction."""
    cursor.execute(SEGMENTS)
    segments = cursor.fetchall()
    cursor.execute(BUILDS)
    builds = cursor.fetchall()
    return Published(
        segments,
        {segment: up_to for _, segments, up_to in builds for segment in segments},
        {change_set: up_to for change_sets, _, up_to in builds for change_set in change_sets},
    )
