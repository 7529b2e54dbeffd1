"""The statement of a plan, composed for the columns of a file."""

from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Composed, Identifier, Literal

from catalog.importer.columns.result import Columns
from catalog.importer.options.column_choices import by_position
from catalog.importer.options.options import Options
from catalog.importer.values.fields import COLUMNS, DECLARED, Kind, each
from catalog.importer.values.formulas import KEPT

# The parts of a large file are planned side by side, each by a process of its own: see `ranges`.
PLAN = SQL("CREATE {logged} TABLE {plan} AS {parts}")


# The last row of a SKU wins. Rows that change nothing keep their place in the plan, without their texts; rows that
# change something also keep what was there before, so that the log needs no second look at the catalog.
PART = SQL("""(
WITH winner AS (
    SELECT DISTINCT ON (key) * FROM {staging} WHERE {of_staged} ORDER BY key, row DESC
),
result AS (
    SELECT
        winner.row, winner.line, {results},
        product.id AS product_id, product.version AS product_version,
        product.change_set_id AS previous_change_set_id, product.source_line AS previous_line, {former}
    FROM winner LEFT JOIN (SELECT * FROM products WHERE {of_products}) AS product
        ON sku_key(product.sku) COLLATE "C" = winner.key
),
judged AS (
    SELECT *, {verdict} AS action
    FROM result
    -- OFFSET keeps the planner from repeating the comparison for each of the columns below. As a bigint it still lets
    -- the planner run the part in a process of its own.
    OFFSET bigint '0'
)
SELECT
    row, row AS n, line, action, {kind} AS kind, product_id, product_version, previous_change_set_id, previous_line,
    {after}, {before},
    CASE WHEN action = 'updated' THEN array_remove(ARRAY[{changed}], NULL) END AS fields
FROM judged -- in the order of the key, as the join returns it: faster, but nothing relies on it
)""")
# Both sides are needed in the order of the key: the catalog by its index, the file by a sort. A hash of half a million
# rows would only have to be sorted again. A part is planned by one process, so nothing in it is worth a second one.
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


FORMER = "product.{field} AS {old}"
AFTER = "CASE WHEN action IN ('created', 'updated') THEN {field} END AS {field}"
BEFORE = "CASE WHEN action = 'updated' AND {field} IS DISTINCT FROM {old} OR action = 'deleted' THEN {old} END AS {old}"
# Fields that a row keeps (see `failed_cells`) are stored beside its attributes.
ATTRIBUTES = SQL("""CASE WHEN winner.attributes ? {kept} THEN (
    {attributes} - ARRAY(
        SELECT one FROM jsonb_array_elements_text({cleared}) AS one WHERE NOT winner.attributes -> {kept} ? one
    )
) || (winner.attributes - {kept})
ELSE ({attributes} - ARRAY(SELECT jsonb_array_elements_text({cleared}))) || winner.attributes END""")
CHANGED = "CASE WHEN {field} IS DISTINCT FROM {old} THEN {name} END"
SAME = "{field} IS NOT DISTINCT FROM {old}"

# The value after the import: without a column, with a column, and with blank cells that keep the value.
UNTOUCHED = {
    Kind.SKU: SQL("winner.{field}"),
    Kind.NAME: SQL("product.{field}"),
    Kind.TEXT: SQL("coalesce(product.{field}, '')"),
    Kind.PRICE: SQL("product.{field}"),
    Kind.YES_NO: SQL("coalesce(product.{field}, {new_ones})"),
}
OVERWRITTEN = {
    Kind.SKU: SQL("winner.{field}"),
    Kind.NAME: SQL("winner.{field}"),
    Kind.TEXT: SQL("coalesce(winner.{field}, {untouched})"),  # null: an error of a spreadsheet is not a value
    Kind.PRICE: SQL("winner.{field}"),
    Kind.YES_NO: SQL("coalesce(winner.{field}, {untouched})"),  # neither yes nor no: a blank could clear nothing
}
NOT_BLANKED = {
    Kind.TEXT: SQL("coalesce(nullif(winner.{field}, ''), {untouched})"),
    Kind.PRICE: SQL("coalesce(winner.{field}, {untouched})"),
}


