"""Detect UTF-16 and UTF-32 with a missing or extra byte: from there on all characters are wrong.

No line end is found after such a byte, so all following rows would be one. It is detected by the characters that line
ends become.
"""

import re

import numpy as np

from catalog.importer.errors import Rejected

# What LF becomes: in most cases U+0A00, which no script uses; in UTF-32 U+A0000, or bytes that are not a character. In
# UTF-16 LE after a letter beyond Latin, it becomes one of U+0A01 to U+0AFF, and a displaced character of ASCII follows.
CUT_ASCII = "".join(chr(code << 8) for code in range(0x21, 0x7F))
CUT_LINE_END = re.compile(
    f"\u0a00|\U000a0000|\udc00\udc00\udc00\udc0a|\udc0a\udc00\udc00\udc00|[\u0a01-\u0aff][{CUT_ASCII}]"
)
CUT_RETURN = re.compile(
    f"\u0d00|\U000d0000|\udc00\udc00\udc00\udc0d|\udc0d\udc00\udc00\udc00|[\u0d01-\u0dff][{CUT_ASCII}]"
)
LONGEST = 4  # characters of a sign
# In UTF-16 each character of ASCII has a NUL, so each line of a table has some; in UTF-32 every character has one.
WITHOUT_NUL = {"utf-16": 32, "utf-32": 8}  # bytes in a row without a NUL that may be text in another encoding
AT_THE_END = re.compile(rb"(?:\n\0|\0\n)([^\0]{5,}[\r\n])\Z")
KEPT = 4096  # bytes of the end of a block
LINE_END = re.compile(rb"[\r\n]")
CELLS = re.compile(rb"[,;|\t]")
NO_TEXT = re.compile(rb"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
OTHER = (
    "Line {:,}: from here on, the encoding of the file is not {}. Nothing was imported. "
    "Save the file again, and do not add lines in another encoding."
)


class Alignment:
    """Checks a decoded text, block by block, for the place where a byte is missing or extra."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._lines = {"\n": 0, "\r": 0}
        self._end = ""
        self._longest = WITHOUT_NUL[encoding[:6]]
        self._tail = b""  # bytes without a NUL at the end of what was seen

    def see_bytes(self, data: bytes) -> None:
        """Look for lines in UTF-8 before the next block is decoded; `data` is empty at the end. Raises Rejected."""
        seen = self._tail + data
        edge = 1 if self._encoding.startswith("utf-16") else 0
        nuls = np.flatnonzero(np.frombuffer(seen, np.uint8) == 0)
        starts = np.concatenate(([0], nuls + 1))
        sizes = np.append(nuls, len(seen)) - starts
        for at in np.flatnonzero(sizes >= self._longest):
            start, size = int(starts[at]), int(sizes[at])
            # The bytes beside a NUL are halves of characters of ASCII, such as the line end of the row before.
            if _is_lines(seen[start + edge : start + size - edge]):
                raise self._other(seen[len(self._tail) : start])
        if not data and _ends_in_lines(self._tail):
            raise self._other(b"")
        # The line end before it is kept, because it shows that a line begins here.
        last = max(int(starts[-1]) - 2, 0)
        self._tail = seen[last:] if len(seen) - last <= KEPT else seen[-KEPT:]

    def _other(self, before: bytes) -> Rejected:
        text = before.decode(self._encoding, "replace")
        line = 1 + max(self._lines[end] + text.count(end) for end in self._lines)
        return Rejected(OTHER.format(line, self._encoding))

    def see(self, text: str) -> None:
        """Check the next block. Raises Rejected."""
        seen = self._end + text
        cut = CUT_LINE_END.search(seen)
        if not cut and self._lines["\r"] + seen.count("\r") > self._lines["\n"] + seen.count("\n"):
            cut = CUT_RETURN.search(seen)
        if cut:
            raise self._rejection(seen[len(self._end) : cut.start()])
        for end in self._lines:
            self._lines[end] += text.count(end)
        self._end = seen[-LONGEST + 1 :]

    def _rejection(self, before: str) -> Rejected:
        line = 1 + max(self._lines[end] + before.count(end) for end in self._lines)
        return Rejected(
            f"Line {line:,}: a byte is missing or extra in this line, and the rest of the file can't be read as "
            f"{self._encoding}. Nothing was imported. Save the file again, and do not add lines in another encoding."
        )


def _is_lines(found: bytes) -> bool:
    """Whether bytes without a NUL are lines of text in UTF-8, of which the first and the last may be cut."""
    if not CELLS.search(found) or not LINE_END.search(found) or NO_TEXT.search(found):
        return False
    text = found.lstrip(bytes(range(0x80, 0xC0))).decode("utf-8", "ignore").encode()
    return len(found) - len(text) < 2 * LONGEST


def _ends_in_lines(tail: bytes) -> bool:
    """Whether a file ends in whole lines of UTF-8 after a line end of its own encoding."""
    found = AT_THE_END.search(tail)
    return found is not None and _is_lines(found[1])
