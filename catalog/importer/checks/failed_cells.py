"""Cells with a spreadsheet error, such as #N/A, or a formula without its result: they are neither empty nor a value.

In the SKU, name, price and active such a cell rejects its row; elsewhere the catalog keeps its value.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

import numpy as np
import pandas as pd

from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError, quoted, row_error
from catalog.importer.rows.chunk import LINE, ROW, Doubt
from catalog.importer.values.fields import FIELDS, TEXTS
from catalog.importer.values.texts import Mask, Texts
from catalog.workbooks.error_texts import MAYBE, MERGED, NO_RESULT, is_error
from catalog.workbooks.sheet import cell_name

REJECTED = tuple(field for field in FIELDS if field not in TEXTS)
"""Fields in which such a cell rejects the row. In other fields the cell is ignored, and the catalog keeps its value."""
BEGINS = np.isin(np.arange(256), [*b"# \t\n\v\f\r"])
ENDS = np.isin(np.arange(256), [*b". \t\n\v\f\r", "…".encode()[-1]])
SHOWN = 3
LONGEST = 100  # longest such text in bytes, with spaces around it
WHY = {
    NO_RESULT: "a formula that was saved without its result. Let the spreadsheet program calculate it, and save the "
    "file again",
    MERGED: "a cell that is merged with a header cell. Split the cells",
}
AN_ERROR = "a spreadsheet error. Correct it in the spreadsheet, and save the file again"


@dataclass(frozen=True)
class FailedCells:
    """The failed cells of a chunk: position of the column -> index of the rows."""

    columns: Columns
    at: dict[int, pd.Series] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.at)

    def errors(self, cells: pd.DataFrame) -> Iterator[RowError]:
        """Errors of the rows that are rejected because of failed cells."""
        for name in REJECTED[2:] if self.columns.known else REJECTED:
            parts = self.columns.parts_of(name) if name in self.columns.fields else ()
            for position in parts:
                if position in self.at:
                    yield from self._errors(cells, name, position)

    def _errors(self, cells: pd.DataFrame, name: str, position: int) -> Iterator[RowError]:
        wrong = cells.loc[self.at[position], [ROW, LINE, str(position)]]
        for row, line, value in wrong.itertuples(index=False):
            kind = WHY.get(value.strip(), AN_ERROR)
            where = f"cell {cell_name(position, line)} holds" if self.columns.sheet else "the cell holds"
            why = f"{where} {quoted(value)}, {kind}."
            column = self.columns.name_of(name)
            yield row_error(row, line, column, "cell_error", value, why)

    def doubts(self, cells: pd.DataFrame) -> Iterator[Doubt]:
        """Warnings of failed cells: up to three examples for each column. Columns that reject their rows come last."""
        rejected = {part for name in REJECTED if name in self.columns.fields for part in self.columns.parts_of(name)}
        for position, found in sorted(self.at.items(), key=lambda one: one[0] in rejected):
            first = cells.loc[found, [LINE, str(position)]].head(SHOWN)
            left = int(found.sum()) - len(first) + 1
            for n, (line, value) in enumerate(first.itertuples(index=False), 1):
                where = f" in cell {cell_name(position, line)}" if self.columns.sheet else ""
                count = left if n == len(first) else 1
                column = self.columns.names[position]
                yield Doubt("cell_error", count, int(line), column, value + where)

    def without(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The fields of accepted rows, with null where the catalog keeps its value."""
        found = {name: rows for name in TEXTS if name in frame and (rows := self._of(name)) is not None}
        return frame.assign(**{name: frame[name].mask(rows) for name, rows in found.items()}) if found else frame

    def emptied(self, cells: pd.DataFrame) -> pd.DataFrame:
        """The cells of attributes, empty where the catalog keeps its value."""
        made = {}
        for name, position in self.columns.attributes.items():
            found = self._of(name)
            if found is not None:
                made[str(position)] = cells[str(position)].mask(found, "")
        return cells.assign(**made) if made else cells

    def kept(self) -> dict[str, pd.Series]:
        """Attribute -> rows in which the catalog keeps its value."""
        found = {name: self._of(name) for name in self.columns.attributes}
        return {name: rows for name, rows in found.items() if rows is not None}

    def of_rows(self, good: pd.Series) -> "FailedCells":
        """The failed cells of these rows."""
        left = {position: found[good] for position, found in self.at.items()}
        return FailedCells(self.columns, {p: one for p, one in left.items() if one.any()})

    def _of(self, name: str) -> pd.Series | None:
        """Rows in which a field or attribute, or a part of it, is a failed cell; None if no cell of it failed."""
        places = self.columns.fields if name in self.columns.fields else self.columns.attributes
        if name not in places:
            return None
        parts = [self.at[p] for p in self.columns.parts_at(places[name]) if p in self.at]
        return reduce(or_, parts) if parts else None


def find(cells: pd.DataFrame, columns: Columns) -> FailedCells:
    """Find the failed cells of a chunk, after the chosen clean-up steps."""
    found = {}
    for position in range(len(columns.names)):
        texts = Texts(cells[str(position)])
        short = (texts.lengths > 0) & (texts.lengths <= LONGEST)
        if not short.any() or not may_be(texts, short):
            continue
        rows = texts.matching(MAYBE, short)
        for at in np.flatnonzero(rows):
            rows[at] = is_error(texts.values[int(at)].as_py())
        if rows.any():
            found[position] = pd.Series(rows, index=cells.index)
    return FailedCells(columns, found)


def may_be(texts: Texts, short: Mask) -> bool:
    """Whether a column may have failed cells: a cheap check of first and last bytes and colons."""
    if BEGINS[texts.first[short]].any():
        return True
    if ENDS[texts.bytes[texts.ends[1:][short] - 1]].any():
        return True
    text = texts.bytes.tobytes()
    return b":" in text and (b":5" in text or b": 5" in text)
