"""Taking a change set back: the products that are still as it left them become what they were; all others are kept.

Set-based and in slices, whatever the size. An undo is a change set of its own and is logged, so it can be taken back too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select

from catalog import changes
from catalog.config import Settings
from catalog.models import ACTIVE_STATES, ChangeSet, Import, db

SLICE = 15_000

PLAN = "CREATE TEMP TABLE IF NOT EXISTS undo_plan (product_id bigint PRIMARY KEY, action text) ON COMMIT DROP"

# A product's change set grows with every change, so "as it was left" means: nothing came after, or only what was taken
# back again. From an undo the way leads to what the product was before that which it undid.
STANDS = """
WITH RECURSIVE touched AS ({touched}), stands AS (
    SELECT touched.product_id, touched.action, product.change_set_id AS at
    FROM touched JOIN products AS product ON product.id = touched.product_id
    WHERE product.id BETWEEN %(first)s AND %(last)s
    UNION ALL
    SELECT product_id, action, (
        SELECT log.previous_change_set_id FROM product_changes AS log
        WHERE log.product_id = stands.product_id AND log.change_set_id = (
            SELECT undo.undoes_id FROM change_sets AS undo WHERE undo.id = stands.at
        )
    ) FROM stands WHERE at > %(undone)s
)
INSERT INTO undo_plan SELECT product_id, action FROM stands WHERE at = %(undone)s
"""
CREATED = """
SELECT id AS product_id, 'delete' AS action FROM products
WHERE id BETWEEN %(first)s AND %(last)s AND created_change_set_id = %(undone)s
"""
LOGGED = """
SELECT product_id, CASE action WHEN 'updated' THEN 'update' ELSE 'delete' END AS action FROM product_changes
WHERE change_set_id = %(undone)s AND product_id BETWEEN %(first)s AND %(last)s AND action <> 'deleted'
"""
# A SKU that is another's by now can't be given back.
TAKEN = """
DELETE FROM undo_plan USING product_changes AS undone
WHERE undone.change_set_id = %(undone)s AND undone.product_id = undo_plan.product_id
    AND undone.product_id BETWEEN %(first)s AND %(last)s AND undo_plan.action = 'update' AND 'sku' = ANY (undone.fields) AND EXISTS (
        SELECT FROM products AS other
        WHERE sku_key(other.sku) COLLATE "C" = sku_key(undone.sku) COLLATE "C" AND other.id <> undone.product_id
        OFFSET 0 -- looked up for each, whatever statistics say
    )
