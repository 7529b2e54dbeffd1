"""The actions of a plan: as words, and, with the changed fields, as one number for the index of a stored plan."""

from collections.abc import Iterable

from psycopg2.sql import SQL, Composable, Literal

from catalog.importer.values.fields import COLUMNS, each

ACTIONS = ("created", "updated", "unchanged", "deleted", "skipped", "deactivated", "removed", "duplicates")
MASKS = 1 << len(COLUMNS)  # which fields change, as bits


def number(action: str, *fields: str) -> int:
    """The number of an action on exactly these fields; only updated and deactivated products have fields."""
    return ACTIONS.index(action) * MASKS + sum(_bit(field) for field in fields)


def numbers(actions: Iterable[str], field: str = "") -> list[int]:
    """The numbers of these actions, on any fields or on fields that include this one."""
    bit = _bit(field) if field else 0
    return [ACTIONS.index(action) * MASKS + mask for action in actions for mask in range(MASKS) if mask & bit == bit]


def of_row() -> Composable:
    """The SQL for the number of a row with its action, its values and the old values."""
    changed = SQL(" + ").join(
        SQL("{} * {}").format(each("({field} IS DISTINCT FROM {old})::integer", [column]), Literal(_bit(column)))
        for column in COLUMNS
    )
    others = SQL(" ").join(
        SQL("WHEN {} THEN {}").format(Literal(action), Literal(number(action)))
        for action in ACTIONS
        if action != "updated"
    )
    return SQL("(CASE action WHEN 'updated' THEN {} + {} {} END)::smallint").format(
        Literal(number("updated")), changed, others
    )


def _bit(field: str) -> int:
    return 1 << COLUMNS.index(field)
