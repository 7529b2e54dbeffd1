"""The one change log: whatever changes products opens a change set here and closes it with its counts.

Everything works on the cursor of the caller's transaction, so that a change and its record are one.
"""

from typing import Any

WRITER_LOCK = 0x6361_7401

# The sequence's numbers before and after enclose the ids of what was created between; it hands each out once.
OPEN = """
INSERT INTO change_sets (kind, source, user_id, first_product_id)
SELECT %s, %s, %s, last_value + is_called::integer FROM products_id_seq RETURNING id
"""
CLOSE = """
UPDATE change_sets SET
    created = %(created)s, updated = %(updated)s, deleted = %(deleted)s,
    first_product_id = CASE WHEN %(created)s > 0 THEN first_product_id END,
    last_product_id = CASE WHEN %(created)s > 0 THEN (SELECT last_value FROM products_id_seq) END
WHERE id = %(id)s
"""
TOTAL = "UPDATE catalog_total SET products = products + %s"


def lock(cursor: Any) -> None:
    """Wait until nobody else writes many products at once; held to the end of the transaction."""
    cursor.execute("SET LOCAL lock_timeout = 0")
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))


def open(cursor: Any, kind: str, source: str, user_id: int | None) -> int:
    """Begin a change set by this user (none: the server's command line); returns its id."""
    cursor.execute(OPEN, (kind, source, user_id))
    return int(cursor.fetchone()[0])


def close(
    cursor: Any,
    change_set_id: int,
    *,
    created: int = 0,
    updated: int = 0,
    deleted: int = 0,
) -> None:
    """Record what the change set did, and keep the catalog's total in step."""
    counts = {"created": created, "updated": updated, "deleted": deleted}
    cursor.execute(CLOSE, counts | {"id": change_set_id})
    if created != deleted:
        cursor.execute(TOTAL, (created - deleted,))
