"""A plan that waits for a decision: it is stored, checked for products that changed since, and indexed for searches.

Its rows are found by their number `n` (that of the file's row; products without one come after them) and by what is
done to which fields (one number too, `kind`). A moment later there is also `scratch`_blocks: the words of neighbouring
rows in one text, in which the database finds a word much faster than row by row.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import connection as Connection, cursor as Cursor
from psycopg2.sql import SQL, Composable, Identifier, Literal

from catalog.importer.errors import Miscounted
from catalog.importer.values import actions

# Rows that a later row of the same SKU replaces do nothing, but people look for them. Two processes find them. A file
# of SKUs to delete has no names.
DOUBLES = SQL("""
SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = off; SET LOCAL parallel_leader_participation = off;
CREATE TEMP TABLE import_double ON COMMIT DROP AS
SELECT row, line, sku, {name} AS name FROM {staging} AS staged
WHERE NOT EXISTS (SELECT FROM {plan} AS plan WHERE plan.row = staged.row);
INSERT INTO {plan} (row, n, line, action, kind, sku, name)
SELECT row, row, line, 'duplicates', {kind}, sku, name FROM import_double
""")
INDEX = SQL("CREATE INDEX ON {plan} (kind, n)")
SIZE = SQL("SELECT count(*) FROM {plan}")
HAS = "SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s"
DROP_STAGING = SQL("DROP TABLE IF EXISTS {staging} CASCADE")
# Changes from here on are newer than the plan: the caller holds the lock of writers.
NOW = """
SELECT
    (SELECT last_change_set_id FROM catalog_total),
    (SELECT last_value - (NOT is_called)::integer FROM products_id_seq)
