"""Conflicts: products of a stored plan that changed since it was made. They are left alone or overwritten.

The plan itself is rewritten for them, in the transaction that will apply it; what it says of all others stays as it is.
"""

from dataclasses import dataclass
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL, Composable, Identifier, Literal

from catalog.importer.options.column_choices import by_position
from catalog.importer.options.options import Options
from catalog.importer.plan.stored_plan import StoredPlan, conflicts, looking, tables
from catalog.importer.plan.too_many_attributes import MOST_ATTRIBUTES
from catalog.importer.values.fields import BLANK, COLUMNS
from catalog.importer.warnings.notices import FileWarning
from catalog.importer.warnings.seen import EXAMPLES

NOTE = SQL("CREATE TEMP TABLE import_conflict ON COMMIT DROP AS {conflicts}")
KEPT = SQL("(conflict.n = ANY (%(kept)s) OR %(skip)s AND conflict.n <> ALL (%(written)s))")
# Products without a row in the file are not rows: if they are skipped, nothing is counted.
SKIP = SQL("""
UPDATE {plan} AS plan SET
    action = CASE WHEN action IN ('deactivated', 'removed') THEN 'kept' ELSE 'skipped' END
FROM import_conflict AS conflict WHERE plan.ctid = conflict.at AND {kept}
""")
SKIPPED = SQL("DELETE FROM import_conflict AS conflict WHERE {kept}")

# A row now applies to the product that has its SKU now. If that is the product of the plan, only the cells that the
# plan changes are written. If it is another product, all values of the file are written. An absent product may have got
# the SKU of a row since: then it is no longer absent, and only that row changes it.
OVERWRITE = SQL("""
WITH meant AS (
    SELECT plan.*, conflict.at, CASE WHEN plan.row IS NULL THEN plan.product_id ELSE (
        SELECT id FROM products AS other
        WHERE sku_key(other.sku) COLLATE "C" = sku_key(coalesce(plan.sku, plan.old_sku)) COLLATE "C"
    ) END AS meant_id
    FROM import_conflict AS conflict JOIN {plan} AS plan ON plan.ctid = conflict.at
),
met AS (
    SELECT meant.*, product.id AS now_id, product.version AS now_version,
        product.change_set_id AS now_change_set_id, product.source_line AS now_line, {now},
        coalesce(action = 'updated' AND product.id = product_id, false) AS known,
        CASE WHEN action = 'updated' AND product.id = product_id THEN fields ELSE %(spoken)s END AS wanted,
        row IS NULL AND EXISTS (
            SELECT FROM {plan} AS listed
            WHERE listed.row IS NOT NULL AND sku_key(listed.sku) COLLATE "C" = sku_key(product.sku) COLLATE "C"
        ) AS has_row
    FROM meant LEFT JOIN products AS product ON product.id = meant_id
),
merged AS (SELECT *, {merged} FROM met OFFSET 0),
counted AS (SELECT *, {crowded} AS crowded FROM merged OFFSET 0),
judged AS (
    SELECT *, CASE
        WHEN has_row THEN 'kept'
        WHEN action = 'deactivated' THEN CASE WHEN now_active THEN action ELSE 'kept' END
        WHEN action = 'removed' THEN CASE WHEN now_id IS NULL THEN 'kept' ELSE action END
        WHEN action = 'deleted' THEN CASE WHEN now_id IS NULL THEN 'skipped' ELSE action END
        WHEN crowded THEN 'skipped'
        WHEN now_id IS NULL THEN CASE WHEN %(mode)s = 'update' THEN 'skipped' ELSE 'created' END
        WHEN %(mode)s = 'create' THEN 'skipped'
        WHEN {same} THEN 'unchanged' ELSE 'updated'
    END AS verdict
    FROM counted OFFSET 0
)
UPDATE {plan} AS plan SET
    action = verdict, product_id = now_id, product_version = now_version,
    previous_change_set_id = now_change_set_id, previous_line = now_line, {after}, {before},
    fields = CASE verdict
        WHEN 'updated' THEN array_remove(ARRAY[{changed}], NULL) WHEN 'deactivated' THEN '{{active}}'::text[]
    END
FROM judged WHERE plan.ctid = judged.at
RETURNING judged.crowded AND verdict = 'skipped', judged.line, coalesce(judged.sku, judged.old_sku)
""")
# As in `too_many_attributes`: the size is checked first, and a product that had more attributes before may still
# be changed.
CROWDED = SQL("""
row IS NOT NULL AND pg_column_size(to_attributes) > 1000
AND (SELECT count(*) FROM jsonb_object_keys(to_attributes))
    > greatest({most}, (SELECT count(*) FROM jsonb_object_keys(now_attributes)))
""").format(most=Literal(MOST_ATTRIBUTES))
NOW = SQL("product.{field} AS {now}")
MERGED = SQL("CASE WHEN now_id IS NULL OR {name} = ANY (wanted) AND NOT {blank} THEN {new} ELSE {now} END AS {to}")
# Attributes likewise: only those that the plan changes, or that the file has. A plan has no cells, only their result
# for the product that had the SKU then. If blank cells keep values, an unchanged attribute may be that product's own,
# so another product does not get it.
ATTRIBUTES = SQL("""
CASE
    WHEN now_id IS NULL THEN attributes
    WHEN NOT 'attributes' = ANY (wanted) THEN now_attributes
    WHEN known THEN (
        now_attributes - ARRAY(SELECT name FROM jsonb_object_keys(old_attributes) AS name WHERE NOT attributes ? name)
    ) || (
        SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(attributes)
        WHERE old_attributes -> key IS DISTINCT FROM value
    )
    ELSE (now_attributes - %(cleared)s::text[]) || (
        SELECT coalesce(jsonb_object_agg(key, value), '{{}}') FROM jsonb_each(attributes)
        WHERE key = ANY (%(called)s::text[]) AND NOT (
            action = 'updated' AND key <> ALL (%(cleared)s::text[])
            AND coalesce(old_attributes, attributes) -> key IS NOT DISTINCT FROM value
        )
    )
END AS to_attributes
""")
AFTER = SQL(
    "{field} = CASE WHEN verdict IN ('created', 'updated') THEN {to} WHEN verdict = 'deactivated' THEN judged.{field} "
    "END"
)
BEFORE = SQL(
    "{old} = CASE WHEN verdict IN ('deleted', 'removed') OR verdict = 'updated' AND {to} IS DISTINCT FROM {now}"
    " OR verdict = 'deactivated' AND {name} = 'active' THEN {now} END"
)
CHANGED = SQL("CASE WHEN {to} IS DISTINCT FROM {now} THEN {name} END")
SAME = SQL("{to} IS NOT DISTINCT FROM {now}")
KEPT_CELL = SQL("(NOT known AND ({blank} OR action = 'updated' AND {name} <> ALL (fields)))")


