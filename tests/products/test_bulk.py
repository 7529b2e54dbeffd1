"""Many products at once: all or nothing, one worker, no ghosts, and the pages around it."""

import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from psycopg2.extensions import connection as Connection
from sqlalchemy import select, text

from catalog import steward
from catalog.changes import log as change_log
from catalog.models import BulkJob, Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing, validation
from catalog.products.bulk import jobs, run, tasks
from catalog.runtime.work import queue
from catalog.runtime.work.lease import Lease
from tests.conftest import csrf

Run = Callable[..., Import]


@pytest.fixture
def shop(run_import: Run) -> None:
    """Six products: three lamps of which one is inactive, three chairs."""
    run_import(
        "sku,name,active,colour\nA1,Lamp 1,yes,red\nA2,Lamp 2,yes,\nA3,Lamp 3,no,\n"
        "C1,Chair 1,yes,\nC2,Chair 2,yes,\nC3,Chair 3,yes,\n"
    )


def job(job_id: int = 1) -> BulkJob:
    """The job as it is now, on its own."""
    row = jobs.get(job_id)
    assert row is not None
    db.session.expunge(row)
    db.session.rollback()
    return row


def values(column: str) -> list[Any]:
    """One column of the catalog, by id."""
    with db.engine.connect() as connection:
        return list(connection.execute(text(f"SELECT {column} FROM products ORDER BY id")).scalars())


def balance(tally: tasks.Tally | BulkJob) -> dict[str, int]:
    """The counts that are not 0; they add up."""
    names = ("created", "updated", "deleted", "unchanged", "skipped")
    counts = {name: getattr(tally, name) for name in names if getattr(tally, name)}
    assert sum(counts.values()) == tally.total
    return counts


def post(client: FlaskClient, path: str, data: dict[str, Any], **options: Any) -> Any:
    """Send a form."""
    token = csrf(client.get("/products/new").text)
    return client.post(path, data={"csrf_token": token} | data, **options)


# ---- what it does ----


def test_set_logs_and_writes_only_what_differs(shop: None) -> None:
    tally = jobs.now(COMMAND_LINE, tasks.Task("set", {"ids": [1, 3, 99]}, {"active": False}))
    assert balance(tally) == {"updated": 1, "unchanged": 1, "skipped": 1}
    assert values("active") == [False, True, False, True, True, True]
    assert values("version") == [2, 1, 1, 1, 1, 1]


@pytest.mark.parametrize(
    "field, key, value, column, expected",
    [
        ("price", "", "1.50", "price::text", "1.50"),
        ("price", "", "", "price", None),
        ("description", "", "a%s b", "description", "a%s b"),
        ("active", "", "no", "active", False),
        ("attribute", "size", "L", "attributes", {"colour": "red", "size": "L"}),
        ("attribute", "colour", "", "attributes", {}),
        ("attribute", "colour", "100%", "attributes", {"colour": "100%"}),
    ],
)
def test_each_field_can_be_set(shop: None, field: str, key: str, value: str, column: str, expected: object) -> None:
    task = tasks.Task("set", {"ids": [1]}, jobs.values(field, key, value))
    jobs.now(COMMAND_LINE, task)
    assert values(column)[0] == expected
    assert jobs.now(COMMAND_LINE, task).change_set_id is None  # so already


@pytest.mark.parametrize(
    "field, key, value",
    [
        ("sku", "", "x"),
        ("", "", ""),
        ("price", "", "much"),
        ("active", "", ""),
        ("attribute", " ", "x"),
        ("description", "", "\0"),
    ],
)
def test_what_can_not_be_set_is_said(app: Flask, field: str, key: str, value: str) -> None:
    with pytest.raises(validation.Wrong):
        jobs.values(field, key, value)


def test_a_filter_is_looked_at_when_it_runs(shop: None) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("set", {"filter": {"name": "lamp"}}, {"price": "9"}))
    editing.update(Actor("page"), 2, 1, {"name": "Chair 9"})
    run.run(1)
    assert (job().state, balance(job())) == ("completed", {"updated": 2})
    assert [v is not None for v in values("price")] == [True, False, True, False, False, False]


