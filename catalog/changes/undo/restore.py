"""Carry out the undo of a change set. Products that are still as it left them get their old values; others stay.

Set-based and in slices, whatever the size. An undo is a change set of its own and is logged, so it can be taken back
too. `rules` says whether it may be, `preview` what it would do.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL

from catalog.changes import log as change_log
from catalog.changes.undo import slices
from catalog.importer import each

DENSE = 20  # ids for each product of a slice: if there are more, its range of ids is not read completely

TABLES = """
CREATE TEMP TABLE IF NOT EXISTS undo_as_left (product_id bigint PRIMARY KEY) ON COMMIT DROP;
CREATE TEMP TABLE IF NOT EXISTS undo_missing (product_id bigint PRIMARY KEY) ON COMMIT DROP
"""

# The number of a product's change set grows with every change, so "as it was left" means: no change came after, or only
# changes that were undone. From an undo, the search goes on at the product's state before the change that was undone.
TRACED = """
WITH RECURSIVE touched AS ({touched}), traced AS (
    SELECT product.id, product.change_set_id AS at FROM touched JOIN products AS product USING (id)
    WHERE product.id BETWEEN %(first)s AND %(last)s AND product.change_set_id = ANY (%(undos)s)
    UNION ALL
    SELECT id, (
        SELECT log.previous_change_set_id FROM product_changes AS log
        WHERE log.product_id = traced.id AND log.change_set_id = (
            SELECT undo.undoes_id FROM change_sets AS undo WHERE undo.id = traced.at
        )
    ) FROM traced WHERE at > %(undone)s
)
INSERT INTO undo_as_left SELECT id FROM traced WHERE at = %(undone)s
"""
CREATED = """
SELECT id FROM products WHERE id BETWEEN %(first)s AND %(last)s AND created_change_set_id = %(undone)s
"""
LOGGED = """
SELECT product_id AS id FROM product_changes
WHERE change_set_id = %(undone)s AND product_id BETWEEN %(first)s AND %(last)s AND action <> 'deleted'
"""
AS_LEFT = """
({product}.change_set_id = %(undone)s OR {product}.id IN (SELECT product_id FROM undo_as_left))
"""
WHICH_CREATED = f"""
id BETWEEN %(first)s AND %(last)s AND created_change_set_id = %(undone)s AND {AS_LEFT.format(product="products")}
"""
WHICH_RESTORED = f"""
id BETWEEN %(first)s AND %(last)s AND {AS_LEFT.format(product="products")} AND id IN (
    SELECT product_id FROM product_changes
    WHERE change_set_id = %(undone)s AND product_id BETWEEN %(first)s AND %(last)s AND action = 'restored'
)
"""  # nosec B608  # of constants
# One statement, so that the log gets exactly the values that were overwritten. `former` is the same row, because only
# PostgreSQL 18 can return old values. The range is repeated for each table: PostgreSQL does not infer it, and would
# read the log from its beginning for each slice. A SKU that another product has now can't be given back.
PUT_BACK = SQL("""
WITH put_back AS (
    UPDATE products AS product SET
        {put_back_columns},
        version = product.version + 1, updated_at = now(), change_set_id = %(undo)s, source_line = NULL
    FROM product_changes AS undone JOIN products AS former ON former.id = undone.product_id
    WHERE undone.change_set_id = %(undone)s AND undone.action = 'updated' AND product.id = undone.product_id
        AND product.id BETWEEN %(first)s AND %(last)s AND former.id BETWEEN %(first)s AND %(last)s
        AND undone.product_id BETWEEN %(first)s AND %(last)s AND {as_left}
        AND NOT ('sku' = ANY (undone.fields) AND EXISTS (
            SELECT FROM products AS other
            WHERE sku_key(other.sku) COLLATE "C" = sku_key(undone.sku) COLLATE "C" AND other.id <> undone.product_id
            OFFSET 0 -- looked up for each, whatever statistics say
        ))
    RETURNING product.id, undone.fields, {former_columns},
        former.change_set_id AS previous_change_set_id, former.source_line AS previous_line
)
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, {columns}, previous_change_set_id, previous_line
)
SELECT %(undo)s, id, 'updated', fields, {columns}, previous_change_set_id, previous_line
FROM put_back
""").format(
    columns=each("{field}"),
    put_back_columns=each(
        "{field} = CASE WHEN {name} = ANY (undone.fields) THEN undone.{field} ELSE product.{field} END"
    ),
    former_columns=each("CASE WHEN {name} = ANY (undone.fields) THEN former.{field} END AS {field}"),
    as_left=SQL(AS_LEFT.format(product="product")),
)
# A product that an undo restored may have been changed and deleted later: then this change set was not its last.
MISSING = """
INSERT INTO undo_missing
SELECT gone.product_id FROM product_changes AS gone
WHERE gone.change_set_id = %(undone)s AND gone.product_id BETWEEN %(first)s AND %(last)s AND gone.action = 'deleted'
    AND NOT EXISTS (SELECT FROM products WHERE id = gone.product_id OFFSET 0)
    AND NOT EXISTS (
        SELECT FROM products AS other WHERE sku_key(other.sku) COLLATE "C" = sku_key(gone.sku) COLLATE "C"
        OFFSET 0
    )
    AND coalesce((
        SELECT later.action FROM product_changes AS later
        WHERE later.change_set_id = ANY (%(family)s) AND later.product_id = gone.product_id
        ORDER BY later.change_set_id DESC LIMIT 1
    ), 'deleted') = 'deleted'
