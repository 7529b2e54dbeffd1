"""Text in, chunks of pandas out: every record of the file is in a chunk, refused with its reason, or blank.

Two ways lead through a block. Records that are quoted by the book (nearly all) are found by numpy and parsed by Arrow, at
the speed of memory. From the first one that is not, Python's strict csv module reads record by record and says what is
wrong. Both give the same rows for the same text; a property test holds them to it.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv as arrow_csv

from catalog.importer import records
from catalog.importer.errors import Refused, RowError, quoted, row_error
from catalog.importer.source import Source

BLOCK_BYTES = (
    4 * 1024**2
)  # some 15,000 rows: larger ones are slower and need more memory
CELL_BYTES = 1024**2
RECORD_BYTES = 8 * 1024**2
LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
BAD_BYTE = re.compile("[\udc80-\udcff]")  # how surrogateescape marks what is not UTF-8
ROW, LINE = "row", "line"


@dataclass
class Chunk:
    """Rows read at once. `frame` has a str column for each column of the file, named by its position, and row and line."""

    frame: pd.DataFrame
    errors: list[RowError] = field(default_factory=list)
    rows: int = 0  # records, refused and blank ones included
    blank: int = 0


@dataclass(frozen=True)
class Record:
    """One record as the csv module read it, or the error that refuses it."""

    row: int
    line: int
    cells: list[str]
    error: RowError | None = None


class Reader:
    """Reads a source from its header to its end. Raises Refused where the rest of the file can't be trusted."""

    def __init__(self, source: Source, delimiter: str) -> None:
        self._source = source
        self._delimiter = delimiter
        self._buffer = b""
        self._at_end = False
        self._line = 1  # the next physical line
        self._row = 0  # the last record's number
        self._width = 0  # cells that a row must have; 0 while the header is read
        self.header = self._read_header()

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
                raise self._endless(self._line, self._buffer)
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
        line, row = self._line, self._row
        self._line += found.end_lines
        self._row += len(found.starts)
        chunk = self._parse_regular(block, found, line, row)
        if (
            chunk is None
        ):  # a NUL, a huge cell or bytes that are no UTF-8: find the rows that have them
            return self._chunk(
                len(found.starts),
                list(
                    self._read_carefully(
                        _physical_lines(block.decode("utf-8", "surrogateescape")),
                        line,
                        row,
                    )
                ),
            )
        return chunk

    def _parse_regular(
        self, block: bytes, found: records.Records, line: int, row: int
    ) -> Chunk | None:
        """The block as a chunk, None when Arrow can't be trusted with it."""
        if b"\0" in block or (found.ends - found.starts).max() > CELL_BYTES:
            return None
        regular = found.cells == self._width
        strange = np.flatnonzero(~regular & ~found.empty)
        text = block if regular.all() else _join(block, found, regular)
        frame = _arrow_frame(text, self._delimiter, self._width)
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
            block[found.starts[i] : found.ends[i] + 1].decode(
                "utf-8", "surrogateescape"
            )
            for i in strange
        ]
        read = csv.reader(
            _physical_lines("".join(texts)), delimiter=self._delimiter, strict=True
        )
        result = []
        for i, cells, text in zip(strange, read, texts, strict=True):
            number, at = row + 1 + int(i), line + int(found.lines[i])
            result.append(
                Record(number, at, cells, self._complaint(number, at, cells, text))
            )
        return result

    # Carefully: the csv module reads, and says what is wrong.

    def _parse_carefully(self, size: int) -> Chunk:
        """The next records of about `size` bytes, read one by one."""
        read: list[Record] = []
        for record in self._read_carefully(self._take_lines(), self._line, self._row):
            read.append(record)
            if self._taken >= size:
                break
        self._buffer = self._buffer[self._taken :]
        self._line += self._lines_taken
        self._row += len(read)
        return self._chunk(len(read), read)

    def _take_lines(self) -> Iterator[str]:
        """Physical lines off the buffer, filling it as needed; `_taken` counts the bytes, `_lines_taken` the lines."""
        self._taken = self._lines_taken = 0
        while True:
            match = LINE_END.search(self._buffer, self._taken)
            if match is None and not self._at_end:
                if len(self._buffer) - self._taken > RECORD_BYTES:
                    raise self._endless(
                        self._line + self._lines_taken, self._buffer[self._taken :]
                    )
                self._fill(len(self._buffer) + BLOCK_BYTES)
                continue
            end = match.end() if match else len(self._buffer)
            if end == self._taken:
                return
            line, self._taken = self._buffer[self._taken : end], end
            self._lines_taken += 1
            yield line.decode("utf-8", "surrogateescape")

    def _read_carefully(
        self, lines: Iterator[str], line: int, row: int
    ) -> Iterator[Record]:
        """The records that these physical lines make; `line` is the first one's number, `row` the last record's."""
        taken: list[str] = []
        reader = csv.reader(
            _remember(lines, taken), delimiter=self._delimiter, strict=True
        )
        csv.field_size_limit(CELL_BYTES)
        while True:
            taken.clear()
            row += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                yield Record(
                    row, line, [], self._refuse(row, line, taken, str(problem))
                )
            else:
                yield Record(
                    row, line, cells, self._complaint(row, line, cells, "".join(taken))
                )
            line += len(taken)

    def _refuse(self, row: int, line: int, taken: list[str], problem: str) -> RowError:
        """The error of a record that is not CSV; raises Refused when it may have swallowed others."""
        text = "".join(taken)
        if "field larger" in problem and len(taken) == 1:
            return row_error(
                row, line, None, "cell_too_long", text, "a cell is longer than 1 MiB."
            )
        if "unexpected end" in problem or len(taken) > 1:
            raise self._unclosed(line, text)
        why = "text follows a closing quote; a quote inside a quoted cell must be doubled."
        return row_error(row, line, None, "stray_quote", text.strip(), why)

    def _complaint(
        self, row: int, line: int, cells: list[str], text: str
    ) -> RowError | None:
        """What is wrong with a record that is CSV; empty cells beyond the header's are not."""
        if "\0" in text:
            return row_error(
                row,
                line,
                None,
                "nul_byte",
                text.strip(),
                "the row holds a NUL byte; remove it.",
            )
        if BAD_BYTE.search(text):
            return row_error(
                row,
                line,
                None,
                "not_utf8",
                text.strip(),
                f"{_bad_byte(text)} is not UTF-8; save the file as UTF-8.",
            )
        width = self._width or len(cells)
        if len(cells) < width and any(map(str.strip, cells)):
            return row_error(
                row, line, None, "too_few_cells", text.strip(), _ragged(cells, width)
            )
        if any(map(str.strip, cells[width:])):
            return row_error(
                row, line, None, "too_many_cells", text.strip(), _ragged(cells, width)
            )
        return None

    def _endless(self, line: int, text: bytes) -> Refused:
        if text.count(b'"') % 2:
            return self._unclosed(line, text.decode("utf-8", "replace"))
        return Refused(
            f"Line {line:,} is longer than {RECORD_BYTES // 1024**2} MiB: this does not look like a table of products."
        )

    def _unclosed(self, line: int, text: str) -> Refused:
        opened = line + _lines_before_open_quote(text, self._delimiter)
        return Refused(
            f"Line {opened:,}: a quote opens a cell here and is not closed. What follows can't be told apart, so nothing "
            "was imported. Close the quote, or double it if it belongs to the text."
        )

    # Both ways end here.

    def _chunk(
        self,
        rows: int,
        read: list[Record],
        frame: pd.DataFrame | None = None,
        blank: int = 0,
    ) -> Chunk:
        """A chunk of `rows` records: those that were read one by one, beside the frame of the others and blank ones."""
        errors = [record.error for record in read if record.error]
        good = [
            record
            for record in read
            if not record.error and len(record.cells) >= self._width
        ]
        if good:
            columns = {
                str(i): [record.cells[i] for record in good] for i in range(self._width)
            }
            careful = pd.DataFrame(columns, dtype="str")
            careful[ROW] = [record.row for record in good]
            careful[LINE] = [record.line for record in good]
            frame = (
                careful
                if frame is None
                else pd.concat([frame, careful], ignore_index=True)
            )
        if frame is None:
            frame = pd.DataFrame(
                {
                    **{str(i): pd.Series([], dtype="str") for i in range(self._width)},
                    ROW: [],
                    LINE: [],
                }
            )
        return Chunk(frame, errors, rows, blank + len(read) - len(errors) - len(good))

    def _read_header(self) -> list[str]:
        """The first line with text in it; empty lines above it do not count as rows."""
        for record in self._read_carefully(self._take_lines(), 1, 0):
            if record.error:
                raise Refused(f"The header can't be read. {record.error.message}")
            if any(cell.strip() for cell in record.cells):
                break
        else:
            raise Refused("The file is empty.")
        self._buffer = self._buffer[self._taken :]
        self._line += self._lines_taken
        self._width = len(record.cells)
        return record.cells


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


def _physical_lines(text: str) -> Iterator[str]:
    """Lines ended by LF, CR or CRLF, their ends kept."""
    return iter(io.StringIO(text, newline=""))


def _ragged(cells: list[str], width: int) -> str:
    return f"{len(cells):,} cells where the header has {width:,}."


def _remember(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _bad_byte(text: str) -> str:
    at = cast(re.Match[str], BAD_BYTE.search(text)).start()
    offset = len(text[:at].encode("utf-8", "surrogateescape"))
    return f"byte {offset + 1} of the row, 0x{ord(text[at]) - 0xDC00:02X} after {quoted(text[max(0, at - 15) : at])},"


def _lines_before_open_quote(text: str, delimiter: str) -> int:
    """Line ends before the quote that opened the last cell of `text`."""
    opened, inside = 0, False
    for match in re.finditer('"', text):
        before = text[match.start() - 1 : match.start()]
        if not inside and before not in ("", '"', delimiter, "\r", "\n"):
            break  # what follows a closing quote: the cell opened before it is the one that runs on
        if not inside and before != '"':
            opened = match.start()
        inside = not inside
    return len(re.findall("\r\n|\r|\n", text[:opened]))
