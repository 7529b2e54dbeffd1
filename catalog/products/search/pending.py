"""Products that no segment has yet: those of waiting change sets, which the database scans."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from psycopg2.extensions import cursor as Cursor

from catalog.products.search.asking import Question
from catalog.products.search.orders import Key, Walk
from catalog.products.search.published import Published

FEW = 2_000  # products that every search can scan without a noticeable delay
FIRST, GROWTH, MOST = 64, 16, 65_536  # products per statement
WINDOW, LARGEST = (1_024, 16_384)  # products of the first window and of the largest one
LAST_ID = 2**63 - 1  # which no product has
DENSE = 0.01  # the share of a window that must match for the next window to be scanned too
SAMPLE = 512  # products of a sample
LEAST = 8  # matches without which a sample is not used
AT = 1  # the place of the match of a sample at which the first scan ends

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
SOME = (
    "SELECT {key} AS key, product.id FROM {source} AND product.id = ANY(%(some)s) AND {beyond} AND {condition}"
    " ORDER BY key {direction}, id {direction}"
)
# The planner checks it before the query, which costs more.
UNTIL = ' AND ({key}, product.id) {to} (%(until_value)s COLLATE "C", %(until_id)s)'
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
(
    SELECT DISTINCT product_id FROM product_changes WHERE change_set_id = ANY(%(changed)s) AND action <> 'deleted'
) AS change
CROSS JOIN LATERAL (SELECT * FROM products WHERE id = change.product_id OFFSET 0) AS product WHERE true
"""


@dataclass(frozen=True)
class Source:
    """Products that no segment has, as SQL with its parameters, and the query for them."""

    sql: str
    values: dict[str, Any]
    question: Question
    up_to: str | None  # a segment that is being built has the products up to this SKU key

    def near(self, walk: Walk) -> Walk:
        """The walk by SKU, starting after the products that a segment has already."""
        if walk.descending or self.up_to is None or not walk.is_beyond((self.up_to, LAST_ID)):
            return walk
        return Walk(walk.field, walk.descending, (self.up_to, LAST_ID))

    def after(self, walk: Walk, stream: Iterator[Key]) -> Iterator[Key]:
        """The stream for a merge. In a walk by SKU, a key with LAST_ID comes first: the stream starts at `up_to`."""
        if self.up_to is not None and walk.field == "sku" and self.near(walk) != walk:
            yield (self.up_to, LAST_ID)
        yield from stream


def streams(cursor: Cursor, question: Question, walk: Walk, known: Published) -> list[Iterator[Key]]:
    """Streams of matching products, each in order; a product may be in several streams."""
    return [
        source.after(
            walk,
            _stream(cursor, source, walk)
            if source.sql != CREATED
            else _near(cursor, source, source.near(walk))
            if walk.field == "sku"
            else _sampled(cursor, source, walk),
        )
        for source in _sources(cursor, question, known)
    ]


def _sources(cursor: Cursor, question: Question, known: Published) -> list[Source]:
    """The sources of all products that no segment has."""
    cursor.execute(PENDING)
    pending = cursor.fetchall()
    if any(created >= FEW for _, created, *_ in pending):
        cursor.execute(PARALLEL)
    groups: dict[str | None, list[tuple[Any, ...]]] = defaultdict(list)
    for row in pending:
        groups[known.change_sets_from.get(row[0])].append(row)
    return [
        Source(sql, values, question.beyond(up_to), up_to)
        for up_to, rows in groups.items()
        for sql, values in _places(rows)
    ]


def _places(rows: list[tuple[Any, ...]]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The products of some change sets, as SQL with its parameters."""
    few = [row for row in rows if 0 < row[1] < FEW]
    for number, created, _, first, last in rows:
        if created >= FEW:
            yield CREATED, {"made": number, "first": first, "last": last}
    if few:
        numbers, _, _, firsts, lasts = map(list, zip(*few, strict=True))
        yield CREATED_FEW, {"mades": numbers, "firsts": firsts, "lasts": lasts}
    yield CHANGED, {"changed": [row[0] for row in rows]}


def _near(cursor: Cursor, source: Source, walk: Walk) -> Iterator[Key]:
    """Like `_stream` by SKU. While many products match, scanning the next ones in that order fills a page fastest."""
    window = WINDOW
    while True:
        beyond = walk.sql(walk.key, "product.id")
        condition = source.question.sql
        statement = NEXT.format(key=walk.key, condition=condition, beyond=beyond, direction=walk.direction)
        given = source.question.values | source.values | walk.values() | {"window": window}
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
    yield from _stream(cursor, source, walk)


def _sampled(cursor: Cursor, source: Source, walk: Walk) -> Iterator[Key]:
    """Like `_stream`, but if many products match, a sample tells where a first scan can end, which checks few."""
    first, last = source.values["first"], source.values["last"]
    statement = SOME.format(
        key=walk.key,
        source=source.sql,
        condition=source.question.sql,
        beyond=walk.sql(walk.key, "product.id"),
        direction=walk.direction,
    )
    some = {"some": list(range(first, last + 1, max((last - first) // SAMPLE, 1)))}
    cursor.execute(statement, source.question.values | source.values | walk.values() | some)
    found: list[Key] = cursor.fetchall()
    if len(found) >= LEAST:
        until = UNTIL.format(key=walk.key, to=">=" if walk.descending else "<=")
        value, identity = found[AT]
        values = source.values | {"until_value": value, "until_id": identity}
        yield from _stream(cursor, replace(source, sql=source.sql + until, values=values), walk)
        walk = Walk(walk.field, walk.descending, found[AT])
    yield from _stream(cursor, source, walk)


def _stream(cursor: Cursor, source: Source, walk: Walk) -> Iterator[Key]:
    """Matching products that are not indexed, in order, scanned by the database."""
    limit = FIRST
    while True:
        statement = LOOK.format(
            key=walk.key,
            source=source.sql,
            condition=source.question.sql,
            beyond=walk.sql("key", "id"),
            direction=walk.direction,
        )
        cursor.execute(statement, source.question.values | source.values | walk.values() | {"limit": limit})
        found: list[Key] = cursor.fetchall()
        yield from found
        if len(found) < limit:
            return
        walk, limit = (Walk(walk.field, walk.descending, found[-1]), min(limit * GROWTH, MOST))


def any_wait(cursor: Cursor) -> bool:
    """Whether any change set is not indexed yet."""
    cursor.execute("SELECT EXISTS (SELECT FROM change_sets WHERE NOT indexed)")
    ((found,),) = cursor.fetchall()
    return bool(found)


def count(cursor: Cursor, question: Question, known: Published) -> int:
    """Number of matching products that no segment has."""
    found: set[int] = set()
    for source in _sources(cursor, question, known):
        cursor.execute(
            f"SELECT product.id FROM {source.sql} AND {source.question.sql}",  # nosec B608  # our own SQL; what was typed is in its values
            source.question.values | source.values,
        )
        found.update(number for (number,) in cursor)
    return len(found)
