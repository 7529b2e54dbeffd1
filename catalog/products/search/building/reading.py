"""Read the products of a new segment, in one snapshot: their orders, then block by block their texts as bytes.

The database puts the texts of a block together, so that no value of a single product becomes an object of Python.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg2.extensions import BYTES, connection as Connection, cursor as Cursor, register_type

from catalog.products.search.batches import BLOCK, FENCE
from catalog.products.search.building import binary
from catalog.products.search.building.postings import Texts
from catalog.products.search.building.utf8 import Column
from catalog.products.search.building.waiting import Work
from catalog.products.search.orders import ORDERS, SKU
from catalog.products.search.terms import FIELDS, FOLD

ORDER_ROW = 512  # places in one row of search_orders
PART = (
    8 * 1024 * 1024
)  # bytes of texts in memory at once: a description may have a megabyte, and a block 16,384 of them

STILL = "CREATE TEMPORARY TABLE still (id bigint, version integer) ON COMMIT DROP"
VALUES = f"""
product.id, {SKU.value} AS sku, {", ".join(f"{order.value} AS {field}" for field, order in ORDERS.items())},
octet_length(product.name)::bigint + octet_length(product.description) AS size
"""
# The products of the change sets, as they are now, without deleted ones. Created products are read by their range of ids,
# which is four times as fast as one by one.
KNOWN = f"""
CREATE TEMPORARY TABLE known ON COMMIT DROP AS
WITH made AS MATERIALIZED (SELECT id, first_product_id, last_product_id FROM change_sets WHERE id = ANY(%(change_sets)s))
SELECT row_number() OVER (ORDER BY sku) - 1 AS place, id, {", ".join(ORDERS)}, size FROM (
    SELECT {VALUES} FROM made JOIN products AS product
        ON product.id BETWEEN made.first_product_id AND made.last_product_id AND product.created_change_set_id = made.id
    UNION ALL
    SELECT {VALUES} FROM products AS product
    WHERE id IN (
        SELECT product_id FROM product_changes WHERE change_set_id = ANY(%(change_sets)s)
        UNION ALL
        SELECT product.id FROM still JOIN products AS product USING (id, version)
    ) AND NOT EXISTS (
        SELECT FROM made WHERE made.id = product.created_change_set_id
            AND product.id BETWEEN made.first_product_id AND made.last_product_id
    )
) AS product
"""  # nosec B608  # of constants
PARTS = f"""
CREATE TEMPORARY TABLE parts ON COMMIT DROP AS
SELECT block, part, min(place) - block * {BLOCK} AS first, count(*) AS places, array_agg(id ORDER BY place) AS ids
FROM (
    SELECT place, id, place / {BLOCK} AS block, sum(size) OVER (PARTITION BY place / {BLOCK} ORDER BY place)::bigint / %(part)s AS part
    FROM known
) AS placed
GROUP BY block, part
"""  # nosec B608  # of constants
TOUCHED = f"""
CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT
    place / {BLOCK} AS block, string_agg(int8send(place % {BLOCK}), '') AS places,
    string_agg(int8send(change_set_id::bigint), '') AS change_sets
FROM product_changes JOIN known ON known.id = product_id GROUP BY 1
"""  # nosec B608  # of constants
READ = f"""
SELECT
    (min(first) + min(at) - 1)::integer, string_agg(int8send(id), ''), string_agg(int4send(version), ''),
    string_agg(int8send(created_change_set_id::bigint), ''), string_agg(active::integer::text, ''),
    {", ".join(f"string_agg({field}, ' '), string_agg(int4send(octet_length({field})), '')" for field in FIELDS)},
    array_agg(key) FILTER (WHERE (first + at - 1) %% {FENCE} = 0), array_agg(key) FILTER (WHERE at = places)
FROM (
    SELECT
        part.first, part.places, wanted.at, {SKU.value} AS key, product.id, product.version,
        product.created_change_set_id, product.active,
        {", ".join(f"{FOLD.format(f'product.{field}')} AS {field}" for field in FIELDS)}
    FROM parts AS part
    CROSS JOIN LATERAL unnest(part.ids) WITH ORDINALITY AS wanted(id, at)
    CROSS JOIN LATERAL (SELECT * FROM products WHERE id = wanted.id OFFSET 0) AS product
    WHERE part.block = %(block)s AND part.part = %(part)s ORDER BY wanted.at
) AS texts
"""  # nosec B608  # of constants
# The whole order of a field, in SQL: only places leave the sort.
ORDER = """
SELECT
    %(segment)s, '{field}', at / %(row)s, {text},
    max(id) FILTER (WHERE at %% %(row)s = %(row)s - 1 OR at = %(products)s - 1),
    string_agg(int4send(place::integer), '' ORDER BY at)
