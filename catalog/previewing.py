"""What an undo would do, before it is done: by the very statements of `undoing`, in a transaction that is rolled back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog import undoing
from catalog.models import ChangeSet, db

PAGE = 50

COUNT = "SELECT action, count(*) FROM undo_plan GROUP BY action"
# Touched by the change set, but not in the plan: somebody changed it since, it is gone, or its SKU is another's by now.
KEPT = """
WITH later AS MATERIALIZED (
    SELECT id FROM change_sets WHERE id > %(undone)s AND deleted > 0
), touched AS (
    SELECT id AS product_id FROM products
    WHERE id BETWEEN %(first)s AND %(last)s AND created_change_set_id = %(undone)s
    UNION ALL
    SELECT product_id FROM product_changes WHERE change_set_id = %(undone)s AND action <> 'restored'
    UNION ALL
    SELECT DISTINCT product_id FROM later JOIN product_changes AS gone
        ON gone.change_set_id = later.id AND gone.product_id BETWEEN %(first)s AND %(last)s
    WHERE gone.created_change_set_id = %(undone)s AND NOT EXISTS (SELECT FROM products WHERE id = gone.product_id)
        AND NOT EXISTS (SELECT FROM product_changes AS own WHERE own.change_set_id = %(undone)s AND own.product_id = gone.product_id)
), kept AS (
    SELECT product_id FROM touched
    WHERE product_id > %(after)s AND NOT EXISTS (SELECT FROM undo_plan WHERE undo_plan.product_id = touched.product_id)
    ORDER BY product_id LIMIT %(limit)s
)
SELECT kept.product_id, coalesce(product.sku, gone.sku, undone.sku, ''), coalesce(product.name, gone.name, undone.name, ''),
    product.id IS NOT NULL, since.id, since.created_at, users.email
FROM kept
LEFT JOIN products AS product ON product.id = kept.product_id
LEFT JOIN LATERAL (
    SELECT later.id AS change_set_id, change.sku, change.name
    FROM later JOIN product_changes AS change ON change.change_set_id = later.id AND change.product_id = kept.product_id
    WHERE change.action = 'deleted' ORDER BY later.id DESC LIMIT 1
) AS gone ON product.id IS NULL
LEFT JOIN product_changes AS undone ON undone.change_set_id = %(undone)s AND undone.product_id = kept.product_id
LEFT JOIN change_sets AS since
    ON since.id = coalesce(product.change_set_id, gone.change_set_id) AND since.id <> %(undone)s
LEFT JOIN users ON users.id = since.user_id
ORDER BY kept.product_id
"""
# The plan was made in slices, by joins that would not do here.
ANY_JOIN = """
SET LOCAL enable_seqscan = on; SET LOCAL enable_nestloop = on; SET LOCAL enable_hashjoin = on; ANALYZE undo_plan
"""


@dataclass(frozen=True)
class Kept:
    """A product that the undo would leave alone, and who changed it since (nobody: its SKU is another product's by now)."""

    product_id: int
    sku: str
    name: str
    exists: bool
    change_set_id: int | None
    changed_at: datetime | None
    email: str | None

    @property
    def reason(self) -> str:
        """Why it is kept: changed, deleted, or sku_taken."""
        if self.change_set_id is None:
            return "sku_taken"
        return "changed" if self.exists else "deleted"


@dataclass(frozen=True)
class Preview:
    """What the undo would bring back, put back and remove, in products, and a part of those that it would keep, by id."""

    created: int
    updated: int
    deleted: int
    skipped: int
    kept: list[Kept]
    next_cursor: int | None


def preview(change_set_id: int, after: int = 0, limit: int = PAGE) -> Preview:
    """What an undo of this change set would do now. Raises undoing.NotUndoable."""
    change_set = undoing.check(change_set_id)
    values = {
        "undone": change_set.id,
        "first": change_set.first_product_id,
        "last": change_set.last_product_id,
        "after": after,
        "limit": limit + 1,
    }
    total = undoing.size(change_set)
    with _planned(change_set) as cursor:
        cursor.execute(COUNT)
        counts = dict(cursor.fetchall())
        skipped = total - sum(counts.values())
        kept = _kept(cursor, values) if skipped else []
    more = kept[limit - 1].product_id if len(kept) > limit else None
    return Preview(
        created=counts.get("insert", 0),
        updated=counts.get("update", 0),
        deleted=counts.get("delete", 0),
        skipped=skipped,
        kept=kept[:limit],
        next_cursor=more,
    )


def _kept(cursor: Any, values: dict[str, Any]) -> list[Kept]:
    """A part of the products that are not in the plan."""
    cursor.execute(ANY_JOIN)
    cursor.execute(KEPT, values)
    return [Kept(*row) for row in cursor.fetchall()]


@contextmanager
def _planned(change_set: ChangeSet) -> Iterator[Any]:
    """A cursor that sees the plan of the undo, for a moment."""
    which = (
        change_set.id,
        change_set.first_product_id,
        change_set.last_product_id,
    )
    cursor = db.session.connection().connection.cursor()
    try:
        undoing.plan(cursor, which)
        yield cursor
    finally:
        db.session.rollback()
