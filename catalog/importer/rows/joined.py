"""Read several members of an archive as one table: the same columns by name, in any order.

The first member's order is the order of all. Rows and lines are counted through all members, so that
a line number still identifies a place: see `places`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pandas as pd

from catalog.importer.columns import error_columns
from catalog.importer.errors import Rejected, RowError, quoted
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.rows.places import Part, naming, placed_error
from catalog.importer.rows.reader import Reader

NAMES_SHOWN = 8


class Joined:
    """Reads members one after the other as `Reader` reads a file. `open_part`: a reader at the member's first row."""

    def __init__(
        self,
        parts: Sequence[Part],
        headers: Sequence[list[str]],
        open_part: Callable[[str], Reader],
        *,
        header: bool = True,
    ) -> None:
        self.header = headers[0]
        self.current = parts[0].name
        self._parts = list(parts)
        self._open = open_part
        self.orders = [
            _order(self.header, names, part.name, parts[0].name, by_name=header)
            for part, names in zip(parts, headers, strict=True)
        ]

    @property
    def parts(self) -> tuple[Part, ...]:
        """The members, with the number of lines before each, as far as known."""
        return tuple(self._parts)

    def chunks(self, block_bytes: int) -> Iterator[Chunk]:
        """The rows of all members, block by block; no chunk has rows of two. Raises Rejected, naming the member."""
        lines = rows = 0
        for number, (part, order) in enumerate(zip(self.parts, self.orders, strict=True)):
            self.current = part.name
            self._parts[number] = replace(part, lines_before=lines)
            with naming(part.name):
                reader = self._open(part.name)
                for chunk in reader.chunks(block_bytes):
                    yield _moved(chunk, order, rows, self._parts[number])
            lines, rows = lines + reader.line, rows + reader.row


def _order(wanted: list[str], names: list[str], member: str, first: str, *, by_name: bool) -> list[int] | None:
    """The position of each column of the first member in this one; None: the same order. Raises Rejected."""
    if not by_name:
        if len(names) == len(wanted):
            return None
        raise Rejected(
            f"{quoted(member)} has {len(names):,} columns, but {quoted(first)} has {len(wanted):,}: "
            "they can't be joined. "
            "Import each on its own (not in a sync), or choose only one.",
            "members",
        )
    places = {key: at for at, key in enumerate(_keys(names))}
    keys = _keys(wanted)
    if set(keys) != set(places):
        raise Rejected(_difference(wanted, names, member, first), "members")
    order = [places[key] for key in keys]
    return None if order == sorted(order) else order


def _keys(names: list[str]) -> list[tuple[str, int]]:
    """Names for comparison, without case and surrounding spaces; repeated names are numbered."""
    seen: Counter[str] = Counter()
    keys = []
    for name in names:
        key = name.strip().casefold()
        keys.append((key, seen[key]))
        seen[key] += 1
    return keys


def _difference(wanted: list[str], names: list[str], member: str, first: str) -> str:
    """The message about columns in which two members differ."""
    have, need = (
        Counter(n.strip() for n in error_columns.own(names)),
        Counter(n.strip() for n in error_columns.own(wanted)),
    )
    folded = {n.casefold() for n in have}, {n.casefold() for n in need}
    missing = [n for n in need if n.casefold() not in folded[0]]
    added = [n for n in have if n.casefold() not in folded[1]]
    said = [f"lacks {_shown(missing)}"] if missing else []
    said += [f"has {_shown(added)} more"] if added else []
    what = " and ".join(said) or "repeats different ones"
    return (
        f"{quoted(member)} does not have the same columns as {quoted(first)}: it {what}. Joined files need "
        "the same columns, in any "
        "order. Import each on its own (not in a sync), or choose only one."
    )


def _shown(names: list[str]) -> str:
    more = " …" if len(names) > NAMES_SHOWN else ""
    return ", ".join(map(quoted, names[:NAMES_SHOWN])) + more


def _moved(chunk: Chunk, order: list[int] | None, rows: int, part: Part) -> Chunk:
    """A chunk of a member with columns in the order of the first member, and continued numbers of rows and lines."""
    lines = part.lines_before or 0
    frame = in_order(chunk.frame, order)
    frame = frame.assign(**{ROW: frame[ROW] + rows, LINE: frame[LINE] + lines})
    doubts = [replace(one, line=one.line + lines) for one in chunk.doubts]
    errors = [_moved_error(error, order, rows, part) for error in chunk.errors]
    long = frozenset(row + rows for row in chunk.long)
    return replace(chunk, frame=frame, errors=errors, part=part, doubts=doubts, long=long, order=order)


def in_order(frame: pd.DataFrame, order: list[int] | None) -> pd.DataFrame:
    """A frame of a member with the columns in the order of the first member."""
    if order is None:
        return frame
    moved = frame[[*map(str, order), ROW, LINE]]
    return moved.set_axis([*map(str, range(len(order))), ROW, LINE], axis=1)


def _moved_error(error: RowError, order: list[int] | None, rows: int, part: Part) -> RowError:
    cells = error.cells
    if order is not None and len(cells) > 1:  # one cell is a row that could not be cut
        padded = [*cells, *[""] * (len(order) - len(cells))]
        cells = (*(padded[at] for at in order), *padded[len(order) :])
    line = error.line + (part.lines_before or 0)
    return placed_error(replace(error, row=error.row + rows, line=line, cells=cells), [part])
