"""A plan that waits for somebody's decision: kept safe, made searchable, and looked through for what changed meanwhile.

Beside the plan stands `scratch`_find, narrow and in the plan's order: any page, filter and search reads it instead of the texts.
Its rows are found by what is done to which fields (one number, `kind`), or by `scratch`_words: the words of many rows of one
kind in one text, in which the database seeks a word much faster than row by row.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import connection as Connection
from psycopg2.sql import SQL, Composable, Identifier, Literal

from catalog.importer.planning import FIELDS

ACTIONS = ("created", "updated", "unchanged", "deleted", "skipped", "deactivated", "removed", "duplicates")  # fmt: skip
MASKS = 2 ** len(FIELDS)  # which fields change, as bits
BLOCK = (
    48  # neighbouring rows of the plan; the words of those of one kind stand together
)

KEPT_TABLES = ("plan", "find", "words")
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
    row_number() OVER ()::integer AS n, ctid AS at, {kind} AS kind, product_id,
    CASE action WHEN 'created' THEN sku_key(sku) COLLATE "C" END AS key,
    lower(sku || ' ' || coalesce(name, '') COLLATE pg_c_utf8) COLLATE "C" AS words
FROM {plan} AS plan
""")
# A plan that was not meant to be looked at does not know what unchanged products are called.
FIND_NAMES = SQL("""
DROP TABLE IF EXISTS {find};
CREATE TABLE {find} AS
SELECT
    row_number() OVER (ORDER BY plan.ctid)::integer AS n, plan.ctid AS at, {kind} AS kind, product_id,
    CASE action WHEN 'created' THEN sku_key(plan.sku) COLLATE "C" END AS key,
    lower(
        coalesce(plan.sku, plan.old_sku, product.sku) || ' ' || coalesce(plan.name, plan.old_name, product.name, '')
        COLLATE pg_c_utf8
    ) COLLATE "C" AS words
FROM {plan} AS plan LEFT JOIN products AS product ON product.id = plan.product_id
""")
# Rows that a later row of the same SKU replaces are no part of what will be done, but people look for them. Found by two
# processes; a file of SKUs to delete has no names.
HAS_NAMES = """
SELECT FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'name'
"""
DOUBLES = SQL("""
SET LOCAL enable_mergejoin = off; SET LOCAL max_parallel_workers_per_gather = 2; SET LOCAL parallel_tuple_cost = 0.01;
CREATE TEMP TABLE import_double ON COMMIT DROP AS
SELECT row, line, sku, {name} AS name FROM {staging} AS staged
WHERE NOT EXISTS (SELECT FROM {plan} AS plan WHERE plan.row = staged.row);
WITH double AS (
    INSERT INTO {plan} (row, line, action, sku, name)
    SELECT row, line, 'duplicates', sku, name FROM import_double ORDER BY row
    RETURNING row, ctid AS at, sku, name
)
INSERT INTO {find} (n, at, kind, words)
SELECT %(rows)s + row_number() OVER (ORDER BY row), at, %(kind)s,
    lower(sku || ' ' || coalesce(name, '') COLLATE pg_c_utf8) COLLATE "C"
FROM double
""")
# What fits into a page stays in it: to fetch it from elsewhere takes longer than to look through it.
INDEX = SQL("""
CREATE INDEX ON {find} (kind, n);
DROP TABLE IF EXISTS {words};
CREATE TABLE {words} (kind smallint, block integer, words text) WITH (toast_tuple_target = 8160);
ALTER TABLE {words} ALTER words SET STORAGE EXTERNAL;
INSERT INTO {words} SELECT kind, n / %(block)s, string_agg(words, E'\n') FROM {find} GROUP BY 1, 2 ORDER BY 1, 2;
ALTER TABLE {words} ADD PRIMARY KEY (kind, block);
ANALYZE {find} (kind, product_id)
""")
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
SELECT found.*
FROM changed JOIN {find} AS found ON found.product_id = changed.id
JOIN {plan} AS plan ON plan.ctid = found.at
LEFT JOIN products AS product ON product.id = found.product_id
WHERE found.kind = ANY (%(touching)s)
    AND product.version IS DISTINCT FROM plan.product_version
