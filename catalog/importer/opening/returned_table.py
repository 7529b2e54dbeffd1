"""A returned file of rejected rows: recognised by its beginning, and read with its reasons."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from catalog.importer.columns import error_columns
from catalog.importer.errors import Rejected
from catalog.importer.files.zip_archive import DAMAGED
from catalog.importer.opening.table import Table, open_table
from catalog.importer.options.options import Options
from catalog.importer.values.formulas import restored_name


@dataclass(frozen=True)
class ReturnedRow:
    """A row of such a file: its place, its cells, and the reason of its rejection."""

    line: int
    cells: list[str]
    code: str
    message: str


@dataclass(frozen=True)
class ReturnedTable:
    """A returned file of rejected rows: `names` are the columns of the original file."""

    names: list[str]
    table: Table

    def batches(self) -> Iterator[list[ReturnedRow]]:
        """Its rows without blank ones, in batches of some thousands. Raises Rejected for a row that can't be read."""
        for chunk in self.table.chunks():
            if chunk.errors:
                raise Rejected(chunk.errors[0].message)
            yield [_row(line, cells) for _, line, cells in chunk.rows if any(map(str.strip, cells))]

    @property
    def is_escaped(self) -> bool:
        """Whether its cells have our apostrophes before formulas; those of a workbook are texts without them."""
        return self.table.understood.how != "workbook"


def open_returned(file: BinaryIO) -> ReturnedTable | None:
    """Open a returned file of rejected rows; None for another file. Ask `may_be_returned` first: that is quick."""
    try:
        file.seek(0)
        table = open_table(file, Options())
    except (Rejected, *DAMAGED):
        return None
    if not error_columns.is_header(table.header):
        return None
    return ReturnedTable(error_columns.own(list(table.header)), table)


def without_mark(message: str) -> str:
    """The message of a row as it is stored, without the checksum of its cells."""
    return error_columns.MARK.sub("", message).rstrip()


def _row(line: int, cells: list[str]) -> ReturnedRow:
    *own, code, message = cells
    return ReturnedRow(line, own, code.strip(), without_mark(restored_name(message)))
