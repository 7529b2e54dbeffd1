"""PostgreSQL and Redis over TLS: all processes work, and a wrong certificate is one plain line."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from flask import Flask
from psycopg2.extensions import parse_dsn
from redis import Redis
from sqlalchemy import text

from catalog.changes import log as change_log
from catalog.cli.command_line import main
from catalog.models import db
from catalog.ops import machine
from catalog.people import COMMAND_LINE, Actor, tokens, users
from catalog.runtime import PROJECT, Settings, hosts
from catalog.runtime.work.pubsub import CHANNEL
from catalog.webhooks import endpoints
from tests.conftest import EMAIL, PASSWORD
from tests.support import live
from tests.support.sealed import certificate, sealed
from tests.support.sessions import PATIENCE, soon, viewer
from tests.webhooks.conftest import Receiver

REDIS_PASSWORD = "a word between us"


@dataclass(frozen=True)
class Certificates:
    """The one that the servers have, and one that they have not."""

    right: Path
    wrong: Path


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    """Both for the same name."""
    folders = [tmp_path / name for name in ("right", "wrong")]
    for folder in folders:
        folder.mkdir()
    return Certificates(*map(certificate, folders))


@pytest.fixture
def redis_socket() -> Iterator[str]:
    """A Redis of this test that asks for a password; gives its socket."""
    folder = Path(tempfile.mkdtemp(prefix="catalog-"))  # not in tmp_path: the path of a socket is short
    path = str(folder / "redis.sock")
    options = ["--port", "0", "--unixsocket", path, "--requirepass", REDIS_PASSWORD, "--save", "", "--dir", str(folder)]
    process = subprocess.Popen([machine.redis_programs() / "redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        soon(Path(path).exists)
        yield path
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


@pytest.fixture
def servers(app: Flask, certificates: Certificates, redis_socket: str) -> Iterator[Callable[..., Settings]]:
    """Settings with both servers over TLS, and the files of the certificates to trust."""
    settings: Settings = app.config["SETTINGS"]
    dsn = parse_dsn(settings.libpq_url)
    postgres = f"{dsn['host']}/.s.PGSQL.{dsn['port']}"
    with (
        sealed(postgres, certificates.right, asks_first=True) as database,
        sealed(redis_socket, certificates.right, asks_first=False) as redis,
    ):

        def make(*, database_trust: Path = certificates.right, redis_trust: Path = certificates.right) -> Settings:
            checks = f"sslmode=verify-full&sslrootcert={database_trust}"
            password = REDIS_PASSWORD.replace(" ", "%20")
            urls = {
                "database_url": f"postgresql://{dsn['user']}@localhost:{database}/{dsn['dbname']}?{checks}",
                "redis_url": f"rediss://:{password}@localhost:{redis}/3?ssl_ca_certs={redis_trust}",
            }
            return settings.model_copy(update=urls)

        yield make


def doctor(settings: Settings) -> str:
    """What `catalog doctor` says."""
    return CliRunner().invoke(main, ["doctor"], env=live.environment(settings)).output


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver of webhooks."""
    receiver = Receiver()
    yield receiver
    receiver.close()


def test_all_roles_work_over_tls(app: Flask, servers: Callable[..., Settings], receiver: Receiver) -> None:
    settings = servers()
    redis = Redis.from_url(settings.redis_url)
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    token = {"Authorization": f"Bearer {tokens.create(COMMAND_LINE, user, 'script', 'write')[1]}"}
    allowed = settings.model_copy(update={"webhook_allow": Settings(webhook_allow="127.0.0.0/8").webhook_allow})
    draft = endpoints.Draft(receiver.url, "test", ["import.completed"])
    receiver.secrets.append(endpoints.create(Actor("page"), draft, allowed)[1])
    # So long a wait between two looks: only LISTEN brings the event in time.
    with live.running(settings, host_name="hall", webhook_poll_seconds="600") as address, viewer(address) as session:
        roles = {"web": 1, "imports": 1, "quick": 1, "steward": 1, "webhooks": 1}
        soon(lambda: [host.roles for host in hosts.by_host(hosts.living(redis))] == [roles])
        db.session.remove()
        with db.engine.connect() as writer:  # the import waits until somebody follows it
            writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
            files = {"file": ("a.csv", b"sku,name\nA1,Lamp\n,No SKU\n")}
            sent = requests.post(f"{address}/api/v1/imports", files=files, headers=token, timeout=PATIENCE)
            assert sent.status_code == 202, sent.text
            assert int(sent.headers["X-RateLimit-Remaining"]) == settings.api_rate - 1
            stream = session.get(f"{address}/imports/{sent.json()['id']}/events", stream=True, timeout=PATIENCE)
            soon(lambda: dict(redis.pubsub_numsub(CHANNEL)) == {CHANNEL.encode(): 1})
        with stream:
            assert any(line == b"event: done" for line in stream.iter_lines())
        assert "Lamp" in session.get(f"{address}/products", timeout=PATIENCE).text
        soon(lambda: receiver.messages)
        said = doctor(settings)
        assert "WRONG" not in said and said.count(" over TLS\n") == 2, said
    assert receiver.problems == []


