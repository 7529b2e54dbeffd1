"""Text in, chunks of pandas out: every record of the file is in a chunk, rejected with its reason, or blank.

Two ways lead through a block. Records that are quoted by the book (nearly all) are found by numpy and parsed by Arrow, at
the speed of memory. From the first one that is not, Python's strict csv module reads record by record and says what is
wrong. Both give the same rows for the same text; a property test holds them to it.
"""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from catalog.importer.columns import error_columns, two_rows
from catalog.importer.errors import Rejected, at_line
from catalog.importer.files.source import Source
from catalog.importer.rows import doubts, frames, records, row_format
from catalog.importer.rows.buffer import BLOCK_BYTES, Buffer
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.rows.strict_csv import CELL_BYTES, RECORD_BYTES, CarefulReader, Record, physical_lines

NO_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
OTHER_LINE_END = "The header contains a character that some programs read as a line end, but CSV does not. Save the file with ordinary line ends."
SINGLE_QUOTES = (
    "The cells of this file are in single quotes ('), but CSV uses double quotes (\"). Nothing was imported, because "
    "a separator in a cell can't be told from one between cells. Save the file with double quotes."
)
FORMAT_BYTES = 256 * 1024  # from which the row format is detected; more, up to RECORD_BYTES, for few rows


class Reader:
    """Reads a source from its header to its end. Raises Rejected if the rest of the file can't be trusted."""

    def __init__(
        self,
        source: Source,
        delimiter: str,
        *,
        header: bool = True,
        skip: int = 0,
        rows_are_lines: bool = False,
        header_has_line: bool = True,
        has_two_rows: bool = False,
    ) -> None:
        self._delimiter = delimiter
        self._buffer = Buffer(source)
        self.row = 0  # the last record's number
        self._careful = CarefulReader(delimiter, source.encoding)
        self._above = skip - (not header_has_line)  # records above the first row
        self._rows_are_lines = rows_are_lines  # as in a sheet, where cells can contain anything
        self.has_header = header
        self._has_two_rows = has_two_rows  # of names
        self._skip(skip)
        text = self._buffer.beginning(FORMAT_BYTES)
        self._careful.quotes = not row_format.quotes_are_text(text, delimiter)
        self._careful.padded = row_format.is_padded(self._careful, text, delimiter)
        self.header = self._read_header() if header else self._number_columns()
        self._careful.surplus = self._surplus()
        text = self._buffer.beginning(FORMAT_BYTES)
        if row_format.is_single_quoted(self._careful, text, self.header):
            raise Rejected(SINGLE_QUOTES)

    def chunks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[Chunk]:
        """The rows after the header, block by block."""
        while True:
            self._buffer.fill(block_bytes)
            if not self._buffer.data:
                return
            found = records.find(
                self._buffer.data, ord(self._delimiter), last=self._buffer.at_end, quoting=self._careful.quotes
            )
            if found.end:
                yield self._parse(found)
            elif not found.clean or self._buffer.at_end:
                yield self._parse_carefully(block_bytes)
            elif len(self._buffer.data) > RECORD_BYTES:
                raise self._careful.endless(self._buffer.line, self._buffer.data)
            else:
                self._buffer.fill(len(self._buffer.data) + block_bytes)

    @property
    def line(self) -> int:
        """The number of the next physical line."""
        return self._buffer.line

    def _surplus(self) -> int:
        """The number of empty cells beyond the header at the end of the first rows; reads more text until there are enough rows."""
        size = FORMAT_BYTES
        while True:
            text, block = self._buffer.beginning(size), self._buffer.data[:size]
            regular = records.find(
                block, ord(self._delimiter), last=self._buffer.is_whole(size), quoting=self._careful.quotes
            )
            found, rows = row_format.none_beyond(self._careful, regular) or row_format.surplus(self._careful, text)
            enough = rows >= row_format.ROWS or size >= RECORD_BYTES
            if enough or self._buffer.is_whole(size):
                return found
            size *= 2

    # By the book: numpy finds the records, Arrow parses them.

    def _parse(self, found: records.Records) -> Chunk:
        line, row = self._buffer.line, self.row
        block = self._buffer.block(found.end, found.end_lines)
        self.row += len(found.starts)
        chunk = self._parse_regular(block, found, line, row)
        if chunk:
            return chunk
        # A NUL, a huge cell, bytes that are not UTF-8: find the rows that have them.
        lines = physical_lines(self._buffer.text(block))
        return self._chunk(len(found.starts), list(self._careful.read(lines, line, row)))

    def _parse_regular(self, block: bytes, found: records.Records, line: int, row: int) -> Chunk | None:
        """The block as a chunk; None if Arrow may not read it exactly."""
        if b"\0" in block or (found.ends - found.starts).max() > CELL_BYTES:
            return None
        if block.startswith(BOM_UTF8):  # Arrow would take it for the file's own and drop it
            return None
        width = self._careful.width + self._careful.surplus
        regular = (found.cells == width) & ~found.empty
        text = block if regular.all() else frames.joined_text(block, found, regular)
        quoting = self._careful.quotes
        frame = frames.of_text(text, self._delimiter, width, quoting=quoting)
        if frame is None or len(frame) != regular.sum():
            return None
        frame[ROW] = row + 1 + np.flatnonzero(regular)
        frame[LINE] = line + found.lines[regular]
        doubted = [] if quoting else doubts.of_quotes(block, found, line)
        if self._careful.surplus:
            good = self._ends_empty(frame)
            frame = frame if good.all() else frames.whole(frame[good])
            regular[regular] = good
            doubted += doubts.of_surplus(frame, self._careful.width, self._delimiter)
            frame = frame.drop(columns=self._surplus_columns())
        strange = np.flatnonzero(~regular & ~found.empty)
        read = self._read_strange(block, found, strange, line, row)
        chunk = self._chunk(len(found.starts), read, frame, int(found.empty.sum()))
        chunk.doubts += doubted
        long = np.diff(found.lines, append=found.end_lines) > 1
        chunk.long = frozenset((row + 1 + np.flatnonzero(long)).tolist())
        return chunk

    def _surplus_columns(self) -> list[str]:
        width, surplus = self._careful.width, self._careful.surplus
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
        """Read the records with too few or too many cells with csv; they follow RFC 4180, so csv finds the same ones."""
        texts = [self._buffer.text(block[found.starts[i] : found.ends[i] + 1]) for i in strange]
        places = [(row + 1 + int(i), line + int(found.lines[i])) for i in strange]
        return self._careful.read_each(texts, places)

    # Strictly: the csv module reads, and reports errors.

    def _parse_carefully(self, size: int) -> Chunk:
        """The next records of about `size` bytes, read one by one."""
        read: list[Record] = []
        for record in self._careful.read(self._buffer.lines(self._careful), self._buffer.line, self.row):
            read.append(record)
            if self._buffer.taken >= size:
                break
        self._buffer.advance()
        self.row += len(read)
        return self._chunk(len(read), read)

    # Both ways end here.

    def _chunk(self, rows: int, read: list[Record], frame: pd.DataFrame | None = None, blank: int = 0) -> Chunk:
        """A chunk of `rows` records: the frame, the records that were read one by one, and blank ones."""
        width = self._careful.width
        errors = [record.error for record in read if record.error]
        good = [r for r in read if not r.error and len(r.cells) >= width]
        blank += len(read) - len(errors) - len(good)
        if good or frame is None:
            careful = frames.of_records(good, width)
            frame = careful if frame is None else frames.one([frame, careful])
        if self._rows_are_lines:
            frame[LINE] = frame[ROW] + self._above
            errors = [at_line(error, error.row + self._above) for error in errors]
        doubted = doubts.of_records(good, width, self._delimiter)
        return Chunk(
            frame,
            errors,
            rows,
            blank,
            doubts=doubted,
            long=frozenset(record.row for record in read if record.lines > 1),
            delimiter=self._delimiter,
            width=width,
            surplus=self._careful.surplus,
        )

    def _skip(self, lines: int) -> None:
        """Skip physical lines above the header."""
        for _ in zip(range(lines), self._buffer.lines(self._careful), strict=False):
            pass
        if lines:
            self._buffer.advance()

    def _read_header(self) -> list[str]:
        """The first line with text in it, and the next where they name the columns together; empty lines above it do not count as rows."""
        above: list[str] = []
        for record in self._careful.read(self._buffer.lines(self._careful), self._buffer.line, 0):
            self._above += 1
            if record.error:
                raise Rejected(f"The header can't be read. {record.error.message}")
            if not any(cell.strip() for cell in record.cells):
                continue
            if above or not self._has_two_rows:
                break
            above = record.cells
        else:
            raise Rejected("The file is empty.")
        if any(NO_LINE_END.search(cell) for cell in record.cells):
            raise Rejected(OTHER_LINE_END)
        self._buffer.advance()
        self._careful.width = len(record.cells)
        return two_rows.names(above, record.cells) if above else record.cells

    def _number_columns(self) -> list[str]:
        """Names by position: the first row that can be read tells how many there are, and stays to be read as a row.

        Our own file of rejected rows has a header also when the file that they came from had none.
        """
        reasons: list[str] = []
        for record in self._careful.read(self._buffer.lines(self._careful), self._buffer.line, 0):
            if record.error:
                reasons.append(record.error.message)
            elif any(cell.strip() for cell in record.cells):
                break
            if len(reasons) == row_format.MOST_UNREADABLE:
                raise Rejected(row_format.unreadable(reasons))
        else:
            raise Rejected(row_format.unreadable(reasons) if reasons else "The file is empty.")
        self._careful.width = len(record.cells)
        if error_columns.is_header(record.cells):
            self._buffer.advance()
            return record.cells
        return [f"column {number}" for number in range(1, len(record.cells) + 1)]
