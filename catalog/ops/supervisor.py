"""The supervisor of `catalog up`: starts the processes in order, restarts them, stops them, and prefixes their lines.

`embedded_servers` makes the servers; `children` is one process.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import NoReturn

from catalog.ops import discovery, embedded_servers
from catalog.ops.children import Child, Code, no_orphans, write_line
from catalog.ops.forks import Preload, Program, adopt, reap
from catalog.ops.preload import NAME
from catalog.ops.process_marks import HOME_MARK, NAME_MARK
from catalog.runtime import ROLES, Role, Settings

LOOK_SECONDS = 0.1
PAGES_SECONDS = 60

INHERITED = (signal.SIGCHLD, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2)
"""Signals that our processes rely on, whatever our parent ignores."""


class Stop(BaseException):
    """SIGINT, SIGTERM or SIGHUP arrived."""


def up(settings: Settings, *, workers: int) -> int:
    """Run all of Catalog until it is told to stop; returns the exit code."""
    _raise_stop_on_signals()
    home = settings.home
    try:
        _check_roles(settings)
        with discovery.hold(home), no_orphans(home) as family, _listen(settings) as port:
            if port:
                settings = settings.model_copy(update={"port": port.getsockname()[1]})
            with closing(_start_preload(settings, port, family)) as preload:
                settings = _start_servers(settings, family)
                news = _prepare(settings, preload)
                _start_programs(settings, workers, port, family, preload)
                with discovery.announced(settings):
                    ready = url(settings) if port else f"{', '.join(settings.roles)} on {settings.this_host}"
                    print(f"Catalog is ready: {ready}\n{news}", end="", flush=True)
                    _keep_alive(home, family, Code() if settings.dev else None)
    except embedded_servers.ServerError as error:
        print(f"catalog up: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        if error.returncode < 0:  # else `prepare` has said why
            print(f"catalog up: {error}", file=sys.stderr)
        return 1
    except Stop:
        return 0


def environment(settings: Settings) -> dict[str, str]:
    """The environment for a process of this `catalog up`: our own, and the settings that were found at the start."""
    return os.environ | {
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "CATALOG_HOME": str(settings.home),
        "HOST": settings.host,
        "PORT": str(settings.port),
    }


def url(settings: Settings) -> str:
    """The URL of the pages."""
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _raise_stop_on_signals() -> None:
    """Raise Stop at the first signal. Later signals change nothing."""
    numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number: int, frame: object) -> NoReturn:
        for each in numbers:
            signal.signal(each, lambda *_: None)
        raise Stop

    for number in numbers:
        is_ignored = signal.getsignal(number) == signal.SIG_IGN
        if number != signal.SIGHUP or not is_ignored:  # with nohup, SIGHUP stays ignored
            signal.signal(number, stop)
    for number in INHERITED:  # a shell sets some to "ignore" for a job in the background
        signal.signal(number, signal.SIG_DFL)


def _check_roles(settings: Settings) -> None:
    """Check that a host with some of the roles has what it shares with the others. Raises ServerError."""
    if settings.roles and not (settings.database_url and settings.redis_url):
        raise embedded_servers.ServerError(
            "--roles needs DATABASE_URL and REDIS_URL: all hosts share one database and one queue."
        )


def _listen(settings: Settings) -> AbstractContextManager[socket.socket | None]:
    """Open the port before any process starts. It stays open while web restarts: browsers wait. Without web, none."""
    if "web" not in (settings.roles or ROLES):
        return nullcontext()
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        address = (settings.host, settings.port)
        return socket.create_server(address, family=family, backlog=2048)
    except OSError as error:
        reason = f"can't listen on {settings.host} port {settings.port}: {error.strerror}."
        raise embedded_servers.ServerError(f"{reason} Choose another with --port.") from None


def _start_preload(settings: Settings, port: socket.socket | None, family: list[Child]) -> Preload:
    """Start the process that loads all code, while the servers start. A host with a single program needs none."""
    roles = settings.roles or ROLES
    preload = Preload(roles, _environment_of(NAME, settings), [port.fileno()] if port else [])
    if (len(roles) > 1 or "worker" in roles) and adopt():
        _start(Child(NAME, preload.launch, runs_code=True), family)
    return preload


def _start_servers(settings: Settings, family: list[Child]) -> Settings:
    wanted = embedded_servers.prepare(settings)
    for server in wanted:
        _start(Child(server.name, server.start, server.wait), family)
    return embedded_servers.with_urls(settings, wanted)


def _prepare(settings: Settings, preload: Preload) -> str:
    """Migrate the database in another process, so that this one stays small. Returns the lines for the terminal."""
    marks = {HOME_MARK: str(settings.home.resolve())}
    return preload.run(Program("prepare", ["-m", "catalog.cli", "prepare"], environment(settings) | marks))


def _start_programs(
    settings: Settings, workers: int, port: socket.socket | None, family: list[Child], preload: Preload
) -> None:
    for role in settings.roles or ROLES:
        for name, arguments in _programs(role, workers, port).items():
            files = [port.fileno()] if port and name == "web" else []
            program = Program(name, arguments, _environment_of(name, settings), files)
            _start(Child(name, partial(preload.start, program), runs_code=True), family)
    for child in family:
        if child.name == "web":
            _wait_for_pages(settings, child)


def _programs(role: Role, workers: int, port: socket.socket | None) -> dict[str, list[str]]:
    """The programs of a role, by name: the arguments of Python."""
    if role == "web":
        assert port is not None
        gunicorn = ["-m", "gunicorn", "--config", "python:catalog.gunicorn"]
        return {"web": [*gunicorn, "--bind", f"fd://{port.fileno()}", "wsgi:app"]}
    if role == "worker":
        importers = ["imports", *(f"imports.{number}" for number in range(2, workers + 1))]
        return {
            **{name: ["worker.py", "imports"] for name in importers},
            "quick": ["worker.py", "quick"],
        }
    return {role: ["-m", f"catalog.{role}"]}


def _environment_of(name: str, settings: Settings) -> dict[str, str]:
    inherited = environment(settings)
    inherited.pop("CATALOG_PASSWORD", None)  # only `prepare` needs it, and that is not a child
    if settings.roles:
        inherited["CATALOG_HOST_NAME"] = settings.this_host  # log lines of several hosts come together somewhere
    return inherited | {"PYTHONUNBUFFERED": "1", HOME_MARK: str(settings.home.resolve()), NAME_MARK: name}


def _start(child: Child, family: list[Child]) -> None:
    child.start()
    family.append(child)
    child.on_start(child.process)


def _wait_for_pages(settings: Settings, web: Child) -> None:
    deadline = time.monotonic() + PAGES_SECONDS
    while not _healthy(settings):
        if web.process.poll() is not None or time.monotonic() > deadline:
            raise embedded_servers.ServerError("the web server serves no pages; its log lines say why.")
        time.sleep(LOOK_SECONDS)


def _healthy(settings: Settings) -> bool:
    web = HTTPConnection(settings.host, settings.port, timeout=2)
    with suppress(OSError, HTTPException), closing(web):
        web.request("GET", "/healthz")
        return web.getresponse().status == 200
    return False


def _keep_alive(home: Path, family: list[Child], code: Code | None) -> NoReturn:
    """Restart dead children, for ever. Servers come first, so no program starts while a server recovers.

    With `code`, restart programs when their files change.
    """
    while True:
        for child in family:
            child.look(home)
        reap({child.process.pid for child in family})
        if code and code.has_changed():
            write_line("catalog", "the code has changed: all programs restart")
            for child in family:
                if child.runs_code:
                    child.restart(home)
        time.sleep(LOOK_SECONDS)
