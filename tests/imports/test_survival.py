"""What an import survives beside the death of its process and servers: other writers, full disks, impatient people."""

import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import text

from catalog.changes import log as change_log
from catalog.changes.undo import preview, restore
from catalog.imports import control
from catalog.imports.run import whole_file
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from catalog.runtime import PROJECT, Settings
from catalog.runtime.work import queue
from tests.changes.test_changes import everything
from tests.conftest import catalog, create, csrf, empty
from tests.support.examples import some
from tests.support.live import environment

Run = Callable[..., Import]
FILE = "sku,name\n" + "".join(f"A{n},Product {n}\n" for n in range(3000))
PATIENCE = 20


def until(true: Callable[[], object]) -> None:
    """Wait for something, not for ever."""
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def got(import_id: int) -> Import:
    """The import as it is now."""
    row = control.get(import_id)
    assert row is not None
    db.session.expunge(row)
    db.session.rollback()
    return row


def silence() -> None:
    """Every lease runs out now."""
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET lease_expires_at = now() - interval '1 s'"))


@contextmanager
def beside(app: Flask, *import_ids: int) -> Iterator[None]:
    """Imports that run in threads at the same time."""

    def work(import_id: int) -> None:
        with app.app_context():
            whole_file.run(import_id)

    threads = [threading.Thread(target=work, args=(each,)) for each in import_ids]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join(PATIENCE)


# ---- processes ----


@pytest.mark.parametrize("end", some([signal.SIGKILL, signal.SIGTERM], 1))
def test_a_workers_job_goes_on_when_its_parent_is_killed_or_a_deploy_ends_it(
    app: Flask, settings: Settings, end: signal.Signals
) -> None:
    import_id = create(FILE, confirmed=True).id
    process = subprocess.Popen(
        [sys.executable, "worker.py", queue.IMPORTS],
        cwd=PROJECT,
        env=environment(settings),
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        with db.engine.connect() as writer:
            writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
            until(lambda: got(import_id).phase == "planning")
            os.kill(process.pid, end)
            if end == signal.SIGKILL:
                process.wait(PATIENCE)
        until(lambda: got(import_id).finished_at)
        if end == signal.SIGTERM:
            assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait()
    row = got(import_id)
    assert (row.state, row.created, row.takes) == ("completed", 3000, 1)


# ---- other writers ----


def test_two_imports_of_the_same_skus_at_once_come_one_after_the_other(app: Flask) -> None:
    first, second = (create(FILE, confirmed=True).id, create(FILE.replace("Product", "Thing"), confirmed=True).id)
    with beside(app, first, second):
        pass
    rows = [got(first), got(second)]
    assert [row.state for row in rows] == ["completed"] * 2
    assert sorted((row.created, row.updated) for row in rows) == [(0, 3000), (3000, 0)]
    assert len({name.split()[0] for _, name, *_ in catalog()}) == 1  # never a mix


def test_a_delete_all_between_reading_and_writing_is_seen_by_the_plan(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import("sku,name\nA1,Old\nZ,Other\n")
    honest = whole_file.read

    def read(*values: Any) -> object:
        rows = honest(*values)
        jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
        return rows

    monkeypatch.setattr(whole_file, "read", read)
    row = run_import("sku,name\nA1,New\n")
    assert (row.state, row.created) == ("completed", 1)
    assert [product[:2] for product in catalog()] == [("A1", "New")]


def test_a_deadlock_ends_one_run_and_the_next_goes_on(app: Flask, run_import: Run) -> None:
    run_import("sku,name\nA,x\nB,x\n")
    import_id = create("sku,name\nA,y\nB,y\n").id
    blocked = text(
        "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'catalog import%' AND wait_event_type = 'Lock'"
    )
    one = "SELECT FROM products WHERE sku = '{}' FOR UPDATE"
    with db.engine.connect() as other, beside(app, import_id):
        # The other one waits longer before it looks for a deadlock, so that the import is who loses.
        other.execute(text("SET deadlock_timeout = '15s'; SET lock_timeout = 0"))
        other.execute(text(one.format("B")))

        def waits() -> object:
            with db.engine.connect() as third:
                return third.execute(blocked).scalar()

        until(waits)
        other.execute(text(one.format("A")))
        other.rollback()
        other.execute(text("RESET deadlock_timeout; RESET lock_timeout"))
    assert got(import_id).state in ("reading", "applying")
    silence()
    whole_file.run(import_id)
    assert (got(import_id).state, got(import_id).updated) == ("completed", 2)


# ---- disks ----


def test_a_full_disk_of_uploads_is_told_and_keeps_nothing(client: FlaskClient, settings: Settings) -> None:
    """Simulated by the kernel's limit on the size of a file: the write fails as it does on a full disk."""
    token = csrf(client.get("/imports/new").text)
    part = b'--b\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    body = part % (b"csrf_token", b"", token.encode())
    body += part % (b"file", b'; filename="a.csv"', b"x" * 9 * 1024**2) + b"--b--\r\n"
    kind = "multipart/form-data; boundary=b"
    before = set(settings.uploads.glob("*"))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8 * 1024**2, limits[1]))
    try:
        answer = client.post("/imports/new", data=body, content_type=kind)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert answer.status_code == 507 and "The disk is full" in answer.text
    assert set(settings.uploads.glob("*")) == before


