"""Reject rows that would give a product too many attributes. The plan knows the attributes of the product."""

from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier, Literal

from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError, row_error

MOST_ATTRIBUTES = 1_000
CODE = "too_many_attributes"
WHY = f"the product would have {{}} attributes; the limit is {MOST_ATTRIBUTES:,}."

# More than 1,000 attributes have a minimum size, even compressed, and checking the size costs almost nothing.
# A product that had more before this limit existed may be changed if it gets no more.
FIND = SQL("""
SELECT plan.row, counted.after FROM {plan} AS plan CROSS JOIN LATERAL (
    SELECT
        (SELECT count(*) FROM jsonb_object_keys(plan.attributes)) AS after,
        (SELECT count(*) FROM products AS product, jsonb_object_keys(product.attributes)
         WHERE product.id = plan.product_id) AS before
) AS counted
WHERE plan.action IN ('created', 'updated') AND pg_column_size(plan.attributes) > 1000
    AND counted.after > greatest({most}, counted.before)
""")
TAKE_OUT = SQL("DELETE FROM {staging} AS staged WHERE row = ANY (%s) RETURNING row, line, to_jsonb(staged)")


def take_out(connection: Connection, scratch: str, columns: Columns) -> list[RowError]:
    """Remove these rows from `scratch`_staging, and return their errors; if any, the plan must be made again."""
    if not columns.hold_attributes:
        return []
    plan, staging = Identifier(f"{scratch}_plan"), Identifier(f"{scratch}_staging")
    with connection.cursor() as cursor:
        cursor.execute(FIND.format(plan=plan, most=Literal(MOST_ATTRIBUTES)))
        if not (counts := dict(cursor.fetchall())):
            return []
        cursor.execute(TAKE_OUT.format(staging=staging), ([*counts],))
        found = sorted(cursor.fetchall(), key=lambda each: int(each[0]))
    return [_error(columns, counts[row], row, *more) for row, *more in found]


def _error(columns: Columns, count: int, row: int, line: int, staged: dict[str, Any]) -> RowError:
    """The error of a row, with its staged cells."""
    cells = [""] * len(columns.names)
    texts = staged.get("attributes") or {}
    for places, values in ((columns.fields, staged), (columns.attributes, texts)):
        for name, at in places.items():
            if at < len(cells) and values.get(name) is not None:
                cells[at] = str(values[name])
    column = columns.name_of("sku") if "sku" in columns.fields else None
    why = WHY.format(f"{count:,}")
    return row_error(row, line, column, CODE, str(staged.get("sku", "")), why, cells)
