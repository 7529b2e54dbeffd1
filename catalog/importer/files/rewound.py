"""A stream that starts again at its beginning, after the beginning was read to detect its kind."""

import io
from typing import BinaryIO


class Rewound(io.RawIOBase):
    """A stream whose beginning was read."""

    def __init__(self, beginning: bytes, stream: BinaryIO) -> None:
        self._beginning = beginning
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises what the stream raises."""
        begun, self._beginning = (
            self._beginning[: size if size >= 0 else None],
            self._beginning[size:] if size >= 0 else b"",
        )
        return begun or self._stream.read(size)

    def seekable(self) -> bool:
        """Never: like the stream itself."""
        return False
