"""Find rows inside quoted cells: a stray quote swallows all rows up to the next quote.

Only rows of several lines are looked at. A line of a cell is taken for a row if it has the separators of a row and
begins like one: the text in the place of the SKU is written like the SKUs of the file.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import pandas as pd

from catalog.importer.columns.result import Columns
from catalog.importer.rows.chunk import LINE, ROW, Chunk, Doubt
from catalog.importer.values.texts import Texts

CODE = "rows_in_cells"
MOST_KEYS = 200  # SKUs of a chunk from which forms are learnt
KEY_LENGTH = 64
MOST_REPEATED = 200
MOST_FORMS = 40  # number of forms in a pattern
NEVER = "[^\\s\\S]"
BLANK = r"[ \t\p{Z}]*"
KNOWN = {"9": "0-9", "a": "a-z", "A": "A-Z"}
LINE_END = re.compile("\r\n|\r|\n")
FORMS = ((re.compile("[0-9]"), "9"), (re.compile("[a-z]"), "a"), (re.compile("[A-Z]"), "A"))


@dataclass(frozen=True)
class _Place:
    """The position of a cell in its row, and that of the SKU."""

    cell: int
    sku: int
    widths: frozenset[int]  # separators of a row, with and without surplus empty cells
    delimiter: str


class RowsInCells:
    """Finds rows inside cells, chunk by chunk. It knows the forms of SKUs of the first chunk and the chunk itself."""

    def __init__(self, first: frozenset[str] | None = None) -> None:
        self.first = first  # the forms of the first chunk
        self._forms: frozenset[str] = frozenset()

    def see(self, chunk: Chunk, columns: Columns) -> list[Doubt]:
        """A warning for each cell of a chunk that may contain rows, with their number and the first one."""
        parts = columns.parts_of("sku")
        if not parts or len(columns.names) < 2:
            return []
        sku = chunk.frame[str(parts[0])]
        own = frozenset(_form(LINE_END.split(text)[0].split(chunk.delimiter)[0]) for text in _some(sku))
        self.first = own if self.first is None else self.first
        self._forms = own | self.first
        if not chunk.long:
            return []
        keys = self._keys(chunk.delimiter)
        cells = [*_of_rows(chunk, columns, keys), *_of_errors(chunk, columns)]
        return list(self._doubts(cells, chunk, columns, parts[0]))

    def _keys(self, delimiter: str) -> str:
        """A pattern for texts that are written like a SKU: in one of the forms, or with the same characters."""
        mark = re.escape(delimiter)
        if delimiter == "\t":
            return f"[^{mark}\r\n]+"
        forms = sorted(form for form in self._forms if form)
        if not forms:
            return NEVER
        rest = f"(?:{BLANK}|[^{mark}\r\n]*)" if len(max(forms, key=len)) == KEY_LENGTH else BLANK
        if len(forms) <= MOST_FORMS:
            return f"{BLANK}(?:{'|'.join(map(_written, forms))}){rest}"
        signs = "".join(KNOWN.get(sign, re.escape(sign)) for sign in sorted(set("".join(forms))))
        shortest, longest = len(min(forms, key=len)), len(max(forms, key=len))
        return f"{BLANK}[{signs}]{{{shortest},{longest}}}{rest}"

    def _doubts(
        self, cells: Iterable[tuple[int, int, str]], chunk: Chunk, columns: Columns, sku: int
    ) -> Iterator[Doubt]:
        order = chunk.order or list(range(chunk.width))
        last = chunk.width - 1
        widths = frozenset(range(last, last + chunk.surplus + 1))
        for line, position, text in cells:
            cell = order[position] if position < len(order) else position
            place = _Place(cell, order[sku], widths, chunk.delimiter)
            if rows := self._rows(LINE_END.split(text), place):
                name = columns.names[min(position, len(columns.names) - 1)]
                yield Doubt(CODE, len(rows), line, name, rows[0])

    def _rows(self, lines: list[str], place: _Place) -> list[str]:
        """The lines of a cell that look like rows; the ends of two rows that became one count as one."""
        counts = [line.count(place.delimiter) for line in lines]
        first = 0 if place.cell == 0 else 1
        whole = [line for line, n in zip(lines[first:], counts[first:], strict=True) if n in place.widths]
        found = [line for line in whole if self._is_key(line, place.sku, place)]
        width = min(place.widths)
        ends = counts[0] in {n - place.cell for n in place.widths} and counts[-1] == place.cell
        between = [n in place.widths for n in counts[1:-1]]
        if 0 < place.cell < width and len(lines) > 1 and ends and all(between):
            begun = place.sku > place.cell and self._is_key(lines[0], place.sku - place.cell, place)
            if begun or place.sku <= place.cell and self._is_key(lines[-1], place.sku, place):
                found.append(lines[-1])
        return found

    def _is_key(self, line: str, at: int, place: _Place) -> bool:
        """Whether the text at this position of a line is written like a SKU; a tab is enough proof."""
        text = line.split(place.delimiter)[at].strip()
        return bool(text) and (place.delimiter == "\t" or _form(text) in self._forms)


def _some(skus: pd.Series) -> list[str]:
    """The SKUs from which forms are learnt: the first ones, and some of all others."""
    return [*skus.head(MOST_KEYS), *skus[MOST_KEYS :: max(len(skus) // MOST_KEYS, 1)]]


def _form(text: str) -> str:
    """The form of a text: AA-99 for AB-12."""
    text = text.strip()[:KEY_LENGTH]
    for pattern, sign in FORMS:
        text = pattern.sub(sign, text)
    return text


def _written(form: str) -> str:
    """A form as a pattern: [A-Z]{2}-[0-9]{2} for AA-99."""
    runs = ((sign, len(list(run))) for sign, run in groupby(form))
    signs = ((f"[{KNOWN[sign]}]" if sign in KNOWN else re.escape(sign), n) for sign, n in runs)
    return "".join(f"{sign}{{{n}}}" for sign, n in signs)


def _of_rows(chunk: Chunk, columns: Columns, keys: str) -> Iterator[tuple[int, int, str]]:
    """Line, position and text of cells with line breaks that may contain rows."""
    sku = columns.parts_of("sku")[0]
    rows = chunk.frame[chunk.frame[ROW].isin(chunk.long)]
    for position in range(len(columns.names)) if len(rows) else ():
        cells = rows[str(position)]
        cell = chunk.order[position] if chunk.order else position
        at = chunk.order[sku] if chunk.order else sku
        found = _may_hold_rows(cells, _pattern(chunk, cell, at, keys))
        lines = rows.loc[found, LINE]
        yield from ((int(line), position, text) for line, text in zip(lines, cells[found], strict=True))


def _may_hold_rows(cells: pd.Series, pattern: str) -> pd.Series:
    """The cells with a line that has the separators and SKU of a row, or the ends of two rows."""
    texts = Texts(cells)
    if not texts.has("\n") and not texts.has("\r"):
        return pd.Series(False, index=cells.index)
    return pd.Series(texts.matching(pattern), index=cells.index)


def _pattern(chunk: Chunk, cell: int, sku: int, keys: str) -> str:
    """A pattern in RE2 for a cell that may hold rows. `cell` and `sku` are positions in the row.

    RE2 does not repeat more than a thousand times: in a wider row, every cell with a line break matches.
    """
    last, surplus = chunk.width - 1, chunk.surplus
    if last > MOST_REPEATED:
        return "[\r\n]"
    mark = re.escape(chunk.delimiter)
    whole = f"(?:^|[\r\n]){_cells(mark, last, surplus, sku, keys)}(?:[\r\n]|$)"
    if not 0 < cell < last:
        return whole
    begun = _cells(mark, last - cell, surplus, sku - cell if sku > cell else None, keys)
    ended = _cells(mark, cell, 0, sku if sku <= cell else None, keys)
    return f"{whole}|^{begun}[\r\n](?s:.*[\r\n])?{ended}$"


def _cells(mark: str, separators: int, surplus: int, sku: int | None, keys: str) -> str:
    """A pattern for cells with `separators` between them, or up to `surplus` more; one of the cells is a SKU."""
    text = f"[^{mark}\r\n]*"
    if sku is None:
        return f"{text}(?:{mark}{text}){{{separators},{separators + surplus}}}"
    after = separators - sku
    return f"(?:{text}{mark}){{{sku}}}{keys}(?:{mark}{text}){{{after},{after + surplus}}}"


def _of_errors(chunk: Chunk, columns: Columns) -> Iterator[tuple[int, int, str]]:
    """The same for rows that the reader rejected."""
    for error in chunk.errors:
        if error.row in chunk.long:
            yield from ((error.line, at, text) for at, text in enumerate(error.cells))
