"""What an import survives of its servers: real restarts in the middle of it, full disks. Nothing here is simulated.

A process is paused at a fail point, something happens to its servers, and it goes on: the end is an undisturbed run's.
"""

# ruff: noqa: F401 - fixtures of the crashes are used here

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import steward
from catalog.app import create_app
from catalog.changes import log as change_log
from catalog.cli.local_servers import migrate
from catalog.imports import control, past, reviews
from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.runtime import PROJECT, Settings
from catalog.runtime.work import queue
from tests.conftest import MAY_EMPTY, Visitor, create, set_up_url
from tests.imports.test_crashes import (
    PATIENCE,
    Worker,
    left_behind,
    take_over,
    truth,
    undisturbed,
    until,
    waiting_import,
    worker,
)
from tests.imports.test_resumable import Sender
from tests.support.live import environment
from tests.support.own_servers import SMALL, Servers, own_servers

pytestmark = pytest.mark.long

PAUSED = -signal.SIGSTOP


@pytest.fixture(scope="module")
def own() -> Iterator[Servers]:
    """The servers that these tests restart and starve."""
    timings = {"lease_seconds": 1, "heartbeat_seconds": 0.1, "steward_seconds": 0.2}
    known = {"secret_key": "only for tests", "streams": 4}
    with own_servers(Settings().model_copy(update=timings | known)) as own:
        yield own


@pytest.fixture(scope="module")
def settings(own: Servers) -> Settings:
    """Of a Catalog on these servers."""
    return own.settings


@pytest.fixture(scope="module")
def migrated_app(settings: Settings) -> Flask:
    """A Catalog on these servers, its database migrated."""
    connection = psycopg2.connect(set_up_url(settings))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in (*SMALL.split(";"), MAY_EMPTY, "SELECT pg_reload_conf()"):
            cursor.execute(statement)
    connection.close()
    app = create_app(settings)
    app.testing, app.test_client_class = True, Visitor
    with app.app_context():
        migrate()
    return app


@pytest.fixture
def disk(own: Servers) -> Iterator[Servers]:
    """Servers whose disk can be filled; it is empty again afterwards."""
    if not own.small:
        pytest.skip("a small disk of its own needs root and the right to mount")
    yield own
    own.make_room()


def paused(worker: Worker, place: str, import_id: int | None = None) -> int:
    """An import that is frozen at a fail point; its id."""
    import_id = import_id or waiting_import()
    db.session.remove()
    assert worker.run("run_import", import_id, f"{place}:pause") == PAUSED
    return import_id


def state(import_id: int) -> tuple[str, str]:
    """The state of an import, and why it failed."""
    row = control.get(import_id)
    assert row is not None
    found = row.state, row.error or ""
    db.session.rollback()
    return found


# ---- PostgreSQL ----

PLACES = ("mid_copy", "after_copy", "mid_apply", "before_commit")


@pytest.mark.parametrize("mode", ["immediate", "fast"])
@pytest.mark.parametrize("place", PLACES)
def test_postgresql_restarts_in_the_middle_and_nothing_differs_at_the_end(
    app: Flask, own: Servers, worker: Worker, undisturbed: dict[str, Any], place: str, mode: str
) -> None:
    import_id = paused(worker, place)
    own.restart("postgres", mode)
    assert worker.run("go_on", 0) == 0
    assert state(import_id)[0] in ("reading", "applying")
    take_over(worker, "run_import", import_id)
    assert truth() == undisturbed["import"]


def test_postgresql_is_killed_and_recovers_between_slices_of_the_apply(
    app: Flask, own: Servers, worker: Worker, undisturbed: dict[str, Any]
) -> None:
    """And away while the worker tries to go on."""
    import_id = paused(worker, "mid_apply")
    own.stop("postgres", "immediate")
    worker.run("go_on", 0)
    own.start("postgres")
    take_over(worker, "run_import", import_id)
    assert truth() == undisturbed["import"]


def test_a_plan_that_waits_is_whole_after_postgresql_was_killed(
    app: Flask, own: Servers, worker: Worker, undisturbed: dict[str, Any]
) -> None:
    import_id = waiting_import()
    with db.engine.begin() as connection:
        connection.execute(text("""UPDATE imports SET options = options || '{"review": true}' WHERE id = 2"""))
    assert worker.run("run_import", import_id) == 0
    db.session.remove()
    own.restart("postgres", "immediate")
    row = control.get(import_id)
    assert row is not None and len(reviews.page(row, reviews.importer.Wanted()).rows) == 50
    reviews.apply(COMMAND_LINE, row)
    take_over(worker, "run_import", import_id)
    assert outbox_apart(truth()) == outbox_apart(undisturbed["import"])


