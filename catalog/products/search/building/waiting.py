"""Which change sets wait for the index, and which segments to build again. No numpy here: the steward stays small."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection, cursor as Cursor

from catalog.products.search import pending

MOST_SEGMENTS = 8  # more would make every search slower
# To estimate how much of a segment is still true: SAMPLE of its blocks are checked, and in these one product in EVERY.
SAMPLE, EVERY = 4, 64

PENDING = "SELECT id, created + updated + deleted FROM change_sets WHERE NOT indexed ORDER BY id"
# A build that was killed: its segment is correct, but incomplete. The change sets and segments that it replaces exist.
DISCARD = """
UPDATE search_segments SET retired = true WHERE id IN (SELECT segment_id FROM search_builds);
DELETE FROM search_builds
"""


@dataclass(frozen=True)
class Work:
    """The work of one run: change sets that are not indexed yet, and segments to build again."""

    change_sets: list[int]
    segments: list[int]


def discard(connection: Connection) -> None:
    """Discard a build that did not end. The caller makes sure that no build is active."""
    with connection, connection.cursor() as cursor:
        cursor.execute(DISCARD)


def drop_retired(connection: Connection) -> int:
    """Delete retired segments, which no search uses."""
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_segments WHERE retired")
        return int(cursor.rowcount)


def look(cursor: Cursor) -> Work | None:
    """The work that waits, if there is enough for a run."""
    cursor.execute(PENDING)
    waiting = cursor.fetchall()
    enough = max(sum(count for _, count in waiting), len(waiting)) >= pending.FEW
    segments = _to_rebuild(cursor)
    if not enough and not segments:
        return None
    return Work([number for number, _ in waiting], segments)


def _to_rebuild(cursor: Cursor) -> list[int]:
    """Segments to build again: those that are marked or half untrue, and the smallest ones if there are too many."""
    cursor.execute("SELECT id, outdated FROM search_segments WHERE NOT retired ORDER BY products")
    found = cursor.fetchall()
    segments = [number for number, _ in found]
    stale = [number for number, outdated in found if outdated or _share_still_true(cursor, number) < 0.5]
    if len(segments) > MOST_SEGMENTS:
        stale += segments[: len(segments) - MOST_SEGMENTS + 2]
    return list(dict.fromkeys(stale))


def _share_still_true(cursor: Cursor, segment: int) -> float:
    cursor.execute("SELECT count(*) FROM search_blocks WHERE segment_id = %s", (segment,))
    ((blocks,),) = cursor.fetchall()
    known = alive = 0
    for number in sorted({i * blocks // SAMPLE for i in range(SAMPLE)}):
        for ids, versions in _sampled(cursor, segment, number):
            cursor.execute(
                "SELECT count(*) FROM unnest(%s::bigint[], %s::integer[]) AS known(id, version)"
                " JOIN products USING (id, version)",
                (ids, versions),
            )
            ((still,),) = cursor.fetchall()
            known, alive = known + len(ids), alive + still
    return alive / known if known else 0.0


def _sampled(cursor: Cursor, segment: int, number: int) -> Iterator[tuple[list[int], list[int]]]:
    """Some ids and versions of a block, if there is one of this number."""
    cursor.execute("SELECT ids, versions FROM search_blocks WHERE segment_id = %s AND number = %s", (segment, number))
    for ids, versions in cursor.fetchall():
        count = len(versions) // 4
        yield (
            list(struct.unpack(f"<{count}q", ids)[::EVERY]),
            list(struct.unpack(f"<{count}i", versions)[::EVERY]),
        )
