"""The embedded servers, really started: in odd homes, after crashes, twice, and for other commands to find."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg2
import pytest
from redis import Redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

from catalog.cli import local_servers as cli_servers
from catalog.ops import discovery, embedded_servers, machine
from catalog.runtime import Settings
from tests.support.examples import some


@pytest.fixture
def fresh() -> Iterator[Path]:
    """A short home that does not exist yet, without any server in it at the end."""
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"
        embedded_servers.stop(Path(folder) / "var")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that the tests use one after the other, as people do."""
    with tempfile.TemporaryDirectory(prefix="c-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder) / "var"
        embedded_servers.stop(Path(folder) / "var")


def without_urls(home: Path) -> Settings:
    """Settings of a machine that has no servers of its own."""
    return Settings().model_copy(update={"home": home, "database_url": "", "redis_url": ""})


def ask(settings: Settings, query: str) -> object:
    """The first value of a query's answer, None if it has none."""
    connection = psycopg2.connect(settings.libpq_url)
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone() if cursor.description else None
            return row[0] if row else None
    finally:
        connection.close()


def running(home: Path) -> set[str]:
    """The names of the embedded servers that run in this home."""
    return {
        name
        for name in embedded_servers.STOPS
        for each in psutil.process_iter()
        if embedded_servers._serves(each, name, home)
    }


def test_both_servers_answer_and_are_gone_afterwards(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT current_database()") == "catalog"
        assert Redis.from_url(settings.redis_url).ping()
        assert running(home) == {"postgres", "redis-server"}
    assert running(home) == set()


def test_both_servers_run_as_an_account_without_rights(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)):
        users = {
            each.uids().real
            for name in embedded_servers.STOPS
            for each in psutil.process_iter()
            if embedded_servers._serves(each, name, home)
        }
    assert users and 0 not in users


def test_the_database_is_utf8_durable_and_sorts_by_code_point(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)) as settings:
        query = (
            "SELECT pg_encoding_to_char(encoding) || ' ' || datlocprovider::text || ' ' || datlocale"
            " FROM pg_database WHERE datname = 'catalog'"
        )
        assert ask(settings, query) == "UTF8 b C.UTF-8"
        for name in ("fsync", "synchronous_commit", "data_checksums"):
            assert ask(settings, f"SHOW {name}") == "on"
        for name in ("wal_level", "max_connections"):
            assert ask(settings, f"SHOW {name}") == embedded_servers.POSTGRES_SETTINGS[name]
        query = "SELECT pg_size_bytes(current_setting('shared_buffers'))"
        assert ask(settings, query) == embedded_servers.SHARED_MEGABYTES * 1024**2


def test_the_environment_of_the_caller_does_not_reach_the_servers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PGPORT", "6543")
    monkeypatch.setenv("PGOPTIONS", "-c search_path=elsewhere")
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT 1") == 1


def test_a_job_runs_over_the_socket(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)) as settings, Redis.from_url(settings.redis_url) as redis:
        queue = Queue("imports", connection=redis, serializer=JSONSerializer)
        job = queue.enqueue("os.getpid")
        SimpleWorker([queue], connection=redis, serializer=JSONSerializer).work(burst=True)
        assert job.return_value() == os.getpid()


def test_data_outlives_a_crash_of_both(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)) as settings:
        ask(settings, "CREATE TABLE kept AS SELECT 7 AS number")
        Redis.from_url(settings.redis_url).set("kept", "7")
        time.sleep(1.2)  # Redis syncs its log every second
        for each in psutil.process_iter():
            if any(embedded_servers._serves(each, name, home) for name in embedded_servers.STOPS):
                each.kill()
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT number FROM kept") == 7
        assert Redis.from_url(settings.redis_url).get("kept") == b"7"


