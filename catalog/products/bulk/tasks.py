"""What can be done to many products in one transaction, in slices for the bar: set a field, delete, delete all, undo.

A page does it at once for a few products, a worker for many; both call `carry_out`.
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from psycopg2.extensions import cursor as Cursor

from catalog import webhooks
from catalog.changes import change_log, undo_marks, undo_restore, undo_rules, undo_slices
from catalog.importer import DECLARED, MOST_ATTRIBUTES
from catalog.models import BulkJob, ChangeSet
from catalog.people import Actor
from catalog.products import listing

SLICE = 15_000
KINDS = {"set": "bulk", "delete": "bulk", "delete_all": "delete_all", "undo": "undo"}

CHOSEN_IDS = """
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT id FROM products WHERE id = ANY (%(ids)s::bigint[]) ORDER BY id
"""
CHOSEN = """
CREATE TEMP TABLE chosen ON COMMIT DROP AS
SELECT product.id FROM products AS product WHERE {condition} ORDER BY product.id
"""
INDEX = "CREATE UNIQUE INDEX ON chosen (id); ANALYZE chosen"
BOUNDS = """
SELECT min(id), max(id), count(*) FROM (
    SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS slice FROM {table}
) AS numbered GROUP BY slice ORDER BY slice
"""
SLICE_OF_ALL = "id BETWEEN %(first)s AND %(last)s"
SLICE_OF_CHOSEN = f"{SLICE_OF_ALL} AND id IN (SELECT id FROM chosen WHERE {SLICE_OF_ALL})"  # nosec B608  # of constants
UPDATE = """
UPDATE products SET
    {column} = {value}, version = version + 1, updated_at = now(), change_set_id = %(change_set_id)s, source_line = NULL
WHERE {which}
"""
# One product has at most 1,000 attributes.
HAS_ROOM = f"""(
    jsonb_exists(attributes, %(key)s) OR (SELECT count(*) FROM jsonb_object_keys(attributes)) < {MOST_ATTRIBUTES}
)"""  # nosec B608  # a number
# field -> column, its new value, and which products have another one now
SETTERS = {
    field.name: (
        field.name,
        f"%(value)s::{field.column_type}",
        f"{field.name} IS DISTINCT FROM %(value)s::{field.column_type}",
    )
    for field in DECLARED
    if field.can_be_set
} | {
    "attribute": (
        "attributes",
        "attributes || jsonb_build_object(%(key)s::text, %(value)s::text)",
        f"attributes -> %(key)s IS DISTINCT FROM to_jsonb(%(value)s::text) AND {HAS_ROOM}",
    ),
    "no attribute": ("attributes", "attributes - %(key)s", "jsonb_exists(attributes, %(key)s)"),
}
# All indexed products are deleted, so search need not check block by block.
RETIRE = "UPDATE search_segments SET retired = true WHERE NOT retired"


@dataclass(frozen=True)
class Task:
    """An action, its products and its actor. `selection` and `values` are as a bulk job stores them."""

    kind: str  # set, delete, delete_all, undo
    selection: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    undoes_id: int | None = None
    source: str = ""
    user_id: int | None = None

    def by(self, actor: Actor) -> "Task":
        """The task, with this actor."""
        return replace(self, source=actor.source, user_id=actor.user_id)

    @classmethod
    def of(cls, row: BulkJob) -> "Task":
        """The task of a bulk job."""
        return cls(row.kind, row.selection, row.values, row.undoes_id, row.source, row.user_id)


@dataclass
class Tally:
    """The counts so far: total = created + updated + deleted + unchanged + skipped at the end."""

    total: int = 0
    done: int = 0
    created: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    skipped: int = 0
    change_set_id: int | None = None  # None: nothing was changed


OnSlice = Callable[[Tally], None]


def carry_out(cursor: Cursor, task: Task, on_slice: OnSlice = lambda tally: None) -> Tally:
    """Carry out a task. The caller holds the writer's lock, and commits. Raises undo_rules.NotUndoable."""
    tally = Tally()
    which_set = undo_rules.check(task.undoes_id) if task.kind == "undo" else None
    later = _undo_later_runs(cursor, task, which_set) if which_set else Tally()
    change_set_id = change_log.open(cursor, KINDS[task.kind], task.source, task.user_id, undoes_id=task.undoes_id)
    if which_set is not None:
        tally.total = undo_rules.size(which_set)
        on_slice(tally)
        which = undo_slices.Which.of(which_set)
        _undo(cursor, which, change_set_id, tally, on_slice)
    else:
        tally.total, table = _choose(cursor, task)
        on_slice(tally)
        for which_slice in _slices(cursor, table):
            _STEPS[task.kind](cursor, task, change_set_id, which_slice, tally)
            tally.done += which_slice["count"]
            on_slice(tally)
    _close(cursor, task, change_set_id, tally)
    return _sum(tally, later)


