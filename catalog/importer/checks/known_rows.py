"""Rows that do not look like products, but whose SKU the catalog has: they are accepted.

A product named `-` or `Total` may be older than the check that rejects it, and its export must be importable.
"""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd
from psycopg2.extensions import connection as Connection

from catalog.importer.checks.placeholders import why_no_name, why_no_sku
from catalog.importer.checks.rows import Checked, as_fields, check
from catalog.importer.columns.result import Columns
from catalog.importer.rows.chunk import ROW, Chunk

CODES = frozenset({"sku_placeholder", "name_placeholder", "totals_row", "second_header", "cell_error"})

Known = Callable[[list[str]], dict[str, str]]
"""SKUs -> those that the catalog has, each exactly as it is there, with the name of the product."""

KNOWN = """
SELECT product.sku, product.name
FROM unnest(%s::text[]) AS wanted(sku)
JOIN products AS product ON sku_key(product.sku) COLLATE "C" = sku_key(wanted.sku) COLLATE "C"
WHERE product.sku = wanted.sku
"""


def known(connection: Connection, skus: list[str]) -> dict[str, str]:
    """SKU -> name of the products that the catalog has."""
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, (skus,))
        return dict(cursor.fetchall())


def with_known(chunk: Chunk, checked: Checked, columns: Columns, look: Known) -> Checked:
    """The checked rows, with rejected rows accepted if their products are in the catalog."""
    wrong = [error.row for error in checked.errors if error.code in CODES]
    if not wrong:
        return checked
    cells = chunk.frame[chunk.frame[ROW].isin(wrong)]
    cells = cells[_are_known(as_fields(cells, columns), look)]
    if not len(cells):
        return checked
    unchecked = replace(chunk, frame=cells, errors=[], blank=0)
    more = check(unchecked, replace(columns, known=True))
    taken = set(cells[ROW])
    left = [error for error in checked.errors if error.row not in taken]
    errors = sorted([*left, *more.errors], key=lambda error: error.row)
    frame = pd.concat([checked.frame, more.frame]) if len(checked.frame) else more.frame
    return replace(checked, frame=frame, errors=errors)


def _are_known(fields: pd.DataFrame, look: Known) -> pd.Series:
    """Which rows belong to a product of the catalog. If more than the SKU is unusual, the name must be the same too."""
    there = look(fields["sku"].tolist())
    found = fields["sku"].isin(list(there))
    if "name" not in fields:
        return found
    pairs = zip(fields["sku"], fields["name"], strict=True)
    named = [there.get(sku) == name or _may_be_named(sku, name) for sku, name in pairs]
    return found & pd.Series(named, index=fields.index)


def _may_be_named(sku: str, name: str) -> bool:
    """Whether only the SKU is not allowed."""
    return bool(why_no_sku(sku)) and not why_no_name(name)
