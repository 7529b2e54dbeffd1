"""The feed of changes: every product that any change set touched, in an order into which nothing is ever inserted.

`products.changed` carries a cursor "<change set>-<product>", so that a receiver that missed an event continues from the
last one.
"""

from dataclasses import dataclass

from sqlalchemy import text

from catalog.models import db

# A change set is committed before the next one gets its number, so nothing turns up below what was read.
NEXT = text("SELECT id FROM change_sets WHERE id >= :after ORDER BY id LIMIT :most")
MEMBERS = text("""
SELECT change_set.id AS change_set_id, member.*
FROM change_sets AS change_set CROSS JOIN LATERAL (
    (
        SELECT log.product_id, coalesce(product.sku, log.sku, '') AS sku, log.action,
            coalesce(product.version, log.version, 0) AS version
        FROM product_changes AS log LEFT JOIN products AS product ON product.id = log.product_id
        WHERE log.change_set_id = change_set.id
            AND log.product_id > CASE WHEN change_set.id = :change_set_id THEN :product_id ELSE 0 END
        ORDER BY log.product_id LIMIT :limit
    ) UNION ALL (
        SELECT id, sku, 'created', version FROM products
        WHERE id BETWEEN change_set.first_product_id AND change_set.last_product_id
            AND id > CASE WHEN change_set.id = :change_set_id THEN :product_id ELSE 0 END
            AND created_change_set_id = change_set.id
        ORDER BY id LIMIT :limit
    )
    ORDER BY 1 LIMIT :limit
) AS member
WHERE change_set.id = ANY (:ids)
ORDER BY change_set.id, member.product_id
LIMIT :limit
""")


@dataclass(frozen=True)
class Change:
    """What a change set did to one product: created, updated, deleted or restored."""

    change_set_id: int
    product_id: int
    sku: str
    action: str
    version: int  # the current version; of a deleted product, its last one

    @property
    def cursor(self) -> str:
        """The position of the change in the feed."""
        return f"{self.change_set_id}-{self.product_id}"


@dataclass(frozen=True)
class FeedPage:
    """A page of the feed; `more`: there are later changes."""

    changes: list[Change]
    next_cursor: str
    more: bool


def read(after: str, limit: int) -> FeedPage:
    """Changes after a cursor, oldest first. Raises ValueError for an invalid cursor."""
    change_set_id, product_id = map(int, after.split("-"))
    ids = list(db.session.scalars(NEXT, {"after": change_set_id, "most": limit + 1}))
    values = {"change_set_id": change_set_id, "product_id": product_id}
    rows = db.session.execute(MEMBERS, values | {"ids": ids, "limit": limit + 1})
    found = [Change(*row) for row in rows]
    if len(found) > limit:
        return FeedPage(found[:limit], found[limit - 1].cursor, True)
    last = found[-1] if found else None
    if ids and (last is None or last.change_set_id < ids[-1]):
        end = f"{ids[-1]}-{product_id if ids[-1] == change_set_id else 0}"
    else:
        end = last.cursor if last else after
    return FeedPage(found, end, len(ids) > limit)
