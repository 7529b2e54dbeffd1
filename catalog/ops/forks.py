"""Programs as forks of the process that `preload` is, which share its memory. If that can't be, each starts alone."""

import ctypes
import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, field

from catalog.ops import preload, process_marks
from catalog.ops.machine import Process
from catalog.runtime import PROJECT

LOAD_SECONDS = 60  # that a fork may take: the first waits until all code is loaded
ADOPT = 36  # PR_SET_CHILD_SUBREAPER of prctl(2)


@dataclass
class Fork:
    """A process that another one forked, and that is a child of this one."""

    pid: int
    returncode: int | None = None

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        return self._ended(os.WNOHANG)

    def wait(self) -> int:
        """Its exit code, at its end."""
        return self._ended(0) or 0

    def kill(self) -> None:
        """End it at once."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, 9)

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            number, status = os.waitpid(self.pid, options)
            if number:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


@dataclass(frozen=True)
class Program:
    """A program: `python *arguments`. `files` are the open files that it inherits."""

    name: str
    arguments: list[str]
    environment: dict[str, str]
    files: list[int] = field(default_factory=list)


class Preload:
    """The process that has loaded the code of `roles`. `files` are the open files that some of its forks need."""

    def __init__(self, roles: Iterable[str], environment: dict[str, str], files: list[int]) -> None:
        self._roles, self._files = ",".join(roles), files
        self._environment = process_marks.with_room(environment, preload.NAME)
        self._process: Process | None = None
        self._socket = socket.socket(socket.AF_UNIX)  # connected by `launch`

    def launch(self, output: int) -> Process:
        """Start it. The first fork waits until it has loaded all code."""
        self._socket.close()
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(LOAD_SECONDS)
        with theirs:
            number = theirs.fileno()
            arguments = ["-m", preload.__name__, str(number), self._roles, process_marks.ROOM_FOR_ARGUMENTS]
            program = Program(preload.NAME, arguments, self._environment, [number, *self._files])
            self._process = _started(program, [output, output])
        return self._process

    def start(self, program: Program, *outputs: int) -> Process:
        """Start a program. `outputs` are its stdout and its stderr, or one for both."""
        both = [outputs[0], outputs[-1]]
        if self._process is None or self._process.poll() is not None:
            return _started(program, both)
        try:
            return self._forked(program, both)
        except OSError:
            self._process.kill()  # the supervisor starts it again
            return _started(program, both)

    def run(self, program: Program) -> str:
        """Run a program to its end; returns its stdout. Raises CalledProcessError if it fails."""
        lines, output = os.pipe()
        with open(lines) as stream:
            try:
                process = self.start(program, output, 2)
            finally:
                os.close(output)
            said = stream.read()
        if code := process.wait():
            raise subprocess.CalledProcessError(code, program.arguments)
        return said

    def close(self) -> None:
        """Let the process end. Its forks continue."""
        self._socket.close()

    def _forked(self, program: Program, outputs: list[int]) -> Fork:
        """Ask for a fork. Raises OSError if the process died or does not answer."""
        closed = [number for number in self._files if number not in program.files]
        request = preload.Request(program.name, program.arguments, program.environment, closed)
        socket.send_fds(self._socket, [b"+"], outputs)
        self._socket.sendall(json.dumps(asdict(request)).encode() + b"\n")
        answer = self._socket.recv(100)
        if not answer:
            raise ConnectionResetError
        return Fork(int(answer))


def adopt() -> bool:
    """Let this process see its forks end: the kernel gives it its descendants' orphans. False: it can't (not Linux)."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    return sys.platform == "linux" and prctl is not None and prctl(ADOPT, 1, 0, 0, 0) == 0


def reap(known: set[int]) -> None:
    """Collect exit codes of adopted orphans, which else stay as zombies. Those of `known` are collected elsewhere."""
    with suppress(ChildProcessError):
        while ended := os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT):
            if ended.si_pid in known:
                return
            os.waitpid(ended.si_pid, 0)


def _started(program: Program, outputs: list[int]) -> Process:
    """Start a program alone."""
    return subprocess.Popen(
        [sys.executable, *program.arguments],
        cwd=PROJECT,
        env=program.environment,
        pass_fds=program.files,
        stdin=subprocess.DEVNULL,
        stdout=outputs[0],
        stderr=outputs[1],
        start_new_session=True,  # Ctrl-C goes to the supervisor, which stops them in order
    )