def test_a_wrong_certificate_is_one_plain_line_of_the_doctor(
    servers: Callable[..., Settings], certificates: Certificates
) -> None:
    said = doctor(servers(database_trust=certificates.wrong, redis_trust=certificates.wrong)).splitlines()
    (database,) = [number for number, line in enumerate(said) if line.startswith("WRONG the database")]
    (redis,) = [number for number, line in enumerate(said) if line.startswith("WRONG Redis")]
    assert "certificate verify failed" in said[database] and "certificate verify failed" in said[redis]
    assert said[database + 1].strip() == "Check sslmode and sslrootcert in DATABASE_URL: docs/scale.md."
    assert said[redis + 1].strip() == "Check ssl_ca_certs in REDIS_URL: docs/scale.md."
    assert sum(line.startswith("WRONG") for line in said) == 2


@pytest.mark.parametrize("server", ["database", "redis"])
@pytest.mark.parametrize("trust", ["wrong", "missing"])
def test_a_wrong_certificate_ends_the_start_with_one_line(
    servers: Callable[..., Settings], certificates: Certificates, server: str, trust: str
) -> None:
    path = certificates.wrong if trust == "wrong" else certificates.wrong.with_name("nowhere.pem")
    settings = servers(**{f"{server}_trust": path})
    done = CliRunner().invoke(main, ["prepare"], env=live.environment(settings))
    (line,) = done.output.splitlines()
    name = {"database": "The database", "redis": "Redis"}[server]
    assert done.exit_code == 1 and line.startswith(f"Error: {name} is not available now: ")
    assert line.endswith("_URL: docs/scale.md.")


def test_a_wrong_password_of_redis_is_said_like_that(servers: Callable[..., Settings]) -> None:
    settings = servers()
    wrong = settings.model_copy(update={"redis_url": settings.redis_url.replace("us@", "them@")})
    done = CliRunner().invoke(main, ["prepare"], env=live.environment(wrong))
    assert done.output.splitlines()[-1].endswith("Check the password in REDIS_URL.")
    assert "Check the password in REDIS_URL." in doctor(wrong)


PYTHON = [sys.executable, "-m"]


@pytest.mark.parametrize(
    "server, commands",
    [
        (
            "redis",
            (
                [*live.COMMAND, "up", "--roles", "steward"],
                [sys.executable, "worker.py"],
                [*PYTHON, "gunicorn", "--config", "python:catalog.gunicorn", "--bind", "127.0.0.1:0", "wsgi:app"],
            ),
        ),
        ("database", ([*PYTHON, "catalog.steward"], [*PYTHON, "catalog.webhooks"])),
    ],
)
def test_a_program_that_is_started_by_hand_ends_with_that_line(
    servers: Callable[..., Settings], certificates: Certificates, server: str, commands: tuple[list[str], ...]
) -> None:
    env = live.environment(servers(**{f"{server}_trust": certificates.wrong}))
    for command in commands:
        done = subprocess.run(command, env=env, cwd=PROJECT, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode and done.stdout == "", command
        (line,) = [one for one in done.stderr.splitlines() if "_URL" in one]
        assert "certificate verify failed" in line and line.endswith("_URL: docs/scale.md.")
        assert "Traceback" not in done.stderr