"""
LOG_RESTORED = """
INSERT INTO product_changes (change_set_id, product_id, action, previous_change_set_id)
SELECT %(undo)s, product_id, 'restored', %(undone)s FROM undo_missing
"""
INSERT = SQL("""
INSERT INTO products (
    id, {columns}, created_at, created_change_set_id, created_line, updated_at, change_set_id, version
)
SELECT
    gone.product_id, {gone_columns}, gone.created_at, gone.created_change_set_id, gone.created_line, now(), %(undo)s,
    1 + greatest(gone.version, (
        SELECT max(later.version) FROM product_changes AS later
        WHERE later.change_set_id = ANY (%(family)s) AND later.product_id = gone.product_id
    ))
FROM undo_missing
JOIN product_changes AS gone ON gone.change_set_id = %(undone)s AND gone.product_id = undo_missing.product_id
WHERE gone.product_id BETWEEN %(first)s AND %(last)s
ORDER BY gone.product_id
""").format(columns=each("{field}"), gone_columns=each("gone.{field}"))
FAMILY = """
WITH RECURSIVE family AS (
    SELECT id FROM change_sets WHERE undoes_id = %(undone)s
    UNION ALL
    SELECT change_sets.id FROM family JOIN change_sets ON change_sets.undoes_id = family.id
)
SELECT coalesce(array_agg(id), '{}') FROM family
"""
UNDOS = """
SELECT coalesce(array_agg(id), '{}') FROM change_sets
WHERE undoes_id IS NOT NULL AND id > %(undone)s AND created + updated + deleted > 0
"""


@dataclass
class Undone:
    """Counts so far: products restored, changed back and removed; `seen` is the number of processed products."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    seen: int = 0


def restore(
    cursor: Cursor, which: slices.Which, undo_id: int, on_slice: Callable[[Undone], None] = lambda so_far: None
) -> Undone:
    """Undo a change set in the change set `undo_id`. The caller holds the writer's lock."""
    values = {"undone": which.id, "undo": undo_id} | _prepare(cursor, which.id)
    so_far = Undone()
    for part in slices.created(which):
        here = values | part
        _prepare_slice(cursor, here, CREATED)
        so_far.deleted += _delete(cursor, here, WHICH_CREATED)
        so_far.seen += min(part["count"], which.created - so_far.seen)
        on_slice(so_far)
    for part in slices.logged(cursor, which.id):
        here = values | part
        _prepare_slice(cursor, here, LOGGED)
        if which.created:  # by bringing them back
            so_far.deleted += _delete(cursor, here, WHICH_RESTORED)
        if which.updated:
            cursor.execute(PUT_BACK, here)
            so_far.updated += cursor.rowcount
        if which.deleted:
            so_far.created += _bring_back(cursor, here)
        so_far.seen += part["count"]
        on_slice(so_far)
    return so_far


def _prepare(cursor: Cursor, undone_id: int) -> dict[str, Any]:
    """Create the work tables: the undos of this change set, with their undos, and all later undos."""
    cursor.execute(TABLES)
    found: dict[str, Any] = {}
    for name, statement in (("family", FAMILY), ("undos", UNDOS)):
        cursor.execute(statement, {"undone": undone_id})
        ((found[name],),) = cursor.fetchall()
    return found


def _prepare_slice(cursor: Cursor, values: dict[str, Any], touched: str) -> None:
    """Prepare a slice: how its products are joined, and which of them are as they were left, by way of undos."""
    dense = values["last"] - values["first"] < DENSE * values["count"]
    change_log.in_slices(cursor, dense=dense)
    if values["undos"]:
        cursor.execute("TRUNCATE undo_as_left")
        cursor.execute(TRACED.format(touched=touched), values)


def _delete(cursor: Cursor, values: dict[str, Any], which: str) -> int:
    """Delete the products that the change set created."""
    if change_log.log_deleted(cursor, values["undo"], which, values):
        cursor.execute(f"DELETE FROM products WHERE {which}", values)  # nosec B608  # of two constants
        return int(cursor.rowcount)
    return 0


def _bring_back(cursor: Cursor, values: dict[str, Any]) -> int:
    """Restore the products that the change set deleted."""
    cursor.execute("TRUNCATE undo_missing")
    cursor.execute(MISSING, values)
    cursor.execute(LOG_RESTORED, values)
    if cursor.rowcount:
        cursor.execute(INSERT, values)
    return int(cursor.rowcount)
