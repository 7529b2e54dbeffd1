"""Old values of the change log are kept as long as an undo may need them."""

from flask import current_app
from sqlalchemy import text

from catalog.models import db
from catalog.runtime import Settings

CHANGE_SETS_AT_ONCE = 500
ROWS_AT_ONCE = 200_000

# A day later than an undo may begin: one that runs still reads them, and its job lives for a day at most.
EXPIRE = text("""
UPDATE change_sets SET pruned_at = now()
WHERE created_at < now() - make_interval(days => :days + 1)
    AND id IN (SELECT id FROM change_sets WHERE pruned_at IS NULL ORDER BY id LIMIT :most)
""")
# In the order of the primary key, up to the first change set that keeps its values: an index finds that there are none.
# By their places (ctid), which never change here: a join would read all of a large log for each part.
DELETE_SOME = text("""
DELETE FROM product_changes WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM product_changes
    WHERE change_set_id < coalesce(
        (SELECT min(id) FROM change_sets WHERE pruned_at IS NULL), (SELECT max(id) + 1 FROM change_sets)
    )
    ORDER BY change_set_id, product_id LIMIT :rows
))
""")


def prune_values() -> int:
    """Delete old values that no undo needs any more; returns the number of change sets. The steward calls it.

    These change sets can no longer be undone. Each call deletes some of their rows in a short transaction: a change set
    may have millions.
    """
    settings: Settings = current_app.config["SETTINGS"]
    days = max(settings.keep_days, settings.undo_days)
    with db.engine.begin() as connection:
        expired = connection.execute(EXPIRE, {"days": days, "most": CHANGE_SETS_AT_ONCE}).rowcount
    with db.engine.begin() as connection:
        connection.execute(DELETE_SOME, {"rows": ROWS_AT_ONCE})
    return expired
