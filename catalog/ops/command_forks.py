"""Commands as forks of the process of `catalog up` that has loaded the code (`preload`).

Loading is most of the time of a small command. `catalog.cli.forked` is the client: it sends what makes a command to a
socket in the home. `answer` is a fork that runs it, passes on signals, and answers with the exit code. Both check that
the other is the same user, and `answer` that both have the same code.
"""

import atexit
import gc
import hashlib
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Literal, NoReturn, cast

from catalog.ops import process_marks

PLACE = Path("run", "commands.sock")
ROOT = Path(__file__).resolve().parents[1]
PATIENCE_SECONDS = 5  # of each side until the command begins
OFFER, GO = b"+", b"!"  # the server would run it; the client waits for it, whatever happens from now on


@dataclass(frozen=True)
class Request:
    """A command line, and what a process inherits beside its open files."""

    stamp: str
    arguments: list[str]
    environment: dict[str, str]
    umask: int
    priority: int
    limits: list[tuple[int, int, int]]  # number, soft, hard
    stdin: tuple[str, str]  # encoding, and what is done about errors
    stdout: tuple[str, str]


def stamp() -> str:
    """Two processes with the same stamp have the same code, the same Python, and the same rights."""
    code = sorted((path, os.stat(path).st_mtime_ns) for path in _files(str(ROOT)))
    packages = [(path, os.stat(path).st_mtime_ns) for path in sys.path if path.endswith("-packages")]
    options = {name: value for name, value in os.environ.items() if name.startswith("PYTHON")}
    options.pop("PYTHONUNBUFFERED", None)  # of `up`; `_open_streams` sees to that of the client
    rooms = [os.readlink(f"/proc/self/ns/{name}") for name in ("net", "mnt", "pid", "user")]
    rights = os.getresuid(), os.getresgid(), sorted(os.getgroups()), rooms
    python = sys.version, sys.prefix, tuple(sys.flags), sys.getfilesystemencoding(), sorted(options.items())
    return hashlib.sha256(repr((code, packages, python, rights)).encode()).hexdigest()


def listen(home: Path) -> socket.socket | None:
    """A socket for the commands of this user. None if it can't be made: a path may be too long."""
    listener, mask = socket.socket(socket.AF_UNIX), os.umask(0o177)
    try:
        (home / PLACE).unlink(missing_ok=True)
        listener.bind(str(home / PLACE))
        listener.listen()
        return listener
    except OSError:
        listener.close()
        return None
    finally:
        os.umask(mask)


def answer(client: socket.socket, stamp: str) -> None:
    """Run the command of a client. It is run in one more fork, so that this process sees its end. Ends the process."""
    process_marks.forget()
    _close_others(client)
    with suppress(OSError, ValueError):
        client.settimeout(PATIENCE_SECONDS)
        received, files, _, _ = socket.recv_fds(client, 1, 4)
        with client.makefile("rb") as lines:
            request = Request(**json.loads(lines.readline()))
        if received and len(files) == 4 and user(client) == os.geteuid() and request.stamp == stamp:
            client.sendall(OFFER)
            if client.recv(1) == GO:
                command = os.fork()
                if not command:
                    client.close()
                    _become(request, files)
                for file in files:
                    os.close(file)
                client.sendall(b"%d" % _keep(command, client))
    os._exit(0)


def _keep(command: int, client: socket.socket) -> int:
    """The exit code of the command. Until its end it gets the signals of the client; if that is gone, it is killed."""
    client.settimeout(None)
    ended = os.pidfd_open(command)
    while ended not in select.select([ended, client.fileno()], [], [])[0]:
        number = client.recv(1)
        os.kill(command, number[0] if number else signal.SIGKILL)
        if not number:
            break
    return os.waitstatus_to_exitcode(os.waitpid(command, 0)[1])


def _become(request: Request, files: list[int]) -> NoReturn:
    """Run the command as a process of the client would, and end."""
    os.fchdir(files.pop())
    for target, file in enumerate(files):
        os.dup2(file, target)
    process_marks.write("", ["-m", "catalog.cli", *request.arguments[1:]])
    os.environ.clear()
    os.environ.update(request.environment)
    time.tzset()
    os.umask(request.umask)
    os.setpriority(os.PRIO_PROCESS, 0, max(request.priority, os.getpriority(os.PRIO_PROCESS, 0)))
    for number, now, most in request.limits:
        with suppress(OSError, ValueError):  # of this process they are lower
            resource.setrlimit(number, (now, most))
    _open_streams(request)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[:] = request.arguments
    gc.enable()
    try:
        import_module("catalog.cli.command_line").main(prog_name=Path(request.arguments[0]).name)
    except SystemExit as end:
        _end(end.code)
    _end(None)


def _end(code: object) -> NoReturn:
    """End as Python does, but leave the loaded code as it is: to take it down costs as much as a small command."""
    if isinstance(code, str):
        print(code, file=sys.stderr)
    number = code if isinstance(code, int) else int(code is not None)
    threading._shutdown()  # type: ignore[attr-defined]  # waits for other threads; has no public name
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        number = 120
    os._exit(number)


def _open_streams(request: Request) -> None:
    """Open the standard streams as Python does at its start."""
    sys.stdin = _opened(0, "r", "<stdin>", *request.stdin)
    sys.stdout = _opened(1, "w", "<stdout>", *request.stdout)
    sys.stderr = _opened(2, "w", "<stderr>", request.stdout[0], "backslashreplace")
    sys.stdout.reconfigure(write_through=bool(os.environ.get("PYTHONUNBUFFERED")))
    sys.stderr.reconfigure(line_buffering=True)


def _opened(number: int, mode: Literal["r", "w"], name: str, encoding: str, errors: str) -> TextIOWrapper:
    stream = os.fdopen(number, mode, encoding=encoding, errors=errors, closefd=False)
    cast(Any, stream.buffer).raw.name = name  # else it is the number
    return stream


def _close_others(client: socket.socket) -> None:
    """Close all files of the loaded process but the standard streams."""
    for number in map(int, os.listdir("/proc/self/fd")):
        if number > 2 and number != client.fileno():
            with suppress(OSError):  # the one that listed them
                os.close(number)


def user(peer: socket.socket) -> int:
    """The number of the user at the other end."""
    size = struct.calcsize("3i")
    _, user, _ = struct.unpack("3i", peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, size))
    return int(user)


def _files(folder: str) -> Iterator[str]:
    """The code in a folder."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.name.endswith((".py", ".pyi")):
                yield entry.path
