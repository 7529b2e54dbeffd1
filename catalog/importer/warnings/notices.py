"""What looks wrong in rows that are accepted: noticed while they are read, shown with counts and examples, never a reason to reject.

Cells are looked at in the whole file, by means that cost little; SKUs that are alike in its first rows. What only
the catalog can tell is asked once the plan is made: see `plan.warnings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from catalog.importer.columns.result import Columns
from catalog.importer.errors import VALUE_LENGTH, quoted, storable
from catalog.importer.invisible_characters import visible
from catalog.importer.rows.chunk import LINE, Doubt
from catalog.importer.rows.places import placed
from catalog.importer.values.texts import Mask, Texts
from catalog.importer.warnings import cells as cell_warnings, languages, repeats
from catalog.importer.warnings.kinds import WARNINGS
from catalog.importer.warnings.lines_in_cells import LinesInCells
from catalog.workbooks.sheet import cell_name

IN_CELLS = ("rounded_codes",)  # of workbooks, whose cells have names
EXAMPLES = 3
MOST_SKUS = 5_000  # SKUs of the first rows that are compared with each other
MOST_HASHED = 1_000_000  # SKUs whose hashes are kept, in 8 MB: a sort of them is ten times as fast as SQL's count
MOST_STRANGE = 20_000  # number of SKUs with an unusual character that are looked up

Hashes = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True)
class FileWarning:
    """One kind of warning about a file: the number of cells or rows, and the first ones as line, column, value."""

    code: str
    count: int
    examples: list[dict[str, Any]]

    def to_json(self) -> dict[str, Any]:
        """As it is stored with the import."""
        return asdict(self)


class Noticed:
    """Collects warnings while a file is read, chunk by chunk."""

    def __init__(self) -> None:
        self._counts = dict.fromkeys(WARNINGS, 0)
        self._examples: dict[str, list[dict[str, Any]]] = {code: [] for code in WARNINGS}
        self._kinds: set[str] = set()
        self._columns: cell_warnings.ColumnKinds | None = None
        self._compared = False
        self._hashes: list[Hashes] = []
        self._hashed = 0
        self._views: list[tuple[Hashes, Hashes]] = []
        self.strange: list[repeats.Strange] = []
        self.emptied: set[str] = set()
        self.inside = LinesInCells()
        self.taken_out = 0  # products that `inside` names and that are absent for a sync

    def see(self, cells: pd.DataFrame, accepted: pd.DataFrame, columns: Columns) -> None:
        """Check a chunk: its cells as in the file, and its accepted rows."""
        first = self._columns is None
        kinds = self._columns or cell_warnings.kinds_of(columns, cells)
        self._columns = kinds
        for position, name in enumerate(columns.names):
            texts = Texts(cells[str(position)])
            for code, kind, found in kinds.warnings(position, texts, first):
                self._see(code, kind, found, cells, position, name)
        if first:
            self._see_found(cells, columns)
        if columns.price_like and not self._counts["no_price_column"] and len(accepted):
            self._see_price(cells.loc[accepted.index], columns)
        self._hash(accepted["sku"])
        self._remember(cells, accepted, columns)
        if not self._compared and len(accepted):
            self._compared = True
            self._compare(accepted.iloc[:MOST_SKUS], columns)

    def add_doubts(self, doubts: Iterable[Doubt]) -> None:
        """Add the warnings of the reader about accepted rows."""
        for one in doubts:
            self.add(one.code, one.line, one.column, one.value)
            self._counts[one.code] += one.count - 1

    def count(self, code: str) -> int:
        """The count so far."""
        return self._counts[code]

    def spellings(self) -> int | None:
        """Number of different spellings of the accepted SKUs; None: there are too many rows."""
        if self._hashed > MOST_HASHED:
            return None
        hashes = np.concatenate(self._hashes) if self._hashes else np.array([], np.int64)
        hashes.sort()
        return int(np.count_nonzero(np.diff(hashes))) + bool(len(hashes))

    def lost_views(self) -> int:
        """Rows of SKUs in languages or views that are not kept, over the whole file."""
        if not self._views:
            return 0
        skus, views = map(np.concatenate, zip(*self._views, strict=True))
        return languages.lost(skus, views)

    def view_column(self) -> str:
        """The name of the column that distinguishes languages or views; empty if there is none."""
        kinds = self._columns
        return kinds.view_name if kinds else ""

    def counted(self, code: str, count: int) -> None:
        """Set the count over the whole file; the examples so far are kept."""
        self._counts[code] = count
        self._examples[code] = self._examples[code][:count]

    def at_least(self, code: str, count: int) -> None:
        """Raise the count to this number over the whole file; there may be more."""
        self._counts[code] = max(count, self._counts[code])

    def add(self, code: str, line: int | None, column: str, value: str) -> None:
        """Add one cell or row."""
        self._counts[code] += 1
        if len(self._examples[code]) < EXAMPLES:
            shown = visible(storable(value))[:VALUE_LENGTH]
            self._examples[code].append({"line": line, "column": column, "value": shown})

    def warnings(self, parts: Sequence[Any] = ()) -> list[FileWarning]:
        """The warnings so far, in the order of WARNINGS; `parts` are the members of a joined import."""
        self.counted("rows_per_language", self.lost_views())
        return [
            FileWarning(code, count, [_placed(one, parts) for one in self._examples[code]])
            for code, count in self._counts.items()
            if count
        ]

    def _see(self, code: str, kind: str, found: Mask, cells: pd.DataFrame, position: int, name: str) -> None:
        """Add the cells of a column with a warning; each kind within a code has its own example."""
        at = np.flatnonzero(found)
        if not len(at):
            return
        shown = (0 if kind in self._kinds else 1) if kind else EXAMPLES
        self._kinds.add(kind)
        for index in at[:shown]:
            row = cells.iloc[index]
            line, value = int(row[LINE]), row[str(position)]
            place = f" in cell {cell_name(position, line)}" if code in IN_CELLS else ""
            self.add(code, line, name, value + place)
        self._counts[code] += max(len(at) - shown, 0)

    def _see_found(self, cells: pd.DataFrame, columns: Columns) -> None:
        """Add the columns that were found by their values, with the first text of each."""
        for field in columns.by_value if len(cells) else ():
            at = columns.fields[field]
            self.add("by_value", int(cells[LINE].iloc[0]), columns.names[at], f"{field}: {cells[str(at)].iloc[0]}")

    def _see_price(self, cells: pd.DataFrame, columns: Columns) -> None:
        """Add the column that may be the price, with its first text."""
        name = columns.price_like
        column = cells[str(columns.names.index(name))]
        filled = np.flatnonzero(Texts(column).lengths)
        at = int(filled[0]) if len(filled) else 0
        self.add("no_price_column", int(cells[LINE].iloc[at]), name, column.iloc[at])

    def _hash(self, skus: pd.Series) -> None:
        self._hashed += len(skus)
        if self._hashed > MOST_HASHED:
            self._hashes.clear()
            return
        self._hashes.append(_hashes(skus))

    def _remember(self, cells: pd.DataFrame, accepted: pd.DataFrame, columns: Columns) -> None:
        """Collect data for warnings that need the whole file."""
        if len(self.strange) < MOST_STRANGE:
            self.strange += repeats.strange(cells, accepted, columns)
        self.emptied |= repeats.emptied(accepted)
        kinds = self._columns
        if kinds and kinds.view is not None and self._hashed <= MOST_HASHED:
            views = cells.loc[accepted.index, str(kinds.view)].str.strip()
            self._see_views(views, accepted, kinds.view_name)

    def _see_views(self, views: pd.Series, accepted: pd.DataFrame, name: str) -> None:
        """Collect languages or views of a shop, each with its SKU."""
        skus = accepted["sku"].str.lower()
        self._views.append((_hashes(skus), _hashes(views)))
        others = skus.duplicated() & ~pd.DataFrame({"s": skus, "v": views}).duplicated()
        for at in np.flatnonzero(others)[:EXAMPLES]:
            row = accepted.iloc[int(at)]
            value = f"{row['sku']}: {quoted(views.iloc[int(at)])}"
            self.add("rows_per_language", int(row[LINE]), name, value)

    def _compare(self, rows: pd.DataFrame, columns: Columns) -> None:
        """Compare the SKUs of the first rows: repeated ones, and those that look the same."""
        column = columns.name_of("sku")
        for code, look in (("repeated_skus", repeats.repeated), ("alike_skus", repeats.alike)):
            found = look(rows, EXAMPLES)
            for line, value in found.examples:
                self.add(code, line, column, value)
            self._counts[code] += found.count - len(found.examples)


def _hashes(texts: pd.Series) -> Hashes:
    found = pa.array(texts, type=pa.large_string()).to_pylist()
    return np.fromiter(map(hash, found), np.int64, len(found))


def _placed(example: dict[str, Any], parts: Sequence[Any]) -> dict[str, Any]:
    """An example with its line in its member, if several are joined."""
    if not parts or example["line"] is None:
        return example
    member, line = placed(parts, example["line"])
    return example | {"line": line, "member": member}
