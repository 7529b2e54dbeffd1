"""Build a segment of the index from the change sets that are not indexed yet, and publish it block by block.

One connection reads, in one snapshot. Another writes each block in a short transaction. `search_builds` has the last
published SKU: up to it, the new segment replaces its change sets and older segments; after it, a search still scans
these. So every answer is complete, even while a build runs or after it was killed.
"""

import io
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection as Connection, cursor as Cursor
from psycopg2.extras import execute_values

from catalog.products.search.building import binary, waiting
from catalog.products.search.building.postings import postings
from catalog.products.search.building.reading import Block, Reading
from catalog.products.search.building.waiting import Work
from catalog.runtime import connections

NEW_SEGMENT = "INSERT INTO search_segments (products) VALUES (0) RETURNING id"
NEW_BUILD = """
INSERT INTO search_builds (segment_id, change_sets, segments, up_to)
VALUES (%(segment)s, %(change_sets)s::integer[], %(segments)s::integer[], '')
"""
NEW_ORDERS = "INSERT INTO search_orders (segment_id, field, number, last_value, last_id, places) VALUES %s"
NEW_BLOCK = """
INSERT INTO search_blocks (segment_id, number, first_key, last_key, fences, ids, versions, ranks)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
COPY = "COPY search_postings (block_id, term, places) FROM STDIN (FORMAT binary)"
PUBLISH_BLOCK = """
UPDATE search_segments SET products = products + %(products)s WHERE id = %(segment)s;
UPDATE search_builds SET up_to = %(last_key)s WHERE segment_id = %(segment)s
"""
# Waits until no other transaction writes to these change sets, so that none makes this one fail.
FINISH = """
UPDATE change_sets SET indexed = true WHERE id = ANY(%(change_sets)s);
DELETE FROM search_segments WHERE id = ANY(%(segments)s);
DELETE FROM search_builds
"""


def connect(url: str) -> Connection:
    """A connection for a build."""
    connection: Connection = psycopg2.connect(url, **connections.to_postgres("catalog index", waits=True))
    return connection


def run(url: str, check: Callable[[], None] = lambda: None) -> int:
    """Index waiting change sets, if there are enough; returns how many products. `check` may raise to stop it.

    The caller makes sure that only one run is active.
    """
    with closing(connect(url)) as writer, closing(connect(url)) as reader:
        waiting.discard(writer)
        with writer, writer.cursor() as cursor:
            if waiting.look(cursor) is None:
                return 0
        with writer, writer.cursor() as cursor:
            # Statistics may still say that there is nothing, as after "delete all"; plans made on that take hours. In a
            # transaction of its own: its lock would make the next import wait.
            cursor.execute("ANALYZE products (id)")
        reader.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ)
        with reader:
            return _build(reader, writer, check)


def _build(reader: Connection, writer: Connection, check: Callable[[], None]) -> int:
    """Build one segment of all that waits in the snapshot of the reader; returns its number of products."""
    with reader.cursor() as cursor:
        work = waiting.look(cursor)
    if work is None:
        return 0
    reading = Reading(reader)
    reading.prepare(work)
    check()
    if reading.products:
        segment = _begin(writer, work, reading)
        for block in reading.blocks():
            check()
            with writer, writer.cursor() as cursor:
                _write(cursor, segment, block)
    with writer, writer.cursor() as cursor:
        cursor.execute(FINISH, asdict(work))
    return reading.products


def _begin(writer: Connection, work: Work, reading: Reading) -> int:
    """Create a segment with its orders, but without products."""
    with writer, writer.cursor() as cursor:
        cursor.execute(NEW_SEGMENT)
        ((segment,),) = cursor.fetchall()
        cursor.execute(NEW_BUILD, asdict(work) | {"segment": segment})
        execute_values(cursor, NEW_ORDERS, reading.orders(segment), page_size=256)
    return int(segment)


def _write(cursor: Cursor, segment: int, block: Block) -> None:
    """Store a block, and publish it."""
    keys = (block.fences[0], block.last_key, block.fences)
    row = (segment, block.number, *keys, block.ids, block.versions, block.ranks)
    cursor.execute(NEW_BLOCK, row)
    ((number,),) = cursor.fetchall()
    for terms, places in postings(block.texts):
        cursor.copy_expert(COPY, io.BytesIO(binary.postings(number, terms, places)), 1 << 20)
    cursor.execute(PUBLISH_BLOCK, {"products": block.products, "segment": segment, "last_key": block.last_key})
