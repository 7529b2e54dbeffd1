"""What looks wrong in one chunk.

The result is small and has no rows, so that it can be sent to another process: `Noticed` adds the results up.

A few things are seen in the first chunk only, or are learnt from it; with these, `Begun`, other processes look at
later chunks.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from catalog.importer.checks.rows import Checked
from catalog.importer.columns.result import Columns
from catalog.importer.errors import VALUE_LENGTH, quoted, storable
from catalog.importer.invisible_characters import visible
from catalog.importer.rows.chunk import LINE, Chunk, Doubt
from catalog.importer.values.texts import Mask, Texts
from catalog.importer.warnings import cells as cell_warnings, repeats
from catalog.importer.warnings.hashes import NONE, Hashes, hashes
from catalog.importer.warnings.lines_in_cells import keys_in_cells
from catalog.importer.warnings.rival_columns import good_columns
from catalog.importer.warnings.swallowed import RowsInCells
from catalog.workbooks.sheet import cell_name

IN_CELLS = ("rounded_codes",)  # of workbooks, whose cells have names
EXAMPLES = 3
MOST_SKUS = 5_000  # SKUs of the first rows that are compared with each other

Example = dict[str, Any]  # line, column, value


@dataclass(frozen=True)
class Finding:
    """One kind of warning: how many cells or rows, and the first. Each `kind` within a code has its own example."""

    code: str
    count: int
    examples: tuple[Example, ...]
    kind: str = ""


@dataclass(frozen=True)
class Begun:
    """What is known after the first chunk with an accepted row."""

    kinds: cell_warnings.ColumnKinds | None = None
    forms: frozenset[str] | None = None  # of SKUs: see `swallowed`
    compared: bool = False


@dataclass(frozen=True)
class Seen:
    """What one chunk tells: its warnings, and what is needed for those over the whole file."""

    findings: tuple[Finding, ...]
    skus: Hashes  # of the accepted rows
    views: tuple[Hashes, Hashes] | None  # SKUs, and languages or views, if a column tells them apart
    view_name: str
    strange: tuple[repeats.Strange, ...]
    emptied: frozenset[str]
    inside: Hashes  # see `lines_in_cells`
    rows: int  # in the frame
    rivals: dict[int, Hashes] = field(default_factory=dict)


class Observer:
    """Looks at the chunks of a file, or of a range of it. `inside`: lines inside of cells are collected too."""

    def __init__(
        self, columns: Columns, begun: Begun | None = None, *, rivals: Iterable[int] = (), inside: bool = False
    ) -> None:
        self.columns = columns
        self.begun = begun or Begun()
        self._swallowed = RowsInCells(self.begun.forms)
        self.rivals = tuple(rivals)
        self.inside = inside

    def see(self, chunk: Chunk, checked: Checked) -> Seen:
        """Check a chunk: its cells as in the file, and its accepted rows."""
        columns, cells, accepted = self.columns, chunk.frame, checked.frame
        doubts = [*chunk.doubts, *checked.doubts, *self._swallowed.see(chunk, columns)]
        is_first = self.begun.kinds is None
        kinds = self.begun.kinds or cell_warnings.kinds_of(columns, cells)
        found = [*map(_of_doubt, doubts), *_in_cells(cells, columns, kinds, is_first=is_first)]
        is_compared = self.begun.compared
        if not is_compared and len(accepted):
            found += [*_price(cells.loc[accepted.index], columns), *_compared(accepted.iloc[:MOST_SKUS], columns)]
            is_compared = True
        views = None
        if kinds.view is not None:
            views, more = _views(cells.loc[accepted.index, str(kinds.view)], accepted, kinds.view_name)
            found += more
        self.begun = Begun(kinds, self._swallowed.first, is_compared)
        good = good_columns(cells, self.rivals) if len(cells) else dict.fromkeys(self.rivals, NONE)
        self.rivals = tuple(good)
        return Seen(
            _compact(found),
            hashes(accepted["sku"]),
            views,
            kinds.view_name,
            tuple(repeats.strange(cells, accepted, columns)),
            frozenset(repeats.emptied(accepted)),
            keys_in_cells(chunk, columns) if self.inside else NONE,
            len(cells),
            good,
        )


def example(line: int | None, column: str, value: str) -> Example:
    """One cell or row as it is shown."""
    return {"line": line, "column": column, "value": visible(storable(value))[:VALUE_LENGTH]}


def _of_doubt(one: Doubt) -> Finding:
    return Finding(one.code, one.count, (example(one.line, one.column, one.value),))


def _compact(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding of each kind, with the first examples."""
    sums: dict[tuple[str, str], Finding] = {}
    for one in found:
        before = sums.get((one.code, one.kind), replace(one, count=0, examples=()))
        examples = (before.examples + one.examples)[: 1 if one.kind else EXAMPLES]
        sums[one.code, one.kind] = replace(before, count=before.count + one.count, examples=examples)
    return tuple(sums.values())


