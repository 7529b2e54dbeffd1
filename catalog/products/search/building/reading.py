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
from catalog.products.search.ranks import of_rows
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
# The products of the change sets, as they are now, without deleted ones. Created products are read by their range of
# ids, which is four times as fast as one by one.
KNOWN = f"""
CREATE TEMPORARY TABLE known ON COMMIT DROP AS
WITH made AS MATERIALIZED (
    SELECT id, first_product_id, last_product_id FROM change_sets WHERE id = ANY(%(change_sets)s)
)
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
TOUCHED = """
CREATE TEMPORARY TABLE touched ON COMMIT DROP AS
SELECT
    place / %(block)s AS block, string_agg(int8send(place %% %(block)s), '') AS places,
    string_agg(int8send(change_set_id::bigint), '') AS change_sets
FROM product_changes JOIN known ON known.id = product_id GROUP BY 1
"""
# In the order of the ids, in which the index has them; `_read` brings them into the order of the SKU.
READ = f"""
SELECT
    string_agg(int8send(id), ''), string_agg(int4send(version), ''),
    string_agg(int8send(created_change_set_id::bigint), ''), string_agg(active::integer::text, ''),
    {", ".join(f"string_agg({field}, ' '), string_agg(int4send(octet_length({field})), '')" for field in FIELDS)}
