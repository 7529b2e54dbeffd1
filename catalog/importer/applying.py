"""Do what the plan says, in slices: the caller sees progress, everyone else sees all of it at once after the commit."""

from collections.abc import Callable
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Composed, Identifier

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
    %(change_set_id)s, product.id, 'updated', array_remove(ARRAY[
        CASE WHEN product.sku <> plan.sku THEN 'sku' END,
        CASE WHEN product.name <> plan.name THEN 'name' END,
        CASE WHEN product.description <> plan.description THEN 'description' END,
        CASE WHEN product.price IS DISTINCT FROM plan.price THEN 'price' END,
        CASE WHEN product.active <> plan.active THEN 'active' END,
        CASE WHEN product.attributes <> plan.attributes THEN 'attributes' END
    ], NULL),
    CASE WHEN product.sku <> plan.sku THEN product.sku END,
    CASE WHEN product.name <> plan.name THEN product.name END,
    CASE WHEN product.description <> plan.description THEN product.description END,
    CASE WHEN product.price IS DISTINCT FROM plan.price THEN product.price END,
    CASE WHEN product.active <> plan.active THEN product.active END,
    CASE WHEN product.attributes <> plan.attributes THEN product.attributes END,
    plan.line, product.change_set_id, product.source_line
FROM {plan} AS plan JOIN products AS product ON product.id = plan.product_id
WHERE plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = 'updated'
""")

UPDATE_CHANGED = SQL("""
UPDATE products AS product SET
    sku = plan.sku, name = plan.name, description = plan.description,
    price = plan.price, active = plan.active, attributes = plan.attributes,
    version = product.version + 1, updated_at = now(),
    change_set_id = %(change_set_id)s, source_line = plan.line
FROM {plan} AS plan
WHERE product.id = plan.product_id
    AND plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = 'updated'
""")


def apply(
    connection: Connection,
    scratch: str,
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
        statements = [
            statement.format(plan=Identifier(f"{scratch}_plan"))
            for statement in (INSERT_NEW, LOG_OLD, UPDATE_CHANGED)
        ]
        slices = _slices(cursor, f"{scratch}_plan")
        for number, (first, after) in enumerate(slices, start=1):
            values = {
                "change_set_id": change_set_id,
                "first": f"({first},0)",
                "after": f"({after},0)",
            }
            more_created, logged, more_updated = (
                _execute(cursor, statement, values) for statement in statements
            )
            if logged != more_updated:
                raise RuntimeError(
                    f"{more_updated} products were updated but {logged} old values kept"
                )
            created, updated = created + more_created, updated + more_updated
            on_slice(created, updated, number / len(slices))
    return created, updated


def _slices(cursor: Any, table: str) -> list[tuple[int, int]]:
    """Ranges of the table's pages, from the first to beyond the last."""
    cursor.execute("SELECT pg_relation_size(%s::regclass)", (f'"{table}"',))
    pages = cursor.fetchone()[0] // PAGE_BYTES
    step = SLICE_BYTES // PAGE_BYTES
    return [(first, first + step) for first in range(0, pages, step)]


def _execute(cursor: Any, statement: Composed, values: dict[str, object]) -> int:
    cursor.execute(statement, values)
    return int(cursor.rowcount)
