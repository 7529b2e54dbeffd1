"""Rows that would give a product more attributes than one may have: seen in the plan, which knows what the product has."""

from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier, Literal

from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError, row_error

MOST_ATTRIBUTES = 1_000
CODE = "too_many_attributes"
WHY = f"the product would have {{}} attributes; the limit is {MOST_ATTRIBUTES:,}."

# So many attributes take more bytes, also where they lie compressed; to look at the size alone costs next to nothing.
# A product that had more before the limit was made is changed as long as it gets no more.
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
    """Take such rows out of `scratch`_staging; if there were any, a new plan has to be made."""
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
    """With the cells as they were staged, which is as far as they are known."""
    cells = [""] * len(columns.names)
    texts = staged.get("attributes") or {}
    for places, values in ((columns.fields, staged), (columns.attributes, texts)):
        for name, at in places.items():
            if at < len(cells) and values.get(name) is not None:
                cells[at] = str(values[name])
    column = columns.name_of("sku") if "sku" in columns.fields else None
    why = WHY.format(f"{count:,}")
    return row_error(row, line, column, CODE, str(staged.get("sku", "")), why, cells)
