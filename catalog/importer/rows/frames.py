"""Frames of rows: from text that Arrow parses, from records that were read one by one, and of both.

A column of a frame is always one Arrow chunk: Arrow's writer and kernels need this.
"""

from typing import BinaryIO, cast

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from catalog.importer.rows import records
from catalog.importer.rows.chunk import LINE, ROW
from catalog.importer.rows.strict_csv import Record


def of_text(text: bytes, delimiter: str, width: int, *, quoting: bool = True) -> pd.DataFrame | None:
    """The cells of regular records, as text byte for byte; None if some byte is not UTF-8."""
    names = [str(i) for i in range(width)]
    if not text:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in names})
    try:
        table = arrow_csv.read_csv(
            cast(BinaryIO, pa.BufferReader(text)),  # as much of a file as Arrow needs
            arrow_csv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
            arrow_csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoting else False,
                newlines_in_values=quoting,
                ignore_empty_lines=False,
            ),
            arrow_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False),
        )
    except pa.ArrowInvalid:
        return None
    return table.to_pandas()


def joined_text(block: bytes, found: records.Records, keep: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> bytes:
    """The kept records without the others, copied in runs."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], keep, [False])).astype(np.int8)))
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(block[found.starts[first] : found.ends[last - 1] + 1] for first, last in runs)


def of_records(read: list[Record], width: int) -> pd.DataFrame:
    """Records that were read one by one as a frame, even if there are none."""
    columns = {str(i): [record.cells[i] for record in read] for i in range(width)}
    frame = pd.DataFrame(columns, dtype="str")
    frame[ROW] = np.array([record.row for record in read], np.intp)
    frame[LINE] = np.array([record.line for record in read], np.intp)
    return frame


def one(frames: list[pd.DataFrame]) -> pd.DataFrame:
    """Concatenate frames with the same columns."""
    return whole(pd.concat(frames, ignore_index=True))


def whole(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with one Arrow chunk per column, which pandas.concat does not keep."""
    table = pa.Table.from_pandas(frame, preserve_index=False).combine_chunks()
    return table.to_pandas()
