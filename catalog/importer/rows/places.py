"""Places in a joined import: lines are numbered through all members, and shown as lines of a member."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from catalog.importer.errors import Rejected, RowError
from catalog.importer.questions import Unanswered

PLACE = re.compile(r"(?:Line|Row) [\d,]*\d")
UNIT, OF_TABLES = "line", "row"


@dataclass(frozen=True)
class Part:
    """A member; `lines_before` is the number of lines of the members before it, None before it is reached."""

    name: str
    encoding: str
    how: str
    delimiter: str
    skip: int
    lines_before: int | None = None
    unit: str = UNIT  # see `unit_of`


def placed(parts: Sequence[Any], line: int) -> tuple[str, int]:
    """The member that a line of a joined import is in, and its number there; no member where nothing was joined.

    `parts` are Parts, or the dicts in which they are stored with an import.
    """
    name, before = "", 0
    for part in parts:
        values = part if isinstance(part, dict) else vars(part)
        if values["lines_before"] is None or values["lines_before"] >= line:
            break
        name, before = values["name"], values["lines_before"]
    return name, line - before


def unit_of(understood: Mapping[str, Any], member: str = "") -> str:
    """What the places in a file count, as stored with its import: its lines, or rows if it has none.

    Workbooks and JSON have no lines. `member`: one of the joined files.
    """
    read = next((part for part in understood.get("members", ()) if part["name"] == member), understood)
    has_none = read.get("how") == "workbook" or read.get("format") == "json"
    return str(read.get("unit") or (OF_TABLES if has_none else UNIT))


def placed_error(error: RowError, parts: Sequence[Any], unit: str = UNIT) -> RowError:
    """An error whose message names the place that people can find.

    "Row 12, price: ..." in a workbook, "b.csv, line 12, price: ..." in a joined import.
    """
    member, line = placed(parts, error.line)
    if not member and unit == UNIT:
        return error
    if member:
        understood = {"members": [part if isinstance(part, dict) else vars(part) for part in parts]}
        place = f"{member}, {unit_of(understood, member)} {line:,}"
    else:
        place = f"{unit.capitalize()} {line:,}"
    message = PLACE.sub(lambda _: place, error.message, count=1)
    return replace(error, message=message)


@contextmanager
def naming(member: str) -> Iterator[None]:
    """A context that adds the name of the member to every Rejected."""
    try:
        yield
    except Rejected as rejection:
        if isinstance(rejection, Unanswered):
            rejection.name(member)
        rejection.args = (f"{member}: {rejection}",)
        raise
