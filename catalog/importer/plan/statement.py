"""The statement of a plan, put together of the columns that a file has."""

from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Composed, Identifier, Literal

from catalog.importer.columns.result import Columns
from catalog.importer.options.column_choices import by_position
from catalog.importer.options.options import Options
from catalog.importer.values.actions import FIELDS
from catalog.importer.values.formulas import KEPT

# The parts of a large file are planned side by side, each by a process of its own: see `ranges`.
PLAN = SQL("CREATE {logged} TABLE {plan} AS {parts}")


# The last row of a SKU wins. Rows that change nothing keep their place in the plan, without their texts; rows that change
# something also keep what was there before, so that the log needs no second look at the catalog.
PART = SQL("""(
WITH winner AS (
    SELECT DISTINCT ON (key) * FROM {staging} WHERE {of_staged} ORDER BY key, row DESC
),
result AS (
    SELECT
        winner.row, winner.line, winner.sku, {name} AS name,
        {description} AS description, {price} AS price, {active} AS active, {attributes} AS attributes,
        product.id AS product_id, product.version AS product_version,
        product.change_set_id AS previous_change_set_id, product.source_line AS previous_line,
        product.sku AS old_sku, product.name AS old_name, product.description AS old_description,
        product.price AS old_price, product.active AS old_active, product.attributes AS old_attributes
    FROM winner LEFT JOIN (SELECT * FROM products WHERE {of_products}) AS product
        ON sku_key(product.sku) COLLATE "C" = winner.key
),
judged AS (
    SELECT *, {verdict} AS action
    FROM result
    -- Or the planner would write the comparison into each of the columns below. That it is a bigint lets it give the part
    -- to a process of its own all the same.
    OFFSET bigint '0'
)
SELECT
    row, row AS n, line, action, {kind} AS kind, product_id, product_version, previous_change_set_id, previous_line,
    {after}, {before},
    CASE WHEN action = 'updated' THEN array_remove(ARRAY[{changed}], NULL) END AS fields
FROM judged -- in the order of the key, as the join leaves it: that is speed, nothing relies on it
)""")
# Both sides are wanted in the order of the key: the catalog by its index, the file by a sort. A hash of half a million rows
# would only have to be sorted again. A part is planned by one process, so nothing in it is worth a second one.
SETTINGS = """
SET LOCAL work_mem = '256MB';
SET LOCAL enable_hashjoin = off;
SET LOCAL random_page_cost = 1;
SET LOCAL parallel_setup_cost = 0;
SET LOCAL parallel_tuple_cost = 0;
SET LOCAL parallel_leader_participation = off;
SET LOCAL min_parallel_table_scan_size = '1TB';
SET LOCAL min_parallel_index_scan_size = '1TB';
SET LOCAL max_parallel_workers_per_gather = 2
"""


AFTER = SQL("CASE WHEN action IN ('created', 'updated') THEN {new} END AS {new}")
BEFORE = SQL(
    "CASE WHEN action = 'updated' AND {new} IS DISTINCT FROM {old} OR action = 'deleted' THEN {old} END AS {old}"
)
# Of a plan that people look at, every row can be found by what it is called.
NAMED = SQL("{new}")
# What a row keeps in spite of its column (see `failed_cells`) stands beside its attributes.
ATTRIBUTES = SQL("""CASE WHEN winner.attributes ? {kept} THEN (
    {attributes} - ARRAY(
        SELECT one FROM jsonb_array_elements_text({cleared}) AS one WHERE NOT winner.attributes -> {kept} ? one
    )
) || (winner.attributes - {kept})
ELSE ({attributes} - ARRAY(SELECT jsonb_array_elements_text({cleared}))) || winner.attributes END""")
CHANGED = SQL("CASE WHEN {new} IS DISTINCT FROM {old} THEN {name} END")


VERDICTS = {
    "upsert": SQL("CASE WHEN product_id IS NULL THEN 'created' WHEN {same} THEN 'unchanged' ELSE 'updated' END"),
    "create": SQL("CASE WHEN product_id IS NULL THEN 'created' ELSE 'skipped' END"),
    "update": SQL("CASE WHEN product_id IS NULL THEN 'skipped' WHEN {same} THEN 'unchanged' ELSE 'updated' END"),
    "delete": SQL("CASE WHEN product_id IS NULL THEN 'skipped' ELSE 'deleted' END"),
}
VERDICTS["sync"] = VERDICTS["upsert"]
"""Mode -> what a SKU's winner does; `skipped` is valid but not wanted."""


