"""Rows of a query as bytes, by COPY in its binary format.

In an ordinary result the database writes bytes as hexadecimal digits, and Python reads them back: for megabytes of
places that costs four times as much.
"""

import io
from struct import unpack_from
from typing import Any

from psycopg2.extensions import cursor as Cursor

HEADER = 19  # bytes; https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format"

Bytes = memoryview | None


def rows(cursor: Cursor, query: str, values: dict[str, Any]) -> list[list[Bytes]]:
    """The values of each row as the database stores them: numbers are big-endian, NULL is None."""
    output = io.BytesIO()
    asked: bytes = cursor.mogrify(query, values)
    cursor.copy_expert(b"COPY (" + asked + b") TO STDOUT (FORMAT binary)", output)
    data, at = output.getbuffer(), HEADER
    found = []
    while (columns := unpack_from(">h", data, at)[0]) >= 0:
        at += 2
        row: list[Bytes] = []
        for _ in range(columns):
            length = unpack_from(">i", data, at)[0]
            at += 4
            row.append(data[at : at + length] if length >= 0 else None)
            at += max(length, 0)
        found.append(row)
    return found


def number(value: Bytes) -> int:
    """A value as a whole number."""
    return int.from_bytes(value or b"", "big", signed=True)