def test_a_frozen_worker_that_wakes_up_after_the_take_over_changes_nothing(
    app: Flask, worker: Worker, undisturbed: dict[str, Any]
) -> None:
    import_id = paused(worker, "before_commit")
    take_over(worker, "run_import", import_id)
    assert truth() == undisturbed["import"]
    assert worker.run("go_on", 0) == 0
    assert truth() == undisturbed["import"]


def outbox_apart(told: dict[str, Any]) -> dict[str, Any]:
    """All but what outsiders heard, where they heard of more than the end."""
    return {name: rows for name, rows in told.items() if name != "outbox"}


# ---- Redis ----


def test_redis_is_killed_emptied_and_away_and_every_import_comes_to_its_end(app: Flask, own: Servers) -> None:
    """With a worker of RQ at the queue: killed and emptied in the middle, away when the next file is submitted."""
    with rq_worker(own) as revive:
        first = create("sku,name\nA,x\n").id
        with db.engine.connect() as writer:
            writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
            until(lambda: phase(first) == "planning", patience=60)
            own.restart("redis", "immediate")
            app.extensions["redis"].flushall()
        until(lambda: state(first)[0] == "completed")
        own.stop("redis")
        second = create("sku,name\nB,x\n").id
        assert state(second)[0] == "queued"
        own.start("redis")
        until(lambda: revive() and steward.tick() and state(second)[0] == "completed", patience=60)
    takes = [row.takes for row in past.search(past.Query()).rows]
    assert (takes, left_behind(own.settings)) == ([1, 1], {})


@contextmanager
def rq_worker(own: Servers) -> Iterator[Callable[[], bool]]:
    """A worker of RQ; what it gives starts it again if it has ended, as the supervisor does."""
    command, here = [sys.executable, "worker.py", queue.IMPORTS], environment(own.settings)
    log = (own.home / "worker.log").open("ab")
    start = partial(subprocess.Popen, command, cwd=PROJECT, env=here, stderr=log)
    workers = [start()]

    def revive() -> bool:
        if workers[-1].poll() is not None:
            workers.append(start())
        return True

    try:
        yield revive
    finally:
        for worker in workers:
            worker.terminate()
            worker.wait(PATIENCE)
        log.close()


def phase(import_id: int) -> str:
    """Where an import is."""
    row = control.get(import_id)
    assert row is not None
    found = row.phase
    db.session.rollback()
    return found


# ---- disks ----


@pytest.mark.parametrize("place", ["mid_copy", "mid_apply"])
def test_the_disk_of_the_database_is_full_and_a_retry_is_as_if_it_had_not_been(
    app: Flask, disk: Servers, worker: Worker, undisturbed: dict[str, Any], place: str
) -> None:
    import_id = paused(worker, place)
    disk.fill()
    assert worker.run("go_on", 0) in (0, 1)  # 1: the database stopped, and could not store the reason either
    disk.make_room()
    if not disk.is_up("postgres"):  # it has to stop when it can't write ahead
        disk.start("postgres")
    until(lambda: state(import_id)[0] == "failed" or (queue.connection().flushdb() and steward.tick()["rung"]))
    if state(import_id)[0] == "failed":
        assert "The disk of the database is full" in state(import_id)[1]
        assert left_behind(disk.settings) == {}
        assert control.retry(COMMAND_LINE, import_id)
    take_over(worker, "run_import", import_id)
    assert outbox_apart(truth()) == outbox_apart(undisturbed["import"])


def form_of(token: str, file: bytes) -> bytes:
    """The body of the upload form."""
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    name = b'; filename="a.csv"'
    return part % (b"csrf_token", b"", token.encode()) + part % (b"file", name, file) + b"--b--\r\n"


def test_the_disk_of_uploads_is_full_and_a_paused_upload_goes_on_later(disk: Servers, client: FlaskClient) -> None:
    sender, whole = Sender(client), b"sku,name\n" + b"A,x\n" * 1_000_000
    place = sender.begin(len(whole))
    assert sender.add(place, 0, whole[:1000]).status_code == 204
    before = set(disk.settings.uploads.glob("*"))
    disk.fill()
    with (disk.home / "filler").open("r+b") as filler:
        filler.truncate(filler.seek(0, 2) - 2 * 1024**2)  # a part of it still fits
    answer = client.post(
        "/imports/new", data=form_of(sender.token, whole), content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 507 and "The disk is full" in answer.text
    assert set(disk.settings.uploads.glob("*")) == before
    answer = sender.add(place, 1000, whole[1000:])
    assert answer.status_code == 507 and "disk" in answer.text
    disk.make_room()
    there = sender.offset(place)
    assert 1000 < there < len(whole)
    assert sender.add(place, there, whole[there:]).status_code == 204
    assert sender.finish(place).status_code == 303
