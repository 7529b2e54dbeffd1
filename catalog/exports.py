"""Products as CSV that a spreadsheet opens safely and that our own import takes back without a change.

A cell that a spreadsheet would take for a formula gets an apostrophe in front. So that the import knows these apostrophes
from those of a supplier, the last column of the header says that the file is ours. Its cells hold a point: spreadsheets leave
out cells at the end of a row where several rows have none.
"""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog import listing
from catalog.importer.formulas import MARK, escaped
from catalog.importer.mapping import FIELDS, is_reserved
from catalog.listing import Filter
from catalog.models import EXPORTS, Product

ROW_END = "."
GZIP = 16 + zlib.MAX_WBITS

KEYS = "SELECT DISTINCT key FROM products, jsonb_object_keys(attributes) AS key WHERE attributes <> '{}' ORDER BY key"


def as_csv(asked: Filter, ids: list[int] | None = None) -> Iterator[bytes]:
    """The products that the filter finds, or these, as UTF-8 CSV, piece by piece; the first piece comes at once."""
    yield ",".join(FIELDS).encode()
    with listing.snapshot(EXPORTS) as session:
        keys = _attribute_keys(session)
        yield _lines(
            [["", *map(escaped, keys), MARK]]
        )  # goes on where the fields ended
        for products in listing.stream(session, asked, ids):
            yield _lines(_cells(product, keys) for product in products)


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same as gzip, each piece on its way before the next is made."""
    compressor = zlib.compressobj(level=6, wbits=GZIP)
    for piece in pieces:
        yield compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


def _attribute_keys(session: Session) -> list[str]:
    """Every attribute that any product has: each is a column.

    Those called like a field, which older imports made, are left out: no import would take a file with two such columns.
    """
    keys = session.execute(text(KEYS)).scalars()
    return [key for key in keys if not is_reserved(key)]


def _cells(product: Product, keys: list[str]) -> list[str]:
    attributes = (_as_text(product.attributes.get(key)) for key in keys)
    return [
        *map(escaped, (product.sku, product.name, product.description)),
        _as_text(product.price),
        "true" if product.active else "false",
        *map(escaped, attributes),
        ROW_END,
    ]


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)


def _lines(rows: Iterable[list[str]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode()
