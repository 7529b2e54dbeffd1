"""What an undo would do, before it is done: `restore` in counts, by looking only at what came after the change set.

A product that no later change touched gets its old values back. So only products in later change sets are examined,
however many products this one has. If corrected rows of an import were run, those runs are undone first, the newest
first. Each is examined in the same way, with the products as the previous undo would leave them.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg2.extensions import cursor as Cursor

from catalog.changes.undo import marks as undo_marks, restore, rules as undo_rules
from catalog.models import ChangeSet, cursor_of, db

PAGE = 50
BECOMES = {"created": "deleted", "updated": "updated", "deleted": "created"}
"""What a change set did with a product -> what its undo does."""

LATER = "SELECT EXISTS (SELECT FROM change_sets WHERE id > %(undone)s AND created + updated + deleted > 0)"
GIVES_SKUS = """
SELECT %(later)s AND EXISTS (SELECT FROM product_changes WHERE change_set_id = %(undone)s AND sku IS NOT NULL)
"""
SETTINGS = "SET LOCAL jit = off; SET LOCAL work_mem = '64MB'"
TOUCHED_LATER = """
CREATE TEMP TABLE undo_later ON COMMIT DROP AS
SELECT DISTINCT product_id FROM product_changes WHERE change_set_id > %(undone)s
"""
LOOKS = {"later": LATER, "gives_skus": GIVES_SKUS, "family": restore.FAMILY}  # in this order
FIRST, NEXT = "CREATE TEMP TABLE undo_kept ON COMMIT DROP AS", "INSERT INTO undo_kept"
# The first look creates the table, because an INSERT would not run in two processes. `products` is the catalog, or, if
# later runs are undone first, the products as they are after that.
# A kept product was touched by the change set, but is not as it was left: it was changed since, it was deleted, it
# exists again, or another product has its SKU now. That other product was created, changed or restored later.
KEPT = """
{into}
WITH RECURSIVE own AS (
    SELECT product_id, log.action, log.sku FROM undo_later JOIN product_changes AS log USING (product_id)
    WHERE log.change_set_id = %(undone)s
), made AS (
    SELECT product_id FROM undo_later JOIN {products} AS product ON product.id = product_id
    WHERE product.id BETWEEN %(first)s AND %(last)s AND product.created_change_set_id = %(undone)s
), gone AS (
    SELECT DISTINCT product_id FROM product_changes AS log
    WHERE change_set_id > %(undone)s AND action = 'deleted' AND created_change_set_id = %(undone)s
        AND product_id BETWEEN %(first)s AND %(last)s AND NOT EXISTS (SELECT FROM {products} WHERE id = log.product_id)
        AND NOT EXISTS (SELECT FROM own WHERE own.product_id = log.product_id)
), touched AS (
    SELECT product_id, 'deleted' AS becomes FROM made
    UNION ALL SELECT product_id, 'deleted' FROM gone
    UNION ALL SELECT product_id, CASE action WHEN 'updated' THEN 'updated' ELSE 'deleted' END
    FROM own WHERE action <> 'deleted'
), traced AS (
    SELECT product_id, product.change_set_id AS at FROM touched JOIN {products} AS product ON product.id = product_id
    UNION ALL
    SELECT product_id, log.previous_change_set_id
    FROM traced JOIN change_sets AS undo ON undo.id = traced.at AND undo.undoes_id IS NOT NULL
    JOIN product_changes AS log USING (product_id)
    WHERE traced.at > %(undone)s AND log.change_set_id = undo.undoes_id
), newer AS (
    SELECT product.id, sku_key(product.sku) COLLATE "C" AS key
    FROM undo_later JOIN {products} AS product ON product.id = product_id
    WHERE %(gives_skus)s
    UNION ALL
    SELECT product.id, sku_key(product.sku) COLLATE "C" FROM change_sets AS later
    JOIN {products} AS product ON product.id BETWEEN later.first_product_id AND later.last_product_id
    WHERE later.id > %(undone)s AND product.created_change_set_id = later.id AND %(gives_skus)s
), taken AS (
    SELECT log.product_id, CASE log.action WHEN 'updated' THEN 'updated' ELSE 'created' END
    FROM product_changes AS log JOIN newer ON newer.key = sku_key(log.sku) COLLATE "C"
    WHERE log.change_set_id = %(undone)s AND log.sku IS NOT NULL AND newer.id <> log.product_id
), lives AS (
    SELECT product_id, 'created' FROM own
    WHERE action = 'deleted' AND (
        EXISTS (SELECT FROM {products} WHERE id = product_id) OR (
            SELECT later.action FROM product_changes AS later
            WHERE later.change_set_id = ANY (%(family)s) AND later.product_id = own.product_id
            ORDER BY later.change_set_id DESC LIMIT 1
        ) <> 'deleted'
    )
)
SELECT %(undone)s AS undone, * FROM touched WHERE NOT EXISTS (
    SELECT FROM traced WHERE traced.product_id = touched.product_id AND at = %(undone)s
)
UNION SELECT %(undone)s, * FROM taken UNION SELECT %(undone)s, * FROM lives
"""
# The products that the looks need, as they are now. Then each later run is undone in this table, except for its kept
# products: after that, a product is here as it was before the run.
NOW = """
CREATE TEMP TABLE undo_now ON COMMIT DROP AS
SELECT id, sku, change_set_id, created_change_set_id FROM undo_later JOIN products ON id = product_id
UNION
SELECT product.id, product.sku, product.change_set_id, product.created_change_set_id FROM change_sets AS later
JOIN products AS product ON product.id BETWEEN later.first_product_id AND later.last_product_id
WHERE later.id > %(undone)s AND product.created_change_set_id = later.id;
ALTER TABLE undo_now ADD PRIMARY KEY (id);
ANALYZE undo_now
"""
TAKE_BACK = """
DELETE FROM undo_now WHERE created_change_set_id = %(undone)s AND NOT EXISTS (
    SELECT FROM undo_kept AS kept WHERE kept.undone = %(undone)s AND kept.product_id = undo_now.id
);
UPDATE undo_now SET
    change_set_id = log.previous_change_set_id,
    sku = CASE WHEN 'sku' = ANY (log.fields) THEN log.sku ELSE undo_now.sku END