# Products that no row speaks of. They have no line, are no part of what becomes of the rows, and come after them.
ABSENT = {
    "deactivate": SQL("""
SET LOCAL enable_hashjoin = on;
INSERT INTO {plan} (
    action, product_id, product_version, previous_change_set_id, previous_line, sku, name, old_active, active, fields, n, kind
)
SELECT 'deactivated', id, version, change_set_id, source_line, sku, name, true, false, '{{active}}', {n}, {kind}
FROM products WHERE active AND NOT EXISTS (SELECT FROM {plan} AS plan WHERE product_id = products.id)
ORDER BY id
"""),
    "delete": SQL("""
SET LOCAL enable_hashjoin = on;
INSERT INTO {plan} (
    action, product_id, product_version, previous_change_set_id, previous_line, sku, name,
    old_sku, old_name, old_description, old_price, old_active, old_attributes, n, kind
)
SELECT
    'removed', id, version, change_set_id, source_line, sku, name, sku, name, description, price, active, attributes, {n}, {kind}
FROM products WHERE NOT EXISTS (SELECT FROM {plan} AS plan WHERE product_id = products.id)
ORDER BY id
"""),
}
AFTER_ROWS = SQL("(SELECT coalesce(max(row), 0) FROM {plan}) + row_number() OVER (ORDER BY id)")
ABSENT_KINDS = {"deactivate": ("deactivated", "active"), "delete": ("removed",)}


def _tables(scratch: str) -> dict[str, Composable]:
    names = ("plan", "staging")
    return {name: Identifier(f"{scratch}_{name}") for name in names}


def _columns(*, named: bool) -> dict[str, Composable]:
    """The parts of the plan that are the same for each field; `named`: SKU and name stand there whatever the row does."""
    names = [{"new": Identifier(f), "old": Identifier(f"old_{f}"), "name": Literal(f)} for f in FIELDS]
    after = [
        (NAMED if named and field in ("sku", "name") else AFTER).format(**name)
        for field, name in zip(FIELDS, names, strict=True)
    ]
    return {
        "after": SQL(", ").join(after),
        "before": SQL(", ").join(BEFORE.format(**name) for name in names),
        "changed": SQL(", ").join(CHANGED.format(**name) for name in names),
    }


def _values(columns: Columns, options: Options) -> dict[str, Composable]:
    """Field -> its value after the import. A column that is absent leaves the field as it is."""
    here = by_position(options, list(columns.names))
    kept = {field for field, at in columns.fields.items() if here.keeps(field, f"#{at + 1}")}
    cleared = [name for name, at in columns.attributes.items() if not here.keeps(f"#{at + 1}")]
    untouched = {
        "name": SQL("product.name"),
        "description": SQL("coalesce(product.description, '')"),
        "price": SQL("product.price"),
        "active": SQL("coalesce(product.active, {})").format(Literal(options.active)),
        "attributes": SQL("coalesce(product.attributes, '{{}}')").format(),
    }
    overwritten = {
        "name": SQL("winner.name"),
        # Null: an error of a spreadsheet, which says nothing of the product.
        "description": SQL("coalesce(winner.description, {description})").format(**untouched),
        "price": SQL("winner.price"),
        # Neither yes nor no: there is nothing that a blank could clear.
        "active": SQL("coalesce(winner.active, {active})").format(**untouched),
        # What the file has a column for goes, what its row says comes.
        "attributes": ATTRIBUTES.format(**untouched, cleared=Literal(Json(cleared)), kept=Literal(KEPT)),
    }
    if "description" in kept:
        overwritten["description"] = SQL("coalesce(nullif(winner.description, ''), {description})").format(**untouched)
    if "price" in kept:
        overwritten["price"] = SQL("coalesce(winner.price, product.price)")
    return {field: overwritten[field] if _has(columns, field) else untouched[field] for field in untouched}


def _same(columns: Columns) -> Composed:
    """True when the values after the import are those before; only what the file speaks of can differ."""
    same = SQL("{} IS NOT DISTINCT FROM {}")
    return SQL(" AND ").join(
        same.format(Identifier(field), Identifier(f"old_{field}")) for field in FIELDS if _has(columns, field)
    )


def _has(columns: Columns, field: str) -> bool:
    if field == "attributes":
        return columns.hold_attributes
    return field in columns.fields
