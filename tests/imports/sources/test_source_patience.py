"""A slow supplier takes his own time only, what may pass is tried again, and the list says what really became of it."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.imports import control
from catalog.imports.run import whole_file
from catalog.imports.sources import due, registry, results, running
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from tests.imports.sources.test_source_answers import sends
from tests.support.programs import Program
from tests.support.suppliers import FILE, Supplier, found, run, source

WAIT = 30  # at most, for what takes a moment


@pytest.fixture
def slow() -> Iterator[Supplier]:
    """Another supplier, who answers when he is told to go on."""
    other = Supplier()
    other.asked_for, other.go_on = threading.Event(), threading.Event()  # type: ignore[attr-defined]  # events of the test

    def answer(handler: Any) -> bool:
        other.asked_for.set()  # type: ignore[attr-defined]  # as above
        other.go_on.wait(WAIT)  # type: ignore[attr-defined]  # as above
        return False

    other.answer = answer
    yield other
    other.go_on.set()  # type: ignore[attr-defined]  # as above
    other.close()


def wait_for(runners: due.Runners, source_id: int) -> None:
    """Until a run of this source has ended."""
    runners._flying[source_id].thread.join(WAIT)


def test_a_slow_server_holds_nobody_up_and_the_page_says_that_it_waits(
    app: Flask, client: FlaskClient, reader: Program, allowed: Any, supplier: Supplier, slow: Any
) -> None:
    late, quick = source(slow.url), source(supplier.url, "* * * * *")
    registry.want(COMMAND_LINE, found(late))
    runners = due.Runners(app)
    runners.start_due()
    assert slow.asked_for.wait(WAIT)
    found(quick).next_run_at = datetime.now(UTC)
    db.session.commit()
    assert runners.start_due() == 2
    wait_for(runners, quick)
    assert [one.outcome for one in registry.runs(quick)] == ["imported"]
    assert [one.outcome for one in registry.runs(late)] == ["running"]
    assert "Waiting for the server since" in client.get(f"/imports/sources/{late}").text
    assert "waiting for the server since" in client.get("/imports/sources").text
    (told,) = reader.ask("GET", f"/sources/{late}/runs").json["runs"]
    assert told["waits_since"] == told["started_at"] and told["result"] == "running"
    slow.go_on.set()
    wait_for(runners, late)
    whole_file.run(registry.runs(late)[0].import_id)  # type: ignore[arg-type]  # it is there
    assert "Imported" in client.get(f"/imports/sources/{late}/state").text


def test_a_page_says_since_when_nothing_more_came(app: Flask, client: FlaskClient, allowed: Any, slow: Any) -> None:
    def half(handler: Any) -> bool:
        sends(FILE[:9], length=len(FILE))(handler)
        handler.wfile.flush()
        slow.asked_for.set()
        slow.go_on.wait(WAIT)
        return True

    slow.answer, late = half, source(slow.url)
    registry.want(COMMAND_LINE, found(late))
    runners = due.Runners(app)
    runners.start_due()
    assert slow.asked_for.wait(WAIT)
    page, until = "", datetime.now(UTC) + timedelta(seconds=WAIT)
    while "9 bytes received" not in page and datetime.now(UTC) < until:
        db.session.rollback()
        page = client.get(f"/imports/sources/{late}/state").text
    assert "9 bytes received. The server has sent nothing more since" in page
    slow.go_on.set()
    wait_for(runners, late)


@pytest.mark.parametrize("threads, flying", [(1, 1), (4, 2), (20, 3)])
def test_one_host_never_gets_all_threads(allowed: Any, slow: Any, app: Flask, threads: int, flying: int) -> None:
    allowed(source_threads=threads)
    for _ in range(3):
        registry.want(COMMAND_LINE, found(source(slow.url)))
    runners = due.Runners(app)
    assert runners.start_due() == flying
    slow.go_on.set()
    runners.wait()


def test_a_server_that_is_silent_after_its_head_is_given_up_and_tried_again(
    allowed: Any, supplier: Supplier, client: FlaskClient
) -> None:
    stop = threading.Event()

    def dead(handler: Any) -> bool:
        handler.send_response(200)
        handler.end_headers()
        stop.wait(WAIT)
        return True

    supplier.answer, row = dead, source(supplier.url)
    allowed(source_silence_seconds=0.3, source_retry_seconds=[600, 900])
    done = run(row)
    stop.set()
    assert (done.outcome, done.error) == ("failed", "The server took too long, or stopped sending.")
    assert 590 < (done.retry_at - datetime.now(UTC)).total_seconds() < 601
    assert "Next try:" in client.get(f"/imports/sources/{row}").text
    found(row).retry_at = datetime.now(UTC)
    db.session.commit()
    supplier.answer = lambda handler: False
    assert due.run_due() == 1
    second, _ = registry.runs(row)
    assert (second.outcome, second.try_number, second.by_hand) == ("imported", 2, False)
    assert (found(row).retry_at, found(row).tries) == (None, 0)
    assert "try 2" in client.get(f"/imports/sources/{row}").text


def test_what_may_pass_is_tried_as_often_as_is_set_and_then_given_up(allowed: Any, supplier: Supplier) -> None:
    allowed(source_retry_seconds=[0, 0])
    supplier.answer, row = sends(b"", 503), source(supplier.url)
    registry.want(COMMAND_LINE, found(row))
    assert [due.run_due() for _ in range(4)] == [1, 1, 1, 0]
    assert [one.try_number for one in registry.runs(row)] == [3, 2, 1]
    assert [one.retry_at is None for one in registry.runs(row)] == [True, False, False]


@pytest.mark.parametrize("status", [404, 401, 204])
def test_what_does_not_pass_is_not_tried_again(allowed: Any, supplier: Supplier, status: int) -> None:
    supplier.answer = sends(b"", status)
    done = run(source(supplier.url))
    assert (done.outcome, done.retry_at) == ("failed", None)


def test_a_server_that_says_when_to_come_back_is_left_alone_until_then(allowed: Any, supplier: Supplier) -> None:
    supplier.answer = sends(b"", 429, Retry_After="7200")
    by_hand, each_minute = source(supplier.url), source(supplier.url, "* * * * *")
    for row in (by_hand, each_minute):
        done = run(row)
        assert 7100 < (done.retry_at - datetime.now(UTC)).total_seconds() < 7300
    assert found(each_minute).next_run_at == registry.runs(each_minute)[0].retry_at


def test_a_schedule_that_comes_sooner_is_the_next_try(allowed: Any, supplier: Supplier) -> None:
    supplier.answer, row = sends(b"", 500), source(supplier.url, "* * * * *")
    done = run(row)
    assert done.retry_at == found(row).next_run_at and found(row).retry_at is None


def test_a_wish_during_a_run_is_not_lost(allowed: Any, supplier: Supplier, app: Flask) -> None:
    def ask(handler: Any) -> bool:
        with app.app_context():
            registry.want(COMMAND_LINE, found(1))
        return False

    row = source(supplier.url)
    supplier.answer = ask
    registry.want(COMMAND_LINE, found(row))
    assert due.run_due() == 1
    supplier.answer = lambda handler: False
    assert [due.run_due(), due.run_due()] == [1, 0]


STATES = [
    ({"state": "queued"}, "Importing"),
    ({"state": "queued", "held": True}, "Waiting for an answer"),
    ({"state": "applying"}, "Importing"),
    ({"state": "review"}, "Review needed"),
    ({"state": "completed"}, "Imported"),
    ({"state": "completed", "rejected": 3, "created": 1}, "Partly imported"),
    ({"state": "completed", "rejected": 3, "created": 0}, "No products imported"),
    ({"state": "failed"}, "Import failed"),
    ({"state": "failed", "rejected": 3, "outcome": "none"}, "No products imported"),
    ({"state": "cancelled"}, "Import cancelled"),
    ({"state": "undone"}, "Import undone"),
]


def test_the_list_shows_what_the_import_came_to(client: FlaskClient, allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    done = running.run(row)
    assert done is not None
    for columns, words in STATES:
        plain = {"state": "queued", "held": False, "rejected": 0, "created": 0}
        for name, value in (plain | columns).items():
            setattr(db.session.get_one(Import, done.import_id), name, value)
        db.session.commit()
        for path in ("/imports/sources", f"/imports/sources/{row}"):
            assert f"</svg>{words}</span>" in client.get(path).text, words


def test_of_an_archive_the_worst_of_its_imports_counts(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    done = run(row)
    assert control.get(done.import_id) is not None
    db.session.execute(text("UPDATE imports SET first_id = id"))
    db.session.execute(
        text(
            "INSERT INTO imports (filename, storage_key, sha256, size, options, source, first_id, state)"
            " SELECT filename, storage_key, sha256, size, options, source, id, 'failed' FROM imports"
        )
    )
    db.session.commit()
    assert results.of_runs(registry.runs(row)) == {done.id: "import failed"}
