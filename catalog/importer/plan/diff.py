"""The plan of an import for people: each product with old and new values, in pages, with search and filters.

Rows that another row of the file replaced are listed on request.
"""

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from psycopg2.extensions import cursor as Cursor
from psycopg2.sql import SQL, Composable, Identifier, Literal

from catalog.importer.plan.stored_plan import BLOCK, FOLDED, WORDS, StoredPlan, conflicts, exists, looking, tables
from catalog.importer.values.actions import numbers
from catalog.importer.values.fields import COLUMNS

LONGEST_QUERY = 200  # characters
MOST_WORDS = 8
LAST = 2**31 - 2  # the largest number of a line

PAGE = SQL("""
WITH RECURSIVE there AS (
    (SELECT kind FROM {plan} ORDER BY kind LIMIT 1)
    UNION ALL
    SELECT (SELECT kind FROM {plan} AS next WHERE next.kind > there.kind ORDER BY kind LIMIT 1)
    FROM there WHERE kind IS NOT NULL
), wanted AS MATERIALIZED (
    SELECT kind FROM there WHERE kind = ANY (%(kinds)s::smallint[])
), shown AS ({shown})
SELECT
    shown.n, plan.action, plan.line, plan.product_id, plan.fields, plan.sku, plan.name,
    CASE plan.action
        WHEN 'created' THEN present.id IS NOT NULL
        WHEN 'unchanged' THEN false WHEN 'skipped' THEN false WHEN 'duplicates' THEN false
        ELSE present.version IS DISTINCT FROM plan.product_version
    END,
    present.id, {values}
FROM shown JOIN {plan} AS plan ON plan.ctid = shown.at
LEFT JOIN products AS present ON present.id = CASE WHEN plan.action = 'created' THEN (
    SELECT id FROM products AS other WHERE sku_key(other.sku) COLLATE "C" = sku_key(plan.sku) COLLATE "C"
) ELSE plan.product_id END
ORDER BY shown.n
""")
WINNERS = SQL("""
SELECT loser.sku, plan.line
FROM unnest(%(skus)s) AS loser (sku)
JOIN {plan} AS plan ON sku_key(plan.sku) COLLATE "C" = sku_key(loser.sku) COLLATE "C"
WHERE plan.action <> 'duplicates'
""")
# The first of each kind, by the index; a plan has a handful of kinds.
OF_KIND = SQL("""
SELECT found.n, found.at FROM wanted CROSS JOIN LATERAL (
    SELECT n, ctid AS at FROM {plan} AS plan
    WHERE plan.kind = wanted.kind AND n > %(after)s AND {in_row} ORDER BY n LIMIT %(limit)s
) AS found
ORDER BY n LIMIT %(limit)s
""")
# For each kind: first the blocks that contain every word, in order and only as many as needed; then the rows in them.
IN_BLOCKS = SQL("""
SELECT found.n, found.at FROM wanted CROSS JOIN LATERAL (
    SELECT fits.n, fits.at FROM {blocks} AS block CROSS JOIN LATERAL (
        SELECT n, ctid AS at FROM {plan} AS plan
        WHERE plan.kind = block.kind AND n BETWEEN block.block * {size} AND block.block * {size} + {size} - 1
            AND n > %(after)s AND {in_row}
        OFFSET 0
    ) AS fits
    WHERE block.kind = wanted.kind AND block.block >= (%(after)s + 1) / {size} AND {in_block}
    ORDER BY block.block, fits.n LIMIT %(limit)s
) AS found
ORDER BY n LIMIT %(limit)s
""")
CONFLICTING = SQL("""
SELECT n, at FROM ({conflicts}) AS conflict JOIN wanted USING (kind)
WHERE n > %(after)s AND {in_row} ORDER BY n LIMIT %(limit)s
""")
IN_ROW, IN_BLOCK = SQL("{words} LIKE {like}"), SQL("strpos({words}, {word}) > 0")
# Σ has two small letters, σ and ς, so both match. Stored words keep theirs, because a plan may be older than this rule.
SIGMAS, ONE_SIGMA = frozenset("Σσς"), SQL("replace({}, 'ς', 'σ')")


@dataclass(frozen=True)
class Cell:
    """One field or attribute, before and after; `now` if the product changed since the plan."""

    field: str
    old: Any
    new: Any
    now: Any = None


@dataclass(frozen=True)
class Line:
    """What the plan does with one product; `n` is its number. `conflict`: the product changed since."""

    n: int
    action: str
    line: int | None  # line of the file; None: the product is not in the file
    product_id: int | None
    sku: str
    name: str
    conflict: bool
    cells: list[Cell]
    now_id: int | None = None  # the id of the product in the catalog now; None: there is none
    member: str = ""  # file of an archive that contains `line`
    overwritten_by: int | None = None  # of a duplicate: the line that wins
    overwritten_in: str = ""  # the file of an archive that contains that line


