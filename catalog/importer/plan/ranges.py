"""Split the keys of a large file into parts, so that a PostgreSQL process of its own plans each part.

So two cores are busy all the time. With one process, the second core would only help to sort.
"""

from collections.abc import Iterator

from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL, Composable, Literal

PARTS = 2
# With fewer bytes of staged rows, starting processes takes more time than it saves.
PARTED_BYTES = 16 * 1024**2
# With the tables of ranges that were read by other processes.
SIZE = """
SELECT sum(pg_relation_size(part)) FROM (
    SELECT %(staging)s::regclass AS part UNION ALL
    SELECT inhrelid FROM pg_inherits WHERE inhparent = %(staging)s::regclass
) AS parts
"""
# From a sample, because the parts need only be about equal.
BOUNDS = SQL("""
SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY key) FROM {staging} TABLESAMPLE SYSTEM (1)
""")
FROM, BELOW = SQL("{key} >= {bound}"), SQL("{key} < {bound}")
KEYS = {"of_staged": SQL("key"), "of_products": SQL('sku_key(sku) COLLATE "C"')}


def bounds(cursor: Cursor, staging: Composable) -> list[str]:
    """The first key of each further part of a staging table; empty if the table is small."""
    cursor.execute(SIZE, {"staging": staging.as_string(cursor)})
    ((size,),) = cursor.fetchall()
    if size < PARTED_BYTES:
        return []
    shares = [number / PARTS for number in range(1, PARTS)]
    cursor.execute(BOUNDS.format(staging=staging), (shares,))
    ((found,),) = cursor.fetchall()
    return found or []


def between(bounds: list[str]) -> Iterator[dict[str, Composable]]:
    """The SQL conditions of each part, for the staged rows and for the products."""
    edges = [Literal(bound) for bound in bounds]
    for lower, upper in zip([None, *edges], [*edges, None], strict=True):
        yield {name: _within(key, lower, upper) for name, key in KEYS.items()}


def _within(key: SQL, lower: Composable | None, upper: Composable | None) -> Composable:
    edges = [edge.format(key=key, bound=bound) for edge, bound in ((FROM, lower), (BELOW, upper)) if bound]
    return SQL(" AND ").join(edges) if edges else SQL("true")
