"""Build segments of the index from the change sets that are not indexed yet. Runs in the background; no request waits for it.

Works on a psycopg2 connection of its own, in one snapshot and one transaction a segment. It is retired at first; a moment
later it takes its place, in a transaction that waits for those who touch a change set instead of being undone by them (an
undo in that time would cost all that was done). A search sees the segment whole or not at all, and until then looks at those
products one by one. A killed run leaves nothing that is looked at.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

import numpy as np
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ, connection as Connection, cursor as Cursor

from catalog.products.search import pending
from catalog.products.search.batches import BLOCK, FENCE
from catalog.products.search.orders import ORDERS
from catalog.products.search.postings import Texts, postings
from catalog.products.search.terms import FOLD

ORDER_ROW = 512  # places in one row of search_orders
MOST_SEGMENTS = 8  # more would make every search slower
SAMPLE, EVERY = (4, 64)  # blocks, and products of them, from which the share of a segment that is still true is told

PENDING = "SELECT id, created + updated + deleted FROM change_sets WHERE NOT indexed ORDER BY id"

# Whatever the change sets touched, as it is now. What is gone by now is found no more, so it need not be known.
TOUCHED = """
CREATE TEMPORARY TABLE known ON COMMIT DROP AS
SELECT row_number() OVER (ORDER BY sku_key(sku) COLLATE "C") - 1 AS place, id
FROM products WHERE id IN (
    SELECT product.id FROM change_sets AS made JOIN products AS product
        ON product.id BETWEEN made.first_product_id AND made.last_product_id
    WHERE made.id = ANY(%(change_sets)s)
    UNION ALL
    SELECT product_id FROM product_changes WHERE change_set_id = ANY(%(change_sets)s)
    UNION ALL
    SELECT product.id FROM still JOIN products AS product USING (id, version)
)
"""
STILL = "CREATE TEMPORARY TABLE still (id bigint, version integer) ON COMMIT DROP"
READ = f"""
SELECT
    product.id, product.version, sku_key(product.sku) COLLATE "C",
    {FOLD.format("product.sku")}, {FOLD.format("product.name")}, {FOLD.format("product.description")},
    product.active, product.created_change_set_id, touched.change_sets
FROM known JOIN products AS product USING (id) LEFT JOIN touched USING (id)
ORDER BY known.place
"""  # nosec B608  # of constants
TOUCHED_BY = """
CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT product_id AS id, array_agg(change_set_id) AS change_sets
FROM product_changes JOIN known ON known.id = product_id GROUP BY product_id
"""
NEW_SEGMENT = "INSERT INTO search_segments (products, retired) VALUES (%s, true) RETURNING id"
NEW_BLOCK = """
INSERT INTO search_blocks (segment_id, number, first_key, last_key, fences, ids, versions)
VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
"""
# The whole order of another field, in SQL: only places leave the sort.
ORDER = """
INSERT INTO search_orders (segment_id, field, number, last_value, last_id, places)
SELECT
    %(segment)s, %(field)s, at / %(row)s, {text},
    max(id) FILTER (WHERE at %% %(row)s = %(row)s - 1 OR at = %(products)s - 1),
    string_agg(int4send(place::integer), '' ORDER BY at)
