"""What each SKU's winner would do to the catalog, by the mode of the import, with the values it would leave behind.

The plan is a table, ordered by key so that applying it walks the catalog in order. It is the preview and the diff too.
"""

from dataclasses import dataclass

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Composed, Identifier, Literal

from catalog.importer.columns import Columns
from catalog.importer.options import Options

# The last row of a SKU wins. Rows that change nothing keep their place in the plan, without their texts; rows that change
# something also keep what was there before, so that the log needs no second look at the catalog.
PLAN = SQL("""
CREATE UNLOGGED TABLE {plan} AS
WITH winner AS (
    SELECT DISTINCT ON (key) *
    FROM (SELECT sku_key(sku) COLLATE "C" AS key, * FROM {staging}) AS keyed
    ORDER BY key, row DESC
),
result AS (
    SELECT
        winner.key, winner.row, winner.line, winner.sku, {name} AS name,
        {description} AS description, {price} AS price, {active} AS active, {attributes} AS attributes,
        product.id AS product_id, product.version AS product_version,
        product.change_set_id AS previous_change_set_id, product.source_line AS previous_line,
        product.sku AS old_sku, product.name AS old_name, product.description AS old_description,
        product.price AS old_price, product.active AS old_active, product.attributes AS old_attributes
    FROM winner LEFT JOIN products AS product ON sku_key(product.sku) COLLATE "C" = winner.key
),
judged AS (
    SELECT *, {verdict} AS action
    FROM result
    OFFSET 0 -- or the planner would write the comparison into each of the columns below
)
SELECT
    row, line, action, product_id, product_version, previous_change_set_id, previous_line,
    {after}, {before},
    CASE WHEN action = 'updated' THEN array_remove(ARRAY[{changed}], NULL) END AS fields
FROM judged -- in the order of the key, as the join leaves it: that is speed, nothing relies on it
""")
# Both sides are wanted in the order of the key: the catalog by its index, the file by a sort that two cores share.
# A hash of half a million rows would only have to be sorted again.
SETTINGS = """
SET LOCAL work_mem = '256MB';
SET LOCAL enable_hashjoin = off;
SET LOCAL random_page_cost = 1;
SET LOCAL parallel_tuple_cost = 0.01;
SET LOCAL max_parallel_workers_per_gather = 2
"""

AFTER = SQL("CASE WHEN action IN ('created', 'updated') THEN {new} END AS {new}")
BEFORE = SQL(
    "CASE WHEN action = 'updated' AND {new} IS DISTINCT FROM {old} OR action = 'deleted' THEN {old} END AS {old}"
)
CHANGED = SQL("CASE WHEN {new} IS DISTINCT FROM {old} THEN {name} END")

VERDICTS = {
    "upsert": SQL(
        "CASE WHEN product_id IS NULL THEN 'created' WHEN {same} THEN 'unchanged' ELSE 'updated' END"
    ),
    "create": SQL("CASE WHEN product_id IS NULL THEN 'created' ELSE 'skipped' END"),
    "update": SQL(
        "CASE WHEN product_id IS NULL THEN 'skipped' WHEN {same} THEN 'unchanged' ELSE 'updated' END"
    ),
    "delete": SQL("CASE WHEN product_id IS NULL THEN 'skipped' ELSE 'deleted' END"),
}
"""Mode -> what a SKU's winner does; `skipped` is valid but not wanted."""

FIELDS = ("sku", "name", "description", "price", "active", "attributes")

COUNT = SQL("""
SELECT action, count(*) FROM {plan} GROUP BY action
UNION ALL
SELECT NULL, count(*) FROM {staging}
""")


@dataclass(frozen=True)
class Planned:
    """What the plan would do, in products; `duplicates` are rows that a later row of the same SKU replaces."""

    created: int
    updated: int
    unchanged: int
    deleted: int
    skipped: int
    duplicates: int


def plan(
    connection: Connection, scratch: str, columns: Columns, options: Options
) -> Planned:
    """Make the table `scratch`_plan from `scratch`_staging and the catalog as it is."""
    tables = {
        "plan": Identifier(f"{scratch}_plan"),
        "staging": Identifier(f"{scratch}_staging"),
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTINGS)
        cursor.execute(SQL("DROP TABLE IF EXISTS {plan}").format(**tables))
        values = _values(columns, options)
        verdict = VERDICTS[options.mode].format(same=_same(columns))
        cursor.execute(PLAN.format(**tables, **values, **_columns(), verdict=verdict))
        cursor.execute(COUNT.format(**tables))
        counts = dict(cursor.fetchall())
    staged = counts.pop(None)
    return Planned(
        created=counts.get("created", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        deleted=counts.get("deleted", 0),
        skipped=counts.get("skipped", 0),
        duplicates=staged - sum(counts.values()),
    )


def _columns() -> dict[str, Composable]:
    """The parts of the plan that are the same for each field."""
    names = [
        {"new": Identifier(f), "old": Identifier(f"old_{f}"), "name": Literal(f)}
        for f in FIELDS
    ]
    parts = {"after": AFTER, "before": BEFORE, "changed": CHANGED}
    return {
        part: SQL(", ").join(one.format(**name) for name in names)
        for part, one in parts.items()
    }


def _values(columns: Columns, options: Options) -> dict[str, Composable]:
    """Field -> its value after the import. A column that is absent leaves the field as it is."""
    keep = options.blank == "keep"
    cleared = Literal(Json([] if keep else list(columns.attributes)))
    untouched = {
        "name": SQL("product.name"),
        "description": SQL("coalesce(product.description, '')"),
        "price": SQL("product.price"),
        "active": SQL("coalesce(product.active, {})").format(Literal(options.active)),
        "attributes": SQL("coalesce(product.attributes, '{{}}')").format(),
    }
    overwritten = {
        "name": SQL("winner.name"),
        "description": SQL("winner.description"),
        "price": SQL("winner.price"),
        # Neither yes nor no: there is nothing that a blank could clear.
        "active": SQL("coalesce(winner.active, {active})").format(**untouched),
        # What the file has a column for goes, what its row says comes.
        "attributes": SQL(
            "({attributes} - ARRAY(SELECT jsonb_array_elements_text({cleared})))"
            " || winner.attributes"
        ).format(**untouched, cleared=cleared),
    }
    if keep:
        overwritten["description"] = SQL(
            "coalesce(nullif(winner.description, ''), {description})"
        ).format(**untouched)
        overwritten["price"] = SQL("coalesce(winner.price, product.price)")
    return {
        field: overwritten[field] if _has(columns, field) else untouched[field]
        for field in untouched
    }


def _same(columns: Columns) -> Composed:
    """True when the values after the import are those before; only what the file speaks of can differ."""
    same = SQL("{} IS NOT DISTINCT FROM {}")
    return SQL(" AND ").join(
        same.format(Identifier(field), Identifier(f"old_{field}"))
        for field in FIELDS
        if _has(columns, field)
    )


def _has(columns: Columns, field: str) -> bool:
    if field == "attributes":
        return bool(columns.attributes)
    return field in columns.fields
