"""The format of a file: its separator, and the line of its header."""

import csv
import re
from collections.abc import Callable, Iterator

DELIMITERS = (",", ";", "\t", "|")
RARE = ("^", "~", "#", "*", "@", "!")  # only where a header has known names between them
PREAMBLE_LINES = 30  # lines in which the header is searched
RECORD_LINES = 100  # longest record that can be a header
SAMPLE_BYTES = 64 * 1024  # more of a sample costs time, and the header is not so far down
EVEN = 0.9  # share of the first rows that make a table
TITLE = 2  # most cells of a line that is a title, not a row of the table below
ROWS = 20  # rows that are read if no line is a header
FEW = 3  # number of known names that prove a header
TECHNICAL = re.compile(r"[a-z][a-z0-9]*(?:[_:.#][a-z0-9#]+|\[[a-z_]+=[^\]]+\])*")
VALUE = re.compile(r"\d|://")
GAP = re.compile(r"\S {2,}(?=\S)")  # between two columns of fixed width
WHOLE = re.compile(r'"((?:[^"]|"")*)"[,;\t|]*')
SEPARATOR = re.compile('"?sep=(.)"?', re.IGNORECASE)  # Excel's own first line

IsHeader = Callable[[list[str], int], bool]  # a row, and the largest number of filled cells in a row above


def recognise(sample: bytes, is_header: IsHeader, *, delimiter: str = "", skip: int | None = None) -> tuple[str, int]:
    """The delimiter, and the number of lines above the header or first row. Given values are used.

    The first line that is a header with some delimiter decides. Without one, it is the delimiter that splits most of
    the first rows into the same number of cells.
    """
    lines = _lines(sample[:SAMPLE_BYTES].decode("utf-8", "replace"))
    marks = [delimiter] if delimiter else list(DELIMITERS)
    excel = SEPARATOR.fullmatch(lines[0].strip()) if lines else None
    if excel and excel[1].isascii() and not delimiter:
        marks = [excel[1]]
    starts = range(min(len(lines), PREAMBLE_LINES)) if skip is None else [skip]
    for start in starts:
        if skip is None and not lines[start].strip():
            continue  # empty lines above a header are not counted
        for mark in marks:
            above = max(map(_filled, _rows(lines[:start], mark)), default=0)
            if is_header(next(_rows(lines[start:], mark), []), above):
                if skip is None and _is_of_technical_names(lines[start : start + 2], mark, is_header):
                    start += 1
                return mark, start if any(map(str.strip, lines[:start])) else 0
    if not delimiter and not excel and (rare := _rare(lines, skip or 0, is_header)):
        return rare, skip or 0
    if skip is None and not excel and (start := _below_title(lines, marks)):
        return max(marks, key=lambda mark: _evenness(lines[start:], mark)), start
    start = (1 if excel else 0) if skip is None else skip
    return max(marks, key=lambda mark: _evenness(lines[start:], mark)), start


def _rare(lines: list[str], start: int, is_header: IsHeader) -> str:
    """The separator that only a few programs use, if the first line is a header with it; empty: none."""
    headers = ((mark, next(_rows(lines[start : start + 1], mark), [])) for mark in RARE)
    return next((mark for mark, names in headers if len(names) > 1 and is_header(names, 0)), "")


def _below_title(lines: list[str], marks: list[str]) -> int:
    """The number of lines above a table whose column names are not known: a title, a date, each alone in its line."""
    mark = max(marks, key=lambda mark: _evenness([line for line in lines if line.strip()][TITLE:], mark))
    counts = [_cells(next(_rows([line], mark), [])) for line in lines[:PREAMBLE_LINES]]
    start = next((at for at, count in enumerate(counts) if count > TITLE), 0)
    alone = start and all(count <= 1 for count in counts[:start]) and any(counts[:start])
    return start if alone and counts[start + 1 : start + 2] > [TITLE] else 0


def first_rows(sample: bytes, delimiter: str, skip: int) -> list[list[str]]:
    """The readable first rows after `skip` lines."""
    lines = _lines(sample[:SAMPLE_BYTES].decode("utf-8", "replace"))[skip:]
    return [row for _, row in zip(range(ROWS), _rows(lines, delimiter), strict=False)]


