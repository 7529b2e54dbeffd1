"""What a person makes of columns beyond taking one as a field: joined, constant, named otherwise, left out, changed.

`check` says at once what is wrong with the choices themselves; the others resolve them against the columns of a file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from catalog.importer.columns.shape import STEPS, Steps
from catalog.importer.errors import Refused, quoted
from catalog.importer.options.column_names import only, positions
from catalog.importer.options.options import Options
from catalog.importer.values import numbers
from catalog.importer.values.formulas import KEPT, MARK, REST
from catalog.importer.values.yes_no import NO, YES

FIELDS = ("sku", "name", "description", "price", "active")
TEXT_LENGTH = 10_000  # of a constant, a separator, a replacement


@dataclass(frozen=True)
class Derived:
    """A column that the file does not have: some of its columns joined, or the same text in every row."""

    target: str  # field or attribute
    positions: tuple[int, ...] = ()
    separator: str = " "
    text: str = ""


def is_reserved(name: str) -> bool:
    """Whether no attribute may be called so: the export would have two columns of one name, and could not come back."""
    return name.strip().casefold() in (*FIELDS, MARK, KEPT, REST)


def check(options: Options) -> None:
    """Raises Refused for choices that can't be carried out, whatever the file; the message names the column."""
    for text in _texts(options.to_json()):
        _check_text(text, f"The choice {quoted(text)}")
    _check_fields(options)
    for target, joined in options.joined.items():
        if not joined["columns"]:
            raise Refused(f"Choose the columns that make {quoted(target)}.")
        _check_text(joined.get("separator", ""), f"The separator of {quoted(target)}")
    for target, text in options.constants.items():
        _check_constant(target, text)
    for column, steps in options.transforms.items():
        for step in steps:
            _check_step(column, step)
    for column, name in options.attributes.items():
        _check_text(name, f"The attribute of the column {quoted(column)}")
        _check_attribute(name.strip())


def given(names: list[str], options: Options) -> set[str]:
    """Fields and attributes that need no column of their own: they have a text, or all the columns that make them."""
    made = {
        target
        for target, joined in options.joined.items()
        if all(positions(names, column) for column in joined["columns"])
    }
    return made | set(options.constants)


def aside(names: list[str], options: Options) -> set[int]:
    """Columns whose use is chosen, so that none of them is taken as a field by its name."""
    chosen = [*options.attributes]
    for joined in options.joined.values():
        chosen += joined["columns"]
    return {position for column in chosen for position in positions(names, column)}


def derived(names: list[str], options: Options) -> tuple[Derived, ...]:
    """The columns to be made. Raises Refused where one of their parts is missing."""
    joined = [
        Derived(
            target, tuple(_find(names, column, target) for column in joined["columns"]), joined.get("separator", " ")
        )
        for target, joined in options.joined.items()
    ]
    return *joined, *(Derived(target, text=text) for target, text in options.constants.items())


def attributes(names: list[str], options: Options) -> dict[int, str]:
    """Position -> name as an attribute, empty: dropped; of the columns for which that is chosen."""
    return {_find(names, column, "an attribute"): name.strip() for column, name in options.attributes.items()}


def steps(names: list[str], options: Options) -> dict[int, Steps]:
    """Position -> what is done to the cells of the column."""
    return {
        _find(names, column, "a column to change"): tuple(map(tuple, steps))
        for column, steps in options.transforms.items()
        if steps
    }


def _find(names: list[str], column: str, what: str) -> int:
    if not positions(names, column):
        raise Refused(f"There is no column {quoted(column)} to take as {what}.")
    return only(names, column)


def _texts(value: Any) -> Iterator[str]:
    """Every text in the choices, names included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield name
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _check_fields(options: Options) -> None:
    """Each target is made in one way only."""
    for target in [*options.joined, *options.constants]:
        if not target.strip() or target != target.strip():
            raise Refused("A joined column or a fixed text needs a field or an attribute to go to.")
        if target not in FIELDS:
            _check_attribute(target)
        column = options.columns.get(target, "")
        if column or (target in options.joined and target in options.constants):
            ways = [f"the column {quoted(column)}"] if column else []
            ways += ["joined columns"] if target in options.joined else []
            ways += ["a fixed text"] if target in options.constants else []
            raise Refused(f"{quoted(target)} is chosen twice: {' and '.join(ways)}.")


def _check_attribute(name: str) -> None:
    if is_reserved(name):
        raise Refused(f"{quoted(name)} is a field of its own and can't be an attribute.")


def _check_constant(target: str, text: str) -> None:
    _check_text(text, f"The fixed text for {quoted(target)}")
    if target == "sku":
        raise Refused("Every product has its own SKU: it can't be a fixed text.")
    if target == "name" and not text.strip():
        raise Refused("The fixed text for 'name' is empty.")
    if target == "price" and not re.fullmatch(numbers.PRICE, text):
        raise Refused(f"The fixed price {quoted(text)} is not a plain number such as 1234.50.")
    if target == "active" and text.lower() not in (*YES, *NO):
        raise Refused(f"The fixed text {quoted(text)} for 'active' is neither yes nor no.")


def _check_step(column: str, step: list[str]) -> None:
    if not step or step[0] not in STEPS:
        found = quoted(step[0]) if step else "nothing"
        raise Refused(f"Column {quoted(column)}: {found} is none of {', '.join(STEPS)}.")
    name, *texts = step
    if len(texts) != STEPS[name]:
        raise Refused(f"Column {quoted(column)}: {name} takes {STEPS[name]} texts, not {len(texts)}.")
    if name == "replace" and not texts[0]:
        raise Refused(f"Column {quoted(column)}: say what is to be replaced.")
    for text in texts:
        _check_text(text, f"Column {quoted(column)}, {name}: the text")


def _check_text(text: str, what: str) -> None:
    if len(text) > TEXT_LENGTH:
        raise Refused(f"{what} is longer than {TEXT_LENGTH:,} characters.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Refused(f"{what} is not text.") from None
    if "\0" in text:
        raise Refused(f"{what} holds a NUL.")