@dataclass(frozen=True)
class Wanted:
    """A filter of the plan: words in SKU or name, actions, a field that changes, conflicts, lines after `after`."""

    query: str = ""
    actions: tuple[str, ...] = ("created", "updated", "deleted", "deactivated", "removed")
    field: str = ""
    conflicts: bool = False
    after: int = 0


def page(cursor: Cursor, scratch: str, kept: StoredPlan, wanted: Wanted, limit: int) -> list[Line]:
    """A part of the plan in its order, at most `limit` products."""
    values = looking(kept) | {
        "after": min(max(wanted.after, 0), LAST),
        "limit": limit,
        "kinds": numbers(wanted.actions, wanted.field),
    }
    quick = exists(cursor, scratch, "blocks", "words")
    shown = _shown(wanted, scratch, values, quick=quick)
    columns = [
        SQL("{}.{}").format(Identifier(table), Identifier(name))
        for field in COLUMNS
        for table, name in (("plan", field), ("plan", f"old_{field}"), ("present", field))
    ]
    statement = PAGE.format(**tables(scratch), shown=shown, values=SQL(", ").join(columns))
    cursor.execute("SET LOCAL jit = off; SET LOCAL enable_hashjoin = on")
    cursor.execute(statement, values)
    lines = [_line(*row) for row in cursor.fetchall()]
    skus = [line.sku for line in lines if line.action == "duplicates"]
    if not skus:
        return lines
    cursor.execute(WINNERS.format(**tables(scratch)), {"skus": skus})
    winners = dict(cursor.fetchall())
    return [
        replace(line, overwritten_by=winners.get(line.sku)) if line.action == "duplicates" else line for line in lines
    ]


def _shown(wanted: Wanted, scratch: str, values: dict[str, Any], *, quick: bool) -> Composable:
    """The SQL for the rows of a page; the searched words are added to `values`. `quick`: there are blocks."""
    names = tables(scratch)
    called = SQL("conflict.words") if wanted.conflicts else WORDS
    in_row: list[Composable] = [SQL("true")]
    in_block: list[Composable] = []
    words = wanted.query[:LONGEST_QUERY].split()[:MOST_WORDS]
    for number, word in enumerate(words):
        values |= {f"word{number}": word, f"like{number}": f"%{_literally(word)}%"}
        like, sought = (FOLDED.format(SQL(f"%({name}{number})s")) for name in ("like", "word"))
        same = SQL("{}") if SIGMAS.isdisjoint(word) else ONE_SIGMA
        in_row.append(IN_ROW.format(words=same.format(called), like=same.format(like)))
        blocks = same.format(SQL("block.words"))
        in_block.append(IN_BLOCK.format(words=blocks, word=same.format(sought)))
    of_row = SQL(" AND ").join(in_row)
    if wanted.conflicts:
        return CONFLICTING.format(conflicts=conflicts(scratch), in_row=of_row)
    if not words or not quick:
        return OF_KIND.format(**names, in_row=of_row)
    of_block, size = SQL(" AND ").join(in_block), Literal(BLOCK)
    return IN_BLOCKS.format(**names, in_row=of_row, in_block=of_block, size=size)


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
    now_id: int | None,
    *values: Any,
) -> Line:
    new, old, now = (dict(zip(COLUMNS, values[at::3], strict=True)) for at in range(3))
    if action == "created":
        old = dict.fromkeys(COLUMNS)
    if action in ("deleted", "removed"):
        new = dict.fromkeys(COLUMNS)
    changing = {"updated": fields or [], "deactivated": ["active"]}.get(action)
    shown = changing if changing is not None else COLUMNS
    if action in ("unchanged", "skipped", "duplicates"):
        shown = []
    here = now if conflict else dict.fromkeys(COLUMNS)
    cells = [cell for field in shown for cell in _cells(field, old[field], new[field], here[field])]
    return Line(n, action, line, product_id, sku or "", name or "", bool(conflict), cells, now_id)


def _cells(field: str, old: Any, new: Any, now: Any) -> list[Cell]:
    """The cells of a line: fields, then attributes one by one, without those that are empty before and after."""
    if field != "attributes":
        empty = (None, "")
        return [] if old in empty and new in empty else [Cell(field, old, new, now)]
    before, after, here = old or {}, new or {}, now or {}
    return [
        Cell(name, before.get(name), after.get(name), here.get(name))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]


def plain(value: Any) -> Any:
    """The value of a cell for JSON: a price as text, with all decimals."""
    return f"{value:f}" if isinstance(value, Decimal) else value
