"""The embedded PostgreSQL and Redis: real servers from Python packages, on private Unix sockets.

This module makes, starts, checks and stops them. `machine` has their account and folders, `supervisor` keeps them
running.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, SIGTERM

import psutil

from catalog.ops import machine, ownership
from catalog.ops.discovery import hold
from catalog.ops.machine import Account, Process
from catalog.runtime import Settings

# Each line is a command.
CREATE = f"CREATE ROLE {ownership.ROLE} LOGIN\nCREATE DATABASE catalog OWNER {ownership.ROLE}\n"
CREATE_SCHEMA = f"ALTER SCHEMA public OWNER TO {ownership.ROLE}\n"
PING_SECONDS = 2
START_SECONDS = 300  # replaying the log after a crash may take minutes

# An eighth of the memory: the scratch of an import and the busy part of the catalog should fit, and other programs too.
SHARED_MEGABYTES = min(max(psutil.virtual_memory().total // 1024**2 // 8, 128), 1024)

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",  # else PGPORT would name the socket
    "max_connections": "200",
    "shared_buffers": f"{SHARED_MEGABYTES}MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "client_connection_check_interval": "1s",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%t ",
    "log_checkpoints": "off",
    "unix_socket_permissions": "0700",
    # The log has no statements and no rows: both can contain typed text, hashes, and secrets of links.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}
REDIS_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "save": "",
    "loglevel": "warning",
    "set-proc-title": "no",  # a forgotten server is found by its command line
}
# Data folders by the program that uses them.
FOLDERS = {"postgres": "postgres", "redis-server": "redis"}
# Signals, each with the seconds to wait, mildest first. Even the last loses no committed data.
STOPS = {"redis-server": ((SIGTERM, 2), (SIGKILL, 1)), "postgres": ((SIGINT, 5), (SIGQUIT, 1), (SIGKILL, 1))}

ServerError = machine.ServerError


@dataclass(frozen=True)
class Server:
    """One embedded server: its program, folder and account, and how to check that it is ready."""

    name: str
    setting: str
    url: str
    command: list[str]
    sockets: Path
    account: Account
    answers: Callable[[int], bool]
    set_up: Callable[[], None] = lambda: None  # runs before other processes connect

    def start(self, output: int) -> subprocess.Popen[bytes]:
        """Start the server. Its messages go to the file descriptor `output`."""
        machine.make_private(self.sockets, self.account)
        return subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C goes to the supervisor only, which stops servers in order
            umask=0o077,
            **machine.run_as(self.account),
        )

    def wait(self, process: Process) -> None:
        """Wait until the started server answers. Raises ServerError if it ends first, or takes too long."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers(process.pid):
            if process.poll() is not None:
                raise ServerError(f"{self.name} ended while it was starting.")
            if time.monotonic() > deadline:
                raise ServerError(f"{self.name} did not answer for {START_SECONDS} s.")
            time.sleep(0.05)
        self.set_up()


@contextmanager
def embedded(settings: Settings) -> Iterator[Settings]:
    """Run the servers that `settings` has no URL for. Yields a copy of `settings` with all URLs."""
    if settings.database_url and settings.redis_url:
        yield settings
        return
    home = settings.home
    with hold(home), open(home / "run" / "servers.log", "wb", opener=machine.private) as log:
        wanted = prepare(settings)
        processes = [server.start(log.fileno()) for server in wanted]
        try:
            for server, process in zip(wanted, processes, strict=True):
                server.wait(process)
            yield with_urls(settings, wanted)
        finally:
            stop(home)
            for process in processes:
                process.wait()


def prepare(settings: Settings) -> list[Server]:
    """Prepare the data of the servers that `settings` has no URL for, and return them. Call it inside of `hold`."""
    stop(settings.home)
    home, account = settings.home.resolve(), machine.choose_account()
    if account:
        machine.let_in(home, account)
    wanted = ((settings.database_url, _postgres), (settings.redis_url, _redis))
    return [make(home, account) for url, make in wanted if not url]


