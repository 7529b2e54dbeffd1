"""Do what the plan says, in slices: the caller sees progress, everyone else sees all of it at once after the commit."""

from collections.abc import Callable
from functools import partial
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Identifier

from catalog.importer.errors import Miscounted
from catalog.importer.planning import Planned

SLICE_BYTES = 4 * 1024**2  # of the plan: some 15,000 products, a tenth of a second
PAGE_BYTES = 8192

INSERT_NEW = SQL("""
INSERT INTO products (
    sku, name, description, price, active, attributes,
    created_change_set_id, created_line, change_set_id, source_line
)
SELECT
    sku, name, description, price, active, attributes,
    %(change_set_id)s, line, %(change_set_id)s, line
FROM {plan}
WHERE ctid >= %(first)s::tid AND ctid < %(after)s::tid AND action = 'created'
""")

# Only what changes is kept, and the way back to the change set before.
LOG_OLD = SQL("""
INSERT INTO product_changes (
    change_set_id, product_id, action, fields,
    sku, name, description, price, active, attributes,
    line, previous_change_set_id, previous_line
)
SELECT
    %(change_set_id)s, product_id, action, fields,
    old_sku, old_name, old_description, old_price, old_active, old_attributes,
    line, previous_change_set_id, previous_line
FROM {plan}
WHERE ctid >= %(first)s::tid AND ctid < %(after)s::tid AND action = 'updated'
""")

# A product that somebody changed since the plan was made does not match; then the counts differ, and nothing is done.
UPDATE_CHANGED = SQL("""
UPDATE products AS product SET
    sku = plan.sku, name = plan.name, description = plan.description,
    price = plan.price, active = plan.active, attributes = plan.attributes,
    version = product.version + 1, updated_at = now(),
    change_set_id = %(change_set_id)s, source_line = plan.line
FROM {plan} AS plan
WHERE product.id = plan.product_id AND product.version = plan.product_version
    AND plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = 'updated'
""")


def apply(
    connection: Connection,
    scratch: str,
    planned: Planned,
    change_set_id: int,
    on_slice: Callable[[int, int, float], None] = lambda created, updated, share: None,
) -> tuple[int, int]:
    """Write the plan `scratch`_plan into the catalog; returns products created and updated, as the database counts them.

    `on_slice` hears the same two numbers so far and the share of the plan that is done, from 0 to 1.
    """
    created = updated = 0
    with connection.cursor() as cursor:
        # The plan is in the catalog's order: looking up each product beats building a hash of all of them per slice.
        cursor.execute(
            "SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
        )
        slices = _slices(cursor, f"{scratch}_plan")
        for number, part in enumerate(slices, start=1):
            values = {"change_set_id": change_set_id, **part}
            run = partial(_execute, cursor, Identifier(f"{scratch}_plan"), values)
            if planned.created:
                created += run(INSERT_NEW)
            if planned.updated:
                logged, changed = run(LOG_OLD), run(UPDATE_CHANGED)
                updated += changed
                if logged != changed:
                    raise Miscounted(
                        f"{changed:,} products were updated, {logged:,} were to be"
                    )
            on_slice(created, updated, number / len(slices))
    return created, updated


def _slices(cursor: Any, table: str) -> list[dict[str, str]]:
    """Ranges of the table's pages, from the first to beyond the last."""
    cursor.execute("SELECT pg_relation_size(%s::regclass)", (f'"{table}"',))
    pages = cursor.fetchone()[0] // PAGE_BYTES
    step = SLICE_BYTES // PAGE_BYTES
    return [
        {"first": f"({first},0)", "after": f"({first + step},0)"}
        for first in range(0, pages, step)
    ]


def _execute(
    cursor: Any, plan: Identifier, values: dict[str, object], statement: SQL
) -> int:
    cursor.execute(statement.format(plan=plan), values)
    return int(cursor.rowcount)
