"""Try other choices on the beginning of a file, and count the products."""

import csv
import io
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

import pandas as pd

from catalog.importer.checks.rows import check
from catalog.importer.errors import Rejected
from catalog.importer.first_look import facts
from catalog.importer.first_look.facts import ColumnFacts
from catalog.importer.first_look.result import Look
from catalog.importer.opening.columns import Opened
from catalog.importer.opening.open import open_file, prepare
from catalog.importer.options.options import Options
from catalog.importer.rows.chunk import Chunk

ROWS = 500  # that are tried
BYTES = 64 * 1024  # of a text that is read in another way
OF_TEXT = {"encoding": "", "delimiter": "", "skip": None, "sheet": "", "members": ""}
"""How the file is read; the rows that are tried have been read already."""


@dataclass(frozen=True)
class Tried:
    """The result of a try: of `rows` rows, `taken` would be accepted, and become `products` different products."""

    rows: int = 0
    taken: int = 0
    products: int = 0


@dataclass(frozen=True)
class Tries:
    """The beginning of a file for tries: its bytes, and its first rows as cells."""

    file: BinaryIO
    seen: Look
    first: pd.DataFrame | None

    def columns(self, options: Options) -> Tried:
        """Try other columns on the rows that were read."""
        if self.first is None:
            return Tried()
        plain = options.with_reading(**OF_TEXT, header=True) if options.header else options.with_reading(**OF_TEXT)
        return _tried(
            self._rows(has_header=options.header), plain.with_reading(delimiter=",", encoding="utf-8", skip=0)
        )

    def reading(self, options: Options) -> Tried:
        """Try to read the text with other choices."""
        return _tried(self._text, options)

    def facts(self, options: Options) -> tuple[ColumnFacts, ...]:
        """The facts of the columns if the text is read with other choices."""
        try:
            prepared = prepare(io.BytesIO(self._text), options)
            chunk = next(prepared.reader.chunks(BYTES), None)
        except Rejected:
            return ()
        return facts.of_columns(prepared.reader.header, chunk.frame) if chunk else ()

    @property
    def is_text(self) -> bool:
        """Whether the file is a text, which may be read in several ways."""
        read = self.seen.understood
        return bool(read and read.format == "text" and read.how != "workbook")

    @cached_property
    def _text(self) -> bytes:
        self.file.seek(0)
        data = self.file.read(BYTES)
        return data[: data.rfind(b"\n") + 1] or data

    def _rows(self, *, has_header: bool) -> bytes:
        """The first rows as CSV."""
        assert self.first is not None
        width = range(len(self.seen.names))
        cells = self.first.head(ROWS)[[str(at) for at in width]]
        text = io.StringIO()
        write = csv.writer(text)
        if has_header:
            write.writerow(self.seen.names)
        write.writerows(cells.values.tolist())
        return text.getvalue().encode("utf-8", "surrogatepass")


def _tried(text: bytes, options: Options) -> Tried:
    """The result for the rows of a text."""
    try:
        opened = open_file(io.BytesIO(text), options)
        chunk = next(opened.chunks(len(text) or 1), None)
        return _counted(chunk, opened) if chunk else Tried()
    except Rejected:
        return Tried()


def _counted(chunk: Chunk, opened: Opened) -> Tried:
    checked = check(chunk, opened.columns)
    products = checked.frame["sku"].str.lower().nunique()
    return Tried(chunk.rows - checked.blank, len(checked.frame), int(products))
