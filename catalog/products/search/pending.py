"""Products that no segment has yet: those of waiting change sets, which the database scans."""

from collections.abc import Iterator
from typing import Any

from psycopg2.extensions import cursor as Cursor

from catalog.products.search.asking import Question
from catalog.products.search.orders import Key, Walk

FEW = 2_000  # products that every search can scan without a noticeable delay
FIRST, GROWTH, MOST = 64, 16, 65_536  # products per statement
WINDOW, LARGEST = (1_024, 16_384)  # products of the catalog that are scanned first
DENSE = 0.01  # of them: if so many match, the next page is found there too

PENDING = "SELECT id, created, updated, first_product_id, last_product_id FROM change_sets WHERE NOT indexed"
# The statistics do not include a new import yet: the planner expects a few rows, and uses one core.
PARALLEL = """
SET LOCAL parallel_setup_cost = 0; SET LOCAL parallel_tuple_cost = 0;
SET LOCAL min_parallel_index_scan_size = 0; SET LOCAL max_parallel_workers_per_gather = 2
"""
# OFFSET 0 keeps the planner from walking the whole catalog in order instead of scanning these rows only.
LOOK = """
SELECT key, id FROM (
    SELECT {key} AS key, product.id FROM {source} AND {condition} OFFSET 0
) AS looked_at
WHERE {beyond} ORDER BY key {direction}, id {direction} LIMIT %(limit)s
"""
# The next products of the whole catalog: its own index has them in the order of the SKU.
NEXT = """
SELECT key, id, made AND {condition} FROM (
    SELECT {key} AS key, product.*, product.created_change_set_id = %(made)s AS made
    FROM products AS product WHERE {beyond} ORDER BY {key} {direction} LIMIT %(window)s
) AS product ORDER BY key {direction}
"""
CREATED = """
products AS product
WHERE product.id BETWEEN %(first)s AND %(last)s AND product.created_change_set_id = %(made)s
"""
CREATED_FEW = """
unnest(%(mades)s::integer[], %(firsts)s::bigint[], %(lasts)s::bigint[]) AS made(id, first, last)
CROSS JOIN LATERAL (SELECT * FROM products WHERE id BETWEEN made.first AND made.last OFFSET 0) AS product
WHERE product.created_change_set_id = made.id
"""
CHANGED = """
(SELECT DISTINCT product_id FROM product_changes WHERE change_set_id = ANY(%(changed)s) AND action <> 'deleted') AS change
CROSS JOIN LATERAL (SELECT * FROM products WHERE id = change.product_id OFFSET 0) AS product WHERE true
"""


def streams(cursor: Cursor, question: Question, walk: Walk) -> list[Iterator[Key]]:
    """Streams of matching products, each in order; a product may be in several streams."""
    return [
        _near(cursor, question, walk, source, values)
        if source == CREATED and walk.field == "sku"
        else _stream(cursor, question, walk, source, values)
        for source, values in _sources(cursor)
    ]


def _sources(cursor: Cursor) -> list[tuple[str, dict[str, Any]]]:
    """Products that no segment has, as SQL sources with their parameters."""
    cursor.execute(PENDING)
    pending = cursor.fetchall()
    made = [row for row in pending if row[1]]
    changed = [row[0] for row in pending]
    few = [row for row in made if row[1] < FEW]
    if len(few) < len(made):
        cursor.execute(PARALLEL)
    sources: list[tuple[str, dict[str, Any]]] = [
        (CREATED, {"made": number, "first": first, "last": last})
        for number, created, _, first, last in made
        if created >= FEW
    ]
    if few:
        numbers, _, _, firsts, lasts = map(list, zip(*few, strict=True))
        sources.append((CREATED_FEW, {"mades": numbers, "firsts": firsts, "lasts": lasts}))
    if changed:
        sources.append((CHANGED, {"changed": changed}))
    return sources


def _near(cursor: Cursor, question: Question, walk: Walk, source: str, values: dict[str, Any]) -> Iterator[Key]:
    """Like `_stream` by SKU. While many products match, scanning the next ones in that order fills a page fastest."""
    window = WINDOW
    while True:
        beyond = walk.sql(walk.key, "product.id")
        statement = NEXT.format(key=walk.key, condition=question.sql, beyond=beyond, direction=walk.direction)
        given = question.values | values | walk.values() | {"window": window}
        cursor.execute(statement, given)
        seen = cursor.fetchall()
        found: list[Key] = [(key, number) for key, number, answers in seen if answers]
        yield from found
        if len(seen) < window:
            return
        walk = Walk(walk.field, walk.descending, seen[-1][:2])
        if len(found) < DENSE * window:
            break
        window = min(window * GROWTH, LARGEST)
    yield from _stream(cursor, question, walk, source, values)


def _stream(cursor: Cursor, question: Question, walk: Walk, source: str, values: dict[str, Any]) -> Iterator[Key]:
    """Matching products that are not indexed, in order, scanned by the database."""
    limit = FIRST
    while True:
        statement = LOOK.format(
            key=walk.key, source=source, condition=question.sql, beyond=walk.sql("key", "id"), direction=walk.direction
        )
        cursor.execute(statement, question.values | values | walk.values() | {"limit": limit})
        found: list[Key] = cursor.fetchall()
        yield from found
        if len(found) < limit:
            return
        walk, limit = (Walk(walk.field, walk.descending, found[-1]), min(limit * GROWTH, MOST))


def count(cursor: Cursor, question: Question) -> int:
    """Number of matching products that no segment has."""
    found: set[int] = set()
    for source, values in _sources(cursor):
        cursor.execute(
            f"SELECT product.id FROM {source} AND {question.sql}",  # nosec B608  # our own SQL; what was typed is in its values
            question.values | values,
        )
        found.update(number for (number,) in cursor)
    return len(found)