def _undo_later_runs(cursor: Cursor, task: Task, first: ChangeSet) -> Tally:
    """For an import, first undo the runs of its corrected rows, each as a separate undo."""
    tally = Tally()
    for run in undo_marks.later_runs(first):
        tally = _sum(carry_out(cursor, replace(task, undoes_id=run.id)), tally)
    return tally


def _sum(tally: Tally, later: Tally) -> Tally:
    """The sum of two tallies, with the change set of the first one, if it has one."""
    values = asdict(tally)
    at = values.pop("change_set_id") or later.change_set_id
    return Tally(**{name: count + getattr(later, name) for name, count in values.items()}, change_set_id=at)


def _choose(cursor: Cursor, task: Task) -> tuple[int, str]:
    """The number of products, and the table that has their ids: `products` if all are meant, else a created one."""
    if task.kind == "delete_all":
        cursor.execute("SELECT count(*) FROM products")
        ((total,),) = cursor.fetchall()
        return total, "products"
    if "ids" in task.selection:
        ids = list(set(task.selection["ids"]))
        cursor.execute(CHOSEN_IDS, {"ids": ids})
        total = len(ids)
    else:
        asked = listing.Filter.of(task.selection["filter"])
        condition, values = listing.condition(asked)
        cursor.execute(CHOSEN.format(condition=condition), values)
        total = cursor.rowcount
    cursor.execute(INDEX)
    return total, "chosen"


def _slices(cursor: Cursor, table: str) -> Iterator[dict[str, int]]:
    """Ranges of ids, each with as many products as take one or two tenths of a second."""
    cursor.execute(BOUNDS.format(table=table), (SLICE,))
    bounds = cursor.fetchall()
    change_log.in_slices(cursor)
    for first, last, count in bounds:
        yield {"first": first, "last": last, "count": count}


def _set(cursor: Cursor, task: Task, change_set_id: int, part: dict[str, int], tally: Tally) -> None:
    setter, values = _setter(task.values)
    column, value, differs = SETTERS[setter]
    which = f"{SLICE_OF_CHOSEN} AND {differs}"
    values |= part | {"change_set_id": change_set_id}
    if change_log.log_updated(cursor, change_set_id, [column], which, values):
        cursor.execute(UPDATE.format(column=column, value=value, which=which), values)
        tally.updated += cursor.rowcount
    tally.unchanged = tally.done + part["count"] - tally.updated


def _setter(values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """{"price": "1.50"} or {"attribute": {"key": "colour", "value": "red"}}; no value: the attribute is deleted."""
    ((name, value),) = values.items()
    if name != "attribute":
        return name, {"value": value}
    return ("attribute" if value["value"] else "no attribute"), dict(value)


def _delete(cursor: Cursor, task: Task, change_set_id: int, part: dict[str, int], tally: Tally) -> None:
    which = SLICE_OF_ALL if task.kind == "delete_all" else SLICE_OF_CHOSEN
    change_log.log_deleted(cursor, change_set_id, which, part)
    cursor.execute(f"DELETE FROM products WHERE {which}", part)  # nosec B608  # of two constants
    tally.deleted += cursor.rowcount


_STEPS = {"set": _set, "delete": _delete, "delete_all": _delete}


def _undo(cursor: Cursor, which: undo_slices.Which, change_set_id: int, tally: Tally, on_slice: OnSlice) -> None:
    def tell(so_far: undo_restore.Undone) -> None:
        tally.created, tally.updated, tally.deleted = (so_far.created, so_far.updated, so_far.deleted)
        tally.done = min(so_far.seen, tally.total)
        on_slice(tally)

    tell(undo_restore.restore(cursor, which, change_set_id, tell))


def _close(cursor: Cursor, task: Task, change_set_id: int, tally: Tally) -> None:
    """Close the change set. Chosen products that were deleted or changed count as skipped."""
    tally.done = tally.total
    counts = {n: getattr(tally, n) for n in ("created", "updated", "deleted")}
    tally.skipped = tally.total - sum(counts.values()) - tally.unchanged
    if task.kind == "delete_all":
        cursor.execute(RETIRE)
    if not any(counts.values()):
        change_log.forget(cursor, change_set_id)
        return
    change_log.close(cursor, change_set_id, **counts)
    webhooks.record_changes(cursor, change_set_id)
    if task.undoes_id:
        undo_marks.mark(cursor, task.undoes_id, change_set_id)
    tally.change_set_id = change_set_id
