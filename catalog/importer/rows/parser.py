"""Blocks of text with whole records in, chunks out: Arrow parses what follows RFC 4180, the csv module the rest.

Before it parses a block, `records` has found the records in it. A parser has no position in a file, so any process can
parse any block.
"""

from codecs import BOM_UTF8
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.importer.errors import at_row
from catalog.importer.rows import doubts, frames, records
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.rows.places import OF_TABLES, UNIT
from catalog.importer.rows.strict_csv import CELL_BYTES, CarefulReader, Record, physical_lines


@dataclass(frozen=True)
class RowFormat:
    """How the rows of a file are written, as its beginning showed: all that a process needs to parse a block of it."""

    delimiter: str
    encoding: str
    marks: str  # how a byte that does not fit is marked: see `Source`
    width: int  # cells of a row
    surplus: int  # empty cells that rows may have beyond the header
    quotes: bool  # False: they are ordinary characters


class Parser:
    """Parses the blocks of a file. `careful` is its reader of single records, and knows the width of a row."""

    def __init__(self, delimiter: str, careful: CarefulReader, marks: str, *, rows_are_lines: bool = False) -> None:
        self.careful = careful
        self.above = 0  # records above the first row
        self._delimiter = delimiter
        self._marks = marks
        self._rows_are_lines = rows_are_lines  # as in a sheet, where cells can contain anything

    @classmethod
    def of(cls, form: RowFormat) -> "Parser":
        """The parser of a file whose rows are written like this."""
        careful = CarefulReader(form.delimiter, form.encoding)
        careful.width, careful.surplus, careful.quotes = form.width, form.surplus, form.quotes
        return cls(form.delimiter, careful, form.marks)

    @property
    def form(self) -> RowFormat:
        """How the rows are written."""
        careful = self.careful
        return RowFormat(self._delimiter, careful.encoding, self._marks, careful.width, careful.surplus, careful.quotes)

    def text(self, block: bytes) -> str:
        """Text with each byte that does not fit as a lone surrogate."""
        return block.decode("utf-8", self._marks)

    def find(self, block: bytes, *, last: bool) -> records.Records:
        """The complete records of a block; `last`: nothing follows them."""
        return records.find(block, ord(self._delimiter), last=last, quoting=self.careful.quotes)

    def extent(self, block: bytes, *, last: bool) -> records.Extent | None:
        """How far the complete records of a block reach; None if some record does not follow RFC 4180."""
        return records.extent(block, ord(self._delimiter), last=last, quoting=self.careful.quotes)

    def parse(self, block: bytes, found: records.Records, line: int, row: int) -> Chunk:
        """A block of complete records. `line` is the number of its first line, `row` that of the record before."""
        chunk = self._parse_regular(block, found, line, row)
        if chunk:
            return chunk
        # A NUL, a huge cell, bytes that are not UTF-8: find the rows that have them.
        lines = physical_lines(self.text(block))
        return self.chunk(len(found.starts), list(self.careful.read(lines, line, row)))

    def _parse_regular(self, block: bytes, found: records.Records, line: int, row: int) -> Chunk | None:
        """The block as a chunk; None if Arrow may not read it exactly."""
        if b"\0" in block or (found.ends - found.starts).max() > CELL_BYTES:
            return None
        if block.startswith(BOM_UTF8):  # Arrow would take it for the file's own and drop it
            return None
        width = self.careful.width + self.careful.surplus
        regular = (found.cells == width) & ~found.empty
        text = block if regular.all() else frames.joined_text(block, found, regular)
        quoting = self.careful.quotes
        frame = frames.of_text(text, self._delimiter, width, quoting=quoting)
        if frame is None or len(frame) != regular.sum():
            return None
        frame[ROW] = row + 1 + np.flatnonzero(regular)
        frame[LINE] = line + found.lines[regular]
        doubted = [] if quoting else doubts.of_quotes(block, found, line)
        if self.careful.surplus:
            good = self._ends_empty(frame)
            frame = frame if good.all() else frames.whole(frame[good])
            regular[regular] = good
            doubted += doubts.of_surplus(frame, self.careful.width, self._delimiter)
            frame = frame.drop(columns=self._surplus_columns())
        strange = np.flatnonzero(~regular & ~found.empty)
        read = self._read_strange(block, found, strange, line, row)
        chunk = self.chunk(len(found.starts), read, frame, int(found.empty.sum()))
        chunk.doubts += doubted
        long = np.diff(found.lines, append=found.end_lines) > 1
        chunk.long = frozenset((row + 1 + np.flatnonzero(long)).tolist())
        return chunk

    def _surplus_columns(self) -> list[str]:
        width, surplus = self.careful.width, self.careful.surplus
        return [str(position) for position in range(width, width + surplus)]

    def _ends_empty(self, frame: pd.DataFrame) -> NDArray[np.bool_]:
        """The rows whose cells beyond the header are empty."""
        empty = np.ones(len(frame), np.bool_)
        for name in self._surplus_columns():
            empty &= (frame[name].str.strip() == "").to_numpy(np.bool_)
        return empty

    def _read_strange(
        self, block: bytes, found: records.Records, strange: records.Positions, line: int, row: int
    ) -> list[Record]:
        """Read the records with too few or too many cells with csv: they follow RFC 4180, so it finds the same."""
        texts = [self.text(block[found.starts[i] : found.ends[i] + 1]) for i in strange]
        places = [(row + 1 + int(i), line + int(found.lines[i])) for i in strange]
        return self.careful.read_each(texts, places)

    def chunk(self, rows: int, read: list[Record], frame: pd.DataFrame | None = None, blank: int = 0) -> Chunk:
        """A chunk of `rows` records: the frame, the records that were read one by one, and blank ones."""
        width = self.careful.width
        errors = [record.error for record in read if record.error]
        good = [r for r in read if not r.error and len(r.cells) >= width]
        blank += len(read) - len(errors) - len(good)
        if good or frame is None:
            careful = frames.of_records(good, width)
            frame = careful if frame is None else frames.one([frame, careful])
        if self._rows_are_lines:
            frame[LINE] = frame[ROW] + self.above
            errors = [at_row(error, error.row + self.above) for error in errors]
        doubted = doubts.of_records(good, width, self._delimiter)
        return Chunk(
            frame,
            errors,
            rows,
            blank,
            doubts=doubted,
            unit=OF_TABLES if self._rows_are_lines else UNIT,
            long=frozenset(record.row for record in read if record.lines > 1),
            delimiter=self._delimiter,
            width=width,
            surplus=self.careful.surplus,
        )
