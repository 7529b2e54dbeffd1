"""The life of an import: one end, one worker, no ghosts, nothing lost when something dies."""

import threading
import time
from collections.abc import Callable
from types import ModuleType
from typing import Any

import psycopg2
import psycopg2.errors
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection
from sqlalchemy import select, text

from catalog import importer, steward
from catalog.imports import control
from catalog.imports.intake import receive, uploads
from catalog.imports.run import apply, end, read, whole_file
from catalog.imports.run.task import Task, Working
from catalog.imports.states import whole_file_run as states
from catalog.models import ChangeSet, Import, RowError, db
from catalog.people import COMMAND_LINE, Actor
from catalog.runtime.work import queue
from catalog.runtime.work.lease import Lease
from catalog.runtime.work.run import MOST_TAKES
from tests.conftest import catalog, counts, create

Run = Callable[..., Import]

FILE = "sku,name\n" + "".join(f"A{number},Product {number}\n" for number in range(20_000))


def state(import_id: int) -> str:
    """The state that the row tells."""
    row = control.get(import_id)
    assert row is not None
    db.session.rollback()
    return row.state


def scratch_tables() -> list[str]:
    """What imports left in the database."""
    with db.engine.connect() as connection:
        return list(connection.execute(text("SELECT relname FROM pg_class WHERE relname ~ '^import_[0-9]'")).scalars())