FROM product_changes AS log
WHERE log.change_set_id = %(undone)s AND log.action = 'updated' AND log.product_id = undo_now.id AND NOT EXISTS (
    SELECT FROM undo_kept AS kept WHERE kept.undone = %(undone)s AND kept.product_id = undo_now.id
);
INSERT INTO undo_now
SELECT product_id, sku, previous_change_set_id, created_change_set_id FROM product_changes AS log
WHERE log.change_set_id = %(undone)s AND log.action = 'deleted' AND NOT EXISTS (
    SELECT FROM undo_kept AS kept WHERE kept.undone = %(undone)s AND kept.product_id = log.product_id
)
"""
COUNT = "SELECT becomes, count(*) FROM undo_kept GROUP BY becomes"
PART = """
WITH later AS MATERIALIZED (
    SELECT id FROM change_sets WHERE id > %(undone)s AND deleted > 0
), kept AS (
    SELECT DISTINCT product_id FROM undo_kept WHERE product_id > %(after)s ORDER BY product_id LIMIT %(limit)s
)
SELECT kept.product_id, coalesce(product.sku, gone.sku, undone.sku, ''),
    coalesce(product.name, gone.name, undone.name, ''),
    product.id IS NOT NULL, since.id, since.created_at, users.email
FROM kept
LEFT JOIN {products} AS left_as ON left_as.id = kept.product_id
LEFT JOIN products AS product ON product.id = kept.product_id
LEFT JOIN LATERAL (
    SELECT later.id AS change_set_id, change.sku, change.name
    FROM later JOIN product_changes AS change ON change.change_set_id = later.id AND change.product_id = kept.product_id
    WHERE change.action = 'deleted' ORDER BY later.id DESC LIMIT 1
) AS gone ON product.id IS NULL
LEFT JOIN product_changes AS undone ON undone.change_set_id = %(undone)s AND undone.product_id = kept.product_id
LEFT JOIN change_sets AS since
    ON since.id = coalesce(left_as.change_set_id, gone.change_set_id) AND since.id <> ALL (%(chain)s)