FROM (
    SELECT place, id, value, row_number() OVER (ORDER BY value, id) - 1 AS at
    FROM (SELECT known.place, product.id, {value} AS value FROM known JOIN products AS product USING (id)) AS valued
) AS ordered
GROUP BY at / %(row)s
"""
PUBLISH = """
SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
UPDATE search_segments SET retired = false WHERE id = %(segment)s;
UPDATE change_sets SET indexed = true WHERE id = ANY(%(change_sets)s);
DELETE FROM search_segments WHERE id = ANY(%(segments)s)
"""


@dataclass(frozen=True)
class Work:
    """The work of one run: change sets that are not indexed yet, and segments to build again."""

    change_sets: list[int]
    products: int
    segments: list[int]


def run(connection: Connection, check: Callable[[], None] = lambda: None) -> int:
    """Index waiting change sets, if there are enough; returns the number of indexed products. `check` may raise to stop it."""
    connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ)
    with connection, connection.cursor() as cursor:
        if _waiting(cursor) is None:
            return 0
    with connection, connection.cursor() as cursor:
        # Statistics may still say that there is nothing, as after "delete all"; plans made on that take hours. In a
        # transaction of its own: its lock would make the next import wait.
        cursor.execute("ANALYZE products (id)")
    with connection, connection.cursor() as cursor:
        work = _waiting(cursor)
        if work is None:
            return 0
        segment, products = _build(connection, cursor, work, check)
    with connection, connection.cursor() as cursor:
        cursor.execute(PUBLISH, asdict(work) | {"segment": segment})
    return products


def drop_retired(connection: Connection) -> int:
    """Delete the segments that no search looks at any more."""
    with connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_segments WHERE retired")
        return int(cursor.rowcount)


def _waiting(cursor: Cursor) -> Work | None:
    cursor.execute(PENDING)
    waiting = cursor.fetchall()
    products = sum(count for _, count in waiting)
    enough = max(products, len(waiting)) >= pending.FEW
    segments = _to_make_anew(cursor)
    if not enough and not segments:
        return None
    return Work([number for number, _ in waiting], products, segments)


def _to_make_anew(cursor: Cursor) -> list[int]:
    """Segments to build again: those that are half outdated, and the smallest ones if there are too many."""
    cursor.execute("SELECT id FROM search_segments WHERE NOT retired ORDER BY products")
    segments = [number for (number,) in cursor]
    stale = [number for number in segments if _share_still_true(cursor, number) < 0.5]
    if len(segments) > MOST_SEGMENTS:
        stale += segments[: len(segments) - MOST_SEGMENTS + 2]
    return list(dict.fromkeys(stale))


def _share_still_true(cursor: Cursor, segment: int) -> float:
    cursor.execute("SELECT count(*) FROM search_blocks WHERE segment_id = %s", (segment,))
    ((blocks,),) = cursor.fetchall()
    numbers = sorted({i * blocks // SAMPLE for i in range(SAMPLE)})
    known = alive = 0
    for ids, versions in _kept(cursor, segment, numbers):
        cursor.execute(
            "SELECT count(*) FROM unnest(%s::bigint[], %s::integer[]) AS known(id, version) JOIN products USING (id, version)",
            (ids[::EVERY], versions[::EVERY]),
        )
        ((still,),) = cursor.fetchall()
        known, alive = known + len(ids[::EVERY]), alive + still
    return alive / known if known else 0.0


def _kept(cursor: Cursor, segment: int, numbers: Sequence[int] | None = None) -> Iterator[tuple[list[int], list[int]]]:
    """Ids and versions of the products of a segment, block by block."""
    if numbers is None:
        cursor.execute("SELECT number FROM search_blocks WHERE segment_id = %s", (segment,))
        numbers = [number for (number,) in cursor.fetchall()]
    for number in numbers:
        cursor.execute(
            "SELECT ids, versions FROM search_blocks WHERE segment_id = %s AND number = %s", (segment, number)
        )
        ((ids, versions),) = cursor.fetchall()
        yield (np.frombuffer(ids, "<i8").tolist(), np.frombuffer(versions, "<i4").tolist())


def _build(connection: Connection, cursor: Cursor, work: Work, check: Callable[[], None]) -> tuple[int | None, int]:
    """Build one segment of all products of the work; returns the segment and its number of products."""
    cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL max_parallel_workers_per_gather = 2")
    cursor.execute(STILL)
    for segment in work.segments:
        for ids, versions in _kept(cursor, segment):
            rows = "".join(f"{id}\t{version}\n" for id, version in zip(ids, versions, strict=True))
            cursor.copy_expert("COPY still FROM STDIN", io.StringIO(rows))
    cursor.execute(TOUCHED, {"change_sets": work.change_sets})
    products = int(cursor.rowcount)
    if not products:
        return None, 0
    cursor.execute("ANALYZE known")
    cursor.execute(TOUCHED_BY)
    cursor.execute(NEW_SEGMENT, (products,))
    ((segment,),) = cursor.fetchall()
    for field, order in ORDERS.items():
        values: dict[str, Any] = {"segment": segment, "field": field, "row": ORDER_ROW, "products": products}
        cursor.execute(ORDER.format(value=order.value, text=order.text.format("max(value)")), values)
        check()
    with connection.cursor("products_by_sku") as reader:
        reader.itersize = BLOCK
        reader.execute(READ)
        number = 0
        while block := list(islice(reader, BLOCK)):
            _write_block(cursor, segment, number, block)
            number += 1
            check()
    return segment, products


def _write_block(cursor: Cursor, segment: int, number: int, rows: list[tuple[Any, ...]]) -> None:
    ids = np.array([row[0] for row in rows], "<i8").tobytes()
    versions = np.array([row[1] for row in rows], "<i4").tobytes()
    keys = [row[2] for row in rows]
    block_row = (segment, number, keys[0], keys[-1], keys[::FENCE], ids, versions)
    cursor.execute(NEW_BLOCK, block_row)
    ((block,),) = cursor.fetchall()
    texts = [
        Texts(sku, name, description, active, [made, *(changed or ())])
        for *_, sku, name, description, active, made, changed in rows
    ]
    lines = (f"{block}\t{_escaped(term)}\t\\\\x{places.hex()}\n" for term, places in postings(texts))
    cursor.copy_expert("COPY search_postings FROM STDIN", io.StringIO("".join(lines)))


def _escaped(term: str) -> str:
    """A term as COPY's text format has it."""
    return term.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
