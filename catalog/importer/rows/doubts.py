"""Warnings of the reader about accepted rows: how they are written, and how many there are."""

from collections.abc import Iterable

import numpy as np
import pandas as pd

from catalog.importer.rows.chunk import LINE, ROW, Doubt
from catalog.importer.rows.records import QUOTE, Records
from catalog.importer.rows.strict_csv import Record

WHOLE = "whole row"  # in the place of a column


def of_records(read: Iterable[Record], width: int, delimiter: str) -> list[Doubt]:
    """Warnings about accepted rows that were read one by one."""
    read = list(read)
    surplus = [record for record in read if len(record.cells) > width]
    padded = [record for record in read if record.padded]
    return [
        _doubt(code, len(found), found[0].line, found[0].cells, width, delimiter)
        for code, found in (("surplus_cells", surplus), ("padded_quotes", padded))
        if found
    ]


def of_surplus(frame: pd.DataFrame, width: int, delimiter: str) -> list[Doubt]:
    """Warning about rows with empty cells beyond the header."""
    if not len(frame):
        return []
    first = frame.iloc[0]
    cells = first.drop([ROW, LINE]).tolist()
    return [_doubt("surplus_cells", len(frame), int(first[LINE]), cells, width, delimiter)]


def of_quotes(block: bytes, found: Records, line: int) -> list[Doubt]:
    """Warning about rows with quotes as ordinary characters."""
    quotes = np.flatnonzero(np.frombuffer(block, np.uint8) == QUOTE)
    rows = np.unique(np.searchsorted(found.ends, quotes))
    if not len(rows):
        return []
    first = rows[0]
    text = block[found.starts[first] : found.ends[first]].decode("utf-8", "replace")
    return [Doubt("literal_quotes", len(rows), line + int(found.lines[first]), WHOLE, text.strip())]


def _doubt(code: str, count: int, line: int, cells: list[str], width: int, delimiter: str) -> Doubt:
    column = f"column {width + 1}" if code == "surplus_cells" else WHOLE
    return Doubt(code, count, line, column, delimiter.join(cells))
