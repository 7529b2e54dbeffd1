"""`catalog up` as people run it: one line when it is ready, alive whatever dies, nothing left when it stops."""

import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import psycopg2
import pytest
from redis import Redis

from catalog.imports.intake import sample
from catalog.ops import children, discovery, embedded_servers, machine, supervisor
from catalog.runtime import PROJECT, Settings
from tests.support.examples import some

COMMAND = [str(Path(sys.executable).parent / "catalog"), "up", "--port", "0"]
NAMES = {"preload", "web", "steward", "webhooks", "imports", "quick"}
PASSWORD = "correct horse battery"
PATIENCE = 30


@dataclass
class Up:
    """A `catalog up` that is ready."""

    process: subprocess.Popen[bytes]
    home: Path
    line: str
    log: Path

    @property
    def settings(self) -> Settings:
        """Its settings, as another command finds them."""
        return discovery.discover(without_urls(self.home))

    def stop(self, number: int = signal.SIGTERM) -> float:
        """Seconds until a signal has ended it."""
        begin = time.monotonic()
        self.process.send_signal(number)
        assert self.process.wait(PATIENCE) == 0
        return time.monotonic() - begin


def without_urls(home: Path) -> Settings:
    """Settings of a machine that has no servers of its own."""
    return Settings().model_copy(update={"home": home, "database_url": "", "redis_url": ""})


def environment(home: Path) -> dict[str, str]:
    """The environment of a command in this home, on a machine that has no servers of its own."""
    ours = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return ours | {"CATALOG_HOME": str(home), "CATALOG_PASSWORD": PASSWORD}


@contextmanager
def up(home: Path, *arguments: str, user: Sequence[str] = ()) -> Iterator[Up]:
    """A running `catalog up`. Its home is clean afterwards, whatever happens."""
    log = home.parent / f"up-{time.monotonic_ns()}.log"
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [*user, *COMMAND, *arguments], env=environment(home), cwd=PROJECT, stdout=subprocess.PIPE, stderr=errors
        )
    with process:
        assert process.stdout is not None
        try:
            line = process.stdout.readline().decode().strip()
            assert line.startswith("Catalog is ready"), log.read_text()
            threading.Thread(target=process.stdout.read, daemon=True).start()
            yield Up(process, home, line, log)
        finally:
            process.kill()
            children._end_all(home)


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Where the homes of these tests lie; short, because sockets lie there too."""
    with tempfile.TemporaryDirectory(prefix="u-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Up]:
    """One `catalog up` for the tests that leave it running."""
    with up(folder / "shared") as running:
        yield running


@pytest.fixture(scope="module")
def orphans(running: Up) -> list[psutil.Process]:
    """What is left of the shared `catalog up` after it was killed; a table holds a 7."""
    query(running.settings, "CREATE TABLE kept AS SELECT 7 AS number")
    running.process.kill()
    running.process.wait()
    return left(running.home)


IGNORING = ("sh", "-c", """trap "" INT QUIT USR1 USR2; exec "$@" """, "sh")
"""The words before a command that start it as a shell starts a job in the background, and a little deafer."""


@pytest.fixture(scope="module")
def successor(running: Up, orphans: list[psutil.Process]) -> Iterator[Up]:
    """The `catalog up` that follows it in the same home, started by a process that ignores signals."""
    with up(running.home, user=IGNORING) as successor:
        yield successor


def query(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    """The rows of the answer, if it has any."""
    connection = psycopg2.connect(settings.libpq_url)
    with closing(connection), connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def get(line: str, path: str) -> int:
    """The status of a page."""
    address = urlsplit(line.split()[-1])
    connection = HTTPConnection(address.hostname or "", address.port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def soon(true: Callable[[], object]) -> bool:
    """Whether something becomes true before our patience ends."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.1)
    return False


def programs(home: Path, name: str = "") -> list[psutil.Process]:
    """The processes of a home that carry the supervisor's mark, of one name or all."""
    return children._marked(home, name)


def server(home: Path, name: str) -> list[psutil.Process]:
    """The embedded server of that name in a home."""
    return [each for each in psutil.process_iter() if embedded_servers._serves(each, name, home)]