def test_an_import_ends_completed_with_counts_that_add_up(run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\na1,Lamp\n,x\n\n")
    assert row.state == "completed" and row.percent == 100 and row.finished_at is not None
    assert counts(row) == {"rows": 4, "created": 1, "duplicates": 1, "rejected": 1, "blank": 1}
    assert row.rows == row.created + row.duplicates + row.rejected + row.blank
    assert row.timings["peak_memory_bytes"] > 0 and {"reading", "planning", "applying"} <= set(row.timings)
    assert scratch_tables() == []


def test_rows_that_do_not_add_up_fail_the_import(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run_import("sku,name\nA0,Here\n")
    honest = importer.apply

    def lose_one(*values: object) -> importer.Applied:
        done = honest(*values)
        done.created -= 1
        return done

    monkeypatch.setattr(importer, "apply", lose_one)
    row = run_import("sku,name\nA1,Lamp\nA2,Chair\n")
    assert row.state == "failed" and "do not add up" in str(row.error) and "not in the file" in str(row.error)
    assert [product[0] for product in catalog()] == ["A0"]
    assert db.session.scalar(text("SELECT products FROM catalog_total")) == 1


def test_the_total_is_kept_by_every_change_set(run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Chair\n")
    run_import("sku,name\nA2,Armchair\nA3,Desk\n")
    assert db.session.scalar(text("SELECT products FROM catalog_total")) == 3
    assert [(c.created, c.updated) for c in db.session.scalars(select(ChangeSet).order_by(ChangeSet.id))] == [
        (2, 0),
        (1, 1),
    ]


def test_two_workers_on_one_import_do_it_once(app: Flask) -> None:
    import_id = create(FILE).id

    def work() -> None:
        with app.app_context():
            whole_file.run(import_id)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    ended = control.get(import_id)
    assert ended is not None and (ended.state, ended.created, ended.lease_epoch) == ("completed", 20_000, 1)


def test_a_silent_workers_import_is_taken_over_and_the_old_one_may_not_commit(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first worker stops just before its commit, longer than its lease; a second one does it all again."""
    import_id = create(FILE + ",no sku\n").id
    reached, go_on = threading.Event(), threading.Event()
    honest = end.complete

    def hesitate(task: Task, *values: Any) -> None:
        if task.lease.epoch == 1:
            task.lease.stop()  # as if the process were frozen: no heartbeat any more
            reached.set()
            go_on.wait(30)
        honest(task, *values)

    monkeypatch.setattr(end, "complete", hesitate)

    def work() -> None:
        with app.app_context():
            whole_file.run(import_id)

    first = threading.Thread(target=work)
    first.start()
    assert reached.wait(30)
    time.sleep(app.config["SETTINGS"].lease_seconds + 0.2)
    second = threading.Thread(target=work)
    second.start()
    while taken_by(import_id) == 1:
        time.sleep(0.05)
    time.sleep(app.config["SETTINGS"].lock_seconds + 1)  # it waits for the first one's locks, however long
    go_on.set()
    first.join(30)
    second.join(30)
    row = control.get(import_id)
    assert row is not None and (row.state, row.lease_epoch) == ("completed", 2)
    assert counts(row) == {"rows": 20_001, "created": 20_000, "rejected": 1}
    assert db.session.scalar(text("SELECT count(*) FROM row_errors")) == 1
    steward.tick()
    assert scratch_tables() == []


def taken_by(import_id: int) -> int:
    """The epoch of the lease."""
    with db.engine.connect() as connection:
        return int(
            connection.execute(text("SELECT lease_epoch FROM imports WHERE id = :id"), {"id": import_id}).scalar_one()
        )


@pytest.mark.parametrize(
    "error, word",
    [
        (psycopg2.errors.DiskFull, "disk of the database is full"),
        (psycopg2.errors.UndefinedTable, "an error in Catalog"),
    ],
)
def test_a_fault_of_the_database_fails_the_import_with_a_word(
    run_import: Run, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, error: type[Exception], word: str
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(importer, "make_plan", fail)
    row = run_import(FILE)
    assert row.state == "failed" and word in str(row.error)
    assert scratch_tables() == []
    page = client.get(f"/imports/{row.id}").text
    assert "If that fails too, ask an admin" in page and "Fix the file" not in page, "the file is not the cause"


def test_a_database_that_goes_away_fails_nothing_and_the_next_worker_goes_on(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = create(FILE).id

    def kill(connection: Connection, *_: object) -> None:
        with db.engine.begin() as other:
            pid = connection.get_backend_pid()
            other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    with monkeypatch.context() as patch:
        patch.setattr(importer, "make_plan", kill)
        whole_file.run(import_id)
    assert state(import_id) == "reading"
    time.sleep(app.config["SETTINGS"].lease_seconds + 0.1)
    whole_file.run(import_id)
    assert state(import_id) == "completed"


def test_a_stored_file_that_no_row_can_know_is_deleted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError

    monkeypatch.setattr(db.session, "commit", fail)
    before = set(app.config["SETTINGS"].uploads.glob("*"))
    with pytest.raises(RuntimeError):
        create(FILE)
    assert set(app.config["SETTINGS"].uploads.glob("*")) == before


def test_a_file_name_may_be_anything(app: Flask) -> None:
    upload = uploads.begin()
    row = receive.receive(Actor("cli"), upload, "a\0\udce9.csv", importer.Options())
    assert row.filename == "a\\x00\\udce9.csv"


def test_no_character_of_a_file_name_disguises_its_ending() -> None:
    assert receive.readable("list\u202efdp.csv") == "list\\u202efdp.csv"
    assert receive.readable("a\nb\u2066.csv") == "a\\nb\\u2066.csv"
    assert receive.readable("Größe שלום 👩‍👩‍👧.csv") == "Größe שלום 👩‍👩‍👧.csv"


def test_cancel_before_a_worker_takes_it(app: Flask) -> None:
    row = create(FILE)
    assert control.cancel(COMMAND_LINE, row.id)
    whole_file.run(row.id)
    assert state(row.id) == "cancelled" and catalog() == []
    assert not control.cancel(COMMAND_LINE, row.id)


@pytest.mark.parametrize("step, callback", [(read, "_on_chunk"), (apply, "_on_slice")])
def test_cancel_while_it_runs_leaves_the_catalog_as_it_was(
    run_import: Run, monkeypatch: pytest.MonkeyPatch, step: ModuleType, callback: str
) -> None:
    run_import("sku,name\nA1,Old\n")
    honest = getattr(step, callback)

    def cancel_and_wait(task: Task, *values: object) -> None:
        control.cancel(COMMAND_LINE, task.id)
        time.sleep(0.5)
        honest(task, *values)

    monkeypatch.setattr(step, callback, cancel_and_wait)
    row = run_import(FILE)
    assert (row.state, row.created, row.error) == ("cancelled", 0, None)
    assert catalog() == [("A1", "Old", "", None, True, {})]
    assert scratch_tables() == []


def test_cancel_interrupts_a_statement_that_would_take_long(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def sleep(connection, *_):
        with connection.cursor() as cursor:
            control.cancel(COMMAND_LINE, 1)
            cursor.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr("catalog.importer.make_plan", sleep)
    begun = time.monotonic()
    assert run_import(FILE).state == "cancelled"
    assert time.monotonic() - begun < 30  # the statement takes a minute


def test_cancel_at_the_very_moment_of_the_commit_has_one_truth(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cancel comes after the last look at it: the fence in the last statement decides."""
    honest = Lease.check
    cancelled: list[bool] = []

    def cancel(held: Lease[Any]) -> None:
        honest(held)
        if held._stop.is_set() and not cancelled:
            cancelled.append(control.cancel(COMMAND_LINE, held.id))

    monkeypatch.setattr(Lease, "check", cancel)
    row = run_import(FILE)
    assert (row.state, catalog(), cancelled) == ("cancelled", [], [True])


def test_retry_runs_again_from_the_stored_file(run_import: Run, app: Flask) -> None:
    row = create(FILE)
    control.cancel(COMMAND_LINE, row.id)
    assert control.retry(COMMAND_LINE, row.id)
    assert state(row.id) == "queued"
    whole_file.run(row.id)
    assert state(row.id) == "completed" and len(catalog()) == 20_000
    assert not control.retry(COMMAND_LINE, row.id)


def errors_kept() -> int:
    """How many rejected rows are in the database."""
    with db.engine.connect() as connection:
        return len(connection.execute(select(RowError.row)).all())


def test_what_was_chosen_in_a_newer_catalog_fails_with_a_word(run_import: Run) -> None:
    row = create("sku,name\nA,x\n")
    with db.engine.begin() as connection:
        connection.execute(text("""UPDATE imports SET options = options || '{"colour": "red"}'"""))
    whole_file.run(row.id)
    db.session.expire_all()
    ended = db.session.get_one(Import, row.id)
    assert ended.state == "failed" and "'colour' is unknown here" in str(ended.error)


def test_a_retry_forgets_the_errors_of_the_first_try(run_import: Run) -> None:
    row = run_import('sku,name\n,x\nA1,"open\n')
    assert (row.state, row.rejected, errors_kept()) == ("failed", 1, 1)
    control.retry(COMMAND_LINE, row.id)
    assert errors_kept() == 0
    control.cancel(COMMAND_LINE, row.id)
    assert errors_kept() == 0
    control.retry(COMMAND_LINE, row.id)
    whole_file.run(row.id)
    assert errors_kept() == 1


def test_a_file_that_kills_three_workers_fails_with_a_word(app: Flask) -> None:
    row = create(FILE)
    for _ in range(MOST_TAKES):
        assert Lease.take(app.config["SETTINGS"], states.LEASED, row.id, Working())
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE imports SET lease_expires_at = now() - interval '1 s'"))
    whole_file.run(row.id)
    ended = control.get(row.id)
    assert ended is not None and ended.state == "failed" and "3 workers stopped" in str(ended.error)


def test_the_steward_rings_again_for_what_the_queue_forgot(app: Flask) -> None:
    row = create(FILE)
    assert queue.waiting(queue.IMPORTS) == 1
    queue.connection().flushdb()
    steward.tick()
    steward.tick()
    assert queue.waiting(queue.IMPORTS) == 1
    assert state(row.id) == "queued"


def test_the_steward_drops_what_ended_imports_left(run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\n")
    with db.engine.begin() as connection:
        connection.execute(text(f"CREATE UNLOGGED TABLE import_{row.id}_9_staging ()"))
    assert steward.tick()["tables_dropped"] == 1
    assert scratch_tables() == []


def test_an_import_is_accepted_while_redis_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = app.extensions["redis"]
    monkeypatch.setitem(app.extensions, "redis", type(redis).from_url("unix:///nowhere/redis.sock"))
    row = create(FILE)
    monkeypatch.undo()
    assert state(row.id) == "queued" and queue.waiting(queue.IMPORTS) == 0
    steward.tick()
    assert queue.waiting(queue.IMPORTS) == 1


def test_an_import_lasts_from_when_its_file_was_there(app: Flask) -> None:
    """Not from when the transaction began, in which the file may still have been on its way."""
    db.session.execute(text("SELECT 1"))
    with db.engine.connect() as connection:
        now = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    assert create("sku,name\nA,Lamp\n").queued_at >= now