FROM (SELECT place, id, {field}, row_number() OVER (ORDER BY {field}, id) - 1 AS at FROM known) AS ordered
GROUP BY at / %(row)s
"""


@dataclass(frozen=True)
class Block:
    """At most BLOCK products that follow each other by SKU. `ids` is int64 and `versions` int32, little-endian."""

    number: int
    fences: list[str]
    last_key: str
    ids: bytes
    versions: bytes
    texts: list[Texts]

    @property
    def products(self) -> int:
        """How many it has."""
        return len(self.versions) // 4


class Reading:
    """The products of a segment, read in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.products = 0

    def prepare(self, work: Work) -> None:
        """Collect the ids of the products, in the order of the SKU."""
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL max_parallel_workers_per_gather = 2")
            cursor.execute(STILL)
            for segment in work.segments:
                _keep(cursor, segment)
            cursor.execute(KNOWN, {"change_sets": work.change_sets})
            self.products = int(cursor.rowcount)
            cursor.execute("ANALYZE known")
            cursor.execute(PARTS, {"part": PART})
            cursor.execute(TOUCHED)

    def orders(self, segment: int) -> Iterator[tuple[Any, ...]]:
        """The rows of search_orders."""
        for field, order in ORDERS.items():
            with self._connection.cursor("order") as cursor:
                cursor.itersize = 256
                statement = ORDER.format(field=field, text=order.text.format(f"max({field})"))
                cursor.execute(statement, {"segment": segment, "row": ORDER_ROW, "products": self.products})
                yield from cursor

    def blocks(self) -> Iterator[Block]:
        """All blocks, in the order of the SKU."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT block, array_agg(part ORDER BY part) FROM parts GROUP BY block ORDER BY block")
            for block, parts in cursor.fetchall():
                yield self._block(int(block), parts)

    def _block(self, number: int, parts: list[int]) -> Block:
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT places, change_sets FROM touched WHERE block = %s", (number,))
            touched = [(_numbers(places, ">i8"), _numbers(made, ">i8")) for places, made in cursor.fetchall()]
            register_type(BYTES, cursor)
            read = []
            for part in parts:
                cursor.execute(READ, {"block": number, "part": part})
                read += cursor.fetchall()
        return Block(
            number,
            fences=[key for row in read for key in row[-2] or ()],
            last_key=read[-1][-1][0],
            ids=b"".join(_numbers(row[1], ">i8").astype("<i8").tobytes() for row in read),
            versions=b"".join(_numbers(row[2], ">i4").astype("<i4").tobytes() for row in read),
            texts=[_texts(row, touched if not n else []) for n, row in enumerate(read)],
        )


def _texts(row: tuple[Any, ...], touched: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Texts:
    """From a row of READ; `touched` are places of the block with the change sets that touched them."""
    first, _, _, made, active, *columns = row[:11]
    created_by = _numbers(made, ">i8")
    places = np.arange(first, first + len(created_by))
    sku, name, description = (_column(*columns[n : n + 2]) for n in (0, 2, 4))
    return Texts(
        first, sku, name, description,
        np.frombuffer(active, np.uint8) - ord("0"),
        np.concatenate([places, *(at for at, _ in touched)]),
        np.concatenate([created_by, *(by for _, by in touched)]),
    )  # fmt: off


def _column(data: bytes, lengths: memoryview) -> Column:
    return Column(np.frombuffer(data + b" ", np.uint8), _numbers(lengths, ">i4").astype(np.int64))


def _numbers(data: memoryview, kind: str) -> NDArray[np.int64]:
    return np.frombuffer(data, kind).astype(np.int64)


def _keep(cursor: Cursor, segment: int) -> None:
    """Collect the products of an older segment. Those that have another version by now are left out later."""
    cursor.execute("SELECT count(*) FROM search_blocks WHERE segment_id = %s", (segment,))
    ((blocks,),) = cursor.fetchall()
    for number in range(blocks):
        cursor.execute(
            "SELECT ids, versions FROM search_blocks WHERE segment_id = %s AND number = %s", (segment, number)
        )
        ((ids, versions),) = cursor.fetchall()
        rows = binary.pairs(np.frombuffer(ids, "<i8"), np.frombuffer(versions, "<i4"))
        cursor.copy_expert("COPY still FROM STDIN (FORMAT binary)", io.BytesIO(rows))
