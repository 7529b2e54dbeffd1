"""Rows in the binary format of PostgreSQL's COPY, made of whole columns: big-endian, each value after its length.

https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format".
"""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg2.extensions import cursor as Cursor

from catalog.products.search.building import arrow
from catalog.products.search.building.arrow import Array

HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)
TRAILER = b"\xff\xff"
AT_ONCE = 1 << 18  # rows in memory


def read(cursor: Cursor, query: str, *names: str) -> Iterator[NDArray[Any]]:
    """The rows of a query of bigint columns without NULL, some at a time, as arrays with fields of these names."""
    row = np.dtype([("values", ">i2"), *(pair for name in names for pair in ((f"{name}_bytes", ">i4"), (name, ">i8")))])
    with TemporaryFile() as file:  # memory stays flat
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", file)
        left = (file.tell() - len(HEADER) - len(TRAILER)) // row.itemsize
        file.seek(len(HEADER))
        while left > 0:
            rows = np.fromfile(file, row, min(left, AT_ONCE))
            left -= len(rows)
            yield rows


def pairs(ids: NDArray[np.int64], versions: NDArray[np.int32]) -> bytes:
    """Rows of (bigint, integer)."""
    rows = np.zeros(
        len(ids), [("values", ">i2"), ("id_bytes", ">i4"), ("id", ">i8"), ("version_bytes", ">i4"), ("version", ">i4")]
    )
    rows["values"], rows["id_bytes"], rows["version_bytes"] = (2, 8, 4)
    rows["id"], rows["version"] = ids, versions
    return HEADER + rows.tobytes() + TRAILER


def postings(block: int, terms: Array, places: Array) -> bytes:
    """Rows of (integer, text, bytea), the first the same in all."""
    heads = np.zeros(len(terms), [("values", ">i2"), ("block_bytes", ">i4"), ("block", ">i4"), ("term_bytes", ">i4")])
    heads["values"], heads["block_bytes"], heads["block"] = (3, 4, block)
    heads["term_bytes"] = arrow.lengths(terms)
    sizes = arrow.lengths(places).astype(">i4")
    rows = arrow.joined(_fixed(heads), arrow.as_binary(terms), _fixed(sizes), places)
    return HEADER + arrow.content(rows) + TRAILER


def _fixed(values: NDArray[Any]) -> Array:
    """Each value of an array as its bytes."""
    return arrow.binary(values.tobytes(), np.arange(1, len(values) + 1) * values.dtype.itemsize)