def line(sample: bytes, delimiter: str, at: int) -> list[str]:
    """The cells of the line after `at` lines; empty if the line is empty, or continues on the next one."""
    lines = _lines(sample[:SAMPLE_BYTES].decode("utf-8", "replace"))[at : at + 1]
    cells = next(_rows(lines, delimiter), []) if lines else []
    return [] if cells and cells[-1].endswith("\n") else cells


def looks_like_rows(sample: bytes) -> bool:
    """Whether some delimiter splits nearly all of the first lines (two or more) into the same number of cells."""
    lines = _lines(sample.decode("utf-8", "replace"))
    written = [line for line in lines if line.strip()]
    return len(written) > 1 and any(_evenness(lines, mark)[0] >= EVEN for mark in DELIMITERS)


def is_quoted_as_a_whole(sample: bytes) -> bool:
    """Whether nearly all lines are one quoted cell each, and the texts in the quotes split into equally many cells."""
    lines = _lines(sample[:SAMPLE_BYTES].decode("utf-8", "replace"))[:RECORD_LINES]
    written = [line.strip() for line in lines if line.strip()]
    found = [match[1].replace('""', '"') for line in written if (match := WHOLE.fullmatch(line))]
    if len(written) < 2 or len(found) < EVEN * len(written):
        return False
    return any(_evenness(found, mark)[0] >= EVEN for mark in DELIMITERS)


def has_fixed_widths(sample: bytes) -> bool:
    """Whether nearly all lines have at least two gaps of several spaces between words, as in columns of fixed width."""
    lines = _lines(sample[:SAMPLE_BYTES].decode("utf-8", "replace"))[:RECORD_LINES]
    written = [line for line in lines if line.strip()]
    return len(written) > 1 and sum(len(GAP.findall(line)) > 1 for line in written) >= EVEN * len(written)


def _is_of_technical_names(lines: list[str], mark: str, is_header: IsHeader) -> bool:
    """Whether the line below the header names the columns again: item_sku below Seller SKU, or the other way round."""
    if len(lines) < 2 or not lines[1].strip():
        return False
    above, below = (next(_rows([line], mark), []) for line in lines)
    filled = [cell.strip() for cell in below if cell.strip()]
    if len(above) != len(below) or len(filled) < FEW or above == below:
        return False
    technical = all(map(TECHNICAL.fullmatch, filled)) and not all(TECHNICAL.fullmatch(cell.strip()) for cell in above)
    if technical and is_header(below, 0):
        return True
    named = all(TECHNICAL.fullmatch(cell.strip()) for cell in above if cell.strip())
    other_script = not "".join(filled).isascii() and "".join(above).isascii()
    named = named and (other_script or sum("_" in cell for cell in above) > _cells(above) / 2)
    return named and len(filled) == _cells(above) and not any(map(VALUE.search, filled)) and is_header(below, 0)


def _cells(row: list[str]) -> int:
    return sum(1 for cell in row if cell.strip())


def _lines(text: str) -> list[str]:
    return [line + "\n" for line in re.split("\r\n|\r|\n", text)]


def _rows(lines: list[str], mark: str) -> Iterator[list[str]]:
    """Readable rows that are not blank."""
    written = [line for line in lines[:RECORD_LINES] if line.strip()]
    try:
        yield from csv.reader(written, delimiter=mark)
    except csv.Error:
        return


def _filled(row: list[str]) -> int:
    """Number of cells with different texts: "Required" above many columns counts once."""
    return len({cell.strip() for cell in row if cell.strip()})


def _evenness(lines: list[str], mark: str) -> tuple[float, int]:
    """The share of the first rows with as many cells as the first row, and this number."""
    rows = [row for _, row in zip(range(ROWS), _rows(lines, mark), strict=False)]
    width = len(rows[0]) if rows else 0
    same = sum(len(row) == width for row in rows)
    return (same / len(rows) if width > 1 else 0.0), width
