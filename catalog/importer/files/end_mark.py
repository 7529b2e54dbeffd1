"""The character 0x1A that programs of DOS write behind the end of a file."""

MARK = b"\x1a"
MOST_HELD = 4096  # bytes; more of them are no end


class EndMark:
    """Takes the mark off the end of a stream, also several of them; elsewhere it is a character like any other."""

    def __init__(self) -> None:
        self._held = b""

    def without(self, data: bytes) -> bytes:
        """The next block without what may be the end; what was held back comes first when something follows it."""
        if not data:
            return b""
        text = self._held + data
        end = len(text.rstrip(MARK + b"\r\n"))
        at = text.find(MARK, end)
        if at < 0 or len(text) - at > MOST_HELD:
            self._held = b""
            return text
        self._held = text[at:]
        return text[:at]
