"""The choices of a person about columns, except which one is a field, resolved against the columns of a file.

Columns are joined, set to a fixed text, renamed, skipped or cleaned up. `options.checks` checks whether the choices
make sense.
"""

from catalog.importer.columns.result import Derived
from catalog.importer.errors import Rejected, quoted
from catalog.importer.options.column_names import only, positions
from catalog.importer.options.options import Options
from catalog.importer.values.clean_up_steps import Steps


def given(names: list[str], options: Options) -> set[str]:
    """Fields and attributes that need no column of their own: a fixed text, or combined from existing columns."""
    made = {
        target
        for target, joined in options.joined.items()
        if all(positions(names, column) for column in joined["columns"])
    }
    return made | set(options.constants)


def claimed(names: list[str], options: Options) -> set[int]:
    """Columns whose use is chosen, so that they are not matched to a field by name."""
    chosen = [*options.attributes]
    for joined in options.joined.values():
        chosen += joined["columns"]
    return {position for column in chosen for position in positions(names, column)}


def derived(names: list[str], options: Options) -> tuple[Derived, ...]:
    """The derived columns. Raises Rejected if a part is missing."""
    joined = [
        Derived(
            target, tuple(_find(names, column, target) for column in joined["columns"]), joined.get("separator", " ")
        )
        for target, joined in options.joined.items()
    ]
    return *joined, *(Derived(target, text=text) for target, text in options.constants.items())


def attributes(names: list[str], options: Options) -> dict[int, str]:
    """Position -> chosen name as an attribute; empty: the column is dropped."""
    return {_find(names, column, "an attribute"): name.strip() for column, name in options.attributes.items()}


def steps(names: list[str], options: Options) -> dict[int, Steps]:
    """Position -> clean-up steps of the column."""
    return {
        _find(names, column, "a column to clean up"): tuple(map(tuple, steps))
        for column, steps in options.transforms.items()
        if steps
    }


def _find(names: list[str], column: str, what: str) -> int:
    if not positions(names, column):
        raise Rejected(f"There is no column {quoted(column)} to import as {what}.")
    return only(names, column)