"""
# What an undo had brought back may have lived on and gone otherwise: then this change set was not its end.
MISSING = """
INSERT INTO undo_plan
SELECT gone.product_id, 'insert' FROM product_changes AS gone
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
OF_CREATED = (STANDS.format(touched=CREATED),)
OF_LOGGED = (STANDS.format(touched=LOGGED), TAKEN, MISSING)
FORGET = "TRUNCATE undo_plan"
TO_DELETE = """
id BETWEEN %(first)s AND %(last)s AND id IN (SELECT product_id FROM undo_plan WHERE action = 'delete')
"""
DELETE = """
DELETE FROM products USING undo_plan
WHERE id = product_id AND id BETWEEN %(first)s AND %(last)s AND action = 'delete'
"""
# The range is said of both tables: PostgreSQL does not conclude it, and would read the log from its beginning for each slice.
LOG_UPDATED = """
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, sku, name, description, price, active, attributes,
    previous_change_set_id, previous_line
)
SELECT
    %(undo)s, product.id, 'updated', undone.fields,
    CASE WHEN 'sku' = ANY (undone.fields) THEN product.sku END,
    CASE WHEN 'name' = ANY (undone.fields) THEN product.name END,
    CASE WHEN 'description' = ANY (undone.fields) THEN product.description END,
    CASE WHEN 'price' = ANY (undone.fields) THEN product.price END,
    CASE WHEN 'active' = ANY (undone.fields) THEN product.active END,
    CASE WHEN 'attributes' = ANY (undone.fields) THEN product.attributes END,
    product.change_set_id, product.source_line
FROM undo_plan
JOIN product_changes AS undone ON undone.change_set_id = %(undone)s AND undone.product_id = undo_plan.product_id
JOIN products AS product ON product.id = undo_plan.product_id
WHERE product.id BETWEEN %(first)s AND %(last)s AND undone.product_id BETWEEN %(first)s AND %(last)s
    AND undo_plan.action = 'update'
"""
UPDATE = """
UPDATE products AS product SET
    sku = CASE WHEN 'sku' = ANY (undone.fields) THEN undone.sku ELSE product.sku END,
    name = CASE WHEN 'name' = ANY (undone.fields) THEN undone.name ELSE product.name END,
    description = CASE WHEN 'description' = ANY (undone.fields) THEN undone.description ELSE product.description END,
    price = CASE WHEN 'price' = ANY (undone.fields) THEN undone.price ELSE product.price END,
    active = CASE WHEN 'active' = ANY (undone.fields) THEN undone.active ELSE product.active END,
    attributes = CASE WHEN 'attributes' = ANY (undone.fields) THEN undone.attributes ELSE product.attributes END,
    version = product.version + 1, updated_at = now(), change_set_id = %(undo)s, source_line = NULL
FROM undo_plan
JOIN product_changes AS undone ON undone.change_set_id = %(undone)s AND undone.product_id = undo_plan.product_id
WHERE product.id = undo_plan.product_id AND product.id BETWEEN %(first)s AND %(last)s
    AND undone.product_id BETWEEN %(first)s AND %(last)s AND undo_plan.action = 'update'
"""
LOG_RESTORED = """
INSERT INTO product_changes (change_set_id, product_id, action, previous_change_set_id)
SELECT %(undo)s, product_id, 'restored', %(undone)s FROM undo_plan WHERE action = 'insert'
"""
INSERT = """
INSERT INTO products (
    id, sku, name, description, price, active, attributes, created_at, created_change_set_id, created_line,
    updated_at, change_set_id, version
)
SELECT
    gone.product_id, gone.sku, gone.name, gone.description, gone.price, gone.active, gone.attributes,
    gone.created_at, gone.created_change_set_id, gone.created_line, now(), %(undo)s,
    1 + greatest(gone.version, (
        SELECT max(later.version) FROM product_changes AS later
        WHERE later.change_set_id = ANY (%(family)s) AND later.product_id = gone.product_id
    ))
FROM undo_plan
JOIN product_changes AS gone ON gone.change_set_id = %(undone)s AND gone.product_id = undo_plan.product_id
WHERE gone.product_id BETWEEN %(first)s AND %(last)s AND undo_plan.action = 'insert'
ORDER BY gone.product_id
"""
FAMILY = """
WITH RECURSIVE family AS (
    SELECT id FROM change_sets WHERE undoes_id = %(undone)s
    UNION ALL
    SELECT change_sets.id FROM family JOIN change_sets ON change_sets.undoes_id = family.id
)
SELECT coalesce(array_agg(id), '{}') FROM family
"""
NEXT_SLICE = """
SELECT min(product_id), max(product_id), count(*) FROM (
    SELECT product_id FROM product_changes
    WHERE change_set_id = %(undone)s AND product_id > %(after)s ORDER BY product_id LIMIT %(size)s
) AS slice
"""


class NotUndoable(Exception):
    """This change set can't be taken back; the message says why."""


@dataclass
class Undone:
    """How many products were brought back, put back, and removed so far; `seen` are those looked at."""

    created: int = 0
    updated: int = 0
    deleted: int = 0
    seen: int = 0


def refusal(change_set: ChangeSet) -> str | None:
    """Why this change set can't be undone (now), None if it can."""
    settings: Settings = current_app.config["SETTINGS"]
    if change_set.undone_by_id:
        return f"It was undone already, by change {change_set.undone_by_id}."
    if change_set.pruned_at:
        return f"Its old values are not kept any more; they went on {change_set.pruned_at:%d %b %Y}."
    if datetime.now(UTC) - change_set.created_at > timedelta(days=settings.undo_days):
        return f"It is older than {settings.undo_days} days."
    if change_set.import_id and _is_running(change_set.import_id):
        return "Corrected rows of its import are being run just now."
    return None


