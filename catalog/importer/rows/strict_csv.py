"""Read one record at a time with Python's strict csv module, and report errors with their line.

Used where quotes do not follow RFC 4180, and for records with too few or too many cells.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import cast

from catalog.importer.errors import Rejected, RowError, quoted, row_error
from catalog.importer.rows.padded import tidied
from catalog.notation import plural

CELL_BYTES = 1024**2
RECORD_BYTES = 8 * 1024**2
SHIFTED = "The extra cell is empty, but too few other rows end like this. There may be one separator too many."
MISSING = "nearly all rows have {:,}, and the last column is empty: a separator may be missing."
PADDED = re.compile(' +"')
SPACE_BEFORE = "there is a space before the opening quote. Remove the space."
UNQUOTED = (
    " In many tab-separated files a quote is an ordinary character: then put each cell that "
    "begins with a quote into quotes, and double the quotes inside it."
)
DRAWN = re.compile("(?:[-=+|:_\u2500-\u257f]\\s*){2,}")  # one sign is what people write where there is no value
COUNT = re.compile(r"\(?\d+ rows?(?: affected| selected| in set\b.*)?\.?\)?", re.IGNORECASE)
BAD_BYTE = re.compile("[\udc00-\udcff]")  # how the codecs mark a byte that does not fit


@dataclass(frozen=True)
class Record:
    """One record as the csv module read it, or the error that rejects it."""

    row: int
    line: int
    cells: list[str]
    error: RowError | None = None
    lines: int = 1
    padded: bool = False  # spaces around quotes were taken off


class CarefulReader:
    """Reads records of a file with this delimiter; `width` is how many cells each must have, 0 while it is not known.

    `surplus` is how many empty cells nearly all rows of the file have beyond the header: see `row_format`.
    """

    def __init__(self, delimiter: str, encoding: str = "utf-8", *, padded: bool = False) -> None:
        self.width = 0
        self.surplus = 0
        self.quotes = True  # False: they are ordinary characters
        self.padded = padded  # spaces may stand around quotes
        self._delimiter = delimiter
        self.encoding = encoding

    def read(self, lines: Iterator[str], line: int, row: int) -> Iterator[Record]:
        """The records of these physical lines; `line` is the number of the first, `row` that of the previous record."""
        taken: list[str] = []
        written: list[str] = []
        if self.padded:
            lines = tidied(_remember(lines, written), self._delimiter)
        lines = _remember(lines, taken)
        reader = self._reader(lines)
        while True:
            taken.clear()
            written.clear()
            row += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as problem:
                too_long = "field larger" in str(problem) and _close(lines, taken)
                error: RowError | None = self._reject(row, line, taken, str(problem), too_long)
                yield Record(row, line, [], error)
            else:
                error = self._complaint(row, line, cells, "".join(taken))
                padded = self.padded and written != taken
                yield Record(row, line, cells, error, len(taken), padded)
            line += len(taken)

    def read_each(self, texts: list[str], places: list[tuple[int, int]]) -> list[Record]:
        """Records of texts with one record each, at these rows and lines."""
        read = self._reader(physical_lines("".join(texts)))
        return [
            Record(row, line, cells, self._complaint(row, line, cells, text), sum(1 for _ in physical_lines(text)))
            for text, (row, line), cells in zip(texts, places, read, strict=True)
        ]

    def endless(self, line: int, text: bytes) -> Rejected:
        """The rejection of a file with a record longer than RECORD_BYTES."""
        if text.count(b'"') % 2:
            return self._unclosed(line, text.decode("utf-8", "replace"))
        return Rejected(
            f"Line {line:,} is longer than {RECORD_BYTES // 1024**2} MiB: this does not look like a table of products."
        )

    def _reader(self, lines: Iterator[str]) -> Iterator[list[str]]:
        csv.field_size_limit(CELL_BYTES)
        if not self.quotes:
            return csv.reader(lines, delimiter=self._delimiter, quoting=csv.QUOTE_NONE)
        return csv.reader(lines, delimiter=self._delimiter, strict=True)

    def _reject(self, row: int, line: int, taken: list[str], problem: str, too_long: bool) -> RowError:
        """The error of a record that is not CSV; raises Rejected when it may have swallowed others."""
        text = "".join(taken)
        if too_long:
            why = "a cell is longer than 1 MiB, which is the limit."
            return row_error(row, line, None, "cell_too_long", text, why)  # the row is too long to be stored
        if "unexpected end" in problem or len(taken) > 1:
            raise self._unclosed(line, text)
        why = "text follows a closing quote; a quote inside a quoted cell must be doubled."
        whole = text.strip()
        return row_error(row, line, None, "stray_quote", whole, why, [whole])

    def _complaint(self, row: int, line: int, cells: list[str], text: str) -> RowError | None:
        """The error of a valid CSV record, such as too many cells; empty cells beyond the header are allowed."""
        if "\0" in text:
            code, why = "nul_byte", "the row contains a NUL byte. Remove it."
        elif BAD_BYTE.search(text):
            code, why = _bad_byte(text, self.encoding)
        elif self._opens_padded(cells, text):
            code, why = "stray_quote", SPACE_BEFORE
        elif ragged := self._ragged(cells):
            code, why = ragged
        else:
            return None
        return row_error(row, line, None, code, text.strip(), why, cells)

    def _opens_padded(self, cells: list[str], text: str) -> bool:
        """Whether a cell begins with a space and a quote that is not itself in quotes."""
        if self.padded or not self.quotes or ' "' not in text:
            return False
        doubtful = (c.replace('"', '""') for c in cells if PADDED.match(c))
        return any(f'"{cell}"' not in text for cell in doubtful)

    def _ragged(self, cells: list[str]) -> tuple[str, str] | None:
        """Code and message of a row with too few or too many cells; a blank row may have any number."""
        width, have = self.width or len(cells), len(cells)
        usual = width + self.surplus
        if have == usual and not any(map(str.strip, cells[width:])):
            return None
        if not any(map(str.strip, cells)) or is_drawn(cells):
            return None
        told = f"{plural(have, 'cell')} where the header has {width:,}."
        if have < width:
            return "too_few_cells", told
        if any(map(str.strip, cells[width:])):
            return "too_many_cells", told
        if have > usual:
            return "too_many_cells", f"{told} {SHIFTED}"
        if not cells[width - 1].strip():
            return "too_few_cells", f"{have:,} cells where {MISSING.format(usual)}"
        return None

    def _unclosed(self, line: int, text: str) -> Rejected:
        opened = line + _lines_before_open_quote(text, self._delimiter)
        return Rejected(
            f"Line {opened:,}: a quote opens a cell here and is not closed. The rows after it can't be separated, so "
            "nothing was imported. Close the quote, or double it if it belongs to the text."
            + (UNQUOTED if self._delimiter == "\t" else "")
        )


def is_drawn(cells: Iterable[str]) -> bool:
    """Whether a console or Markdown has drawn this row: dashes around the rows, or their count below them."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) == 1 and COUNT.fullmatch(filled[0]):
        return True
    return bool(filled) and all(map(DRAWN.fullmatch, filled))


