"""The character 0x1A that DOS programs write at the end of a file."""

import re

MARK = b"\x1a"
MOST_HELD = 4096  # more bytes than this are not an end mark
LINE_END = re.compile(b"\r\n|\r|\n")


class EndMark:
    """Removes one or more marks from the end of a stream; elsewhere the mark is a character like any other.

    It is on a line of its own, or after the last cell, without a line end. If a line end follows, it belongs to
    that cell.
    """

    def __init__(self) -> None:
        self._pending = b""
        self._begins_line = True  # whether the held bytes, or else the next ones, begin a line

    def without(self, data: bytes) -> bytes:
        """The next block without a possible end mark; if more follows, the held bytes come first."""
        if not data:
            return self._of_the_cell()
        text = self._pending + data
        end = len(text.rstrip(MARK + b"\r\n"))
        at = text.find(MARK, end)
        is_held = at >= 0 and len(text) - at <= MOST_HELD
        self._pending = text[at:] if is_held else b""
        text = text[:at] if is_held else text
        if text:
            self._begins_line = text.endswith((b"\r", b"\n"))
        return text

    def _of_the_cell(self) -> bytes:
        """At the end of the file: marks before a line end, which belong to the last cell."""
        pending, self._pending = self._pending, b""
        line_end = LINE_END.search(pending)
        if self._begins_line or not line_end:
            return b""
        rest = pending[line_end.end() :]
        mark = rest.find(MARK)
        return pending if mark < 0 else pending[: line_end.end() + mark]
