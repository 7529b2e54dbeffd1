"""The child processes of the supervisor: start, watch, restart and end them, and prefix their output."""

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import psutil

from catalog.ops import embedded_servers, machine
from catalog.ops.machine import Process
from catalog.ops.process_marks import HOME_MARK, NAME_MARK
from catalog.runtime import PROJECT, terminal

CODE_SECONDS = 0.25  # between two checks of the files of the code, in development; a check takes some milliseconds
STOP_SECONDS = 3  # with the time of the servers, all processes end within ten seconds
FIRST_DELAY, LONGEST_DELAY = 0.25, 10.0
STEADY_SECONDS = 30  # after so many seconds, a death counts as the first one


NAME_WIDTH = 10
COLOURS = (36, 33, 32, 35, 34, 31)


@dataclass
class Child:
    """One process of Catalog, restarted when it dies."""

    name: str
    launch: Callable[[int], Process]
    on_start: Callable[[Process], None] = lambda process: None
    process: Process = field(init=False)
    relay: threading.Thread = field(init=False)
    started: float = 0
    delay: float = FIRST_DELAY
    due: float | None = None
    runs_code: bool = False  # of Catalog: it restarts when the code changes

    def start(self) -> None:
        """Start the process. Its lines are printed with its name."""
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
        """Notice that the process died, and restart it after its pause."""
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
            _end(home, self.name)  # an orphaned job would run beside the next one
            try:
                self.start()
            except OSError as error:  # no memory or no process left: try again next time
                self.due = now + LONGEST_DELAY
                write_line("catalog", f"{self.name} can't be started: {error}")
                return
            self.due = None
            with suppress(embedded_servers.ServerError):  # it died again: the next check notices
                self.on_start(self.process)

    def restart(self, home: Path) -> None:
        """End the process, and start it with the current code."""
        _end(home, self.name)
        self.process.wait()
        self.due = time.monotonic()
        self.look(home)


class Code:
    """Watches the files of the code for changes. For development."""

    def __init__(self, root: Path = PROJECT) -> None:
        self._root = root
        self._seen = self._times()
        self._looked = time.monotonic()

    def has_changed(self) -> bool:
        """Whether a file was changed, added or deleted. Checks every quarter of a second."""
        if time.monotonic() - self._looked < CODE_SECONDS:
            return False
        before, self._seen = self._seen, self._times()
        self._looked = time.monotonic()
        return self._seen != before

    def _times(self) -> dict[Path, int]:
        found: dict[Path, int] = {}
        with suppress(FileNotFoundError):  # a file is being replaced: the next check sees it
            for path in chain(self._root.glob("*.py"), (self._root / "catalog").rglob("*.py")):
                found[path] = path.stat().st_mtime_ns
        return found


@contextmanager
def no_orphans(home: Path) -> Iterator[list[Child]]:
    """End the processes of an earlier supervisor, and at the end all processes of this one."""
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
    """End all child processes, or those of one name. Jobs get no time to finish: workers repeat them."""
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
    """Print the lines of a child with its name, until no process writes any more."""
    with open(lines, "rb") as stream:
        for line in stream:
            write_line(name, terminal.one_line(line.decode(errors="replace").rstrip()))


def write_line(name: str, line: str) -> None:
    """Write a line to the terminal, after the name of its program."""
    prefix = f"{name:<{NAME_WIDTH}}|"
    if sys.stderr.isatty():
        prefix = f"\033[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{prefix}\033[0m"
    with suppress(OSError, ValueError):  # a closed stdout is no reason to stop
        terminal.trusted(sys.stderr).write(f"{prefix} {line}\n")
