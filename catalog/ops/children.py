"""The processes that the supervisor runs: starts, watches, restarts and ends them with their descendants, and prefixes their output."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import psutil

from catalog.config import PROJECT
from catalog.ops import embedded_servers, machine
from catalog.runtime import terminal

# All descendants inherit these, so that orphans are found, of an earlier supervisor too.
HOME_MARK, NAME_MARK = "CATALOG_SUPERVISOR", "CATALOG_PROCESS"

CODE_SECONDS = 0.25  # between two looks at the files of the code, in development; a look takes some milliseconds
STOP_SECONDS = 3  # with the servers' own patience, all is over within ten
FIRST_DELAY, LONGEST_DELAY = 0.25, 10.0
STEADY_SECONDS = 30  # after so long a life the next death is a first one again


NAME_WIDTH = 10
COLOURS = (36, 33, 32, 35, 34, 31)


@dataclass
class Child:
    """One process of Catalog, restarted when it dies."""

    name: str
    launch: Callable[[int], subprocess.Popen[bytes]]
    on_start: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
    process: subprocess.Popen[bytes] = field(init=False)
    relay: threading.Thread = field(init=False)
    started: float = 0
    delay: float = FIRST_DELAY
    due: float | None = None
    runs_code: bool = False  # ours: it starts again when that changes

    def start(self) -> None:
        """Start the process; its lines appear under its name."""
        lines, output = os.pipe()
        try:
            self.process = self.launch(output)
        except OSError:
            os.close(lines)
            raise
        finally:
            os.close(output)
        self.started = time.monotonic()
        self.relay = threading.Thread(target=_relay, args=(self.name, lines), daemon=True)
        self.relay.start()

    def look(self, home: Path) -> None:
        """Notice a death, and start again when it is time."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.due is None:
            self.delay = min(2 * self.delay, LONGEST_DELAY)
            if now - self.started > STEADY_SECONDS:
                self.delay = FIRST_DELAY
            self.due = now + self.delay
            code = self.process.returncode
            sentence = f"{self.name} ended ({code}), restarts in {self.delay:g} s"
            write_line("catalog", sentence)
        elif now >= self.due:
            _end(home, self.name)  # an orphaned job would run beside its successor
            try:
                self.start()
            except OSError as error:  # no memory, no process: perhaps the next time
                self.due = now + LONGEST_DELAY
                write_line("catalog", f"{self.name} can't be started: {error}")
                return
            self.due = None
            with suppress(embedded_servers.ServerError):  # it died again: seen at the next look
                self.on_start(self.process)

    def restart(self, home: Path) -> None:
        """End it, and start it with the code as it is now."""
        _end(home, self.name)
        self.process.wait()
        self.due = time.monotonic()
        self.look(home)


class Code:
    """The files of the code, and whether one has changed since the last look. For development."""

    def __init__(self, root: Path = PROJECT) -> None:
        self._root = root
        self._seen = self._times()
        self._looked = time.monotonic()

    def has_changed(self) -> bool:
        """Whether a file was changed, added or deleted; it looks every quarter of a second."""
        if time.monotonic() - self._looked < CODE_SECONDS:
            return False
        before, self._seen = self._seen, self._times()
        self._looked = time.monotonic()
        return self._seen != before

    def _times(self) -> dict[Path, int]:
        found: dict[Path, int] = {}
        with suppress(FileNotFoundError):  # something is about to be replaced: the next look sees it
            for path in chain(self._root.glob("*.py"), (self._root / "catalog").rglob("*.py")):
                found[path] = path.stat().st_mtime_ns
        return found


@contextmanager
def no_orphans(home: Path) -> Iterator[list[Child]]:
    """End what an earlier supervisor left, and later everything of this one."""
    family: list[Child] = []
    _end_all(home)
    try:
        yield family
    finally:
        _end_all(home)
        for child in family:
            child.process.wait()
            child.relay.join(1)  # the last lines


def _end_all(home: Path) -> None:
    _end(home)
    embedded_servers.stop(home)


def _end(home: Path, name: str = "") -> None:
    """End our processes, or those of one name. A job is not waited for: its import is taken over."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        machine.end(_marked(home, name), [(number, STOP_SECONDS)])


def _marked(home: Path, name: str) -> list[psutil.Process]:
    marks = {HOME_MARK: str(home.resolve())} | ({NAME_MARK: name} if name else {})
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            is_ours = marks.items() <= process.environ().items()
            if is_ours and process.pid != os.getpid():  # a job can run `catalog up`
                found.append(process)
    return found


def _relay(name: str, lines: int) -> None:
    """Pass on a child's lines under its name, until the last writer is gone."""
    with open(lines, "rb") as stream:
        for line in stream:
            write_line(name, terminal.one_line(line.decode(errors="replace").rstrip()))


def write_line(name: str, line: str) -> None:
    """A line on the terminal, after the name of the program that says it."""
    prefix = f"{name:<{NAME_WIDTH}}|"
    if sys.stderr.isatty():
        prefix = f"\033[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{prefix}\033[0m"
    with suppress(OSError, ValueError):  # stdout is closed: no reason to stop
        terminal.trusted(sys.stderr).write(f"{prefix} {line}\n")
