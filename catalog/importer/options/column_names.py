"""Find columns by name or number, and make names unique."""

import re

from catalog.importer.errors import Rejected, quoted
from catalog.whole_numbers import whole


def positions(names: list[str], wanted: str) -> list[int]:
    """The positions of columns with this name; a number or #3 that is not a name is a position, counted from 1."""
    key = wanted.strip().casefold()
    found = [i for i, name in enumerate(names) if key and name.strip().casefold() == key]
    if not found and (number := whole(key.removeprefix("#"), len(names))):
        return [number - 1]
    return found


def is_number(wanted: str) -> bool:
    """Whether a text names a column by position, such as #3."""
    return re.fullmatch(r"#?[0-9]+", wanted.strip()) is not None


def position(names: list[str], wanted: str) -> int | None:
    """The column of this name, or of this number counted from 1; None if there is none or more than one."""
    found = positions(names, wanted)
    return found[0] if len(found) == 1 else None


def only(names: list[str], wanted: str) -> int:
    """The one column of this name or number. Raises Rejected if several have it."""
    found = positions(names, wanted)
    if len(found) > 1:
        where = " and ".join(str(position + 1) for position in found)
        raise Rejected(
            f"There are {len(found)} columns named {quoted(wanted)} (columns {where}). Choose one by its number."
        )
    return found[0]


def distinct(names: tuple[str, ...]) -> list[str]:
    """Unique names: a column without a name gets its position, a repeated name gets a number."""
    result: list[str] = []
    for position, given in enumerate(names, start=1):
        name = wanted = given.strip() or f"column {position}"
        number = 1
        while name in result:
            number += 1
            name = f"{wanted} ({number})"
        result.append(name)
    return result
