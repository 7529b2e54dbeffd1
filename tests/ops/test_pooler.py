"""PgBouncer in transaction mode: pages work through it, and the doctor says that other processes must not."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
from flask import Flask
from psycopg2.extensions import parse_dsn

from catalog.ops import doctor, machine
from catalog.people import COMMAND_LINE, users
from catalog.runtime import Settings
from tests.conftest import EMAIL, PASSWORD, csrf
from tests.support import live
from tests.support.sessions import soon, viewer

PROGRAM = shutil.which("pgbouncer")
pytestmark = pytest.mark.skipif(not PROGRAM, reason="PgBouncer is not installed")

PORT = 6432  # of its socket, which lies in a folder of its own
CONFIGURATION = """
[databases]
{dbname} = host={host} port={port} user={user} dbname={dbname}
[pgbouncer]
listen_addr =
listen_port = {pooler_port}
unix_socket_dir = {folder}
auth_type = any
pool_mode = transaction
default_pool_size = 5
ignore_startup_parameters = options, extra_float_digits
"""


@pytest.fixture
def pooled(app: Flask) -> Iterator[Settings]:
    """Settings with PgBouncer before PostgreSQL."""
    settings: Settings = app.config["SETTINGS"]
    dsn = parse_dsn(settings.libpq_url)
    folder = Path(tempfile.mkdtemp(prefix="catalog-"))  # not in tmp_path: the path of a socket is short
    account = machine.choose_account()
    file = folder / "pgbouncer.ini"
    file.write_text(CONFIGURATION.format(**dsn, folder=folder, pooler_port=PORT))
    if account:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o755)
    process = subprocess.Popen([str(PROGRAM), "-q", file], **machine.run_as(account))
    url = f"postgresql://{dsn['user']}@/{dsn['dbname']}?host={folder}&port={PORT}"

    def answers() -> bool:
        with suppress(psycopg2.OperationalError):
            psycopg2.connect(url).close()
            return True
        return False

    try:
        soon(answers)
        yield settings.model_copy(update={"database_url": url})
    finally:
        process.kill()
        process.wait(10)
        shutil.rmtree(folder)


def of_pooler(settings: Settings) -> list[doctor.Finding]:
    """What the doctor says of a pooler."""
    return [one for one in doctor.examine(settings) if "pooler" in one.what]


def test_pages_work_and_the_doctor_names_the_other_roles(app: Flask, pooled: Settings) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    with live.web_server(pooled) as (host, port), viewer(f"http://{host}:{port}") as session:
        address = f"http://{host}:{port}/products"
        fields = {"sku": "A1", "name": "Lamp", "csrf_token": csrf(session.get(f"{address}/new").text)}
        assert session.post(f"{address}/new", fields).status_code == 200
        for _ in range(5):
            assert "Lamp" in session.get(f"{address}?q=lamp").text
    (finding,) = of_pooler(pooled)
    assert not finding.fine and "Connect these roles directly: worker, steward, webhooks:" in finding.advice
    (finding,) = of_pooler(pooled.model_copy(update={"roles": ["web"]}))
    assert finding.fine


def test_no_pooler_is_seen_where_there_is_none(app: Flask) -> None:
    assert of_pooler(app.config["SETTINGS"]) == []
