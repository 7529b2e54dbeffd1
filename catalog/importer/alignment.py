"""UTF-16 and UTF-32 that lost or gained a byte: from there on every character is cut in the wrong place.

No line end is found any more then, so that all rows after the place would be one. What a line end becomes gives it away.
"""

import re

from catalog.importer.errors import Refused

# What LF becomes: U+0A00 in most cases, which no script uses; U+A0000 and bytes that are no character in UTF-32. In UTF-16 LE
# after a letter beyond Latin it is another sign of that row, before a character of ASCII that is cut too.
CUT_ASCII = "".join(chr(code << 8) for code in range(0x21, 0x7F))
CUT_LINE_END = re.compile(
    "\u0a00|\U000a0000|\udc00\udc00\udc00\udc0a|\udc0a\udc00\udc00\udc00"
    f"|[\u0a01-\u0aff][{CUT_ASCII}]"
)
CUT_RETURN = re.compile(
    "\u0d00|\U000d0000|\udc00\udc00\udc00\udc0d|\udc0d\udc00\udc00\udc00"
    f"|[\u0d01-\u0dff][{CUT_ASCII}]"
)
LONGEST = 4  # characters of a sign


class Alignment:
    """Watches a decoded text, block by block, for the place where it goes out of step."""

    def __init__(self, encoding: str) -> None:
        self._encoding = encoding
        self._lines = {"\n": 0, "\r": 0}
        self._end = ""

    def see(self, text: str) -> None:
        """Look at the next block. Raises Refused."""
        seen = self._end + text
        cut = CUT_LINE_END.search(seen)
        if not cut and self._lines["\r"] + seen.count("\r") > self._lines["\n"] + seen.count("\n"):  # fmt: skip
            cut = CUT_RETURN.search(seen)
        if cut:
            raise self._refusal(seen[len(self._end) : cut.start()])
        for end in self._lines:
            self._lines[end] += text.count(end)
        self._end = seen[-LONGEST + 1 :]

    def _refusal(self, before: str) -> Refused:
        line = 1 + max(self._lines[end] + before.count(end) for end in self._lines)
        return Refused(
            f"Line {line:,}: a byte is missing or one too many in this line, and what follows can't be read as "
            f"{self._encoding}. Nothing was imported. Save the file again, and do not add lines in another encoding."
        )
