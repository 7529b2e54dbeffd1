"""A plan that waits for somebody's decision: kept safe, made searchable, and looked through for what changed meanwhile.

Beside the plan stands `scratch`_find, narrow and in the plan's order: any page, filter and search reads it instead of the texts.
"""

from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Composable, Identifier

PERSISTENCE = "SELECT relpersistence FROM pg_class WHERE oid = to_regclass(%s)"
SAFE = SQL("ALTER TABLE {plan} SET LOGGED")
# One process: its rows come in the order in which they lie, which is that of the key.
IN_ORDER = """
SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL synchronize_seqscans = off; SET LOCAL enable_hashjoin = on
"""
FIND = SQL("""
DROP TABLE IF EXISTS {find};
CREATE TABLE {find} AS
SELECT
    row_number() OVER ()::integer AS n, ctid AS at, action, action NOT IN ('unchanged', 'skipped') AS changes, product_id, fields,
    sku_key(sku) COLLATE "C" AS key, lower(sku || ' ' || coalesce(name, '') COLLATE pg_c_utf8) COLLATE "C" AS words
FROM {plan}
""")
# A plan that was not meant to be looked at does not know what unchanged products are called.
FIND_NAMES = SQL("""
DROP TABLE IF EXISTS {find};
CREATE TABLE {find} AS
SELECT
    row_number() OVER (ORDER BY plan.ctid)::integer AS n, plan.ctid AS at, action, action NOT IN ('unchanged', 'skipped') AS changes,
    product_id, fields, sku_key(coalesce(plan.sku, plan.old_sku, product.sku)) COLLATE "C" AS key,
    lower(
        coalesce(plan.sku, plan.old_sku, product.sku) || ' ' || coalesce(plan.name, plan.old_name, product.name, '')
        COLLATE pg_c_utf8
    ) COLLATE "C" AS words
FROM {plan} AS plan LEFT JOIN products AS product ON product.id = plan.product_id
""")
INDEX = SQL("ALTER TABLE {find} ADD PRIMARY KEY (n); ANALYZE {find} (n, action)")
SIZE = SQL("SELECT count(*) FROM {find}")
PLAN_SIZE = SQL("SELECT count(*) FROM {plan}")
DROP_STAGING = SQL("DROP TABLE IF EXISTS {staging}")
# What is written from here on is newer than the plan: the caller keeps everybody else from writing.
NOW = """
SELECT
    (SELECT last_value - (NOT is_called)::integer FROM change_sets_id_seq),
    (SELECT last_value - (NOT is_called)::integer FROM products_id_seq)
"""

# Whatever changes products says so in the change log, or made them: no need to look through the catalog.
# A product that a row would leave as it is may change as it likes.
CONFLICTS = SQL("""
WITH changed AS (
    SELECT product_id AS id FROM product_changes WHERE change_set_id > %(change_set_id)s
    UNION
    SELECT id FROM products WHERE id > %(product_id)s
)
SELECT found.n, found.at
FROM changed JOIN {find} AS found ON found.product_id = changed.id
JOIN {plan} AS plan ON plan.ctid = found.at
LEFT JOIN products AS product ON product.id = found.product_id
WHERE found.action IN ('updated', 'deleted', 'deactivated', 'removed')
    AND product.version IS DISTINCT FROM plan.product_version
UNION ALL
SELECT found.n, found.at
FROM changed JOIN products AS product ON product.id = changed.id
JOIN {find} AS found ON found.key = sku_key(product.sku) COLLATE "C"
WHERE found.action = 'created'
""")
COUNT_CONFLICTS = SQL("SELECT count(*) FROM ({conflicts}) AS conflicts")


@dataclass(frozen=True)
class Kept:
    """A plan that is kept: how many rows it has, and up to which change set and product it knows the catalog."""

    rows: int
    change_set_id: int
    product_id: int


def tables(scratch: str) -> dict[str, Composable]:
    """The names of a kept plan's tables, for the statements."""
    names = ("plan", "find", "staging")
    return {name: Identifier(f"{scratch}_{name}") for name in names}


def keep(connection: Connection, scratch: str) -> Kept:
    """Make a plan last, and ready to be looked through; the staged rows go. The caller lets nobody write meanwhile."""
    names = tables(scratch)
    with connection.cursor() as cursor:
        cursor.execute(PERSISTENCE, (f'"{scratch}_plan"',))
        meant_to_last = cursor.fetchone() == ("p",)
        if not meant_to_last:
            cursor.execute(SAFE.format(**names))
        cursor.execute(IN_ORDER)
        cursor.execute((FIND if meant_to_last else FIND_NAMES).format(**names))
        rows = int(cursor.rowcount)
        cursor.execute(INDEX.format(**names))
        cursor.execute(DROP_STAGING.format(**names))
        cursor.execute(NOW)
        ((change_set_id, product_id),) = cursor.fetchall()
    return Kept(rows, change_set_id, product_id)


def is_whole(cursor: Any, scratch: str, kept: Kept) -> bool:
    """Whether a kept plan is all there still, with what makes it searchable."""
    cursor.execute(
        "SELECT count(*) FROM pg_class WHERE oid IN (to_regclass(%s), to_regclass(%s))",
        (f'"{scratch}_plan"', f'"{scratch}_find"'),
    )
    if cursor.fetchone() != (2,):
        return False
    names = tables(scratch)
    sizes = set()
    for statement in (SIZE, PLAN_SIZE):
        cursor.execute(statement.format(**names))
        sizes.add(cursor.fetchone()[0])
    return sizes == {kept.rows}


def count_conflicts(cursor: Any, scratch: str, kept: Kept) -> int:
    """How many products of the plan somebody changed, made or removed since."""
    statement = CONFLICTS.format(**tables(scratch))
    values = {"change_set_id": kept.change_set_id, "product_id": kept.product_id}
    cursor.execute(COUNT_CONFLICTS.format(conflicts=statement), values)
    return int(cursor.fetchone()[0])
