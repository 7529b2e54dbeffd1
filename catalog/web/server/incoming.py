"""One incoming request: its bytes so far, whether it is complete, and how long to wait for it.

An incomplete request waits here, in memory or in a temporary file, and uses no thread. No Flask in here.
"""

import errno
import re
import time
from contextlib import suppress
from socket import socket
from tempfile import SpooledTemporaryFile

from gunicorn.http.unreader import SocketUnreader

from catalog.runtime import Settings

HEAD_BYTES = 64 * 1024
GATHERED_BYTES = 4 * 1024**2 + 64 * 1024
"""A longer body is read by a thread while it arrives. A form may have 4 MiB."""
IN_MEMORY = 64 * 1024
LEAST_RATE = 4 * 1024
"""Bytes a second that a body must bring in the long run. A line of 480 kbit/s brings fifteen times that."""

END = b"\r\n\r\n"
FILE = re.compile(rb"(POST|PATCH) (/imports/new|/api/v1/imports|(/api/v1)?/uploads/[^ /?]+)[ ?]")
"""Requests whose body is a file, or a part of one: it goes straight to storage, and a cut one is continued."""
LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*([0-9]{1,18})[ \t]*\r\n", re.IGNORECASE)
CHUNKED = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
EXPECTS = re.compile(rb"\r\nexpect[ \t]*:[ \t]*100-continue", re.IGNORECASE)


class Patience:
    """Seconds to wait for a sender: waiting reduces them, bytes increase them."""

    def __init__(self, seconds: float) -> None:
        self.most = self.left = seconds

    def waited(self, seconds: float, received: int) -> None:
        """Count a wait and the bytes that it brought."""
        self.left = min(self.most, self.left - seconds + received / LEAST_RATE)


class Incoming(SocketUnreader):  # type: ignore[misc]  # gunicorn has no types
    """The input of gunicorn's parser: first the gathered bytes, then, for a long body, the socket."""

    def __init__(self, sock: socket, settings: Settings) -> None:
        super().__init__(sock)
        self._settings = settings
        self.begin()

    def begin(self) -> None:
        """Start the next request of this connection; its first bytes may have arrived with the previous one."""
        self.head = b""
        self.length: int | None = 0  # of the body; None if only its end tells
        self.kind = ""  # "file" and "form" are read by a thread while they arrive
        self.received = 0
        self.begun = self._last_read_at = time.monotonic()
        self._patience = Patience(self._settings.body_seconds)
        self._read = 0
        self._came = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 (until the next request)
        self.add(self.take_buffered())

    def add(self, data: bytes) -> None:
        """Add the bytes that arrived."""
        now = time.monotonic()
        self._patience.waited(now - self._last_read_at, len(data))
        self._last_read_at = now
        self._came.seek(self.received)
        self._came.write(data)
        self.received += len(data)
        if not self.head:
            self._look_for_the_head()

    @property
    def is_whole(self) -> bool:
        """Whether a thread can work on it without waiting, or must read a long body."""
        if not self.head:
            return self.is_too_long
        return bool(self.kind) or self.received >= len(self.head) + (self.length or 0)

    @property
    def is_too_long(self) -> bool:
        """Whether its head is too long."""
        return not self.head and self.received > HEAD_BYTES

    @property
    def expects(self) -> bool:
        """Whether the sender waits for "100 Continue"."""
        return bool(EXPECTS.search(self.head))

    def is_late(self) -> bool:
        """Whether its time is over."""
        now = time.monotonic()
        if not self.head:
            return now - self.begun > self._settings.head_seconds
        return now - self._last_read_at > self._patience.left

    def start_next(self) -> None:
        """After the response: further bytes are the start of the next request."""
        with suppress(ValueError):
            self._came.seek(self._read)
            self.buf.seek(0, 2)
            self.buf.write(self._came.read())
        self._came.close()

    def close(self) -> None:
        """Delete its temporary file."""
        self._came.close()

    def chunk(self, size_hint: int | None = None) -> bytes:
        """The next bytes for the parser."""
        self._came.seek(self._read)
        if data := self._came.read(min(max(size_hint or 0, self.mxchunk), IN_MEMORY)):
            self._read += len(data)
            return data
        if not self.kind:  # the parser expects another end of the body
            raise ConnectionResetError(errno.ECONNRESET, "The connection was closed before the body was complete.")
        return self._wait(size_hint)

    def _wait(self, size_hint: int | None) -> bytes:
        if self._patience.left <= 0:
            raise TimeoutError("The body arrives too slowly.")
        before, begun = self.sock.gettimeout(), time.monotonic()
        self.sock.settimeout(min(self._patience.left, before or self._patience.most))
        data: bytes = b""
        try:
            data = super().chunk(size_hint)
        finally:
            self.sock.settimeout(before)
            self._patience.waited(time.monotonic() - begun, len(data))
        return data

    def _look_for_the_head(self) -> None:
        self._came.seek(0)
        beginning = self._came.read(HEAD_BYTES)
        blank = len(beginning) - len(beginning.lstrip(b"\r\n"))
        end = beginning.find(END, blank)
        if end < 0:
            return
        self.head = beginning[: end + len(END)]
        lengths = LENGTH.findall(self.head)
        is_chunked = bool(CHUNKED.search(self.head))
        self.length = None if is_chunked else int(lengths[0]) if lengths else 0
        if FILE.match(self.head, blank) and self.length != 0:
            self.kind = "file"
        elif self.length is None or self.length > GATHERED_BYTES:
            self.kind = "form"
