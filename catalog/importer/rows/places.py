"""Places in a joined import: lines are numbered through all members, and shown as lines of a member."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from catalog.importer.errors import Rejected, RowError
from catalog.importer.questions import Unanswered

PLACE = re.compile(r"Line [\d,]*\d")


@dataclass(frozen=True)
class Part:
    """A member; `lines_before` is the number of lines of the members before it, None before it is reached."""

    name: str
    encoding: str
    how: str
    delimiter: str
    skip: int
    lines_before: int | None = None


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


def placed_error(error: RowError, parts: Sequence[Any]) -> RowError:
    """An error of a joined import whose message names the place that people can find: "b.csv, line 12, price: ..."."""
    member, line = placed(parts, error.line)
    if not member:
        return error
    message = PLACE.sub(lambda _: f"{member}, line {line:,}", error.message, count=1)
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