# ---- people ----


def test_a_cancel_at_any_moment_has_exactly_one_truth(app: Flask) -> None:
    chance = random.Random(3)
    ends = set()
    for _ in range(12):
        empty(app)
        import_id = create(FILE, confirmed=True).id
        with beside(app, import_id):
            time.sleep(chance.uniform(0.0, 0.25))  # the race itself
            accepted = control.cancel(COMMAND_LINE, import_id)
        row = got(import_id)
        changed = len(catalog())
        ends.add(row.state)
        assert (row.state, changed) in (("cancelled", 0), ("completed", 3000))
        assert accepted or row.state == "completed"
    assert "cancelled" in ends


def test_every_button_may_be_pressed_twice(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA,x\nB,y\n")
    token = {"csrf_token": csrf(client.get("/imports/1").text)}

    def twice(path: str) -> list[str]:
        return [client.post(path, data=token).location for _ in range(2)]

    assert twice("/imports/1/repeat") == ["/imports/2"] * 2
    assert twice("/imports/2/cancel") == ["/imports/2"] * 2
    assert twice("/imports/2/retry") == ["/imports/2"] * 2
    for _ in range(2):
        run_import("sku,name\nA,z\n", review=True)
    assert twice("/imports/3/apply") == ["/imports/3"] * 2
    assert twice("/imports/4/discard") == ["/imports/4"] * 2
    assert queue.waiting(queue.IMPORTS) == 4  # each once: no worker runs here
    first, second = (client.post(f"/changes/{row.change_set_id}/undo", data=token) for _ in range(2))
    assert (first.status_code, second.status_code) == (303, 409)
    assert catalog() == []


# ---- the law of undo ----

SKUS = st.sampled_from("ABCDa")
STEP = st.one_of(
    st.tuples(st.just("import"), st.dictionaries(SKUS, st.sampled_from("xyz"), min_size=1)),
    st.tuples(st.just("edit"), SKUS),
    st.tuples(st.just("delete"), SKUS),
    st.tuples(st.just("undo"), st.integers(0, 3)),
)


def undo(change_set_id: int | None) -> tasks.Tally:
    """Take it back: that does what its preview said."""
    would = preview.preview(change_set_id or 0)
    done = jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change_set_id))
    for name in ("created", "updated", "deleted", "skipped"):
        assert getattr(would, name) == getattr(done, name), name
    assert len(would.kept) == would.skipped
    return done


def do(kind: str, what: object) -> int | None:
    """One change of the catalog; its change set, if there was anything to change."""
    if kind == "import":
        import_id = create("sku,name\n" + "".join(f"{k},{v}\n" for k, v in dict(what).items())).id
        whole_file.run(import_id)
        row = got(import_id)
        return row.change_set_id if row.created + row.updated else None
    if kind == "undo":
        query = text("SELECT id FROM change_sets WHERE undone_by_id IS NULL ORDER BY id DESC OFFSET :n LIMIT 1")
        with db.engine.connect() as connection:
            found = connection.execute(query, {"n": what}).scalar()
        return undo(found).change_set_id if found else None
    product = editing.by_sku(str(what))
    if product is None:
        return None
    version = product.version
    if kind == "delete":
        return editing.delete(Actor("page"), product.id, version)
    edited = editing.update(Actor("page"), product.id, version, {"name": f"edited {version}"})
    return edited.change_set_id


@given(
    dense=st.sampled_from((0, restore.DENSE)),
    steps=st.lists(STEP, max_size=6),
    last=st.dictionaries(SKUS, st.sampled_from("xyz"), min_size=1),
)
@settings(
    max_examples=int(os.environ.get("CHAOS_UNDOS", "2")),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_import_then_undo_gives_the_table_back_after_any_past(
    app: Flask, monkeypatch: pytest.MonkeyPatch, dense: int, steps: list[tuple[str, object]], last: dict[str, str]
) -> None:
    empty(app)
    monkeypatch.setattr(restore, "DENSE", dense)  # by either kind of join
    for step in steps:
        do(*step)
    before = everything()
    change_set_id = do("import", last)
    after = everything()
    if change_set_id is None:
        assert before == after
        return
    undone = undo(change_set_id)
    assert everything() == before and undone.skipped == 0
    undo(undone.change_set_id)
    assert everything() == after