UNION ALL
SELECT found.*
FROM changed JOIN products AS product ON product.id = changed.id
JOIN {find} AS found ON found.key = sku_key(product.sku) COLLATE "C"
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
    names = ("plan", "find", "words", "staging")
    return {name: Identifier(f"{scratch}_{name}") for name in names}


def kinds(actions: Iterable[str], field: str = "") -> list[int]:
    """The numbers of these actions, on whatever fields, or on those with this one among them."""
    bit = 2 ** FIELDS.index(field) if field else 0
    return [
        ACTIONS.index(action) * MASKS + mask
        for action in actions
        for mask in range(MASKS)
        if mask & bit == bit
    ]


def looking(kept: Kept) -> dict[str, Any]:
    """The parameters of CONFLICTS."""
    touching = kinds(("updated", "deleted", "deactivated", "removed"))
    return {
        "change_set_id": kept.change_set_id,
        "product_id": kept.product_id,
        "touching": touching,
    }


def _kind() -> Composable:
    """A row's number, in SQL."""
    action = SQL(" ").join(
        SQL("WHEN {} THEN {}").format(Literal(action), Literal(number * MASKS))
        for number, action in enumerate(ACTIONS)
    )
    mask = SQL(" + ").join(
        SQL("({} = ANY (fields))::integer * {}").format(Literal(f), Literal(2**n))
        for n, f in enumerate(FIELDS)
    )
    return SQL(
        "((CASE action {} END) + CASE WHEN fields IS NULL THEN 0 ELSE {} END)::smallint"
    ).format(action, mask)


def keep(connection: Connection, scratch: str, duplicates: int = 0) -> Kept:
    """Make a plan last, and ready to be looked through; the staged rows go. The caller lets nobody write meanwhile.

    `duplicates` of the staged rows are not in the plan.
    """
    names = tables(scratch)
    with connection.cursor() as cursor:
        cursor.execute(PERSISTENCE, (f'"{scratch}_plan"',))
        meant_to_last = cursor.fetchone() == ("p",)
        if not meant_to_last:
            cursor.execute(SAFE.format(**names))
        cursor.execute(IN_ORDER)
        find = FIND if meant_to_last else FIND_NAMES
        cursor.execute(find.format(**names, kind=_kind()))
        rows = int(cursor.rowcount)
        if duplicates:
            rows += _list_doubles(cursor, scratch, rows)
        cursor.execute(INDEX.format(**names), {"block": BLOCK})
        cursor.execute(DROP_STAGING.format(**names))
        cursor.execute(NOW)
        ((change_set_id, product_id),) = cursor.fetchall()
    return Kept(rows, change_set_id, product_id)


def _list_doubles(cursor: Any, scratch: str, rows: int) -> int:
    """Put the rows that others replace behind the `rows` of the plan; returns how many."""
    cursor.execute(HAS_NAMES, (f'"{scratch}_staging"',))
    name = SQL("staged.name" if cursor.rowcount else "NULL::text")
    values = {"rows": rows, "kind": ACTIONS.index("duplicates") * MASKS}
    cursor.execute(DOUBLES.format(**tables(scratch), name=name), values)
    return int(cursor.rowcount)


def is_whole(cursor: Any, scratch: str, kept: Kept) -> bool:
    """Whether a kept plan is all there still, with what makes it searchable."""
    cursor.execute(
        "SELECT count(*) FROM unnest(%s) AS name WHERE to_regclass(name) IS NOT NULL",
        ([f'"{scratch}_{name}"' for name in KEPT_TABLES],),
    )
    if cursor.fetchone() != (len(KEPT_TABLES),):
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
    cursor.execute(COUNT_CONFLICTS.format(conflicts=statement), looking(kept))
    return int(cursor.fetchone()[0])
