"""The change log: every change of products opens a change set here, logs old values, and closes it with its counts.

Everything works on the cursor of the caller's transaction, so that a change and its record are one. `history` reads the
log, `undo` takes a change set back.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from psycopg2.errors import DeadlockDetected, LockNotAvailable
from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from catalog.importer import each
from catalog.models import BulkJob, Import, cursor_of, db

WRITER_LOCK = 0x6361_7401

# The sequence's numbers before and after enclose the ids of what was created between; it hands each out once.
OPEN = """
INSERT INTO change_sets (kind, source, user_id, undoes_id, import_id, first_product_id)
SELECT %s, %s, %s, %s, %s, last_value + is_called::integer FROM products_id_seq RETURNING id
"""
CLOSE = """
UPDATE change_sets SET
    created = %(created)s, updated = %(updated)s, deleted = %(deleted)s,
    first_product_id = CASE WHEN %(created)s > 0 THEN first_product_id END,
    indexed = %(created)s + %(updated)s = 0, -- what is gone need not be found
    last_product_id = CASE WHEN %(created)s > 0 THEN (SELECT last_value FROM products_id_seq) END
WHERE id = %(id)s
"""
GIVE_BACK = "UPDATE catalog_total SET last_change_set_id = last_change_set_id - 1 WHERE last_change_set_id = %s"
TOTAL = "UPDATE catalog_total SET products = products + %s"

# Only changed values are stored, and the previous change set.
LOG_UPDATED = SQL("""
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, {columns}, previous_change_set_id, previous_line
)
SELECT
    %(change_set_id)s, id, 'updated', %(fields)s, {columns_that_change}, change_set_id, source_line
FROM products WHERE {which}
""")
# Of a deleted product everything is stored, so that an undo restores the same product.
LOG_DELETED = SQL("""
INSERT INTO product_changes (
    change_set_id, product_id, action, fields, {columns},
    previous_change_set_id, previous_line, created_at, created_change_set_id, created_line, version
)
SELECT
    %(change_set_id)s, id, 'deleted', ARRAY[{names}], {columns},
    change_set_id, source_line, created_at, created_change_set_id, created_line, version
FROM products WHERE {which}
""")
LISTS = {
    "columns": each("{field}"),
    "columns_that_change": each("CASE WHEN {name} = ANY (%(fields)s) THEN {field} END"),
    "names": each("{name}"),
}
# Statistics do not include what was deleted or restored a moment ago, and plans made on them looked through all
# products for each one. Two slices in the order of their ids are merged, whatever statistics say.
IN_SLICES = """
SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL jit = off; SET LOCAL work_mem = '64MB';
SET LOCAL enable_nestloop = {sparse}; SET LOCAL enable_mergejoin = {dense}
"""
BELIEVED_EMPTY = """
SELECT reltuples >= 0 AND reltuples < products / 2
FROM pg_class, catalog_total WHERE pg_class.oid = 'products'::regclass
"""
WRITER = """
SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND classid = 0 AND objid = %s AND objsubid = 1 AND granted
    AND mode = 'ExclusiveLock' AND datname = current_database()
"""


class Busy(Exception):
    """Another job is writing many products: `kind` is import, bulk, or empty if unknown."""

    def __init__(self, kind: str = "", row_id: int | None = None, name: str = "") -> None:
        self.kind, self.id, self.name = kind, row_id, name
        super().__init__(f"{self.who} is changing products right now.")

    @property
    def who(self) -> str:
        """The writer as the start of a sentence: Import 42 (spring.csv)."""
        if self.kind == "import":
            return f"Import {self.id} ({self.name})"
        return f"Bulk job {self.id}" if self.kind == "bulk" else "Another process"


@contextmanager
def transaction() -> Iterator[Any]:
    """A psycopg2 cursor in a transaction, committed at the end. Raises Busy if a lock is not available in time."""
    try:
        yield _cursor()
        db.session.commit()
    except BaseException as error:
        db.session.rollback()
        cause = error.orig if isinstance(error, DBAPIError) else error
        if isinstance(cause, LockNotAvailable | DeadlockDetected):
            raise _busy() from error
        raise


def _cursor() -> Cursor:
    """psycopg2's cursor on the session's connection, so that a request needs no second one."""
    return cursor_of(db.session.connection())


def _busy() -> Busy:
    """The holder of the writer's lock, by the name of its connection, else by the job that is applying."""
    cursor = _cursor()
    cursor.execute(WRITER, (WRITER_LOCK,))
    named = [name.split()[1:] for (name,) in cursor.fetchall()]
    kind, row_id = named[0] if named and len(named[0]) == 2 else ("", "")
    by_rows = {
        table: select(table.id).where(table.state == "applying").order_by(table.id) for table in (Import, BulkJob)
    }
    import_id = int(row_id) if kind == "import" else None
    bulk_id = int(row_id) if kind == "bulk" else None
    if not kind:
        import_id, bulk_id = map(db.session.scalar, by_rows.values())
    if import_id:
        row = db.session.get(Import, import_id)
        return Busy("import", import_id, row.filename if row else "")
    return Busy("bulk", bulk_id) if bulk_id else Busy()