VERDICTS = {
    "upsert": SQL("CASE WHEN product_id IS NULL THEN 'created' WHEN {same} THEN 'unchanged' ELSE 'updated' END"),
    "create": SQL("CASE WHEN product_id IS NULL THEN 'created' ELSE 'skipped' END"),
    "update": SQL("CASE WHEN product_id IS NULL THEN 'skipped' WHEN {same} THEN 'unchanged' ELSE 'updated' END"),
    "delete": SQL("CASE WHEN product_id IS NULL THEN 'skipped' ELSE 'deleted' END"),
}
VERDICTS["sync"] = VERDICTS["upsert"]
"""Mode -> what a SKU's winner does; `skipped` is valid but not wanted."""


# Products without a row. They have no line, are not counted as rows, and come after them.
ABSENT = {
    "deactivate": SQL("""
SET LOCAL enable_hashjoin = on;
INSERT INTO {plan} (
    action, product_id, product_version, previous_change_set_id, previous_line, sku, name, old_active, active,
    fields, n, kind
)
SELECT 'deactivated', id, version, change_set_id, source_line, sku, name, true, false, '{{active}}', {n}, {kind}
FROM products WHERE active AND NOT EXISTS (SELECT FROM {plan} AS plan WHERE product_id = products.id)
ORDER BY id
"""),
    "delete": SQL("""
SET LOCAL enable_hashjoin = on;
INSERT INTO {plan} (
    action, product_id, product_version, previous_change_set_id, previous_line, sku, name, {old_columns}, n, kind
)
SELECT 'removed', id, version, change_set_id, source_line, sku, name, {columns}, {n}, {kind}
FROM products WHERE NOT EXISTS (SELECT FROM {plan} AS plan WHERE product_id = products.id)
ORDER BY id
"""),
}
AFTER_ROWS = SQL("(SELECT coalesce(max(row), 0) FROM {plan}) + row_number() OVER (ORDER BY id)")
ABSENT_KINDS = {"deactivate": ("deactivated", "active"), "delete": ("removed",)}


def tables(scratch: str) -> dict[str, Composable]:
    """The names of the tables of an import, for statements."""
    names = ("plan", "staging")
    return {name: Identifier(f"{scratch}_{name}") for name in names}


def parts(*, named: bool) -> dict[str, Composable]:
    """The parts of the plan that are the same for each field; `named`: each row has SKU and name, whatever it does."""
    # In a plan for a review, every row can be found by SKU and name.
    after = [each("{field}" if named and name in ("sku", "name") else AFTER, [name]) for name in COLUMNS]
    return {
        "former": each(FORMER),
        "after": SQL(", ").join(after),
        "before": each(BEFORE),
        "changed": each(CHANGED),
    }


def results(columns: Columns, options: Options) -> Composed:
    """The columns of a product after the import; a column that the file does not have is unchanged."""
    here = by_position(options, list(columns.names))
    kept = {field for field, at in columns.fields.items() if here.keeps(field, f"#{at + 1}")}
    cleared = [name for name, at in columns.attributes.items() if not here.keeps(f"#{at + 1}")]
    found: dict[str, Composable] = {}
    for field in DECLARED:
        names = {"field": Identifier(field.name), "new_ones": Literal(options.active)}
        untouched = UNTOUCHED[field.kind].format(**names)
        wanted = (NOT_BLANKED if field.name in kept else {}).get(field.kind, OVERWRITTEN[field.kind])
        found[field.name] = wanted.format(**names, untouched=untouched) if field.name in columns.fields else untouched
    untouched = SQL("coalesce(product.attributes, '{{}}')").format()
    # Attributes with a column in the file are replaced by those of the row.
    overwritten = ATTRIBUTES.format(attributes=untouched, cleared=Literal(Json(cleared)), kept=Literal(KEPT))
    found["attributes"] = overwritten if columns.hold_attributes else untouched
    return SQL(", ").join(SQL("{} AS {}").format(value, Identifier(name)) for name, value in found.items())


def same(columns: Columns) -> Composed:
    """The SQL that is true if nothing changes; only columns of the file can differ."""
    return each(SAME, [name for name in COLUMNS if _has(columns, name)], joiner=" AND ")


def _has(columns: Columns, field: str) -> bool:
    if field == "attributes":
        return columns.hold_attributes
    return field in columns.fields