LEFT JOIN users ON users.id = since.user_id
ORDER BY kept.product_id
"""


@dataclass(frozen=True)
class KeptProduct:
    """A product that the undo would not change, and the user who changed it since (None: another has its SKU)."""

    product_id: int
    sku: str
    name: str
    exists: bool
    change_set_id: int | None
    changed_at: datetime | None
    email: str | None

    @property
    def reason(self) -> str:
        """Why it is not undone: changed, deleted, or sku_taken."""
        if self.change_set_id is None:
            return "sku_taken"
        return "changed" if self.exists else "deleted"


@dataclass(frozen=True)
class Preview:
    """How many products the undo would restore, change back and delete, and a page of those it would keep, by id."""

    created: int
    updated: int
    deleted: int
    skipped: int
    kept: list[KeptProduct]
    next_cursor: int | None


def preview(change_set_id: int, after: int = 0, limit: int = PAGE) -> Preview:
    """What an undo of this change set would do now, including later runs of an import. Raises NotUndoable.

    A product that stays is counted once.
    """
    change_set = undo_rules.check(change_set_id)
    runs = [undo_rules.check(run.id) for run in undo_marks.later_runs(change_set)]
    did = {name: sum(getattr(c, name) for c in (change_set, *runs)) for name in BECOMES}
    with _looking(change_set, runs) as (cursor, values):
        counts, kept = {}, []
        if values["later"]:
            cursor.execute(COUNT)
            counts = dict(cursor.fetchall())
        if counts:
            part = values | {"after": after, "limit": limit + 1}
            cursor.execute(PART.format(products=_products(runs)), part)
            kept = [KeptProduct(*row) for row in cursor.fetchall()]
    back = {becomes: did[name] - counts.get(becomes, 0) for name, becomes in BECOMES.items()}
    more = kept[limit - 1].product_id if len(kept) > limit else None
    return Preview(**back, skipped=sum(counts.values()), kept=kept[:limit], next_cursor=more)


@contextmanager
def _looking(change_set: ChangeSet, runs: list[ChangeSet]) -> Iterator[tuple[Cursor, dict[str, Any]]]:
    """A cursor in a transaction that computes the products that would be kept; empty if there are no later changes."""
    chain = [*runs, change_set]  # in the order in which they are undone
    known = [_known(each) for each in chain]
    cursor = cursor_of(db.session.connection())
    try:
        values = known[-1] | {"chain": [each["undone"] for each in known]}
        values |= _looked_up(cursor, values)
        if values["later"]:
            cursor.execute(SETTINGS)
            cursor.execute(TOUCHED_LATER, values)
            cursor.execute("ANALYZE undo_later")
            if runs:
                cursor.execute(NOW, values)
            into = FIRST
            for run in known[:-1]:
                kept = KEPT.format(into=into, products="undo_now")
                cursor.execute(kept, _looked_up(cursor, run))
                cursor.execute(TAKE_BACK, run)
                into = NEXT
            cursor.execute(KEPT.format(into=into, products=_products(runs)), values)
        yield cursor, values
    finally:
        db.session.rollback()


def _products(runs: list[ChangeSet]) -> str:
    """The table of the products to look at. Most change sets have no later runs, and need no copy of the catalog."""
    return "undo_now" if runs else "products"


def _known(change_set: ChangeSet) -> dict[str, Any]:
    return {"undone": change_set.id, "first": change_set.first_product_id, "last": change_set.last_product_id}


def _looked_up(cursor: Cursor, values: dict[str, Any]) -> dict[str, Any]:
    found = dict(values)
    for name, statement in LOOKS.items():
        cursor.execute(statement, found)
        ((found[name],),) = cursor.fetchall()
    return found