def lock(cursor: Cursor, *, patient: bool = True) -> None:
    """Lock out other writers until the end of the transaction. Unless `patient`, wait only as long as a page may."""
    if patient:
        cursor.execute("SET LOCAL lock_timeout = 0")
    cursor.execute("SELECT pg_advisory_xact_lock(%s)", (WRITER_LOCK,))


def shared(cursor: Cursor) -> None:
    """Write a few products beside other small writes; waits for a job that writes many as long as a page may."""
    cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", (WRITER_LOCK,))


def in_slices(cursor: Cursor, *, dense: bool = True) -> None:
    """Make the planner expect, in the rest of this transaction, joins over ranges of ids that are as large as a slice.

    `dense`: most products of a range take part, and it is read in order. Else few do, and each is looked up by its id.
    """
    cursor.execute(IN_SLICES.format(dense=dense, sparse=not dense))


def tell_planner(cursor: Cursor) -> None:
    """Update the statistics if PostgreSQL expects a much smaller catalog, as after "delete all" and an import."""
    cursor.execute(BELIEVED_EMPTY)
    if cursor.fetchone() == (True,):
        cursor.execute("ANALYZE products (id)")


def open(
    cursor: Cursor,
    kind: str,
    source: str,
    user_id: int | None,
    *,
    undoes_id: int | None = None,
    import_id: int | None = None,
) -> int:
    """Begin a change set by this user (none: the server's command line); returns its id.

    The number comes from the row of `catalog_total`, which stays locked to the end of the transaction: change sets
    commit in the order of their numbers, and a rollback gives its number back. The products that it changes must be
    locked already, so that a product's change sets grow in their order.
    """
    cursor.execute(OPEN, (kind, source, user_id, undoes_id, import_id))
    ((change_set_id,),) = cursor.fetchall()
    return int(change_set_id)


def log_updated(cursor: Cursor, change_set_id: int, fields: list[str], which: str, values: Mapping[str, Any]) -> int:
    """Store the current values of these fields of the products `which` (SQL over `products`); returns how many."""
    given = {"change_set_id": change_set_id, "fields": fields}
    cursor.execute(LOG_UPDATED.format(**LISTS, which=SQL(which)), {**values, **given})
    return int(cursor.rowcount)


def log_deleted(cursor: Cursor, change_set_id: int, which: str, values: Mapping[str, Any]) -> int:
    """Store everything about the products `which` (SQL over `products`) before they are deleted; returns how many."""
    cursor.execute(LOG_DELETED.format(**LISTS, which=SQL(which)), {**values, "change_set_id": change_set_id})
    return int(cursor.rowcount)


def close(cursor: Cursor, change_set_id: int, *, created: int = 0, updated: int = 0, deleted: int = 0) -> None:
    """Record what the change set did, and keep the catalog's total in step."""
    counts = {"created": created, "updated": updated, "deleted": deleted}
    cursor.execute(CLOSE, counts | {"id": change_set_id})
    if created != deleted:
        cursor.execute(TOTAL, (created - deleted,))


def forget(cursor: Cursor, change_set_id: int) -> None:
    """Delete a change set that changed nothing; the next one gets its number."""
    cursor.execute("DELETE FROM change_sets WHERE id = %s", (change_set_id,))
    cursor.execute(GIVE_BACK, (change_set_id,))
