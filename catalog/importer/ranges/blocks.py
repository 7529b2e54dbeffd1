"""The rows of one range of a file, without the others."""

from collections.abc import Iterator
from typing import BinaryIO

from catalog.importer.errors import Miscounted
from catalog.importer.files.pieces import gathered
from catalog.importer.files.source import in_utf8
from catalog.importer.ranges.index import Block, Range
from catalog.importer.rows.chunk import Chunk
from catalog.importer.rows.parser import Parser, RowFormat


def chunks(file: BinaryIO, form: RowFormat, one: Range) -> Iterator[Chunk]:
    """The chunks of this range, as `Reader` gives them. Raises Rejected, and Miscounted if the file is another."""
    parser = Parser.of(form)
    file.seek(one.offset)
    row, line = one.row, one.line
    for block in one.blocks:
        text = in_utf8(_read(file, block), form.encoding)
        found = parser.find(text, last=True)
        if found.end != len(text) or len(found.starts) != block.records:
            raise Miscounted(
                f"{block.records:,} records were indexed at line {line:,}, but {len(found.starts):,} are there"
            )
        yield parser.parse(text, found, line, row)
        row, line = row + block.records, line + block.lines


def _read(file: BinaryIO, block: Block) -> bytes:
    """The bytes of a block; a stream may give fewer at once than are wanted."""
    missing = block.size

    def following() -> bytes:
        nonlocal missing
        data = file.read(missing)
        missing -= len(data)
        return data

    return gathered(b"", block.size, following)[0]
