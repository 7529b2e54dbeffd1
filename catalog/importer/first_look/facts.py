"""Facts about each column of a file: some values, how full it is, how unique."""

from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.first_look.stored_rows import short
from catalog.importer.values.texts import NO_TEXT

VALUES = 3  # that are shown
AMONG = 100  # rows in which they are searched first


@dataclass(frozen=True)
class ColumnFacts:
    """A column: `filled` of its `rows` rows have a value, and `distinct` values differ."""

    name: str
    values: tuple[str, ...]  # the first ones, each once
    rows: int
    filled: int
    distinct: int

    @property
    def fill(self) -> float:
        """The share of the rows that have a value, 0 to 1."""
        return self.filled / self.rows if self.rows else 0.0

    @property
    def is_key(self) -> bool:
        """Whether every row has a different value."""
        return 1 < self.rows == self.distinct

    def to_json(self) -> dict[str, Any]:
        """The JSON of the API."""
        return asdict(self) | {"values": list(self.values)}


def of_columns(names: list[str], cells: pd.DataFrame | None) -> tuple[ColumnFacts, ...]:
    """The facts of all columns; the cells are named by position."""
    if cells is None:
        return tuple(ColumnFacts(name, (), 0, 0, 0) for name in names)
    return tuple(_of_column(name, cells[str(at)]) for at, name in enumerate(names))


def _of_column(name: str, cells: pd.Series) -> ColumnFacts:
    texts: pa.Array[Any] = compute.utf8_trim_whitespace(pa.array(cells, type=pa.large_string()))
    filled = texts.filter(compute.not_equal(texts, NO_TEXT))
    distinct = compute.count_distinct(filled).as_py()
    values = dict.fromkeys(filled[:AMONG].to_pylist())
    if len(values) < min(VALUES, distinct):
        values = dict.fromkeys(filled.unique()[:VALUES].to_pylist())
    shown = tuple(short(str(value)) for value in [*values][:VALUES])
    return ColumnFacts(name, shown, len(texts), len(filled), distinct)