def _is_running(import_id: int) -> bool:
    running = select(Import.id).where(Import.state.in_(ACTIVE_STATES))
    return db.session.scalar(running.where(Import.id == import_id)) is not None


def size(change_set: ChangeSet) -> int:
    """How many products it changed, as long as nobody changed them since."""
    return change_set.created + change_set.updated + change_set.deleted


def check(change_set_id: int | None) -> ChangeSet:
    """The change set, if it can be undone. Raises NotUndoable."""
    change_set = (
        db.session.get(ChangeSet, change_set_id, populate_existing=True)
        if change_set_id
        else None
    )
    reason = refusal(change_set) if change_set else "There is no such change."
    if change_set is None or reason:
        raise NotUndoable(reason)
    return change_set


def undo(
    cursor: Any,
    change_set: tuple[int, int | None, int | None],
    undo_id: int,
    on_slice: Callable[[Undone], None] = lambda so_far: None,
) -> Undone:
    """Take a change set (its id, first and last created product) back in the change set `undo_id`.

    The caller holds the writer's lock.
    """
    undone_id, first, last = change_set
    values = {"undone": undone_id, "undo": undo_id} | _prepare(cursor, undone_id)
    so_far = Undone()
    for part in _created(first, last):
        here = values | part
        cursor.execute(FORGET)
        so_far.seen += _plan(cursor, here, *OF_CREATED)
        _apply(cursor, here, so_far)
        on_slice(so_far)
    for part in _logged(cursor, undone_id):
        here = values | part
        cursor.execute(FORGET)
        _plan(cursor, here, *OF_LOGGED)
        _apply(cursor, here, so_far)
        so_far.seen += part["count"]
        on_slice(so_far)
    return so_far


def plan(cursor: Any, change_set: tuple[int, int | None, int | None]) -> None:
    """Only write the whole plan into the table undo_plan, which ends with the transaction."""
    undone_id, first, last = change_set
    values = {"undone": undone_id} | _prepare(cursor, undone_id)
    for part in _created(first, last):
        _plan(cursor, values | part, *OF_CREATED)
    for part in _logged(cursor, undone_id):
        _plan(cursor, values | part, *OF_LOGGED)


def _prepare(cursor: Any, undone_id: int) -> dict[str, Any]:
    """A place for the plan, and the undos of this change set with theirs, which its products may have gone through."""
    changes.in_slices(cursor)
    cursor.execute(PLAN)
    cursor.execute(FAMILY, {"undone": undone_id})
    return {"family": cursor.fetchone()[0]}


def _created(first: int | None, last: int | None) -> list[dict[str, int]]:
    """The ids of what was created, in slices; nothing else says which they are."""
    if first is None or last is None:
        return []
    return [
        {"first": start, "last": min(start + SLICE - 1, last)}
        for start in range(first, last + 1, SLICE)
    ]


def _logged(cursor: Any, undone_id: int) -> Iterator[dict[str, int]]:
    """The products that it logged, in slices."""
    after = 0
    while True:
        cursor.execute(NEXT_SLICE, {"undone": undone_id, "after": after, "size": SLICE})
        first, last, count = cursor.fetchone()
        if not count:
            return
        yield {"first": first, "last": last, "count": count}
        after = last


def _plan(cursor: Any, values: dict[str, Any], *statements: str) -> int:
    """Write down what becomes of each product of a slice; returns how many rows the last statement wrote."""
    for statement in statements:
        cursor.execute(statement, values)
    return int(cursor.rowcount)


def _apply(cursor: Any, values: dict[str, Any], so_far: Undone) -> None:
    """Carry out the plan: first what goes, then what changes, then what comes back."""
    if changes.log_deleted(cursor, values["undo"], TO_DELETE, values):
        cursor.execute(DELETE, values)
        so_far.deleted += cursor.rowcount
    cursor.execute(LOG_UPDATED, values)
    if cursor.rowcount:
        cursor.execute(UPDATE, values)
        so_far.updated += cursor.rowcount
    cursor.execute(LOG_RESTORED, values)
    if cursor.rowcount:
        cursor.execute(INSERT, values)
        so_far.created += cursor.rowcount
