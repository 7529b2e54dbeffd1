"""Products as CSV that a spreadsheet opens safely, and whose import changes nothing.

A cell that a spreadsheet would take for a formula gets an apostrophe in front. The last column of the header marks the
file as an export of Catalog, so that an import removes these apostrophes, but not those of a supplier. Its cells
contain a dot, because spreadsheets leave out empty cells at the end of rows.
"""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from catalog.importer import DECLARED, EXPORT_MARK, EXPORT_REST, FIELDS, Kind, escaped, is_reserved
from catalog.models import EXPORTS, Product
from catalog.products import listing
from catalog.products.listing import Filter

ROW_END = "."
GZIP = 16 + zlib.MAX_WBITS

MOST_COLUMNS = 1_000
"""How many attributes have a column of their own: the most frequent ones. A product's others are one JSON object."""

# Twice as many, because some names can't be columns.
KEYS = f"""
SELECT key, products FROM (
    SELECT key, count(*) AS products FROM products, jsonb_object_keys(attributes) AS key WHERE attributes <> '{{}}'
    GROUP BY key ORDER BY count(*) DESC, key LIMIT {2 * MOST_COLUMNS}
) AS often ORDER BY key
"""  # nosec B608  # a number


def as_csv(asked: Filter, ids: list[int] | None = None) -> Iterator[bytes]:
    """The products that the filter finds, or those of `ids`, as UTF-8 CSV in pieces; the first piece comes at once."""
    yield ",".join(FIELDS).encode()
    with listing.snapshot(EXPORTS) as session:
        shape = _shape(session)
        yield _lines([["", *shape.names()]])  # continues after the fields
        for products in listing.stream(session, asked, ids):
            yield _lines(_cells(product, shape) for product in products)


def compressed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The pieces as gzip, each sent before the next one is made."""
    compressor = zlib.compressobj(level=6, wbits=GZIP)
    for piece in pieces:
        yield compressor.compress(piece) + compressor.flush(zlib.Z_SYNC_FLUSH)
    yield compressor.flush()


@dataclass(frozen=True)
class _Shape:
    """The columns of the attributes, and whether there are attributes without one."""

    places: dict[str, int]
    has_rest: bool

    def names(self) -> list[str]:
        """The names of the columns after the fields."""
        rest = [EXPORT_REST] if self.has_rest else []
        return [*map(escaped, self.places), *rest, EXPORT_MARK]

    def cells(self, attributes: dict[str, Any]) -> list[str]:
        """The cells of a product for these columns."""
        cells = [""] * len(self.places)
        rest: dict[str, str] = {}
        for key, value in attributes.items():
            if (place := self.places.get(key)) is not None:
                cells[place] = escaped(_as_text(value))
            elif not is_reserved(key):
                rest[key] = _as_text(value)
        if self.has_rest:
            cells.append(json.dumps(rest, ensure_ascii=False) if rest else "")
        return cells


def _shape(session: Session) -> _Shape:
    """A column for each attribute that any product has, or for the most frequent ones.

    Those called like a field, which older imports made, are left out: no import takes a file with two such columns.
    """
    found = [pair for pair in session.execute(text(KEYS)) if not is_reserved(pair.key)]
    often = sorted(found, key=lambda pair: -pair.products)[:MOST_COLUMNS]
    wanted = {pair.key for pair in often}
    keys = [pair.key for pair in found if pair.key in wanted]
    return _Shape({key: i for i, key in enumerate(keys)}, len(found) > MOST_COLUMNS)


def _cells(product: Product, shape: _Shape) -> list[str]:
    return [
        *(write(value) for write, value in zip(WRITERS, VALUES(product), strict=True)),
        *shape.cells(product.attributes),
        ROW_END,
    ]


def _as_text(value: Any) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    return json.dumps(value, ensure_ascii=False)


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


VALUES = attrgetter(*FIELDS)
WRITERS = [{Kind.PRICE: _as_text, Kind.YES_NO: _yes_no}.get(field.kind, escaped) for field in DECLARED]


def _lines(rows: Iterable[list[str]]) -> bytes:
    lines = io.StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode()
