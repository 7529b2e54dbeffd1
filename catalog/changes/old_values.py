"""Old values of the change log are kept as long as an undo may need them."""

from flask import current_app
from sqlalchemy import text

from catalog.config import Settings
from catalog.models import db

CHANGE_SETS_AT_ONCE = 500
ROWS_AT_ONCE = 200_000

# Oldest first, up to a number of rows in all; a change set with more rows is deleted alone.
OLD_VALUES = text("""
SELECT id FROM (
    SELECT id, created_at, row_number() OVER (ORDER BY id) AS place, sum(updated + deleted + created) OVER (ORDER BY id) AS rows
    FROM (SELECT * FROM change_sets WHERE pruned_at IS NULL ORDER BY id LIMIT :most) AS oldest
) AS counted
WHERE created_at < now() - make_interval(days => :days) AND (rows <= :rows OR place = 1)
""")
FORGET_VALUES = text("DELETE FROM product_changes WHERE change_set_id = ANY (:ids)")
VALUES_GONE = text("UPDATE change_sets SET pruned_at = now() WHERE id = ANY (:ids)")


def prune_values() -> int:
    """Delete old values that no undo needs any more; returns the number of change sets. The steward calls it."""
    settings: Settings = current_app.config["SETTINGS"]
    values = {
        "days": max(settings.keep_days, settings.undo_days),
        "most": CHANGE_SETS_AT_ONCE,
        "rows": ROWS_AT_ONCE,
    }
    with db.engine.begin() as connection:
        ids = {"ids": list(connection.execute(OLD_VALUES, values).scalars())}
        if ids["ids"]:
            connection.execute(FORGET_VALUES, ids)
            connection.execute(VALUES_GONE, ids)
    return len(ids["ids"])