def with_urls(settings: Settings, servers: list[Server]) -> Settings:
    """A copy of `settings` with the URLs of these servers."""
    urls = {server.setting: server.url for server in servers}
    return settings.model_copy(update=urls)


def stop(home: Path) -> None:
    """Stop every embedded server of this home, even if another process started it. Redis is first."""
    for name, stops in STOPS.items():
        found = [each for each in psutil.process_iter() if _serves(each, name, home)]
        machine.end(found, stops)


def _serves(process: psutil.Process, name: str, home: Path) -> bool:
    """Whether a process is this server of this home, by its command line: another account may run it."""
    with suppress(psutil.Error):
        folder = str(home.resolve() / FOLDERS[name])
        return process.name() == name and folder in process.cmdline()
    return False


def _postgres(home: Path, account: Account) -> Server:
    programs, data = machine.postgres_programs(), home / "postgres"
    sockets = machine.sockets(home)
    machine.claim(data, account)
    if not (data / "PG_VERSION").exists():
        _make_cluster(programs, data, account)
    _forget_stale_pid(data)
    options = [f"--{name}={value}" for name, value in POSTGRES_SETTINGS.items()]
    places = ["-D", str(data), "-k", str(sockets)]
    url = f"postgresql://{ownership.ROLE}@/catalog?host={sockets}&port=5432"
    return Server(
        name="postgres",
        setting="database_url",
        url=url,
        command=[str(programs / "postgres"), *places, *options],
        sockets=sockets,
        account=account,
        answers=lambda pid: _postgres_is_ready(data, pid),
        set_up=lambda: ownership.hand_over(url),
    )


def _postgres_is_ready(data: Path, pid: int) -> bool:
    """Check the state as pg_ctl does. A connection would fill the log of a server that still recovers."""
    with suppress(FileNotFoundError):
        lines = (data / "postmaster.pid").read_text().splitlines()
        return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"
    return False


def _make_cluster(programs: Path, data: Path, account: Account) -> None:
    """Make a new cluster with its database. It gets its final name last, so an unfinished cluster is never used."""
    fresh = data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    machine.make_private(fresh, account)
    kind = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    who = [f"--username={ownership.SETUP}", "--auth=trust"]
    alone = ["--single", "-D", str(fresh)]
    machine.run([programs / "initdb", "-D", fresh, *who, *kind], account)
    machine.run([programs / "postgres", *alone, "postgres"], account, CREATE)
    machine.run([programs / "postgres", *alone, "catalog"], account, CREATE_SCHEMA)
    fresh.rename(data)


def _forget_stale_pid(data: Path) -> None:
    """Delete the pid file of a dead server. After a reboot, another program can have its number."""
    with suppress(FileNotFoundError, ValueError):
        pid = int((data / "postmaster.pid").read_text().split()[0])
        if psutil.pid_exists(pid) and psutil.Process(pid).name() != "postgres":
            (data / "postmaster.pid").unlink()


def _redis(home: Path, account: Account) -> Server:
    data, sockets = home / "redis", machine.sockets(home)
    machine.claim(data, account)
    machine.make_private(data, account)
    machine.close(data)
    path = str(sockets / "redis.sock")
    options = {"dir": str(data), "unixsocket": path} | REDIS_SETTINGS
    words = [word for name in options for word in (f"--{name}", options[name])]
    return Server(
        name="redis",
        setting="redis_url",
        url=f"unix://{path}",
        command=[str(machine.redis_programs() / "redis-server"), *words],
        sockets=sockets,
        account=account,
        answers=lambda pid: _redis_is_ready(path),
    )


def _redis_is_ready(path: str) -> bool:
    """Ask it without its library, which takes a sixth of the supervisor's memory. Redis says so while it loads data."""
    with suppress(OSError), socket.socket(socket.AF_UNIX) as redis:
        redis.settimeout(PING_SECONDS)
        redis.connect(path)
        redis.sendall(b"PING\r\n")
        return redis.recv(16) == b"+PONG\r\n"
    return False
