"""SKUs in lines of quoted cells: whether a sync deactivates or deletes products whose rows a stray quote swallowed.

`swallowed` recognises rows by their form. Here nothing is guessed: a line that names a product which the plan
deactivates or deletes counts as a row, whatever cells it has and however the other SKUs of the file are written.
"""

import unicodedata
from collections.abc import Iterable, Iterator

import numpy as np
import pyarrow as pa

from catalog.importer.columns.result import Columns
from catalog.importer.rows.chunk import ROW, Chunk
from catalog.importer.values.clean_up_steps import WHITE_SPACE
from catalog.importer.warnings.hashes import NONE, Hashes, hashes
from catalog.importer.warnings.swallowed import LINE_END

MOST = 5_000_000  # number of different texts that are kept, in 40 MB
MOST_LETTERS = 255
TRIMMED = WHITE_SPACE + '"'  # the closing quote of the cell may follow a SKU


class LinesInCells:
    """Collects the text at the position of the SKU in each line of a cell, chunk by chunk."""

    def __init__(self) -> None:
        self._known = NONE

    def add(self, found: Hashes) -> None:
        """Add what the cells of a chunk hold: see `keys_in_cells`."""
        if len(found) and len(self._known) <= MOST:
            self._known = np.union1d(self._known, found)

    def __bool__(self) -> bool:
        return bool(len(self._known))

    def named(self, skus: Iterable[str]) -> list[str]:
        """The SKUs that such a line names."""
        some = list(skus)
        return [some[at] for at in np.flatnonzero(np.isin(_hashed(some), self._known))]


def keys_in_cells(chunk: Chunk, columns: Columns) -> Hashes:
    """The hashes of the texts at the position of the SKU in each line inside the cells of a chunk."""
    parts = columns.parts_of("sku")
    if not parts or not chunk.long:
        return NONE
    sku = _place(parts[0], chunk)
    found = (text for place, cell in _cells(chunk, columns) for text in _keys(cell, place, sku, chunk.delimiter))
    return np.unique(_hashed(found))


def _hashed(skus: Iterable[str]) -> Hashes:
    return hashes(pa.array(map(_plain, skus), pa.large_string()))


def _plain(sku: str) -> str:
    return unicodedata.normalize("NFC", sku.strip(TRIMMED)).lower()


def _place(position: int, chunk: Chunk) -> int:
    """The position of a frame's column in the rows."""
    return chunk.order[position] if chunk.order else position


def _cells(chunk: Chunk, columns: Columns) -> Iterator[tuple[int, str]]:
    """The cells of rows with several lines, including rejected ones, each with its position in the row."""
    rows = chunk.frame[chunk.frame[ROW].isin(chunk.long)]
    for position in range(len(columns.names)):
        place = _place(position, chunk)
        yield from ((place, cell) for cell in rows[str(position)])
    for error in chunk.errors:
        if error.row in chunk.long:
            yield from enumerate(error.cells)


def _keys(cell: str, place: int, sku: int, delimiter: str) -> Iterator[str]:
    """The text at the position of the SKU in each line; the first line belongs to the row itself."""
    if "\n" not in cell and "\r" not in cell:
        return
    for number, line in enumerate(LINE_END.split(cell)):
        at = sku if number else sku - place
        texts = line.split(delimiter, at + 1)[at:] if at >= 0 else []
        if texts and 0 < len(texts[0].strip(TRIMMED)) <= MOST_LETTERS:
            yield texts[0]
