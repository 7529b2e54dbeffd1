"""The index of a file: ranges of bytes that begin at a known row and line, so that each can be read without the others.

A quote changes the meaning of everything after it, so every byte before a range has to be read. The index does this
without parsing: it cuts the file into the same blocks as `Reader`, and counts their records and lines. So a range
begins at a record, where the number of quotes is even, and the warnings about a block are the same for every process
that reads it.

The index ends at a quote that RFC 4180 does not allow; from there the reader continues alone, record by record.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catalog.importer.files.end_mark import MARK
from catalog.importer.files.source import has_places
from catalog.importer.opening.columns import Opened
from catalog.importer.rows.buffer import BLOCK_BYTES
from catalog.importer.rows.reader import Reader
from catalog.importer.rows.strict_csv import RECORD_BYTES

RANGE_BYTES = 64 * 1024**2


@dataclass(frozen=True)
class Block:
    """Complete records that are parsed at once: their bytes in the file, and their number of records and lines."""

    size: int
    records: int
    lines: int


@dataclass(frozen=True)
class Range:
    """Blocks for one process. `row` is the number of the last record before them, `line` of their first line."""

    number: int  # from 0 in the order of the file
    offset: int  # of the first byte in the file
    row: int
    line: int
    blocks: tuple[Block, ...]

    @property
    def end(self) -> int:
        """The offset of the first byte after it."""
        return self.offset + sum(block.size for block in self.blocks)

    @property
    def records(self) -> int:
        """Number of records."""
        return sum(block.records for block in self.blocks)


def why_alone(opened: Opened) -> str:
    """Why one process has to read all of a file, in words for the log; empty if several can."""
    read, reader, grouping = opened.understood, opened.reader, opened.matched.grouping
    if read.format != "text" or not isinstance(reader, Reader):
        return "it is compressed, or not text"
    if not has_places(read.encoding):
        return "its encoding has characters of several bytes"
    if reader.padded:
        return "there are spaces before its quotes"
    return "its rows belong together" if grouping and grouping.changes_rows else ""


def ranges(reader: Reader, block_bytes: int = BLOCK_BYTES, range_bytes: int = RANGE_BYTES) -> Iterator[Range]:
    """The part of the file that follows RFC 4180, as ranges of `range_bytes` or more. The reader ends there."""
    number, begin = 0, (reader.buffer.offset, reader.row, reader.line)
    blocks: list[Block] = []
    size = 0
    for block in _blocks(reader, block_bytes):
        blocks.append(block)
        size += block.size
        if size >= range_bytes:
            yield Range(number, *begin, tuple(blocks))
            number, begin = number + 1, (reader.buffer.offset, reader.row, reader.line)
            blocks, size = [], 0
    if blocks:
        yield Range(number, *begin, tuple(blocks))


def _blocks(reader: Reader, block_bytes: int) -> Iterator[Block]:
    """The blocks that `Reader.chunks` would parse at once, up to the first with a doubt."""
    buffer, size = reader.buffer, block_bytes
    while buffer.fill(size):
        text = buffer.data[:size]
        found = None if MARK in text else reader.parser.extent(text, last=buffer.is_whole(size))
        if found is None or size > RECORD_BYTES + block_bytes:
            return
        if not found.records:
            size += block_bytes
            continue
        before = buffer.offset
        buffer.block(found.size, found.lines)
        reader.row += found.records
        yield Block(buffer.offset - before, found.records, found.lines)
        size = block_bytes
