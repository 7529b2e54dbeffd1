"""A file as a table of text, for programs that need no products: its rows, and rows that can't be read."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.importer.errors import RowError
from catalog.importer.opening.open import prepare
from catalog.importer.opening.understood import Understood
from catalog.importer.options.options import Options
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.rows.chunk import LINE, ROW
from catalog.importer.rows.joined import Joined
from catalog.importer.rows.reader import Reader


@dataclass(frozen=True)
class Rows:
    """A block of rows: number, line and cells of each, in the order of the file, and errors of unreadable rows."""

    rows: list[tuple[int, int, list[str]]]
    errors: list[RowError]


@dataclass(frozen=True)
class Table:
    """An open file: how it is read, the names of its columns, and its rows."""

    understood: Understood
    header: tuple[str, ...]
    reader: Reader | Joined

    def chunks(self, block_bytes: int = BLOCK_BYTES) -> Iterator[Rows]:
        """The rows below the header, block by block. Raises Rejected if the rest of the file can't be trusted."""
        for chunk in self.reader.chunks(block_bytes):
            frame = chunk.frame.sort_values(ROW)
            cells = frame.drop(columns=[ROW, LINE]).to_numpy().tolist()
            yield Rows(list(zip(frame[ROW].tolist(), frame[LINE].tolist(), cells, strict=True)), chunk.errors)


def open_table(file: BinaryIO, options: Options) -> Table:
    """Open a file as a table of text, with the options. Raises Rejected."""
    ready = prepare(file, options)
    return Table(ready.understood, tuple(ready.reader.header), ready.reader)
