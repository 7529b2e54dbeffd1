"""A chunk: the rows that the reader hands to checks, warnings and the plan at once."""

from dataclasses import dataclass, field

import pandas as pd

from catalog.importer.errors import RowError
from catalog.importer.rows.places import UNIT, Part

ROW, LINE = "row", "line"  # columns of a frame, beside those of the file


@dataclass(frozen=True)
class Doubt:
    """A warning of the reader about accepted rows: its code in WARNINGS, the number of rows, and the first one."""

    code: str
    count: int
    line: int
    column: str
    value: str


@dataclass
class Chunk:
    """Rows read at once. `frame` has a str column for each of the file, named by its position, and row and line."""

    frame: pd.DataFrame
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0  # records, rejected and blank ones included
    blank: int = 0
    part: Part | None = None  # the member of an archive, where several are joined
    unit: str = UNIT  # what its places count: see places.unit_of
    doubts: list[Doubt] = field(default_factory=list)
    long: frozenset[int] = frozenset()  # rows over several lines
    delimiter: str = ","
    width: int = 0  # cells of a row, as the header has
    surplus: int = 0  # empty cells that rows may have beyond the header
    order: list[int] | None = None  # positions of the columns of the frame in the rows
