"""The processes of `catalog up`: started in order, kept alive, their lines prefixed, stopped.

Not here: what the processes do, and how the servers are made (servers.py).
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPConnection, HTTPException
from itertools import chain
from pathlib import Path
from typing import NoReturn

import psutil

from catalog.config import PROJECT, Settings
from catalog.ops import embedded, machine
from catalog.runtime import terminal

# All descendants inherit these, so that orphans are found, of an earlier supervisor too.
HOME_MARK, NAME_MARK = "CATALOG_SUPERVISOR", "CATALOG_PROCESS"

LOOK_SECONDS = 0.1
CODE_SECONDS = 1  # between two looks at the files of the code, in development
PAGES_SECONDS = 60
STOP_SECONDS = 3  # with the servers' own patience, all is over within ten
FIRST_DELAY, LONGEST_DELAY = 0.25, 10.0
STEADY_SECONDS = 30  # after so long a life the next death is a first one again

INHERITED = (signal.SIGCHLD, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""Signals that our processes rely on, whatever our parent ignores."""

NAME_WIDTH = 10
COLOURS = (36, 33, 32, 35, 34, 31)


class Stop(BaseException):
    """SIGINT, SIGTERM or SIGHUP came."""


def up(settings: Settings, *, workers: int, prepare: Callable[[Settings], str]) -> int:
    """Run all of Catalog until it is told to stop; returns the exit code.

    `prepare` is called when the servers answer; what it returns is said when pages are served.
    """
    _raise_stop_on_signals()
    home = settings.home
    try:
        with embedded.hold(home), _nothing_left(home) as family, _listen(settings) as port:
            settings = settings.model_copy(update={"port": port.getsockname()[1]})
            settings = _start_servers(settings, family)
            news = prepare(settings)
            _start_programs(settings, workers, port, family)
            with embedded.announced(settings):
                print(f"Catalog is ready: {url(settings)}\n{news}", end="", flush=True)
                _keep_alive(home, family, Code() if settings.dev else None)
    except (embedded.ServerError, subprocess.CalledProcessError) as error:
        print(f"catalog up: {error}", file=sys.stderr)
        return 1
    except Stop:
        return 0


def environment(settings: Settings) -> dict[str, str]:
    """Our own environment with what was settled since: for a process of this `catalog up`."""
    return os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "CATALOG_HOME": str(settings.home),
        "HOST": settings.host,
        "PORT": str(settings.port),
    }


def url(settings: Settings) -> str:
    """Where the pages are."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _raise_stop_on_signals() -> None:
    """The first signal stops us wherever we are, the ones after it change nothing."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: object) -> NoReturn:
        for each in numbers:
            signal.signal(each, lambda *_: None)
        raise Stop

    for number in numbers:
        is_ignored = signal.getsignal(number) == signal.SIG_IGN
        if number != signal.SIGHUP or not is_ignored:  # nohup stays nohup
            signal.signal(number, stop)
    for number in INHERITED:  # a shell ignores some for a job in the background
        signal.signal(number, signal.SIG_DFL)


@dataclass
class Child:
    """One process of ours, and those that follow it when it dies."""

    name: str
    launch: Callable[[int], subprocess.Popen[bytes]]
    settle: Callable[[subprocess.Popen[bytes]], None] = lambda process: None
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
            sentence = f"{self.name} ended ({code}), starts again in {self.delay:g} s"
            _write("catalog", sentence)
        elif now >= self.due:
            _end(home, self.name)  # an orphaned job would run beside its successor
            try:
                self.start()
            except OSError as error:  # no memory, no process: perhaps the next time
                self.due = now + LONGEST_DELAY
                _write("catalog", f"{self.name} can't be started: {error}")
                return
            self.due = None
            with suppress(embedded.ServerError):  # it died again: seen at the next look
                self.settle(self.process)

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
        """Whether a file was changed, added or deleted; it looks once a second."""
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
def _nothing_left(home: Path) -> Iterator[list[Child]]:
    """Nothing of an earlier supervisor when we come, nothing of ours when we go."""
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
    embedded.stop(home)


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