FROM (
    SELECT
        product.id, product.version, product.created_change_set_id, product.active,
        {", ".join(f"{FOLD.format(f'product.{field}')} AS {field}" for field in FIELDS)}
    FROM products AS product WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id OFFSET 0
) AS texts
"""  # nosec B608  # of constants
# The database sorts all products by a field, and returns only their places.
SIZES = "SELECT place, id, size FROM known"
ORDERED = "SELECT place FROM known ORDER BY {field}, id"
LASTS = "SELECT place, {text}, id FROM known WHERE place = ANY(%s::bigint[])"


class ReadError(Exception):
    """The products of a block are not those that were asked for."""


@dataclass(frozen=True)
class Block:
    """At most BLOCK products that follow each other by SKU. `ids` is int64 and `versions` int32, little-endian."""

    number: int
    fences: list[str]
    last_key: str
    ids: bytes
    versions: bytes
    ranks: bytes
    texts: list[Texts]

    @property
    def products(self) -> int:
        """How many it has."""
        return len(self.versions) // 4


class Reading:
    """The products of a segment, read in one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._ids = np.empty(0, np.int64)
        self._sizes = np.empty(0, np.int64)  # bytes of texts
        self._ranks = np.empty((0, 0), np.uint8)  # a row for each order

    @property
    def products(self) -> int:
        """How many there are."""
        return len(self._ids)

    def prepare(self, work: Work) -> None:
        """Collect the ids of the products, in the order of the SKU."""
        with self._connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL max_parallel_workers_per_gather = 2")
            cursor.execute(STILL)
            for segment in work.segments:
                _keep(cursor, segment)
            cursor.execute(KNOWN, {"change_sets": work.change_sets})
            self._ids, self._sizes = np.empty((2, cursor.rowcount), np.int64)
            for rows in binary.read(cursor, SIZES, "place", "id", "size"):
                self._ids[rows["place"]] = rows["id"]
                self._sizes[rows["place"]] = rows["size"]
            # The tables have no statistics: the planner may take the log for empty.
            cursor.execute("SET LOCAL enable_nestloop = off")
            cursor.execute(TOUCHED, {"block": BLOCK})
            cursor.execute("SET LOCAL enable_nestloop = on")

    def orders(self, segment: int) -> Iterator[tuple[Any, ...]]:
        """The rows of search_orders. Call it before `blocks`, which needs the orders."""
        self._ranks = np.zeros((len(ORDERS), self.products), np.uint8)
        for ranks, (field, order) in zip(self._ranks, ORDERS.items(), strict=True):
            with self._connection.cursor() as cursor:
                places = np.empty(self.products, ">u4")
                done = 0
                for rows in binary.read(cursor, ORDERED.format(field=field), "place"):
                    places[done : done + len(rows)] = rows["place"]
                    done += len(rows)
                lasts = [*places[ORDER_ROW - 1 :: ORDER_ROW].tolist(), int(places[-1])]
                cursor.execute(LASTS.format(text=order.text.format(field)), (lasts,))
                values = {place: last for place, *last in cursor}
            ranks[places] = np.repeat(of_rows(-(-self.products // ORDER_ROW)), ORDER_ROW)[: self.products]
            for number, last in enumerate(lasts[: -(-self.products // ORDER_ROW)]):
                some = places[number * ORDER_ROW : (number + 1) * ORDER_ROW]
                yield (segment, field, number, *values[last], some.tobytes())

    def blocks(self) -> Iterator[Block]:
        """All blocks, in the order of the SKU."""
        for first in range(0, self.products, BLOCK):
            yield self._block(first)

    def _block(self, first: int) -> Block:
        ids, sizes = self._ids[first : first + BLOCK], self._sizes[first : first + BLOCK]
        starts = _parts(sizes)
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT places, change_sets FROM touched WHERE block = %s", (first // BLOCK,))
            touched = [(_numbers(places, ">i8"), _numbers(made, ">i8")) for places, made in cursor.fetchall()]
            register_type(BYTES, cursor)
            read = [_read(cursor, some) for some in np.split(ids, starts[1:])]
        texts = [part.texts(start, touched if not start else []) for start, part in zip(starts, read, strict=True)]
        return Block(
            first // BLOCK,
            fences=[key for part in texts for key in part.sku.texts(range(-part.first % FENCE, len(part.sku), FENCE))],
            last_key=texts[-1].sku.texts([len(texts[-1].sku) - 1])[0],
            ids=ids.astype("<i8").tobytes(),
            versions=b"".join(part.versions.astype("<i4").tobytes() for part in read),
            ranks=self._ranks[:, first : first + BLOCK].tobytes(),
            texts=texts,
        )


@dataclass(frozen=True)
class Read:
    """Some products of a block, in the order of the SKU."""

    versions: NDArray[np.int64]
    created_by: NDArray[np.int64]
    active: NDArray[np.uint8]
    sku: Column
    name: Column
    description: Column

    def texts(self, first: int, touched: list[tuple[NDArray[np.int64], NDArray[np.int64]]]) -> Texts:
        """The texts for the index; places begin with `first`. `touched`: places, and the change sets that did it."""
        places = np.arange(first, first + len(self.versions))
        return Texts(
            first, self.sku, self.name, self.description, self.active,
            np.concatenate([places, *(at for at, _ in touched)]),
            np.concatenate([self.created_by, *(by for _, by in touched)]),
        )  # fmt: off


def _parts(sizes: NDArray[np.int64]) -> list[int]:
    """Where the parts of a block begin."""
    part = np.cumsum(sizes) // PART
    return [0, *(np.flatnonzero(np.diff(part)) + 1).tolist()]


def _read(cursor: Cursor, ids: NDArray[np.int64]) -> Read:
    """The products with these ids, in this order. Raises ReadError if the database does not have all of them."""
    cursor.execute(READ, {"ids": f"{{{','.join(map(str, ids.tolist()))}}}"})
    ((found, versions, created_by, active, *columns),) = cursor.fetchall()
    order = np.argsort(np.argsort(ids))
    if not np.array_equal(_numbers(found or b"", ">i8")[order], ids):
        raise ReadError("The database does not have all products of a block.")
    return Read(
        _numbers(versions, ">i4")[order],
        _numbers(created_by, ">i8")[order],
        np.frombuffer(active, np.uint8)[order] - np.uint8(ord("0")),
        *(_column(*columns[n : n + 2]).chosen(order) for n in (0, 2, 4)),
    )


def _column(data: bytes, lengths: memoryview) -> Column:
    return Column(np.frombuffer(data + b" ", np.uint8), _numbers(lengths, ">i4").astype(np.int64))


def _numbers(data: memoryview | bytes, kind: str) -> NDArray[np.int64]:
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
