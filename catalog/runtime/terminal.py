"""Output for terminals without control characters from input, such as escape sequences in the name of a file.

`guarded` is the context of a command. Output with colours of our own, which is clean, goes to `trusted`.
"""

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TextIO, cast

# Controls (C0 but tab and line feed, DEL, C1), and marks that turn the direction of writing.
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# A progress bar returns to the beginning of its line.
OBEYED_ON_STDERR = re.compile(OBEYED.pattern.replace("\x0b-\x1f", "\x0b\x0c\x0e-\x1f"))
OBEYED_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]")


def one_line(text: str) -> str:
    """Text on one line: line breaks and control characters are written out."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


@contextmanager
def guarded() -> Iterator[None]:
    """In this context, control characters in all output are written out, such as \\u001b."""
    streams = sys.stdout, sys.stderr
    sys.stdout = cast(TextIO, _Guarded(streams[0], OBEYED))
    sys.stderr = cast(TextIO, _Guarded(streams[1], OBEYED_ON_STDERR))
    try:
        yield
    finally:
        sys.stdout, sys.stderr = streams


def tell_fault() -> None:
    """Write the traceback of the error that is handled, without secrets."""
    from catalog.runtime.logs import without_secrets  # half a second that most commands do without

    sys.stderr.write(without_secrets(traceback.format_exc()))


def warn(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Print a Python warning in one line, without secrets: for `warnings.showwarning`."""
    from catalog.runtime.logs import without_secrets

    words = f"{filename}:{lineno}: {category.__name__}: {message}\n"
    (file or sys.stderr).write(without_secrets(words))


def trusted(stream: TextIO) -> TextIO:
    """The stream without its guard, for colours of our own around text that is clean already."""
    return stream.stream if isinstance(stream, _Guarded) else stream


class _Guarded:
    """A text stream without control characters. Their replacements mean the same in JSON."""

    def __init__(self, stream: TextIO, obeyed: re.Pattern[str]) -> None:
        self.stream, self._obeyed = stream, obeyed

    def write(self, text: str) -> int:
        """Write text, safely."""
        self.stream.write(self._obeyed.sub(_written_out, text))
        return len(text)

    @property
    def buffer(self) -> Any:
        """The stream for bytes: unchanged in files, guarded on a terminal."""
        raw = self.stream.buffer
        return _GuardedBytes(raw) if self.stream.isatty() else raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class _GuardedBytes:
    """A file that is written to a terminal, in UTF-8."""

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    def write(self, part: bytes) -> int:
        """Write a part of a file, safely."""
        self._raw.write(OBEYED_BYTES.sub(lambda found: repr(found[0])[2:-1].encode(), bytes(part)))
        return len(part)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _written_out(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04x}"
