"""Apply the plan in slices: the caller sees the progress, others see the whole change after the commit."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import SQL, Identifier

from catalog.importer.errors import Miscounted
from catalog.importer.plan.plan import Planned
from catalog.importer.values.fields import each

SLICE_BYTES = 4 * 1024**2  # pages of the plan: about 15,000 products, a tenth of a second
PAGE_BYTES = 8192

INSERT_NEW = SQL("""
INSERT INTO products ({columns}, created_change_set_id, created_line, change_set_id, source_line)
SELECT {columns}, %(change_set_id)s, line, %(change_set_id)s, line
FROM {plan}
WHERE ctid >= %(first)s::tid AND ctid < %(after)s::tid AND action = 'created'
""")

# Only changed values are stored, and the previous change set.
LOG_OLD = SQL("""
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, {columns}, line, previous_change_set_id, previous_line
)
SELECT
    %(change_set_id)s, product_id, 'updated', fields, {old_columns}, line, previous_change_set_id, previous_line
FROM {plan}
WHERE ctid >= %(first)s::tid AND ctid < %(after)s::tid AND action = %(action)s
""")

# A product that changed since the plan was made does not match; then the counts differ, and nothing is done.
UPDATE_CHANGED = SQL("""
UPDATE products AS product SET
    {set_columns},
    version = product.version + 1, updated_at = now(),
    change_set_id = %(change_set_id)s, source_line = plan.line
FROM {plan} AS plan
WHERE product.id = plan.product_id AND product.version = plan.product_version
    AND plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = 'updated'
""")

# A product without a row in the file only becomes inactive.
DEACTIVATE = SQL("""
UPDATE products AS product SET
    active = false, version = product.version + 1, updated_at = now(),
    change_set_id = %(change_set_id)s, source_line = NULL
FROM {plan} AS plan
WHERE product.id = plan.product_id AND product.version = plan.product_version
    AND plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = 'deactivated'
""")

# Of a deleted product everything is stored, so that an undo restores the same product.
LOG_DELETED = SQL("""
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, {columns}, line, previous_change_set_id, previous_line,
    created_at, created_change_set_id, created_line, version
)
SELECT
    %(change_set_id)s, plan.product_id, 'deleted', ARRAY[{names}], {old_columns}, line,
    previous_change_set_id, previous_line,
    product.created_at, product.created_change_set_id, product.created_line, product.version
FROM {plan} AS plan JOIN products AS product ON product.id = plan.product_id AND product.version = plan.product_version
WHERE plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = %(action)s
""")
DELETE = SQL("""
DELETE FROM products AS product USING {plan} AS plan
WHERE product.id = plan.product_id AND product.version = plan.product_version
    AND plan.ctid >= %(first)s::tid AND plan.ctid < %(after)s::tid AND plan.action = %(action)s
""")


LISTS = {
    "columns": each("{field}"),
    "old_columns": each("{old}"),
    "names": each("{name}"),
    "set_columns": each("{field} = plan.{field}"),
}


@dataclass
class Applied:
    """Numbers of products that were written so far, as the database counts them."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    deactivated: int = 0
    removed: int = 0


STATEMENTS = {
    "created": (INSERT_NEW,),
    "updated": (LOG_OLD, UPDATE_CHANGED),
    "deleted": (LOG_DELETED, DELETE),
    "deactivated": (LOG_OLD, DEACTIVATE),
    "removed": (LOG_DELETED, DELETE),
}
"""Action -> its statements. If the first one writes the log, both must affect the same number of products."""


def apply(
    connection: Connection,
    scratch: str,
    planned: Planned,
    change_set_id: int,
    on_slice: Callable[[Applied, float], None] = lambda so_far, share: None,
) -> Applied:
    """Write the plan `scratch`_plan into the catalog; return what was done. Raises Miscounted if a product has changed.

    `on_slice` gets what was done so far, and the share of the plan that is done, from 0 to 1.
    """
    so_far = Applied()
    with connection.cursor() as cursor:
        # The plan is in the catalog's order: looking up each product beats building a hash of all of them per slice.
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        slices = _slices(cursor, f"{scratch}_plan")
        wanted = [action for action in STATEMENTS if getattr(planned, action)]
        for number, part in enumerate(slices, start=1):
            for action in wanted:
                values = {"change_set_id": change_set_id, "action": action, **part}
                run = partial(_execute, cursor, Identifier(f"{scratch}_plan"), values)
                done = _same(*map(run, STATEMENTS[action]))
                setattr(so_far, action, getattr(so_far, action) + done)
            on_slice(so_far, number / len(slices))
    return so_far


def _same(*counts: int) -> int:
    """The number of changed products, after comparing it with the log. Raises Miscounted."""
    logged, changed = counts[0], counts[-1]
    if logged != changed:
        raise Miscounted(f"{changed:,} products were changed, but {logged:,} were planned")
    return changed


def _slices(cursor: Cursor, table: str) -> list[dict[str, str]]:
    """Ranges of the pages of the table."""
    cursor.execute("SELECT pg_relation_size(%s::regclass)", (f'"{table}"',))
    ((size,),) = cursor.fetchall()
    step = SLICE_BYTES // PAGE_BYTES
    return [{"first": f"({first},0)", "after": f"({first + step},0)"} for first in range(0, size // PAGE_BYTES, step)]


def _execute(cursor: Cursor, plan: Identifier, values: dict[str, object], statement: SQL) -> int:
    cursor.execute(statement.format(plan=plan, **LISTS), values)
    return int(cursor.rowcount)