def _listen(settings: Settings) -> socket.socket:
    """The port: taken before anything starts, kept while web restarts, so that browsers wait."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        address = (settings.host, settings.port)
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        place = f"{settings.host} port {settings.port}: {error.strerror}"
        advice = "Choose another with --port."
        raise embedded.ServerError(f"can't listen on {place}. {advice}") from None


def _start_servers(settings: Settings, family: list[Child]) -> Settings:
    wanted = embedded.prepare(settings)
    for server in wanted:
        _start(Child(server.name, server.start, server.wait), family)
    return embedded.with_urls(settings, wanted)


def _start_programs(settings: Settings, workers: int, port: socket.socket, family: list[Child]) -> None:
    for name, command in _programs(workers, port).items():
        inherited = [port.fileno()] if name == "web" else []
        launch = partial(_launch, name, command, settings, inherited)
        _start(Child(name, launch, runs_code=True), family)
    web = next(child for child in family if child.name == "web")
    _wait_for_pages(settings, web)


def _programs(workers: int, port: socket.socket) -> dict[str, list[str]]:
    """Name -> command."""
    python = sys.executable
    gunicorn = [python, "-m", "gunicorn", "--config", "python:catalog.gunicorn"]
    importers = ["imports", *(f"imports.{number}" for number in range(2, workers + 1))]
    return {
        "web": [*gunicorn, "--bind", f"fd://{port.fileno()}", "wsgi:app"],
        "steward": [python, "-m", "catalog.steward"],
        "webhooks": [python, "-m", "catalog.webhooks"],
        **{name: [python, "worker.py", "imports"] for name in importers},
        "quick": [python, "worker.py", "quick"],
    }


def _environment_of(name: str, settings: Settings) -> dict[str, str]:
    inherited = environment(settings)
    inherited.pop("CATALOG_PASSWORD", None)  # for `prepare` alone, which is no child
    return inherited | {"PYTHONUNBUFFERED": "1", HOME_MARK: str(settings.home.resolve()), NAME_MARK: name}


def _launch(
    name: str, command: list[str], settings: Settings, inherited: list[int], output: int
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        command,
        cwd=PROJECT,
        env=_environment_of(name, settings),
        pass_fds=inherited,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C is for the supervisor, which stops them in order
    )


def _start(child: Child, family: list[Child]) -> None:
    child.start()
    family.append(child)
    child.settle(child.process)


def _wait_for_pages(settings: Settings, web: Child) -> None:
    deadline = time.monotonic() + PAGES_SECONDS
    while not _healthy(settings):
        if web.process.poll() is not None or time.monotonic() > deadline:
            raise embedded.ServerError("web serves no pages; its lines say why.")
        time.sleep(LOOK_SECONDS)


def _healthy(settings: Settings) -> bool:
    web = HTTPConnection(settings.host, settings.port, timeout=2)
    with suppress(OSError, HTTPException), closing(web):
        web.request("GET", "/healthz")
        return web.getresponse().status == 200
    return False


def _keep_alive(home: Path, family: list[Child], code: Code | None) -> NoReturn:
    """Servers come first in the family: while one recovers, no program is started in vain. `code`: look at it too."""
    while True:
        for child in family:
            child.look(home)
        if code and code.has_changed():
            _write("catalog", "the code has changed: all programs start again")
            for child in family:
                if child.runs_code:
                    child.restart(home)
        time.sleep(LOOK_SECONDS)


def _relay(name: str, lines: int) -> None:
    """Pass on a child's lines under its name, until the last writer is gone."""
    with open(lines, "rb") as stream:
        for line in stream:
            _write(name, terminal.one_line(line.decode(errors="replace").rstrip()))


def _write(name: str, line: str) -> None:
    prefix = f"{name:<{NAME_WIDTH}}|"
    if sys.stderr.isatty():
        prefix = f"\033[{COLOURS[sum(name.encode()) % len(COLOURS)]}m{prefix}\033[0m"
    with suppress(OSError, ValueError):  # nobody reads any more: no reason to stop
        terminal.trusted(sys.stderr).write(f"{prefix} {line}\n")
