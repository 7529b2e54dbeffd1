"""Text in, chunks of pandas out: every record of the file is in a chunk, refused with its reason, or blank.

Two ways lead through a block. Records that are quoted by the book (nearly all) are found by numpy and parsed by Arrow, at
the speed of memory. From the first one that is not, Python's strict csv module reads record by record and says what is
wrong. Both give the same rows for the same text; a property test holds them to it.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from catalog.importer import again, records
from catalog.importer.careful import (
    CELL_BYTES,
    RECORD_BYTES,
    CarefulReader,
    Record,
    physical_lines,
)
from catalog.importer.errors import Refused, RowError
from catalog.importer.parts import Part
from catalog.importer.source import SHORT_SAMPLE_BYTES, Source

BLOCK_BYTES = 4 * 1024**2  # 15,000 rows; larger ones are slower, and need more memory
LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
ROW, LINE = "row", "line"


@dataclass
class Chunk:
    """Rows read at once. `frame` has a str column for each column of the file, named by its position, and row and line."""

    frame: pd.DataFrame
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0  # records, refused and blank ones included
    blank: int = 0
    part: Part | None = None  # the member of an archive, where several are joined


class Reader:
    """Reads a source from its header to its end. Raises Refused where the rest of the file can't be trusted."""

    def __init__(
        self,
        source: Source,
        delimiter: str,
        *,
        header: bool = True,
        skip: int = 0,
        rows_are_lines: bool = False,
    ) -> None:
        self._source = source
        self._delimiter = delimiter
        self._buffer = b""
        self._at_end = False
        self.line = 1  # the next physical line
        self.row = 0  # the last record's number
        self._careful = CarefulReader(delimiter, source.encoding)
        self._above = skip  # records above the first row
        self._rows_are_lines = rows_are_lines  # as in a sheet, whatever its cells hold
        self._skip(skip)
        self.header = self._read_header() if header else self._number_columns()

    def chunks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[Chunk]:
        """The rows after the header, block by block."""
        while True:
            self._fill(block_bytes)
            if not self._buffer:
                return
            found = records.find(self._buffer, ord(self._delimiter), last=self._at_end)
            if found.end:
                yield self._parse(found)
            elif not found.clean or self._at_end:
                yield self._parse_carefully(block_bytes)
            elif len(self._buffer) > RECORD_BYTES:
                raise self._careful.endless(self.line, self._buffer)
            else:
                self._fill(len(self._buffer) + block_bytes)

    def _fill(self, size: int) -> None:
        """At least `size` bytes in the buffer, as long as the source has them."""
        parts = [self._buffer]
        have = len(self._buffer)
        while have < size and not self._at_end:
            data = self._source.read(size - have)
            self._at_end = not data
            have += len(data)
            parts.append(data)
        self._buffer = b"".join(parts)

    # By the book: numpy finds the records, Arrow parses them.

    def _parse(self, found: records.Records) -> Chunk:
        block, self._buffer = self._buffer[: found.end], self._buffer[found.end :]
        line, row = self.line, self.row
        self.line += found.end_lines
        self.row += len(found.starts)
        chunk = self._parse_regular(block, found, line, row)
        if chunk:
            return chunk
        # A NUL, a huge cell, bytes that are no UTF-8: find the rows that have them.
        lines = physical_lines(self._text(block))
        return self._chunk(
            len(found.starts), list(self._careful.read(lines, line, row))
        )

    def _parse_regular(
        self, block: bytes, found: records.Records, line: int, row: int
    ) -> Chunk | None:
        """The block as a chunk, None when Arrow can't be trusted with it."""
        if b"\0" in block or (found.ends - found.starts).max() > CELL_BYTES:
            return None
        if block.startswith(
            BOM_UTF8
        ):  # Arrow would take it for the file's own and drop it
            return None
        regular = (found.cells == self._careful.width) & ~found.empty
        strange = np.flatnonzero(~regular & ~found.empty)
        text = block if regular.all() else _join(block, found, regular)
        frame = _arrow_frame(text, self._delimiter, self._careful.width)
        if frame is None or len(frame) != regular.sum():
            return None
        frame[ROW] = row + 1 + np.flatnonzero(regular)
        frame[LINE] = line + found.lines[regular]
        read = self._read_strange(block, found, strange, line, row)
        return self._chunk(len(found.starts), read, frame, int(found.empty.sum()))

    def _read_strange(
        self,
        block: bytes,
        found: records.Records,
        strange: records.Positions,
        line: int,
        row: int,
    ) -> list[Record]:
        """The records with too few or too many cells; quoted by the book, so that csv finds the same ones."""
        texts = [
            self._text(block[found.starts[i] : found.ends[i] + 1]) for i in strange
        ]
        places = [(row + 1 + int(i), line + int(found.lines[i])) for i in strange]
        return self._careful.read_each(texts, places)

    # Carefully: the csv module reads, and says what is wrong.

    def _parse_carefully(self, size: int) -> Chunk:
        """The next records of about `size` bytes, read one by one."""
        read: list[Record] = []
        for record in self._careful.read(self._take_lines(), self.line, self.row):
            read.append(record)
            if self._taken >= size:
                break
        self._advance()
        self.row += len(read)
        return self._chunk(len(read), read)

    def _take_lines(self) -> Iterator[str]:
        """Physical lines off the buffer, filling it as needed; `_taken` counts the bytes, `_lines_taken` the lines."""
        self._taken = self._lines_taken = 0
        while True:
            match = LINE_END.search(self._buffer, self._taken)
            if match is None and not self._at_end:
                if len(self._buffer) - self._taken > RECORD_BYTES:
                    raise self._careful.endless(
                        self.line + self._lines_taken, self._buffer[self._taken :]
                    )
                blocks = len(self._buffer) // BLOCK_BYTES + 1
                self._fill(blocks * BLOCK_BYTES if self._buffer else SHORT_SAMPLE_BYTES)
                continue
            end = match.end() if match else len(self._buffer)
            if end == self._taken:
                return
            line, self._taken = self._buffer[self._taken : end], end
            self._lines_taken += 1
            yield self._text(line)

    # Both ways end here.

    def _chunk(
        self,
        rows: int,
        read: list[Record],
        frame: pd.DataFrame | None = None,
        blank: int = 0,
    ) -> Chunk:
        """A chunk of `rows` records: those that were read one by one, beside the frame of the others and blank ones."""
        width = self._careful.width
        errors = [record.error for record in read if record.error]
        good = [r for r in read if not r.error and len(r.cells) >= width]
        blank += len(read) - len(errors) - len(good)
        if good or frame is None:
            careful = _frame(good, width)
            frame = (
                careful
                if frame is None
                else pd.concat([frame, careful], ignore_index=True)
            )
        if self._rows_are_lines:
            frame[LINE] = frame[ROW] + self._above
        return Chunk(frame, errors, rows, blank)

    def _skip(self, lines: int) -> None:
        """Leave out physical lines above the header, whatever they hold."""
        for _ in zip(range(lines), self._take_lines(), strict=False):
            pass
        if lines:
            self._advance()

    def _read_header(self) -> list[str]:
        """The first line with text in it; empty lines above it do not count as rows."""
        for record in self._careful.read(self._take_lines(), self.line, 0):
            self._above += 1
            if record.error:
                raise Refused(f"The header can't be read. {record.error.message}")
            if any(cell.strip() for cell in record.cells):
                break
        else:
            raise Refused("The file is empty.")
        self._advance()
        self._careful.width = len(record.cells)
        return record.cells

    def _number_columns(self) -> list[str]:
        """Names by position: the first row that can be read tells how many there are, and stays to be read as a row.

        Our own file of refused rows has a header also when the file that they came from had none.
        """
        for record in self._careful.read(self._take_lines(), self.line, 0):
            if not record.error and any(cell.strip() for cell in record.cells):
                break
        else:
            raise Refused("The file is empty.")
        self._careful.width = len(record.cells)
        if again.is_header(record.cells):
            self._advance()
            return record.cells
        return [f"column {number}" for number in range(1, len(record.cells) + 1)]

    def _advance(self) -> None:
        """What was taken is read."""
        self._buffer = self._buffer[self._taken :]
        self.line += self._lines_taken

    def _text(self, block: bytes) -> str:
        """Text with each byte that does not fit as a lone surrogate."""
        return block.decode("utf-8", self._source.marks)