def test_slices_meet_without_a_gap(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "SLICE", 7)
    run_import("sku,name\n" + "".join(f"A{n},x\n" for n in range(50)))
    jobs.now(COMMAND_LINE, tasks.Task("delete", {"ids": list(range(1, 50, 3))}))
    tally = jobs.now(COMMAND_LINE, tasks.Task("set", {"filter": {}}, {"price": "1"}))
    assert balance(tally) == {"updated": 33}
    assert balance(jobs.now(COMMAND_LINE, tasks.Task("delete_all"))) == {"deleted": 33}
    assert editing.count() == 0 and values("id") == []


def test_delete_all_retires_what_search_knew(shop: None) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO search_segments (products) VALUES (6)"))
    jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT retired FROM search_segments")).scalar_one()


def test_a_fresh_import_right_after_works(shop: None, run_import: Run) -> None:
    jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    assert run_import("sku,name\nA1,Lamp\n").created == 1
    assert editing.count() == 1


def test_readers_see_all_of_it_or_nothing_and_never_wait(
    app: Flask, shop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = run.Run._complete
    seen: list[int] = []

    def look(work: run.Run, *rest: Any) -> None:
        with db.engine.connect() as connection:
            connection.execute(text("SET statement_timeout = '1s'"))
            seen.append(connection.execute(text("SELECT count(*) FROM products")).scalar_one())
            connection.rollback()
            connection.execute(text("RESET statement_timeout"))
        honest(work, *rest)

    monkeypatch.setattr(run.Run, "_complete", look)
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    run.run(1)
    assert (seen, values("id")) == ([6], [])


# ---- the life of a job ----


def test_a_job_is_done_once_though_two_workers_come(app: Flask, shop: None) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))

    def work() -> None:
        with app.app_context():
            run.run(1)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (job().state, job().lease_epoch, job().percent) == ("completed", 1, 100)


def test_a_frozen_workers_job_is_taken_over_and_the_old_one_may_not_commit(
    app: Flask, shop: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("set", {"filter": {}}, {"price": "5"}))
    reached, go_on = threading.Event(), threading.Event()
    honest = run.Run._complete

    def hesitate(work: run.Run, *rest: Any) -> None:
        if work.lease.epoch == 1:
            work.lease.stop()
            reached.set()
            go_on.wait(30)
        honest(work, *rest)

    monkeypatch.setattr(run.Run, "_complete", hesitate)

    def work() -> None:
        with app.app_context():
            run.run(1)

    first = threading.Thread(target=work)
    first.start()
    assert reached.wait(30)
    app.extensions["redis"].flushdb()  # the bell of its creation, which no worker has taken
    deadline = time.monotonic() + 30
    while not jobs.ring_abandoned() and time.monotonic() < deadline:
        reached.wait(0.05)
        threading.Event().wait(0.1)
    second = threading.Thread(target=work)
    second.start()
    second.join(30)
    assert (job().state, job().lease_epoch, job().takes) == ("completed", 2, 2)
    go_on.set()
    first.join(30)
    assert values("version") == [2] * 6


def test_a_job_that_kills_three_workers_fails_with_a_word(app: Flask, shop: None) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    for _ in range(3):
        assert Lease.take(app.config["SETTINGS"], run.BULK, 1, run.Working())
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE bulk_jobs SET lease_expires_at = now() - interval '1 s'"))
    run.run(1)
    assert job().state == "failed" and "3 workers stopped" in str(job().error)
    assert len(values("id")) == 6


def test_cancel_before_and_while_it_waits_for_an_import(app: Flask, shop: None, connection: Connection) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    assert jobs.cancel(COMMAND_LINE, 1) and job().state == "cancelled" and not jobs.cancel(COMMAND_LINE, 1)
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    change_log.lock(connection.cursor())

    def work() -> None:
        with app.app_context():
            run.run(2)

    worker = threading.Thread(target=work)
    worker.start()
    while job(2).state == "queued":
        worker.join(0.05)
    assert jobs.cancel(COMMAND_LINE, 2)
    worker.join(30)
    assert not worker.is_alive()  # although the lock is still held
    assert job(2).state == "cancelled" and len(values("id")) == 6


