"""What a plan does with a product and to which of its fields, as words and, for the index of a plan that waits, as one number."""

from collections.abc import Iterable

from psycopg2.sql import SQL, Composable, Literal

from catalog.importer.values.fields import COLUMNS, each

ACTIONS = ("created", "updated", "unchanged", "deleted", "skipped", "deactivated", "removed", "duplicates")
MASKS = 1 << len(COLUMNS)  # which fields change, as bits


def number(action: str, *fields: str) -> int:
    """This action on exactly these fields; only updated and deactivated products have any."""
    return ACTIONS.index(action) * MASKS + sum(_bit(field) for field in fields)


def numbers(actions: Iterable[str], field: str = "") -> list[int]:
    """These actions, on whatever fields, or on those with this one among them."""
    bit = _bit(field) if field else 0
    return [ACTIONS.index(action) * MASKS + mask for action in actions for mask in range(MASKS) if mask & bit == bit]


def of_row() -> Composable:
    """The number of a row that knows its action, its values and the old ones, in SQL."""
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