def physical_lines(text: str) -> Iterator[str]:
    """Lines ended by LF, CR or CRLF, their ends kept."""
    return iter(io.StringIO(text, newline=""))


def _remember(lines: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in lines:
        taken.append(line)
        yield line


def _close(lines: Iterator[str], taken: list[str]) -> bool:
    """Read to the line on which an open quote closes, so that the inside of a cell is never read as rows."""
    size = sum(map(len, taken))
    is_open = sum(text.count('"') for text in taken) % 2
    while is_open and size < RECORD_BYTES:
        text = next(lines, "")
        if not text:
            break
        size += len(text)
        is_open ^= text.count('"') % 2
    return not is_open


def _bad_byte(text: str, encoding: str) -> tuple[str, str]:
    """Code and message of a row with an invalid byte, with its position and the text before it."""
    at = cast(re.Match[str], BAD_BYTE.search(text)).start()
    offset = len(text[:at].encode(encoding, "replace"))
    byte, before = ord(text[at]) - 0xDC00, quoted(text[max(0, at - 15) : at])
    place = f"byte {offset + 1} of the row, 0x{byte:02X} after {before}, is not"
    if encoding == "utf-8":
        return "not_utf8", f"{place} UTF-8; save the file as UTF-8."
    return "not_in_encoding", f"{place} {encoding}. Choose another encoding, or save the file as UTF-8."


def _lines_before_open_quote(text: str, delimiter: str) -> int:
    """Line ends before the quote that opened the last cell of `text`."""
    opened, inside = 0, False
    for match in re.finditer('"', text):
        before = text[match.start() - 1 : match.start()]
        if not inside and before not in ("", '"', delimiter, "\r", "\n"):
            break  # a quote in the wrong place: the cell that was opened last is the one that never ends
        if not inside and before != '"':
            opened = match.start()
        inside = not inside
    return len(re.findall("\r\n|\r|\n", text[:opened]))