"""

# Every change is in the change log, unless it created a product: the catalog need not be scanned.
# A product that a row would not change is never a conflict.
CONFLICTS = SQL("""
WITH changed AS (
    SELECT product_id AS id FROM product_changes WHERE change_set_id > %(change_set_id)s
    UNION
    SELECT id FROM products WHERE id > %(product_id)s
)
SELECT plan.n, plan.kind, plan.ctid AS at, {words} AS words
FROM changed JOIN {plan} AS plan ON plan.product_id = changed.id
LEFT JOIN products AS product ON product.id = plan.product_id
WHERE plan.kind = ANY (%(touching)s) AND product.version IS DISTINCT FROM plan.product_version
UNION ALL
SELECT plan.n, plan.kind, plan.ctid, {words}
FROM changed JOIN products AS product ON product.id = changed.id
JOIN {plan} AS plan ON sku_key(plan.sku) COLLATE "C" = sku_key(product.sku) COLLATE "C"
WHERE plan.action = 'created'
""")
COUNT_CONFLICTS = SQL("SELECT count(*) FROM ({conflicts}) AS conflicts WHERE n <> ALL (%(but)s)")

# Indexes and blocks, which only make searches faster. Texts that fit into a page stay in it uncompressed: to fetch or
# to decompress one takes longer than to search it.
BLOCK = 48  # number of neighbouring rows of a block; words of rows of one kind are together
FOLDED = SQL('lower({} COLLATE pg_c_utf8) COLLATE "C"')
"""How stored and searched words are made comparable. Only by the database: Python folds İ and a final Σ differently."""
WORDS = FOLDED.format(SQL("(plan.sku || ' ' || coalesce(plan.name, ''))"))
SPEED_UP = SQL("""
LOCK TABLE {plan} IN SHARE MODE; -- it can only be dropped after this
CREATE TABLE {blocks} (kind smallint, block integer, words text) WITH (toast_tuple_target = 8160);
ALTER TABLE {blocks} ALTER words SET STORAGE EXTERNAL;
INSERT INTO {blocks}
SELECT kind, n / %(block)s AS block, string_agg({words}, E'\n') FROM {plan} AS plan GROUP BY 1, 2 ORDER BY 1, 2;
ALTER TABLE {blocks} ADD PRIMARY KEY (kind, block);
CREATE INDEX ON {plan} (product_id) WHERE product_id IS NOT NULL;
CREATE INDEX ON {plan} (sku_key(sku) COLLATE "C");
ANALYZE {plan} (kind, product_id)
""")


@dataclass(frozen=True)
class StoredPlan:
    """A stored plan: its number of rows, and the last change set and product that it knows."""

    rows: int
    change_set_id: int
    product_id: int


def tables(scratch: str) -> dict[str, Composable]:
    """The names of the tables of a stored plan, for statements."""
    names = ("plan", "blocks", "staging")
    return {name: Identifier(f"{scratch}_{name}") for name in names}


def conflicts(scratch: str) -> Composable:
    """The rows of the plan whose products changed since, as n, kind, place and words; `looking` has the parameters."""
    return CONFLICTS.format(**tables(scratch), words=WORDS)


def looking(kept: StoredPlan) -> dict[str, Any]:
    """The parameters of `conflicts`."""
    touching = actions.numbers(("updated", "deleted", "deactivated", "removed"))
    return {"change_set_id": kept.change_set_id, "product_id": kept.product_id, "touching": touching}


def keep(connection: Connection, scratch: str, duplicates: int) -> StoredPlan:
    """Complete a plan for a review: from now on it can be read, and the staged rows are dropped.

    The caller holds the lock, so that no other writer interferes. `duplicates` is how many staged rows are not in the
    plan. Raises Miscounted if it is another number.
    """
    names = tables(scratch)
    with connection.cursor() as cursor:
        if duplicates:
            _list_doubles(cursor, scratch, duplicates)
        cursor.execute(INDEX.format(**names))
        cursor.execute(DROP_STAGING.format(**names))
        cursor.execute(SIZE.format(**names))
        ((rows,),) = cursor.fetchall()
        cursor.execute(NOW)
        ((change_set_id, product_id),) = cursor.fetchall()
    return StoredPlan(rows, change_set_id, product_id)


def speed_up(connection: Connection, scratch: str) -> None:
    """Index a stored plan for searches and conflicts. Raises UndefinedTable if the plan was dropped."""
    with connection.cursor() as cursor:
        statement = SPEED_UP.format(**tables(scratch), words=WORDS)
        cursor.execute(statement, {"block": BLOCK})


def _list_doubles(cursor: Cursor, scratch: str, expected: int) -> None:
    """Add the rows that later rows replace to the plan."""
    has_names = exists(cursor, scratch, "staging", "name")
    name = SQL("staged.name" if has_names else "NULL::text")
    kind = Literal(actions.number("duplicates"))
    cursor.execute(DOUBLES.format(**tables(scratch), name=name, kind=kind))
    if cursor.rowcount != expected:
        raise Miscounted(f"{expected:,} rows are replaced by later ones, but {cursor.rowcount:,} are not in the plan")


def exists(cursor: Cursor, scratch: str, table: str, column: str) -> bool:
    """Whether a table exists and has this column, which a table of an older Catalog may not have."""
    cursor.execute(HAS, (f'"{scratch}_{table}"', column))
    return bool(cursor.rowcount)


def is_whole(cursor: Cursor, scratch: str, kept: StoredPlan) -> bool:
    """Whether a stored plan is still complete."""
    if not exists(cursor, scratch, "plan", "n"):
        return False
    cursor.execute(SIZE.format(**tables(scratch)))
    return bool(cursor.fetchone() == (kept.rows,))


def count_conflicts(cursor: Cursor, scratch: str, kept: StoredPlan, but: Collection[int] = ()) -> int:
    """Number of products of the plan that were changed, created or deleted since, without those of the lines `but`."""
    statement = COUNT_CONFLICTS.format(conflicts=conflicts(scratch))
    cursor.execute(statement, looking(kept) | {"but": [*but]})
    ((found,),) = cursor.fetchall()
    return int(found)