def _arrow_frame(text: bytes, delimiter: str, width: int) -> pd.DataFrame | None:
    """The cells of regular records, as text byte for byte; None if some byte is not UTF-8."""
    names = [str(i) for i in range(width)]
    if not text:
        return pd.DataFrame({name: pd.Series([], dtype="str") for name in names})
    try:
        table = arrow_csv.read_csv(
            pa.py_buffer(text),
            arrow_csv.ReadOptions(
                column_names=names, block_size=len(text) + 1, use_threads=False
            ),
            arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False
            ),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return cast(pd.DataFrame, table.to_pandas())


def _join(
    block: bytes,
    found: records.Records,
    keep: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> bytes:
    """The kept records without the others, copied in runs."""
    edges = np.flatnonzero(
        np.diff(np.concatenate(([False], keep, [False])).astype(np.int8))
    )
    runs = zip(edges[0::2], edges[1::2], strict=True)
    return b"".join(
        block[found.starts[first] : found.ends[last - 1] + 1] for first, last in runs
    )


def _frame(read: list[Record], width: int) -> pd.DataFrame:
    """Records that were read one by one as a frame, also if there are none."""
    columns = {str(i): [record.cells[i] for record in read] for i in range(width)}
    frame = pd.DataFrame(columns, dtype="str")
    frame[ROW] = np.array([record.row for record in read], np.intp)
    frame[LINE] = np.array([record.line for record in read], np.intp)
    return frame