def _in_cells(
    cells: pd.DataFrame, columns: Columns, kinds: cell_warnings.ColumnKinds, *, is_first: bool
) -> Iterator[Finding]:
    """Cells with a warning, column by column; in the first chunk also columns that were found by their values."""
    for position, name in enumerate(columns.names):
        texts = Texts(cells[str(position)])
        for code, kind, wrong in kinds.warnings(position, texts, is_first):
            if wrong.any():
                yield _finding(code, kind, wrong, cells, position, name)
    for one in columns.by_value if is_first and len(cells) else ():
        at = columns.fields[one]
        shown = example(int(cells[LINE].iloc[0]), columns.names[at], f"{one}: {cells[str(at)].iloc[0]}")
        yield Finding("by_value", 1, (shown,))


def _finding(code: str, kind: str, wrong: Mask, cells: pd.DataFrame, position: int, name: str) -> Finding:
    at = np.flatnonzero(wrong)
    shown = []
    for index in at[: 1 if kind else EXAMPLES]:
        row = cells.iloc[index]
        line, value = int(row[LINE]), row[str(position)]
        place = f" in cell {cell_name(position, line)}" if code in IN_CELLS else ""
        shown.append(example(line, name, value + place))
    return Finding(code, len(at), tuple(shown), kind)


def _price(cells: pd.DataFrame, columns: Columns) -> Sequence[Finding]:
    """The column that may be the price, with its first text."""
    name = columns.price_like
    if not name:
        return []
    column = cells[str(columns.names.index(name))]
    filled = np.flatnonzero(Texts(column).lengths)
    at = int(filled[0]) if len(filled) else 0
    return [Finding("no_price_column", 1, (example(int(cells[LINE].iloc[at]), name, column.iloc[at]),))]


def _compared(rows: pd.DataFrame, columns: Columns) -> Iterator[Finding]:
    """Compare the SKUs of the first rows: repeated ones, and those that look the same."""
    column = columns.name_of("sku")
    for code, look in (("repeated_skus", repeats.repeated), ("alike_skus", repeats.alike)):
        found = look(rows, EXAMPLES)
        yield Finding(code, found.count, tuple(example(line, column, value) for line, value in found.examples))


def _views(views: pd.Series, accepted: pd.DataFrame, name: str) -> tuple[tuple[Hashes, Hashes], list[Finding]]:
    """Languages or views of a shop, each with its SKU, and the first rows of a SKU in another one."""
    views = views.str.strip()
    skus = accepted["sku"].str.lower()
    others = np.flatnonzero(skus.duplicated() & ~pd.DataFrame({"s": skus, "v": views}).duplicated())
    rows = [(accepted.iloc[int(at)], views.iloc[int(at)]) for at in others[:EXAMPLES]]
    shown = tuple(example(int(row[LINE]), name, f"{row['sku']}: {quoted(view)}") for row, view in rows)
    return (hashes(skus), hashes(views)), [Finding("rows_per_language", len(others), shown)]