def test_cancel_between_slices_and_at_the_very_commit(shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = run.Run._complete

    def cancel(work: run.Run, cursor: Any, tally: tasks.Tally) -> None:
        assert jobs.cancel(COMMAND_LINE, work.lease.id)
        honest(work, cursor, tally)

    monkeypatch.setattr(run.Run, "_complete", cancel)
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    run.run(1)
    assert (job().state, job().deleted, len(values("id")), editing.count()) == ("cancelled", 0, 6, 6)


def test_a_fault_fails_the_job_and_changes_nothing(shop: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise psycopg2.errors.DiskFull

    monkeypatch.setattr(tasks, "_close", fail)
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    run.run(1)
    assert job().state == "failed" and "disk" in str(job().error) and len(values("id")) == 6


def test_an_undo_that_is_not_possible_any_more_fails_with_the_reason(shop: None) -> None:
    jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    jobs.create(COMMAND_LINE, tasks.Task("undo", undoes_id=2))
    jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=2))
    run.run(1)
    assert job().state == "failed" and "already undone" in str(job().error)


def test_the_steward_rings_again_for_what_the_queue_forgot(shop: None) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    assert queue.waiting(queue.QUICK) == 1
    queue.connection().flushdb()
    assert steward.tick()["bulk_rung"] == 1
    assert queue.waiting(queue.QUICK) == 1


# ---- the pages ----


def test_a_small_selection_is_changed_at_once_and_can_be_undone(client: FlaskClient, shop: None) -> None:
    form = {"action": "deactivate", "ids": ["1", "2", "3", "x", "9" * 30]}
    answer = post(client, "/bulk", form, headers={"Referer": "http://localhost/products?sort=-name"})
    assert (answer.status_code, answer.location) == (303, "/products?sort=-name")
    with client.session_transaction() as session:
        ((category, words),) = session["_flashes"]
    assert category == "undo:2" and words == "2 products were deactivated. 1 product was unchanged."
    post(client, "/changes/2/undo", {})
    assert values("active") == [True, True, False, True, True, True]


def test_all_that_match_is_a_job_with_a_page(client: FlaskClient, shop: None) -> None:
    answer = post(client, "/bulk", {"action": "activate", "all": "1", "name": "lamp", "ids": ["4"]})
    assert (answer.status_code, answer.location) == (303, "/bulk/1")
    page = client.get("/bulk/1").text
    assert "Activate products" in page and "/bulk/1/events" in page and "/bulk/1/cancel" in page
    run.run(1)
    page = client.get("/bulk/1").text
    assert "1 product changed" in page and 'href="/changes/2/undo"' in page and "3 products = " in page
    snapshot, done = [p for p in client.get("/bulk/1/events").text.split("\n\n") if p and not p.startswith(":")]
    assert snapshot.startswith("id: ") and done.startswith("event: done") and "csrf" not in snapshot
    assert "hx-trigger" not in client.get("/bulk/1/progress").text
    post(client, "/changes/2/undo", {})
    assert "/changes/2/undo" not in client.get("/bulk/1").text


def test_set_asks_for_field_and_value_and_says_what_is_wrong(client: FlaskClient, shop: None) -> None:
    page = post(client, "/bulk", {"action": "set", "ids": ["1", "2"]})
    assert page.status_code == 200 and page.text.count('name="ids"') == 2 and "2 products" in page.text
    page = post(client, "/bulk", {"action": "set", "ids": ["1"], "field": "price", "value": "much"})
    assert page.status_code == 422 and "plain number" in page.text and 'value="much"' in page.text
    page = post(client, "/bulk", {"action": "set", "ids": ["1"], "field": "attribute:size", "value": "L"})
    assert page.status_code == 303 and values("attributes")[0] == {"colour": "red", "size": "L"}


def test_a_field_is_cleared_only_where_that_is_chosen(client: FlaskClient, shop: None) -> None:
    draft = {"action": "set", "ids": ["1"], "field": "attribute:colour", "value": " "}
    page = post(client, "/bulk", draft)
    assert page.status_code == 422 and "Enter a value, or choose “Clear this field”." in page.text
    assert values("attributes")[0] == {"colour": "red"}
    assert post(client, "/bulk", draft | {"value": "x", "clear": "yes"}).status_code == 303
    assert values("attributes")[0] == {}