def test_servers_of_a_killed_command_are_stopped_and_replaced(home: Path) -> None:
    code = f"""
import time
from pathlib import Path
from catalog.ops import embedded_servers
from catalog.runtime import Settings
settings = Settings().model_copy(update=dict(home=Path({str(home)!r}), database_url="", redis_url=""))
with embedded_servers.embedded(settings):
    print("up", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as command:
        assert command.stdout is not None and command.stdout.readline() == b"up\n"
        command.kill()
    assert running(home) == {"postgres", "redis-server"}
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT 1") == 1


def test_a_stale_pid_file_that_names_somebody_else_does_not_matter(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)):
        written = (home / "postgres" / "postmaster.pid").read_text()
    stale = home / "postgres" / "postmaster.pid"
    stale.write_text(written.replace(written.splitlines()[0], str(os.getpid()), 1))
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT 1") == 1


def test_a_half_made_cluster_is_made_again(fresh: Path) -> None:
    (fresh / "postgres.new" / "base").mkdir(parents=True)
    (fresh / "postgres.new" / "PG_VERSION").write_text("18\n")
    with embedded_servers.embedded(without_urls(fresh)) as settings:
        assert ask(settings, "SELECT 1") == 1
    assert not (fresh / "postgres.new").exists()


@pytest.mark.parametrize("name", some(["x" * 120, "with space, comma: colon é"], 1))
def test_an_odd_home_will_do(fresh: Path, name: str) -> None:
    with embedded_servers.embedded(without_urls(fresh.parent / name)) as settings:
        assert ask(settings, "SELECT 1") == 1
        assert Redis.from_url(settings.redis_url).ping()


def test_a_socket_folder_of_somebody_else_is_rejected(fresh: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(fresh.parent))
    long = fresh.parent / ("x" * 120)
    (fresh.parent / "trap").mkdir()
    machine.sockets(long).symlink_to(fresh.parent / "trap")
    given = without_urls(long).model_copy(update={"database_url": "postgresql://db/x"})
    with pytest.raises(embedded_servers.ServerError, match="belongs to another user"), embedded_servers.embedded(given):
        pass


def test_sockets_are_for_their_owner_only(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)):
        assert (home / "run" / "sockets").stat().st_mode & 0o777 == 0o700


def test_everything_in_a_home_is_for_its_owner_alone(home: Path) -> None:
    """Of folders on the way to the servers, the account that these run as may pass through."""
    with discovery.hold(home):
        pass
    (home / "run" / "servers.log").touch(mode=0o644)
    with embedded_servers.embedded(without_urls(home)) as settings:
        Redis.from_url(settings.redis_url).set("kept", "7")
        passed = {home, home / "run"}
        for path in [home, *home.rglob("*")]:
            if not path.is_symlink():
                mode = path.stat().st_mode & 0o777
                assert not mode & (0o066 if path in passed else 0o077), (path, oct(mode))


def test_a_statement_that_fails_is_not_in_the_log(home: Path) -> None:
    """Nor is the row: both can hold the hash of a password, and what people typed."""
    secret = "$argon2id$v=19$m=65536"
    with embedded_servers.embedded(without_urls(home)) as settings:
        ask(settings, "CREATE TABLE IF NOT EXISTS of_people (email text PRIMARY KEY, hash text NOT NULL)")
        ask(settings, f"INSERT INTO of_people VALUES ('ann', '{secret}') ON CONFLICT DO NOTHING")
        for statement in (
            f"INSERT INTO of_people VALUES ('ann', '{secret}')",
            f"INSERT INTO of_people VALUES ('{secret}', NULL)",
            f"SELECT '{secret}' FROM nowhere",
        ):
            with pytest.raises(psycopg2.Error):
                ask(settings, statement)
        log = (home / "run" / "servers.log").read_text()
    assert log.count("ERROR:") == 3 and "argon2" not in log


def test_one_command_at_a_time_runs_servers_in_a_home(home: Path) -> None:
    refusal = pytest.raises(embedded_servers.ServerError, match=f"process {os.getpid()}")
    with discovery.hold(home), refusal, embedded_servers.embedded(without_urls(home)):
        pass


def test_given_urls_are_left_alone(fresh: Path) -> None:
    given = Settings().model_copy(update={"home": fresh, "database_url": "postgresql://db/x", "redis_url": "redis://r"})
    with embedded_servers.embedded(given) as settings:
        assert settings == given
    assert not fresh.exists()


def test_only_the_missing_server_is_started(home: Path) -> None:
    given = without_urls(home).model_copy(update={"database_url": "postgresql://db/x"})
    with embedded_servers.embedded(given) as settings:
        assert settings.database_url == "postgresql://db/x"
        assert running(home) == {"redis-server"}


def test_announced_servers_are_found_while_their_process_lives(home: Path) -> None:
    nothing = without_urls(home)
    known = nothing.model_copy(update={"database_url": "postgresql://db/x", "redis_url": "redis://r"})
    with discovery.hold(home), discovery.announced(known):
        assert discovery.discover(nothing) == known
        assert discovery.discover(nothing.model_copy(update={"redis_url": "redis://mine"})).redis_url == "redis://mine"
        assert (home / discovery.NOTE).stat().st_mode & 0o777 == 0o600
    assert discovery.discover(nothing) == nothing


def test_a_note_of_a_dead_process_is_ignored(home: Path) -> None:
    known = without_urls(home).model_copy(update={"database_url": "postgresql://db/x", "redis_url": "redis://r"})
    with discovery.hold(home), discovery.announced(known):
        note = (home / discovery.NOTE).read_text()
    (home / discovery.NOTE).write_text(note.replace('"started": ', '"started": 1'))
    assert discovery.discover(without_urls(home)) == without_urls(home)
    with pytest.raises(embedded_servers.ServerError, match="catalog up"):
        discovery.require(without_urls(home))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to let another account in")
def test_as_root_closed_folders_are_opened_for_passing_through_only(
    fresh: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    fresh.parent.chmod(0o700)
    with embedded_servers.embedded(without_urls(fresh)) as settings:
        assert ask(settings, "SELECT 1") == 1
    assert fresh.parent.stat().st_mode & 0o777 == 0o701
    assert str(fresh.parent) in capfd.readouterr().err


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give data away")
def test_data_of_another_account_is_taken_over(home: Path) -> None:
    with embedded_servers.embedded(without_urls(home)):
        pass
    for path in (*(home / "postgres").rglob("*"), home / "postgres", home / "redis"):
        os.chown(path, 0, 0)
    with embedded_servers.embedded(without_urls(home)) as settings:
        assert ask(settings, "SELECT 1") == 1


def test_a_command_waits_for_the_servers_that_another_one_starts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`catalog up` holds the home a while before it can be found."""
    settings = without_urls(home)
    found = settings.model_copy(update={"database_url": "a", "redis_url": "b"})
    looks = iter([None, None, found])
    monkeypatch.setattr(cli_servers, "Settings", lambda: settings)
    monkeypatch.setattr(cli_servers, "running", lambda: next(looks))
    monkeypatch.setattr(cli_servers, "LOOK_SECONDS", 0.01)
    with discovery.hold(home), ExitStack() as stack:
        assert cli_servers._entered(stack) == found


def test_a_command_does_not_wait_for_ever(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli_servers, "Settings", lambda: without_urls(home))
    monkeypatch.setattr(cli_servers, "running", lambda: None)
    monkeypatch.setattr(cli_servers, "PATIENCE_SECONDS", 0)
    with discovery.hold(home), ExitStack() as stack, pytest.raises(discovery.HomeInUse):
        cli_servers._entered(stack)
