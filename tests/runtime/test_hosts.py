"""Which hosts run, and whether they can work together."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from redis import Redis

from catalog.cli.command_line import main
from catalog.models import Import, db
from catalog.ops import doctor, vitals
from catalog.runtime import Settings, hosts, schema
from tests.conftest import create
from tests.support import live


@pytest.fixture
def here(app: Flask) -> Settings:
    """Settings of this host, which is called a."""
    settings: Settings = app.config["SETTINGS"]
    return settings.model_copy(update={"host_name": "a"})


def tell(app: Flask, host: str, **other: object) -> None:
    """Say that a process of another host lives, as that one would itself."""
    settings: Settings = app.config["SETTINGS"]
    told = {
        "host": host,
        "pid": 7,
        "role": "imports",
        "version": hosts.this_version(),
        "secrets": [hosts.fingerprint(app.config["SECRET_KEY"])],
        "files": hosts.identity(settings),
        "at": 1_800_000_000.0,
    }
    redis: Redis = app.extensions["redis"]
    redis.set(hosts.KEY.format(host=host, pid=7), json.dumps(told | other), ex=60)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that other processes do."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline
        db.session.rollback()
        time.sleep(0.05)


def problems(app: Flask, settings: Settings) -> list[str]:
    """Why this host can't work beside those that live."""
    return hosts.conflicts(settings, app.config["SECRET_KEY"], hosts.living(app.extensions["redis"]))


def test_a_process_says_that_it_lives(app: Flask) -> None:
    stop = hosts.announce(app, "web")
    (host,) = hosts.by_host(hosts.living(app.extensions["redis"]))
    assert (host.name, host.roles) == (app.config["SETTINGS"].this_host, {"web": 1})
    stop()
    assert hosts.living(app.extensions["redis"]) == []


def test_hosts_with_the_same_key_and_files_work_together(app: Flask, here: Settings) -> None:
    tell(app, "b")
    assert problems(app, here) == []
    assert doctor.examine(here)[-1] == doctor.Finding(True, "hosts: b")


def test_another_key_or_other_files_are_refused_by_name(app: Flask, here: Settings) -> None:
    tell(app, "b", secrets=["0"])
    tell(app, "c", files="elsewhere")
    tell(app, "a", files="elsewhere", secrets=["0"])  # a process of this host ends when this one starts
    found = problems(app, here)
    assert len(found) == 2, found
    key, files = found
    assert key.startswith("Host b has another SECRET_KEY") and files.startswith("Host c keeps its uploads elsewhere")
    finding = doctor.examine(here)[-1]
    assert not finding.fine and finding.what == f"{key} {files}"


def test_a_key_that_is_being_replaced_is_no_other_key(app: Flask, here: Settings) -> None:
    old, new = app.config["SECRET_KEY"], "the new one"
    tell(app, "b", secrets=[hosts.fingerprint(old)])
    rotated = here.model_copy(update={"secret_key": new, "secret_key_fallbacks": [old]})
    assert hosts.conflicts(rotated, new, hosts.living(app.extensions["redis"])) == []
    tell(app, "b", secrets=[hosts.fingerprint(new), hosts.fingerprint(old)])
    assert problems(app, here) == []


def test_another_version_is_an_upgrade_and_may_start(app: Flask, here: Settings) -> None:
    for other in (f"0.1.9, tables {schema.works_from()}", "0.9.0, tables 9999"):
        tell(app, "b", version=other, news="of a version to come")
        assert problems(app, here) == []
        finding = doctor.examine(here)[-1]
        assert finding.fine
        assert finding.what.startswith(f"an upgrade is in progress: Host b runs version {other}, this one")


def test_a_version_that_is_too_old_for_the_tables_is_refused(app: Flask, here: Settings) -> None:
    before = f"{int(schema.works_from()) - 1:04}"
    tell(app, "b", version=f"0.0.9, tables {before}")
    (problem,) = problems(app, here)
    assert problem == (
        f"Host b runs version 0.0.9, tables {before}, which does not work with tables {schema.newest()}. "
        f"Stop it, or upgrade it to a version with tables {schema.works_from()} first."
    )
    assert not doctor.examine(here)[-1].fine


def test_prepare_refuses_to_start_beside_another_key(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    settings: Settings = app.config["SETTINGS"]
    tell(app, "elsewhere", secrets=["0"])
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("REDIS_URL", settings.redis_url)
    monkeypatch.setenv("CATALOG_HOME", str(settings.home))
    result = CliRunner().invoke(main, ["prepare"])
    assert result.exit_code == 1 and "Host elsewhere has another SECRET_KEY" in result.output


def test_some_roles_need_the_servers_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("CATALOG_HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["up", "--roles", "web, worker"])
    assert result.exit_code == 1 and "--roles needs DATABASE_URL and REDIS_URL" in result.output
    result = CliRunner().invoke(main, ["up", "--roles", "cook"])
    assert result.exit_code == 2 and "'cook' is not a role" in result.output


def test_status_shows_hosts(app: Flask, client: FlaskClient) -> None:
    tell(app, "warehouse", version="0.1.0, tables 0024")
    page = client.get("/status").text
    assert "warehouse" in page and "imports" in page and "0.1.0, tables 0024" in page
    assert "An upgrade is in progress" not in page
    tell(app, "attic")
    assert "An upgrade is in progress" in client.get("/status").text


def test_a_host_of_workers_serves_no_pages_and_imports(app: Flask) -> None:
    """Its processes say who they are, and its lease has its name."""
    settings: Settings = app.config["SETTINGS"]
    with live.running(settings, "--roles", "worker", "--workers", "2", host_name="hall") as ready:
        assert ready == "worker on hall"
        number = create("sku,name\nA1,One\n").id
        wait_until(lambda: db.session.get_one(Import, number, populate_existing=True).state == "completed")
        wait_until(lambda: [host.roles for host in vitals.hosts()] == [{"imports": 2, "quick": 1}])
        assert vitals.hosts()[0].name == "hall"
    assert vitals.hosts() == []  # those that are told to stop say good-bye