def test_delete_of_a_selection_and_of_nothing(client: FlaskClient, shop: None) -> None:
    assert post(client, "/bulk", {"action": "delete", "ids": ["1"]}).status_code == 303
    assert values("id") == [2, 3, 4, 5, 6]
    for form in ({"action": "delete"}, {"action": "nonsense", "ids": ["2"]}, {}):
        assert post(client, "/bulk", form).status_code == 303
    assert post(client, "/bulk", {"action": "delete", "all": "1"}).location == "/products/delete-all"
    assert values("id") == [2, 3, 4, 5, 6]


def test_a_busy_catalog_keeps_the_selection(client: FlaskClient, shop: None, connection: Connection) -> None:
    change_log.lock(connection.cursor())
    answer = post(client, "/bulk", {"action": "set", "ids": ["1", "2"], "field": "price", "value": "7"})
    assert answer.status_code == 409 and answer.text.count('name="ids"') == 2 and 'value="7"' in answer.text


def test_delete_all_asks_for_the_words_and_is_a_job(client: FlaskClient, shop: None) -> None:
    page = client.get("/products/delete-all").text
    assert "Are you sure? All 6 products will be deleted" in page and "30 days" in page
    part = client.get("/products/delete-all", headers={"HX-Request-Type": "partial"}).text
    assert "<html" not in part
    answer = post(client, "/products/delete-all", {"confirm": "delete all"})
    assert answer.status_code == 422 and "Type exactly" in answer.text and queue.waiting(queue.QUICK) == 0
    answer = post(client, "/products/delete-all", {"confirm": "Delete all products "})
    assert (answer.status_code, answer.location) == (303, "/bulk/1")
    run.run(1)
    assert "6 products deleted" in client.get("/bulk/1").text
    assert "nothing to delete" in client.get("/products/delete-all").text


def test_cancel_from_the_page(client: FlaskClient, shop: None) -> None:
    jobs.create(COMMAND_LINE, tasks.Task("delete_all"))
    assert post(client, "/bulk/1/cancel", {}).location == "/bulk/1"
    assert "Cancelled" in client.get("/bulk/1").text


@pytest.mark.parametrize("job_id", ["7", "2147483648", "9" * 40])
def test_unknown_jobs_are_404(client: FlaskClient, job_id: str) -> None:
    for path in ("", "/events", "/progress"):
        assert client.get(f"/bulk/{job_id}{path}").status_code == 404
    assert post(client, f"/bulk/{job_id}/cancel", {}).status_code == 404


GARBAGE = ["\0", "'; --", "🛒" * 300, "-1", "1e9", "٣", ""]


@pytest.mark.parametrize("name", ["ids", "all", "action", "field", "value", "q", "change_set", "active", "key"])
def test_garbage_in_the_form_is_never_a_fault(client: FlaskClient, shop: None, name: str) -> None:
    form = {"action": "set", "ids": "1", "field": "description", "value": "x"}
    answers = {value: post(client, "/bulk", form | {name: value}).status_code for value in GARBAGE}
    assert [value for value, status in answers.items() if status not in (200, 303, 422)] == []


def test_jobs_are_kept_with_who_and_when(client: FlaskClient, shop: None) -> None:
    post(client, "/bulk", {"action": "activate", "all": "1", "name": "lamp"})
    with db.engine.connect() as connection:
        row = connection.execute(select(BulkJob.user_id, BulkJob.selection, BulkJob.source)).one()
    assert tuple(row) == (1, {"filter": {"name": "lamp"}}, "page")


def test_a_job_that_changes_nothing_uses_up_no_number(shop: None) -> None:
    def numbers() -> list[int]:
        with db.engine.connect() as connection:
            query = text("SELECT id FROM change_sets ORDER BY id")
            return list(connection.execute(query).scalars())

    everything = {"filter": {}}
    for _ in range(3):
        jobs.now(COMMAND_LINE, tasks.Task("set", everything, {"price": "5"}))
    assert numbers() == [1, 2]
    found = editing.by_sku("A1")
    assert found
    editing.update(Actor("page"), found.id, found.version, {"name": "Lantern"})
    jobs.now(COMMAND_LINE, tasks.Task("delete", {"ids": [999]}))
    jobs.now(COMMAND_LINE, tasks.Task("set", everything, {"price": "6"}))
    assert numbers() == [1, 2, 3, 4]
