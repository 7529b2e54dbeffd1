"""A buffer of text that was read but not parsed: filled in blocks, taken in blocks or physical lines."""

import re
from collections.abc import Iterator

from catalog.importer.files.source import SHORT_SAMPLE_BYTES, Source
from catalog.importer.rows.strict_csv import RECORD_BYTES, CarefulReader

BLOCK_BYTES = 4 * 1024**2  # 15,000 rows; larger ones are slower, and need more memory
LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")


class Buffer:
    """The next bytes of a source. `line` is the number of the physical line in which they begin."""

    def __init__(self, source: Source) -> None:
        self.data = b""
        self.at_end = False  # the source has ended
        self.line = 1
        self.offset = source.begins_at  # of the next byte, in the file
        self.taken = 0  # bytes of lines that were taken before `advance`
        self._lines_taken = 0
        self._source = source

    def fill(self, size: int) -> bool:
        """Read until the buffer has at least `size` bytes, or the source ends; whether it has any."""
        parts = [self.data]
        have = len(self.data)
        while have < size and not self.at_end:
            data = self._source.read(size - have)
            self.at_end = not data
            have += len(data)
            parts.append(data)
        self.data = b"".join(parts)
        return bool(have)

    def beginning(self, size: int) -> bytes:
        """The next `size` bytes, up to their last line end unless the source ends there."""
        self.fill(size)
        text = self.data[:size]
        return text if self.is_whole(size) else text[: text.rfind(b"\n") + 1 or len(text)]

    def is_whole(self, size: int) -> bool:
        """Whether the buffer has the whole rest of the source, within `size` bytes."""
        return self.at_end and len(self.data) <= size

    def block(self, end: int, lines: int) -> bytes:
        """Take the bytes up to `end`, in which `lines` lines end."""
        block, self.data = self.data[:end], self.data[end:]
        self.line += lines
        self.offset += self._source.size_of(block)
        return block

    def lines(self, careful: CarefulReader) -> Iterator[bytes]:
        """Physical lines one by one; `advance` removes the taken ones from the buffer. Raises Rejected."""
        self.taken = self._lines_taken = 0
        while True:
            match = LINE_END.search(self.data, self.taken)
            if match is None and not self.at_end:
                if len(self.data) - self.taken > RECORD_BYTES:
                    raise careful.endless(self.line + self._lines_taken, self.data[self.taken :])
                blocks = len(self.data) // BLOCK_BYTES + 1
                self.fill(blocks * BLOCK_BYTES if self.data else SHORT_SAMPLE_BYTES)
                continue
            end = match.end() if match else len(self.data)
            if end == self.taken:
                return
            line, self.taken = self.data[self.taken : end], end
            self._lines_taken += 1
            yield line

    def advance(self) -> None:
        """Remove the taken lines from the buffer."""
        self.block(self.taken, self._lines_taken)
