"""What each SKU's winner would do to the catalog: created, updated or unchanged, with the values it would leave behind.

The plan is a table, ordered by key so that applying it walks the catalog in order. It is the preview and the diff too.
"""

from dataclasses import dataclass

from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json
from psycopg2.sql import SQL, Composable, Composed, Identifier, Literal

from catalog.importer.columns import Columns
from catalog.importer.options import Options

# The last row of a SKU wins. Rows that change nothing keep their place in the plan, without their texts.
PLAN = SQL("""
CREATE UNLOGGED TABLE {plan} AS
WITH winner AS (
    SELECT DISTINCT ON (key) *
    FROM (SELECT sku_key(sku) COLLATE "C" AS key, * FROM {staging}) AS keyed
    ORDER BY key, row DESC
),
result AS (
    SELECT
        winner.key, winner.row, winner.line, product.id AS product_id,
        winner.sku, winner.name,
        {description} AS description, {price} AS price, {active} AS active, {attributes} AS attributes,
        product.sku AS old_sku, product.name AS old_name, product.description AS old_description,
        product.price AS old_price, product.active AS old_active, product.attributes AS old_attributes
    FROM winner LEFT JOIN products AS product ON sku_key(product.sku) COLLATE "C" = winner.key
),
judged AS (
    SELECT *, CASE
        WHEN product_id IS NULL THEN 'created'
        WHEN {same} THEN 'unchanged'
        ELSE 'updated'
    END AS action
    FROM result
)
SELECT
    row, line, product_id, action,
    CASE WHEN action <> 'unchanged' THEN sku END AS sku,
    CASE WHEN action <> 'unchanged' THEN name END AS name,
    CASE WHEN action <> 'unchanged' THEN description END AS description,
    CASE WHEN action <> 'unchanged' THEN price END AS price,
    CASE WHEN action <> 'unchanged' THEN active END AS active,
    CASE WHEN action <> 'unchanged' THEN attributes END AS attributes
FROM judged
ORDER BY key
""")

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
        # Both sides are wanted in the order of the key; a hash of half a million rows would only be sorted again.
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL enable_hashjoin = off")
        cursor.execute(SQL("DROP TABLE IF EXISTS {plan}").format(**tables))
        cursor.execute(
            PLAN.format(**tables, **_values(columns, options), same=_same(columns))
        )
        cursor.execute(COUNT.format(**tables))
        counts = dict(cursor.fetchall())
    staged = counts.pop(None)
    return Planned(
        created=counts.get("created", 0),
        updated=counts.get("updated", 0),
        unchanged=counts.get("unchanged", 0),
        duplicates=staged - sum(counts.values()),
    )


def _values(columns: Columns, options: Options) -> dict[str, Composable]:
    """Field -> its value after the import. A column that is absent leaves the field as it is."""
    old = {
        field: SQL("product.{}").format(Identifier(field))
        for field in ("description", "price", "active", "attributes")
    }
    new = {field: SQL("winner.{}").format(Identifier(field)) for field in old}
    keep = options.blank == "keep"
    absent = {
        "description": SQL("coalesce({}, '')").format(old["description"]),
        "price": old["price"],
        "active": SQL("coalesce({}, {})").format(
            old["active"], Literal(options.active)
        ),
        "attributes": SQL("coalesce({}, '{{}}')").format(old["attributes"]),
    }
    present: dict[str, Composable] = {
        "description": SQL("coalesce(nullif({}, ''), {})").format(
            new["description"], absent["description"]
        )
        if keep
        else new["description"],
        "price": SQL("coalesce({}, {})").format(new["price"], old["price"])
        if keep
        else new["price"],
        "active": SQL("coalesce({}, {})").format(
            new["active"], absent["active"]
        ),  # neither yes nor no: nothing to clear
        "attributes": _merged(
            absent["attributes"],
            new["attributes"],
            [] if keep else list(columns.attributes),
        ),
    }
    return {
        field: present[field] if _has(columns, field) else absent[field]
        for field in old
    }


def _merged(old: Composed, new: Composed, cleared: list[str]) -> Composed:
    """Old attributes, without those that the file has a column for and a blank clears, under the new ones."""
    if not cleared:
        return SQL("{} || {}").format(old, new)
    names = SQL("ARRAY(SELECT jsonb_array_elements_text({}))").format(
        Literal(Json(cleared))
    )
    return SQL("({} - {}) || {}").format(old, names, new)


def _same(columns: Columns) -> Composed:
    """True when the values after the import are those before; only what the file speaks of can differ."""
    fields = [
        "sku",
        "name",
        *(
            f
            for f in ("description", "price", "active", "attributes")
            if _has(columns, f)
        ),
    ]
    pairs = (
        SQL("{} IS NOT DISTINCT FROM {}").format(Identifier(f), Identifier(f"old_{f}"))
        for f in fields
    )
    return SQL(" AND ").join(pairs)


def _has(columns: Columns, field: str) -> bool:
    return (
        bool(columns.attributes) if field == "attributes" else field in columns.fields
    )
