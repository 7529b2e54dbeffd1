"""How the processes of `catalog up` are found: by two marks in their environment, and by their command line.

All descendants inherit the marks, so that orphans are found, also those of an earlier supervisor. A fork has the
environment and the command line of its parent, and writes its own over them: as long as the parent left room.
"""

import ctypes
import os
import sys
from collections.abc import Sequence
from pathlib import Path

HOME_MARK, NAME_MARK = "CATALOG_SUPERVISOR", "CATALOG_PROCESS"
ROOM = 64  # bytes for a name
ROOM_FOR_ARGUMENTS = 256 * " "  # the last argument of a process that will `write`


def with_room(environment: dict[str, str], name: str) -> dict[str, str]:
    """The environment for a process that will `write` over its name. The name is last, so nothing is lost behind it."""
    others = {key: value for key, value in environment.items() if key != NAME_MARK}
    return others | {NAME_MARK: name.ljust(ROOM)}


def write(name: str, arguments: Sequence[str]) -> None:
    """Write the name and the command line `python *arguments` over those that this process got. Linux only."""
    first, last, environment, end = _places()
    line = "\0".join([sys.executable, *arguments])
    _overwrite(first, last, os.fsencode(line))
    mark = f"{NAME_MARK}=".encode()
    block = ctypes.string_at(environment, end - environment)
    at = block.rfind(b"\0" + mark) + 1
    if at:
        _overwrite(environment + at + len(mark), end, os.fsencode(name))


def forget() -> None:
    """Overwrite this process's environment, marks and all: a fork that is no process of `catalog up`. Linux only."""
    _, _, environment, end = _places()
    _overwrite(environment, end, b"")


def _places() -> tuple[int, int, int, int]:
    """Where the kernel reads this process's command line and environment: begin and end of each (proc_pid_stat(5))."""
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
    first, last, environment, end = (int(field) for field in fields[45:49])
    return first, last, environment, end


def _overwrite(first: int, last: int, text: bytes) -> None:
    """Write a text into memory, cut to its place, and zeros behind it."""
    size = last - first
    ctypes.memmove(first, text[: size - 1].ljust(size, b"\0"), size)
