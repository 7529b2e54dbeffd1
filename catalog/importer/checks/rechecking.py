"""Check rows whose cells are known without the file: corrected ones."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from catalog.importer.checks.rows import Checked, check
from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError, row_error
from catalog.importer.rows import places
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.notation import plural


@dataclass(frozen=True)
class Row:
    """A row with its place in the file and its current cells."""

    row: int
    line: int
    cells: Sequence[str]


Corrections = Callable[[list[RowError]], list[Row]]
"""Rejected rows -> those of them that a person corrected, with their new cells."""


def checked(rows: list[Row], columns: Columns) -> Checked:
    """Check rows of stored cells, whose apostrophes were removed, like rows of a file."""
    columns = replace(columns, ours=False, returned=False)
    width = len(columns.names)
    errors = [error for row in rows if (error := _ragged(row, width))]
    wrong = {error.row for error in errors}
    good = [row for row in rows if row.row not in wrong]
    cells = {str(i): [row.cells[i] for row in good] for i in range(width)}
    frame = pd.DataFrame(cells, dtype="str")
    frame[ROW] = np.array([row.row for row in good], np.intp)
    frame[LINE] = np.array([row.line for row in good], np.intp)
    return check(Chunk(frame, errors, len(rows)), columns)


def corrected(chunk: Chunk, errors: list[RowError], rows: list[Row], columns: Columns) -> Checked:
    """A chunk after correcting `rows` of its rejected rows: its errors are the remaining ones."""
    found = checked(rows, columns)
    known = {row.row for row in rows}
    member = [chunk.part] if chunk.part else []
    left = [error for error in errors if error.row not in known]
    left += [places.placed_error(error, member, chunk.unit) for error in found.errors]
    return Checked(found.frame, sorted(left, key=lambda error: error.row), found.blank)


def _ragged(row: Row, width: int) -> RowError | None:
    """The error of a row with a wrong number of cells; None if it has as many as the header."""
    if len(row.cells) == width:
        return None
    code = "too_few_cells" if len(row.cells) < width else "too_many_cells"
    why = f"{plural(len(row.cells), 'cell')} where the header has {width:,}."
    text = ",".join(row.cells)
    return row_error(row.row, row.line, None, code, text, why, row.cells)
