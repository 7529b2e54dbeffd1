"""Workbooks (.xlsx, .xlsb, .ods) as text: a process of its own reads a sheet and sends its rows through a pipe as CSV.

The memory of that process is limited. If the process fails, the file is rejected with the reason. The process waits
when its reader waits, and is killed when its reader is gone.
"""

import io
import json
import os
import select
import signal
import stat
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from shutil import copyfileobj
from threading import BoundedSemaphore
from typing import IO, BinaryIO, cast

import catalog
from catalog import workbooks
from catalog.importer.errors import Rejected
from catalog.importer.files.pieces import gathered

MOST_BYTES = 512 * 1024**2  # of a workbook's file
RATIO, HARMLESS_BYTES = 250, 32 * 1024**2  # largest ratio of text to file: see zip_archive
PATIENCE = 2  # seconds to wait for each second of CPU time
LOOKS = 2  # first looks that read workbooks at once, in each process
LOOK_SECONDS = 30.0  # seconds for a look, and for waiting for others
ROOT = Path(catalog.__file__).parent.parent
TOO_MUCH_MEMORY = (
    "The workbook needs more than {:,} MiB of memory to be read. Save the sheet as CSV and import that file."
)
KEPT = ("PATH", "LD_LIBRARY_PATH", "LANG", "TZ", "SYSTEMROOT")  # other variables are settings and secrets


@dataclass(frozen=True)
class Sheet:
    """A sheet as a stream of CSV in UTF-8, and its position in bytes of the file, an estimate by the rows read."""

    stream: io.RawIOBase
    name: str
    names: tuple[str, ...]
    position: Callable[[], int]


class _Look:
    """The limits of a first look: less time, and few looks read workbooks at once."""

    def __init__(self) -> None:
        self._has_slot = False

    def take_turn(self) -> None:
        """Wait for a turn. Raises Rejected."""
        self._has_slot = self._has_slot or SLOTS.acquire(timeout=LOOK_SECONDS)
        if not self._has_slot:
            raise Rejected("Other workbooks are being read. Try again in a minute.")

    def end(self) -> None:
        """Give the turn back."""
        if self._has_slot:
            SLOTS.release()


SLOTS = BoundedSemaphore(LOOKS)
LOOK: ContextVar[_Look | None] = ContextVar("look", default=None)


@contextmanager
def looking() -> Iterator[None]:
    """Files that are opened in this block are opened for a first look."""
    if LOOK.get():
        yield
        return
    look = _Look()
    token = LOOK.set(look)
    try:
        yield
    finally:
        LOOK.reset(token)
        look.end()


def open_sheet(file: BinaryIO, kind: str, wanted: str = "") -> Sheet:
    """The sheet of this name or number, or the first visible one; `kind` is xlsx, xlsb or ods. Raises Rejected."""
    size = file.seek(0, io.SEEK_END)
    if size > MOST_BYTES:
        raise Rejected(
            f"The workbook is larger than {MOST_BYTES // 1024**2} MiB. Save the sheet as CSV and import that."
        )
    seconds = workbooks.limits.seconds
    if look := LOOK.get():
        look.take_turn()
        seconds = min(seconds, int(LOOK_SECONDS))
    stream = _Rows(_started(file, kind, wanted, seconds, size), seconds)
    head = json.loads(stream.head)
    height = max(head["height"], 1)
    return Sheet(stream, head["name"], tuple(head["names"]), lambda: size * min(stream.row, height) // height)


def _started(file: BinaryIO, kind: str, wanted: str, seconds: int, size: int) -> subprocess.Popen[bytes]:
    """Start the process that reads the sheet; it gets only the file."""
    most = max(RATIO * size, HARMLESS_BYTES)
    numbers = (workbooks.limits.memory, seconds, most)
    with _on_disk(file) as stored:
        return subprocess.Popen(
            [sys.executable, "-s", "-m", "catalog.workbooks", kind, wanted.replace("\0", ""), *map(str, numbers)],
            stdin=stored,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=ROOT,
            env={name: os.environ[name] for name in KEPT if name in os.environ},
        )


@contextmanager
def _on_disk(file: BinaryIO) -> Iterator[IO[bytes] | BinaryIO]:
    """The file on disk, where another process can read it."""
    try:
        regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
    except (OSError, AttributeError):
        regular = False
    if regular:
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        file.seek(0)
        copyfileobj(file, copy)
        copy.flush()
        yield copy


class _Rows(io.RawIOBase):
    """The rows that a process sends; `row` is the one that was reached. Raises Rejected if it says so or ends early."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: int) -> None:
        self._process = process
        self._pipe = cast(IO[bytes], process.stdout)
        self._seconds = seconds
        self._poll = select.poll()
        self._poll.register(self._pipe, select.POLLIN)
        self._ahead = b""
        self._ended = False
        self.row = 0
        self._stop = weakref.finalize(self, _stop, process)
        self.head = self._next()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data, self._ahead = gathered(self._ahead, size, self._next)
        return data

    def close(self) -> None:
        """End the process."""
        self._stop()
        super().close()

    def _next(self) -> bytes:
        if self._ended:
            return b""
        kind, length, row = workbooks.FRAME.unpack(self._exactly(workbooks.FRAME.size))
        if length > workbooks.MOST_FRAME:
            raise Rejected(str(workbooks.damaged("it has more sheets than any program writes")))
        data = self._exactly(length)
        self._ended = kind in (workbooks.END, workbooks.REJECTED)
        if self._ended:
            self._stop()
        if kind == workbooks.REJECTED:
            raise Rejected(data.decode("utf-8", "replace"))
        self.row = row or self.row
        return data

    def _exactly(self, size: int) -> bytes:
        """Exactly `size` bytes from the pipe. Raises Rejected."""
        data = b""
        while len(data) < size:
            ready = self._poll.poll(PATIENCE * 1000 * self._seconds)
            more = os.read(self._pipe.fileno(), size - len(data)) if ready else b""
            if not more:
                self._ended = True
                raise Rejected(self._why(late=not ready))
            data += more
        return data

    def _why(self, *, late: bool) -> str:
        """The message for a process that ended early."""
        if late:
            self._process.kill()
        status = self._process.wait()
        self._stop()
        if late or -status == signal.SIGXCPU:
            return (
                f"The workbook takes longer to read than {self._seconds} seconds. Save the sheet as CSV and import "
                "that."
            )
        return TOO_MUCH_MEMORY.format(workbooks.limits.memory // 1024**2)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()
    if process.stdout:
        process.stdout.close()