@dataclass(frozen=True)
class Resolved:
    """How many products changed since the plan was made, and a warning about those that could not be overwritten."""

    conflicts: int
    warnings: list[FileWarning]


def resolve_conflicts(
    cursor: Cursor,
    scratch: str,
    kept: StoredPlan,
    choice: str,
    options: Options,
    meaning: dict[str, str],
    chosen: dict[int, str],
) -> Resolved:
    """Rewrite the plan where products changed since. One that would get too many attributes is left alone.

    `choice` is skip or overwrite, anything else leaves the plan alone; `chosen` has another one for single products, by
    the `n` of their lines. `meaning` is what each column was taken for.
    """
    names = tables(scratch)
    cursor.execute(NOTE.format(conflicts=conflicts(scratch)), looking(kept))
    noted = int(cursor.rowcount)
    if not noted or choice not in ("skip", "overwrite"):
        return Resolved(noted, [])
    values = _chosen(choice, chosen)
    cursor.execute(SKIP.format(**names, kept=KEPT), values)
    cursor.execute(SKIPPED.format(kept=KEPT), values)
    if cursor.rowcount < noted:
        options = by_position(options, list(meaning))
        statement = OVERWRITE.format(**names, **_parts(options, meaning))
        cursor.execute(statement, _values(options, meaning))
        left = sorted((line, sku) for crowded, line, sku in cursor if crowded)
        return Resolved(noted, _warnings(left, meaning))
    return Resolved(noted, [])


def _warnings(left: list[tuple[int, str]], meaning: dict[str, str]) -> list[FileWarning]:
    """The warning about products that could not be overwritten."""
    if not left:
        return []
    column = next((name for name, what in meaning.items() if what == "sku"), "sku")
    examples: list[dict[str, Any]] = [{"line": line, "column": column, "value": sku} for line, sku in left[:EXAMPLES]]
    return [FileWarning("crowded_conflicts", len(left), examples)]


def _chosen(choice: str, chosen: dict[int, str]) -> dict[str, Any]:
    """The lines to skip and the lines to write; `choice` applies to lines without a decision of their own."""
    lines = {which: [n for n, what in chosen.items() if what == which] for which in ("skip", "overwrite")}
    return {"skip": choice == "skip", "kept": lines["skip"], "written": lines["overwrite"]}


def _values(options: Options, meaning: dict[str, str]) -> dict[str, Any]:
    """The fields that the file has, and the attributes that a blank cell clears."""
    attributes = _attributes(meaning)
    spoken = [field for field in COLUMNS if field in meaning.values()]
    return {
        "mode": options.mode,
        "spoken": spoken + (["attributes"] if attributes else []),
        "called": list(attributes),
        "cleared": [name for name, at in attributes.items() if not options.keeps(at)],
    }


def _attributes(meaning: dict[str, str]) -> dict[str, str]:
    """Attribute -> its column as "#3"."""
    found = {}
    for number, (name, what) in enumerate(meaning.items(), start=1):
        word, _, called = what.partition(" ")
        if word == "attribute":
            found[called or name] = f"#{number}"
    return found


def _parts(options: Options, meaning: dict[str, str]) -> dict[str, Composable]:
    """The parts of the statement for each field."""
    columns = {field: f"#{n}" for n, field in enumerate(meaning.values(), start=1)}
    parts: dict[str, list[Composable]] = {part: [] for part in ("now", "merged", "after", "before", "changed", "same")}
    for field in COLUMNS:
        keeps = field in BLANK and options.keeps(field, columns.get(field, field))
        names: dict[str, Composable] = {
            "field": Identifier(field),
            "name": Literal(field),
            "new": Identifier(field),
            "now": Identifier(f"now_{field}"),
            "to": Identifier(f"to_{field}"),
            "old": Identifier(f"old_{field}"),
            "blank": SQL("false"),
        }
        if keeps:
            names["blank"] = KEPT_CELL.format(blank=BLANK[field].format(Identifier(field)), name=Literal(field))
        parts["now"].append(NOW.format(**names))
        merged = ATTRIBUTES if field == "attributes" else MERGED
        parts["merged"].append(merged.format(**names))
        for part, statement in (("after", AFTER), ("before", BEFORE), ("changed", CHANGED), ("same", SAME)):
            parts[part].append(statement.format(**names))
    joiner = {"same": SQL(" AND ")}
    joined: dict[str, Composable] = {part: joiner.get(part, SQL(", ")).join(some) for part, some in parts.items()}
    return joined | {"crowded": CROWDED}
