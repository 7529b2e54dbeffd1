"""Where in a joined import something stands: its lines are numbered through, and told as those of a member."""

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
    """A member as it was read; `lines_before` are those of the members before it, none while it was not reached."""

    name: str
    encoding: str
    how: str
    delimiter: str
    skip: int
    lines_before: int | None = None


def placed(parts: Sequence[Any], line: int) -> tuple[str, int]:
    """The member that a line of a joined import is in, and its number there; no member where nothing was joined.

    `parts` are Parts, or such as they are stored with an import.
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
    """Name the member of the archive in every reason to reject it."""
    try:
        yield
    except Rejected as rejection:
        if isinstance(rejection, Unanswered):
            rejection.name(member)
        rejection.args = (f"{member}: {rejection}",)
        raise
