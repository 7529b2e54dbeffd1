"""The process that reads a workbook from its standard input. It writes rows as the messages of `catalog.workbooks`."""

import io
import json
import os
import resource
import sys
import zipfile
import zlib
from typing import IO
from xml.parsers.expat import ExpatError

from catalog.workbooks import END, FRAME, HEAD, MOST_FRAME, REJECTED, ROWS, Rejected, damaged
from catalog.workbooks.output import Output

NO_MEMORY = 1  # the error code of expat
DAMAGED = (
    ExpatError,
    KeyError,
    IndexError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
    zlib.error,
    zipfile.BadZipFile,
)


class _Input(io.RawIOBase):
    """A file that other processes have open too. Reading does not move their position."""

    def __init__(self, number: int) -> None:
        self._file = number
        self._at = 0
        self._size = os.fstat(number).st_size

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]  # as io calls it
        data = os.pread(self._file, len(buffer), self._at)
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Set the position, and return it."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        """The position."""
        return self._at

    def readable(self) -> bool:
        """True."""
        return True

    def seekable(self) -> bool:
        """True."""
        return True


def main(kind: str, wanted: str, memory: int, seconds: int, most: int) -> int:
    """Read the sheet with the name or number `wanted`, and write at most `most` bytes of rows. Returns an exit code."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    pipe = sys.stdout.buffer
    try:
        _read(pipe, kind, wanted, most)
    except Rejected as rejection:
        _send(pipe, REJECTED, str(rejection).encode())
    except MemoryError:
        return 1
    except DAMAGED as error:
        if isinstance(error, ExpatError) and error.code == NO_MEMORY:
            return 1
        _send(pipe, REJECTED, str(damaged(str(error) or "it ends too early")).encode())
    pipe.flush()
    return 0


def _read(pipe: IO[bytes], kind: str, wanted: str, most: int) -> None:
    from catalog.workbooks import opening

    with io.BufferedReader(_Input(sys.stdin.fileno()), 1024**2) as file:
        names, sheet = opening.open_sheet(file, kind, wanted)
        head = {"name": sheet.name, "names": names, "height": sheet.height}
        _send(pipe, HEAD, json.dumps(head).encode())
        written = 0

        def write(data: bytes, row: int) -> None:
            nonlocal written
            written += len(data)
            if written > most:
                raise Rejected(
                    "The workbook unpacks to far more than its size. Save the sheet as CSV and import that file."
                )
            for at in range(0, len(data), MOST_FRAME):
                _send(pipe, ROWS, data[at : at + MOST_FRAME], row)

        output = Output(sheet, write)
        for row in sheet.rows():
            output.add(row)
        output.end()
        _send(pipe, END, b"")


def _send(pipe: IO[bytes], kind: bytes, data: bytes, row: int = 0) -> None:
    pipe.write(FRAME.pack(kind, len(data), row) + data)
    pipe.flush()


if __name__ == "__main__":
    kind, wanted, *limits = sys.argv[1:]
    sys.exit(main(kind, wanted, *map(int, limits)))
