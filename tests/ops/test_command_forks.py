"""A command as a fork of the process that has loaded the code: the same to its user as a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psutil
import pytest

from catalog.cli import forked
from catalog.ops import children, command_forks, forks, preload
from catalog.ops.children import Child
from catalog.ops.forks import Preload
from catalog.ops.process_marks import HOME_MARK

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has child subreapers")

NOT_RUN = 99
CLIENT = f"""
import signal, sys
from catalog.cli import forked
signal.signal(signal.SIGINT, signal.default_int_handler)  # the tests may run where it is ignored, as with nohup
code = forked.run(["catalog", *sys.argv[1:]])
sys.exit({NOT_RUN} if code is None else code)
"""
ENDLESS = ("sample", "100000000", "-")
NOBODY = 65534


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home with a loaded process."""
    home = tmp_path_factory.mktemp("h")
    (home / "run").mkdir()
    assert forks.adopt()
    with closing(Preload(["webhooks"], dict(os.environ) | {HOME_MARK: str(home.resolve())}, [])) as loaded:
        child = Child(preload.NAME, loaded.launch)
        child.start()
        while not (home / command_forks.PLACE).exists():
            assert child.process.poll() is None
            time.sleep(0.05)
        yield home
        children._end(home)
        child.process.wait()


@pytest.fixture
def client(home: Path, tmp_path: Path) -> Callable[..., list[Any]]:
    """What subprocess needs to start a command in `tmp_path` that only a fork may run."""

    def start(*arguments: str, **more: str) -> Any:
        environment = dict(os.environ) | {"CATALOG_HOME": str(home)} | more
        return subprocess.Popen(
            [sys.executable, "-c", CLIENT, *arguments],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            umask=0o077,
        )

    return start


def commands() -> list[psutil.Process]:
    """The processes that run a command now, and those that watch it."""
    found = []
    for one in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):  # it has ended
            found += [one] if "catalog.cli" in one.cmdline() else []
    return found


def soon(is_true: Callable[[], Any]) -> bool:
    """Whether it becomes true within some seconds."""
    deadline = time.monotonic() + 20
    while not is_true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return bool(is_true())


def test_it_works_where_its_user_is_and_ends_as_alone(client: Callable[..., Any], tmp_path: Path) -> None:
    made = client("sample", "3", "here.csv")
    assert (made.communicate(), made.returncode) == (("", ""), 0)
    file = tmp_path / "here.csv"
    assert len(file.read_text().splitlines()) > 3 and file.stat().st_mode & 0o777 == 0o600
    wrong = client("nonsense")
    assert wrong.communicate()[1].startswith("Usage: catalog [OPTIONS]") and wrong.returncode == 2
    failed = client("url", "database", DATABASE_URL="", REDIS_URL="")
    assert "Nothing is running" in failed.communicate()[1] and failed.returncode == 1


def test_it_has_the_settings_and_the_streams_of_its_user(client: Callable[..., Any]) -> None:
    made = client("sample", "2", "-")  # the name of stdout says whether to compress
    assert made.communicate()[0].startswith("name,sku") and made.returncode == 0
    told = client("url", "redis", DATABASE_URL="postgresql://there/x", REDIS_URL="redis://there:1")
    assert (told.communicate()[0], told.returncode) == ("redis://there:1\n", 0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_signal_reaches_it(client: Callable[..., Any], home: Path, number: int) -> None:
    process = client(*ENDLESS)
    assert process.stdout.read(1000)
    assert len(commands()) == 2 and not {*commands()} & {*children._marked(home, "")}
    process.send_signal(number)
    assert "Aborted" in process.communicate()[1] or number != signal.SIGINT
    assert process.returncode == (1 if number == signal.SIGINT else -number)
    assert soon(lambda: not commands())


def test_it_stops_and_continues_with_its_client(client: Callable[..., Any]) -> None:
    process = client(*ENDLESS)
    assert process.stdout.read(1000)
    process.send_signal(signal.SIGTSTP)
    assert soon(lambda: {one.status() for one in commands()} & {psutil.STATUS_STOPPED})
    process.send_signal(signal.SIGCONT)
    assert soon(lambda: not {one.status() for one in commands()} & {psutil.STATUS_STOPPED})
    process.kill()
    process.communicate()


def test_other_options_of_python_or_other_code_are_no_match(client: Callable[..., Any]) -> None:
    other = client("--version", PYTHONWARNINGS="ignore")
    other.communicate()
    assert other.returncode == NOT_RUN
    assert forked.run(["catalog", "up"]) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user_is_refused_even_if_the_file_lets_them_in(home: Path) -> None:
    place = home / command_forks.PLACE
    assert place.stat().st_mode & 0o777 == 0o600
    environment = {name: os.environ[name] for name in os.environ if name.startswith("PYTHON")}
    request = command_forks.Request(
        command_forks.stamp(), ["catalog", "--version"], environment, 0, 0, [], ("utf-8", "strict"), ("utf-8", "strict")
    )

    def offered(user: int) -> bytes:
        with socket.socket(socket.AF_UNIX) as server:
            server.settimeout(20)
            os.seteuid(user)
            try:
                server.connect(f"/proc/self/fd/{folder}/{place.name}")
            finally:
                os.seteuid(0)
            socket.send_fds(server, [b"+"], [0, 1, 2, folder])
            server.sendall(json.dumps(asdict(request)).encode() + b"\n")
            return server.recv(1)

    folder = os.open(place.parent, os.O_RDONLY)
    os.chmod(place, 0o666)
    try:
        assert offered(0) == command_forks.OFFER
        assert offered(NOBODY) == b""
    finally:
        os.chmod(place, 0o600)
        os.close(folder)
