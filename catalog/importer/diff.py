"""The plan of an import as people read it: each product with its cells, old to new, page by page, searched and filtered."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from psycopg2.sql import SQL, Composable, Identifier

from catalog.importer.keeping import CONFLICTS, Kept, tables
from catalog.importer.planning import FIELDS

ACTIONS = ("created", "updated", "unchanged", "deleted", "skipped", "deactivated", "removed")  # fmt: skip
LONGEST_QUERY = 200  # characters
MOST_WORDS = 8

PAGE = SQL("""
WITH shown AS (
    SELECT n, at FROM {find} AS found WHERE n > %(after)s AND {filters} ORDER BY {order} LIMIT %(limit)s
)
SELECT
    n, plan.action, plan.line, plan.product_id, plan.fields,
    coalesce(plan.sku, plan.old_sku, product.sku), coalesce(plan.name, plan.old_name, product.name),
    CASE plan.action
        WHEN 'created' THEN EXISTS (
            SELECT FROM products AS other WHERE sku_key(other.sku) COLLATE "C" = sku_key(plan.sku) COLLATE "C"
        )
        WHEN 'unchanged' THEN false WHEN 'skipped' THEN false
        ELSE product.version IS DISTINCT FROM plan.product_version
    END,
    {values}
FROM shown JOIN {plan} AS plan ON plan.ctid = shown.at LEFT JOIN products AS product ON product.id = plan.product_id
ORDER BY n
""")
CHANGING = SQL("changes")
BY_ACTION = SQL("action = ANY (%(actions)s)")
BY_FIELD = SQL("%(field)s = ANY (fields)")
CONFLICTING = SQL("n IN (SELECT n FROM ({conflicts}) AS conflicts)")
WORD = SQL("words LIKE {word}")
# What matches seldom is sought by several processes at once; in the order of the index it would be one, to the end.
IN_ORDER, SOUGHT = SQL("n"), SQL("n + 0")


@dataclass(frozen=True)
class Cell:
    """One field, or one attribute, before and after."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True)
class Line:
    """What the plan does with one product; `n` counts them. `conflict`: somebody changed it since."""

    n: int
    action: str
    line: int | None  # of the file; none: the file does not speak of it
    product_id: int | None
    sku: str
    name: str
    conflict: bool
    cells: list[Cell]
    member: str = ""  # of an archive, that `line` is in


@dataclass(frozen=True)
class Wanted:
    """Which part of the plan: words in SKU or name, what is done, a field that changes, only conflicts, beyond `after`."""

    query: str = ""
    actions: tuple[str, ...] = ("created", "updated", "deleted", "deactivated", "removed")  # fmt: skip
    field: str = ""
    conflicts: bool = False
    after: int = 0


def page(
    cursor: Any, scratch: str, kept: Kept, wanted: Wanted, limit: int
) -> list[Line]:
    """A part of the plan in its order, at most `limit` products."""
    values = {
        "after": wanted.after, "limit": limit, "actions": list(wanted.actions), "field": wanted.field,
        "change_set_id": kept.change_set_id, "product_id": kept.product_id,
    }  # fmt: skip
    filters = _filters(wanted, scratch, values)
    columns = [
        SQL("plan.{}").format(Identifier(name))
        for field in FIELDS
        for name in (field, f"old_{field}")
    ]
    plain = Wanted(after=wanted.after) == wanted
    statement = PAGE.format(
        **tables(scratch),
        filters=filters,
        order=IN_ORDER if plain else SOUGHT,
        values=SQL(", ").join(columns),
    )
    cursor.execute("SET LOCAL jit = off; SET LOCAL enable_hashjoin = on")
    cursor.execute(statement, values)
    return [_line(*row) for row in cursor.fetchall()]


def _filters(wanted: Wanted, scratch: str, values: dict[str, Any]) -> Composable:
    everything = wanted.actions == Wanted().actions
    filters: list[Composable] = [CHANGING if everything else BY_ACTION]
    if wanted.field:
        filters.append(BY_FIELD)
    if wanted.conflicts:
        conflicts = CONFLICTS.format(**tables(scratch))
        filters.append(CONFLICTING.format(conflicts=conflicts))
    words = wanted.query[:LONGEST_QUERY].lower().split()[:MOST_WORDS]
    for number, word in enumerate(words):
        values[f"word{number}"] = f"%{_literally(word)}%"
        filters.append(WORD.format(word=SQL(f"%(word{number})s")))
    return SQL(" AND ").join(filters)


def _literally(word: str) -> str:
    for special in "\\%_":
        word = word.replace(special, f"\\{special}")
    return word


def _line(
    n: int,
    action: str,
    line: int | None,
    product_id: int | None,
    fields: list[str] | None,
    sku: str | None,
    name: str | None,
    conflict: bool,
    *values: Any,
) -> Line:
    new = dict(zip(FIELDS, values[::2], strict=True))
    old = dict(zip(FIELDS, values[1::2], strict=True))
    if action == "created":
        old = dict.fromkeys(FIELDS)
    if action in ("deleted", "removed"):
        new = dict.fromkeys(FIELDS)
    changing = {"updated": fields or [], "deactivated": ["active"]}.get(action)
    shown = changing if changing is not None else FIELDS
    if action in ("unchanged", "skipped"):
        shown = []
    cells = [cell for field in shown for cell in _cells(field, old[field], new[field])]
    return Line(
        n, action, line, product_id, sku or "", name or "", bool(conflict), cells
    )


def _cells(field: str, old: Any, new: Any) -> list[Cell]:
    """A field as one cell, the attributes one by one; what is nothing before and after is left out."""
    if field != "attributes":
        empty = (None, "")
        return [] if old in empty and new in empty else [Cell(field, old, new)]
    before, after = old or {}, new or {}
    return [
        Cell(name, before.get(name), after.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def plain(value: Any) -> Any:
    """A cell as JSON has it: a price as text, as exact as it is."""
    return f"{value:f}" if isinstance(value, Decimal) else value
