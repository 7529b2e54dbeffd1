"""Programs as forks of one process that has loaded the code: what they share, and what they must not share."""

import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from catalog.ops import children, forks, preload
from catalog.ops.children import Child
from catalog.ops.forks import Preload, Program
from catalog.ops.process_marks import HOME_MARK, NAME_MARK
from catalog.runtime import PROJECT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has child subreapers")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home whose processes these are."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def port() -> Iterator[socket.socket]:
    """A file that only some programs inherit."""
    with socket.create_server(("127.0.0.1", 0)) as port:
        yield port


@pytest.fixture(scope="module")
def environment(home: Path) -> dict[str, str]:
    """The environment of the programs of this home."""
    return dict(os.environ) | {HOME_MARK: str(home.resolve())}


@pytest.fixture(scope="module")
def loaded(home: Path, environment: dict[str, str], port: socket.socket) -> Iterator[Preload]:
    """A process that has loaded the code of the dispatcher."""
    assert forks.adopt()
    with closing(Preload(["webhooks"], environment, [port.fileno()])) as loaded:
        child = Child(preload.NAME, loaded.launch)
        child.start()
        yield loaded
        children._end(home)
        child.process.wait()


@pytest.fixture
def script(tmp_path: Path, environment: dict[str, str]) -> Callable[..., Program]:
    """A program of these lines; `files` are what it inherits."""

    def make(lines: str, *files: int, **more: str) -> Program:
        path = tmp_path / "program.py"
        path.write_text(lines)
        return Program("quick", [str(path), "a b"], environment | {NAME_MARK: "quick"} | more, list(files))

    return make


def test_a_fork_is_the_program_as_python_would_run_it(loaded: Preload, script: Callable[..., Program]) -> None:
    program = script(
        "import os, sys\n"
        "print(__name__, sys.argv[1:], os.environ['MORE'], os.getcwd(), os.getsid(0) == os.getpid())\n"
        "sys.exit(os.environ.get('CODE'))",
        MORE="yes",
    )
    assert loaded.run(program) == f"__main__ ['a b'] yes {PROJECT} True\n"


def test_a_fork_has_loaded_the_code_and_a_program_alone_has_not(
    loaded: Preload, script: Callable[..., Program], environment: dict[str, str]
) -> None:
    program = script("import sys; print('catalog.webhooks.dispatcher' in sys.modules)")
    assert loaded.run(program) == "True\n"
    with closing(Preload([], environment, [])) as nobody:
        assert nobody.run(program) == "False\n"


def test_a_module_of_a_package_runs_as_python_would_run_it(loaded: Preload, environment: dict[str, str]) -> None:
    """Of the code that is loaded, too: it starts anew, without a warning."""
    bare = {name: value for name, value in environment.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    without = bare | {"CATALOG_HOME": "/nowhere", "PYTHONWARNINGS": "error"}
    output, said = os.pipe()
    process = loaded.start(Program("webhooks", ["-m", "catalog.webhooks"], without), said)
    os.close(said)
    with open(output) as lines:
        assert "No servers: set DATABASE_URL and REDIS_URL" in lines.read().splitlines()[-1]
    assert process.wait() == 1


def test_the_exit_code_of_a_fork_reaches_the_supervisor(loaded: Preload, script: Callable[..., Program]) -> None:
    with pytest.raises(subprocess.CalledProcessError) as failed:
        loaded.run(script("raise SystemExit(7)"))
    assert failed.value.returncode == 7


def test_a_fork_is_found_by_its_name_and_its_command_line(
    home: Path, loaded: Preload, script: Callable[..., Program]
) -> None:
    process = loaded.start(program := script("import time; print(flush=True); time.sleep(60)"), 2)
    try:
        [found] = children._marked(home, "quick")
        assert found.pid == process.pid and found.ppid() == os.getpid()
        assert " ".join(found.cmdline()).rstrip() == " ".join([sys.executable, *program.arguments])
    finally:
        children._end(home, "quick")
    assert process.poll() == -15


def test_a_fork_keeps_only_the_files_that_are_for_it(
    loaded: Preload, script: Callable[..., Program], port: socket.socket
) -> None:
    count = "import os; print(len(os.listdir('/proc/self/fd')) - 1)"  # the listing is a file too
    assert loaded.run(script(count)) == "3\n"
    assert loaded.run(script(count, port.fileno())) == "4\n"


def test_forks_share_most_of_their_memory(loaded: Preload, script: Callable[..., Program]) -> None:
    lines = loaded.run(script("print(open('/proc/self/smaps_rollup').read())"))
    kib = {name: int(size) for name, size in re.findall(r"^(\w+): +(\d+)", lines, re.MULTILINE)}
    assert kib["Private_Dirty"] * 4 < kib["Shared_Dirty"]


def test_a_program_starts_alone_when_the_loaded_process_is_gone(
    home: Path, loaded: Preload, script: Callable[..., Program]
) -> None:
    before = loaded.start(script("import time; time.sleep(60)"), 2)
    [process] = children._marked(home, preload.NAME)
    process.suspend()
    process.kill()
    assert loaded.run(script("print(1)")) == "1\n"
    assert psutil.Process(before.pid).is_running() and before.poll() is None
    before.kill()
    assert before.wait() == -9


def test_adopted_orphans_do_not_stay_as_zombies(home: Path) -> None:
    assert forks.adopt()
    ours = subprocess.Popen(["true"])
    parent = subprocess.run(["sh", "-c", "sleep 0 & echo $!"], capture_output=True, text=True, check=True)
    orphan = int(parent.stdout)
    while psutil.pid_exists(orphan):
        forks.reap({ours.pid})
        ours.poll()
    assert ours.wait() == 0