def left(home: Path) -> list[psutil.Process]:
    """Whatever still runs in a home."""
    return [*programs(home), *server(home, "postgres"), *server(home, "redis-server")]


def database_answers(settings: Settings) -> bool:
    """Whether PostgreSQL takes connections."""
    try:
        psycopg2.connect(settings.libpq_url).close()
    except psycopg2.OperationalError:
        return False
    return True


def refusal(home: Path, *arguments: str) -> str:
    """What `catalog up` says when it does not want to."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        check=False,
        env=environment(home),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (1, "")
    return done.stderr


def test_it_serves_pages_and_runs_what_is_needed(running: Up) -> None:
    assert running.line == f"Catalog is ready: http://127.0.0.1:{urlsplit(running.line.split()[-1]).port}"
    assert get(running.line, "/healthz") == 200
    assert soon(lambda: get(running.line, "/readyz") == 200)
    assert {process.environ()[children.NAME_MARK] for process in programs(running.home)} == NAMES


def test_the_supervisor_stays_small(running: Up) -> None:
    """What it loads is kept as long as Catalog runs. What needs more code is a step of its own, such as `prepare`."""
    mapped = Path(f"/proc/{running.process.pid}/maps").read_text()
    assert "pydantic_core" in mapped and "sqlalchemy" not in mapped


def test_the_password_of_the_first_admin_reaches_no_child(running: Up) -> None:
    assert "CATALOG_PASSWORD" in psutil.Process(running.process.pid).environ()
    children = left(running.home)
    assert len(children) >= 6
    for child in children:
        assert PASSWORD not in child.environ().values()


def test_a_step_sees_what_was_settled_and_the_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CATALOG_PASSWORD", PASSWORD)
    settled = {
        "database_url": "postgresql://db/x",
        "redis_url": "redis://r",
        "home": Path("/home/of/catalog"),
        "host": "::1",
        "port": 81,
    }
    environment = supervisor.environment(Settings().model_copy(update=settled))
    assert environment["CATALOG_PASSWORD"] == PASSWORD
    assert environment["PATH"] == os.environ["PATH"]
    names = ("DATABASE_URL", "REDIS_URL", "CATALOG_HOME", "HOST", "PORT")
    assert [environment[name] for name in names] == list(map(str, settled.values()))


@pytest.mark.parametrize("host, url", [("127.0.0.1", "http://127.0.0.1:81"), ("::1", "http://[::1]:81")])
def test_the_url_of_the_pages_can_be_opened(host: str, url: str) -> None:
    settings = Settings().model_copy(update={"host": host, "port": 81})
    assert supervisor.url(settings) == url


def test_other_commands_find_it(running: Up) -> None:
    command = [COMMAND[0], "url", "database"]
    done = subprocess.run(command, env=environment(running.home), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == running.settings.libpq_url
    assert database_answers(running.settings)


def test_a_second_one_of_the_same_home_does_not_start(running: Up) -> None:
    assert f"already running in {running.home} (process {running.process.pid})" in refusal(running.home)
    assert get(running.line, "/healthz") == 200


def test_a_taken_port_is_said_before_anything_starts(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1 port {port}" in refusal(folder / "taken", "--port", str(port))
    assert not (folder / "taken" / "postgres").exists()


@pytest.mark.parametrize("name", some(sorted(NAMES, reverse=True), 2))
def test_a_killed_program_comes_back(running: Up, name: str) -> None:
    killed = programs(running.home, name)
    oldest = min(killed, key=lambda process: process.create_time())
    oldest.kill()
    assert soon(lambda: programs(running.home, name) and not any(machine.alive(each) for each in killed))
    assert get(running.line, "/healthz") == 200


@pytest.mark.long
def test_the_orphan_of_a_killed_program_does_not_stay(running: Up) -> None:
    arbiter, *orphans = sorted(programs(running.home, "web"), key=lambda process: process.create_time())
    assert orphans
    for orphan in orphans:
        orphan.suspend()  # it cannot notice its parent's death
    arbiter.kill()
    assert soon(lambda: not any(machine.alive(orphan) for orphan in orphans))
    assert get(running.line, "/healthz") == 200


@pytest.mark.parametrize("name", some(["postgres", "redis-server"], 1))
def test_a_killed_server_comes_back_with_its_data(running: Up, name: str) -> None:
    Redis.from_url(running.settings.redis_url).set("kept", "yes")
    time.sleep(1.2)  # Redis syncs its log every second
    [killed] = server(running.home, name)
    killed.kill()
    assert soon(lambda: not machine.alive(killed) and server(running.home, name))
    assert soon(lambda: database_answers(running.settings))
    assert soon(lambda: get(running.line, "/readyz") == 200)
    assert Redis.from_url(running.settings.redis_url).get("kept") == b"yes"


@pytest.mark.long
def test_a_command_that_watches_its_import_waits_for_a_killed_database(running: Up, tmp_path: Path) -> None:
    file = tmp_path / "spring.csv"
    with file.open("wb") as stream:
        sample.write(stream, 100_000)
    at_work = "SELECT id FROM imports WHERE state IN ('reading', 'applying')"
    with subprocess.Popen(
        [COMMAND[0], "import", "--json", str(file)], env=environment(running.home), stdout=subprocess.PIPE, text=True
    ) as command:
        assert soon(lambda: query(running.settings, at_work))
        [killed] = server(running.home, "postgres")
        killed.kill()
        output, _ = command.communicate(timeout=90)
    told = json.loads(output)
    assert (told["state"], told["rows"]) == ("completed", 100_000)


def test_a_killed_one_is_not_found_by_other_commands(running: Up, orphans: list[psutil.Process]) -> None:
    assert running.settings.database_url == ""


def test_what_a_killed_supervisor_left_is_cleaned_up_and_data_is_kept(
    orphans: list[psutil.Process], successor: Up
) -> None:
    assert len(orphans) >= 6
    assert not any(machine.alive(orphan) for orphan in orphans)
    assert query(successor.settings, "SELECT number FROM kept") == [(7,)]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc here")
def test_no_process_ignores_what_its_starter_ignored(successor: Up) -> None:
    deaf = {number - 1 for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGUSR1)}
    for name in NAMES:
        (process, *_) = programs(successor.home, name)
        status = Path(f"/proc/{process.pid}/status").read_text()
        ignored = int(status.split("SigIgn:")[1].split()[0], 16)
        assert not any(ignored >> number & 1 for number in deaf), name


def test_it_stops_within_ten_seconds_and_leaves_nothing(successor: Up) -> None:
    port = urlsplit(successor.line.split()[-1]).port or 0
    with ExitStack() as stack:
        for _ in range(20):  # browsers that keep their connection
            stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        again = threading.Timer(0.3, successor.process.send_signal, [signal.SIGINT])
        again.start()  # a second one changes nothing
        assert successor.stop(signal.SIGINT) < 10
    assert left(successor.home) == []
    assert successor.settings.database_url == ""
    assert "Traceback" not in successor.log.read_text()


@pytest.mark.long
def test_it_runs_as_a_normal_user_in_a_very_long_home(folder: Path) -> None:
    home = folder / ("x" * 120) / "var"
    home.mkdir(parents=True)
    user = as_normal_user(home)
    with up(home, "--workers", "2", user=user) as running:
        assert get(running.line, "/healthz") == 200
        assert {process.uids().real for process in left(home)} == {home.stat().st_uid}
        assert programs(home, "imports.2")
        assert running.stop() < 10
        assert left(home) == []


def as_normal_user(home: Path) -> list[str]:
    """The words before a command that run it as another account, which then owns the home."""
    if os.geteuid() != 0:
        return []
    if not shutil.which("setpriv"):
        pytest.skip("root needs util-linux' setpriv to become another account")
    nobody = pwd.getpwnam("nobody")
    os.chown(home, nobody.pw_uid, nobody.pw_gid)
    who = [f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    # The interpreter may lie where only root gets: leave the right to read it, and no other.
    return ["setpriv", *who, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
