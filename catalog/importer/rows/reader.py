"""Text in, chunks of pandas out: every record of the file is in a chunk, rejected with its reason, or blank.

A block is read in one of two ways. Records that follow RFC 4180 (nearly all) are found by numpy and parsed by Arrow, at
the speed of memory. From the first one that does not, Python's strict csv module reads record by record and says what
is wrong. Both give the same rows for the same text; a property test checks this.
"""

import re
from collections.abc import Iterator

from catalog.importer.columns import error_columns, two_rows
from catalog.importer.errors import Rejected
from catalog.importer.files.source import Source
from catalog.importer.rows import row_format
from catalog.importer.rows.buffer import BLOCK_BYTES, Buffer
from catalog.importer.rows.chunk import Chunk
from catalog.importer.rows.parser import Parser
from catalog.importer.rows.records import Records
from catalog.importer.rows.strict_csv import RECORD_BYTES, CarefulReader, Record

NO_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
OTHER_LINE_END = (
    "The header contains a character that some programs read as a line ending, but CSV does not. Save the file with "
    "ordinary line endings."
)
OTHER_QUOTES = (
    'The cells of this file are in {}, but CSV uses double quotes ("). Nothing was imported, because '
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
        self.buffer = Buffer(source)
        self.row = 0  # the last record's number
        self._careful = CarefulReader(delimiter, source.encoding)
        self.parser = Parser(delimiter, self._careful, source.marks, rows_are_lines=rows_are_lines)
        self.parser.above = skip - (not header_has_line)
        self.has_header = header
        self._has_two_rows = has_two_rows  # of names
        self._skip(skip)
        text = self._text(FORMAT_BYTES)
        self._careful.quotes = not row_format.quotes_are_text(text, delimiter)
        self._careful.padded = row_format.is_padded(self._careful, text, delimiter)
        self.header = self._read_header() if header else self._number_columns()
        self._careful.surplus = self._surplus()
        text = self._text(FORMAT_BYTES)
        if quotes := row_format.other_quotes(self._careful, text, self.header):
            raise Rejected(OTHER_QUOTES.format(quotes))

    def chunks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[Chunk]:
        """The rows after the header, block by block."""
        size = block_bytes
        while self.buffer.fill(size):
            last = self.buffer.is_whole(size)
            found = self.parser.find(self.buffer.data[:size], last=last)
            if found.end:
                yield self._parse(found)
            elif not found.clean or last:
                yield self._parse_carefully(block_bytes)
            elif size > RECORD_BYTES:
                raise self._careful.endless(self.line, self.buffer.data[:size])
            else:
                size += block_bytes
                continue
            size = block_bytes

    @property
    def line(self) -> int:
        """The number of the next physical line."""
        return self.buffer.line

    @property
    def padded(self) -> bool:
        """Whether spaces may stand before the quotes of cells."""
        return self._careful.padded

    def _surplus(self) -> int:
        """The number of empty cells beyond the header at the end of the first rows; reads until there are enough."""
        size = FORMAT_BYTES
        while True:
            text, block = self._text(size), self.buffer.data[:size]
            regular = self.parser.find(block, last=self.buffer.is_whole(size))
            found, rows = row_format.none_beyond(self._careful, regular) or row_format.surplus(self._careful, text)
            enough = rows >= row_format.ROWS or size >= RECORD_BYTES
            if enough or self.buffer.is_whole(size):
                return found
            size *= 2

    def _text(self, size: int) -> str:
        return self.parser.text(self.buffer.beginning(size))

    def _lines(self) -> Iterator[str]:
        """Physical lines one by one; `advance` removes the taken ones from the buffer. Raises Rejected."""
        return map(self.parser.text, self.buffer.lines(self._careful))

    # As RFC 4180 says: numpy finds the records, Arrow parses them.

    def _parse(self, found: Records) -> Chunk:
        line, row = self.line, self.row
        block = self.buffer.block(found.end, found.end_lines)
        self.row += len(found.starts)
        return self.parser.parse(block, found, line, row)

    # Strictly: the csv module reads, and reports errors.

    def _parse_carefully(self, size: int) -> Chunk:
        """The next records of about `size` bytes, read one by one."""
        read: list[Record] = []
        for record in self._careful.read(self._lines(), self.buffer.line, self.row):
            read.append(record)
            if self.buffer.taken >= size:
                break
        self.buffer.advance()
        self.row += len(read)
        return self.parser.chunk(len(read), read)

    def _skip(self, lines: int) -> None:
        """Skip physical lines above the header."""
        for _ in zip(range(lines), self._lines(), strict=False):
            pass
        if lines:
            self.buffer.advance()

    def _read_header(self) -> list[str]:
        """The first line with text in it, joined with the next if both name columns; empty lines above are no rows."""
        above: list[str] = []
        for record in self._careful.read(self._lines(), self.buffer.line, 0):
            self.parser.above += 1
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
        self.buffer.advance()
        self._careful.width = len(record.cells)
        return two_rows.names(above, record.cells) if above else record.cells

    def _number_columns(self) -> list[str]:
        """Names by position: the first row that can be read tells how many there are, and stays to be read as a row.

        Our own file of rejected rows has a header even if the original file had none.
        """
        reasons: list[str] = []
        for record in self._careful.read(self._lines(), self.buffer.line, 0):
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
            self.buffer.advance()
            return record.cells
        return [f"column {number}" for number in range(1, len(record.cells) + 1)]
