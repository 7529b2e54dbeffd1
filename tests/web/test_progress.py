"""What the page hears while an import runs: the truth, soon, to any number of viewers."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.imports import control
from catalog.imports.report import progress
from catalog.imports.run import whole_file
from catalog.imports.waiting import forecast
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.runtime.work import pubsub as news, queue
from catalog.web.http import stream
from catalog.web.pages.imports import imports as imports_pages
from tests.conftest import create

Run = Callable[..., Import]

FILE = "sku,name\n" + "".join(f"A{number},Product {number}\n" for number in range(40_000))


def events(body: str) -> list[str]:
    """The messages of a stream, without comments."""
    return [part for part in body.split("\n\n") if part and not part.startswith(":")]


def test_a_finished_import_sends_its_snapshot_and_closes(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\n")
    answer = client.get(f"/imports/{row.id}/events")
    assert answer.mimetype == "text/event-stream"
    assert (answer.headers["Cache-Control"], answer.headers["X-Accel-Buffering"]) == ("no-cache", "no")
    snapshot, done = events(answer.text)
    assert snapshot.startswith(f"id: {row.progress_version}\ndata: ")
    assert done.startswith("event: done\ndata: ")
    assert answer.text.startswith(":")


def test_the_stream_carries_the_fragment_that_the_page_includes(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\n,x\n")
    snapshot = events(client.get(f"/imports/{row.id}/events").text)[0]
    page = client.get(f"/imports/{row.id}").text
    lines = [line.removeprefix("data: ") for line in snapshot.splitlines() if line.startswith("data: ")]
    assert [line for line in lines if line not in page] == []
    assert "csrf" not in snapshot


def test_a_waiting_import_streams_its_place_when_it_moves_up(app: Flask) -> None:
    """The import itself has no new version then."""
    hub = app.extensions["progress"]
    first, second = create("sku,name\nA,Lamp\n").id, create("sku,name\nB,Lamp\n").id
    with app.test_request_context():
        frames = stream.follow(hub, f"import:{second}", lambda: imports_pages._snapshot(second))
        seen = [next(frames), next(frames)]
        assert "2nd in the queue" in seen[1]
        control.cancel(COMMAND_LINE, first)
        forecast.forget()
        while "Next in the queue" not in seen[-1]:  # at most two seconds later: nothing is announced for it
            seen.append(next(frames))
        assert len(seen) < 9 and seen[-1].startswith(seen[1].split("\n")[0])
        frames.close()


def test_progress_grows_and_ends_at_a_hundred_only_when_it_worked(app: Flask, client: FlaskClient) -> None:
    """A stream beside a real run: versions and per cent never go back, the counts add up at the end."""
    import_id = create(FILE).id
    worker = threading.Thread(target=lambda: run_in(app, import_id))
    seen: list[progress.Progress] = []
    worker.start()
    while worker.is_alive():
        now = progress.snapshot(import_id)
        db.session.rollback()
        assert now is not None
        seen.append(now)
        time.sleep(0.02)
    worker.join()
    last = progress.snapshot(import_id)
    assert last is not None and (last.percent, last.state, last.finished) == (100, "completed", True)
    assert [p.percent for p in seen] == sorted(p.percent for p in seen)
    assert [p.version for p in seen] == sorted(p.version for p in seen)
    assert all(p.percent < 100 for p in seen if not p.finished)
    assert last.rows == sum(last.counts.values()) == 40_000


def run_in(app: Flask, import_id: int) -> None:
    """A worker's run in a thread."""
    with app.app_context():
        whole_file.run(import_id)


def test_a_quick_import_that_no_heartbeat_saw_shows_every_phase_done(run_import: Run) -> None:
    shown = progress.of(run_import("sku,name\nA1,Lamp\n"))
    assert {status for _, _, status in shown.phases} == {"done"}


@pytest.mark.parametrize("file, state", [('sku,name\nA1,"open\n', "failed"), ("", "failed")])
def test_a_failure_never_shows_a_hundred(run_import: Run, file: str, state: str) -> None:
    shown = progress.of(run_import(file))
    assert (shown.state, shown.percent < 100, shown.finished) == (state, True, True)
    assert shown.phases[-1][2] == "waiting" and "failed" in {status for _, _, status in shown.phases}


def test_when_all_places_are_taken_the_next_viewer_polls(app: Flask, client: FlaskClient) -> None:
    row = create(FILE)
    hub: news.Hub = app.extensions["progress"]
    places = app.config["SETTINGS"].streams
    leave = [hub.enter(-number) for number in range(places)]
    assert all(leave)
    try:
        answer = client.get(f"/imports/{row.id}/events")
        assert answer.status_code == 503 and f"/imports/{row.id}/progress" in answer.text
        assert "hx-trigger" in client.get(f"/imports/{row.id}/progress").text
    finally:
        for end in leave:
            end()


def test_one_session_leaves_streams_for_others(app: Flask) -> None:
    hub = news.Hub(app.extensions["redis"], 256)
    leave = [hub.enter(1) for _ in range(news.STREAMS_EACH)]
    assert all(leave) and hub.enter(1) is None
    assert hub.enter(2)
    leave[0]()
    assert hub.enter(1)


def test_a_poller_stops_when_the_import_has_ended(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\n")
    assert "hx-trigger" not in client.get(f"/imports/{row.id}/progress").text


def test_a_stream_gives_its_place_back(app: Flask, client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\n")
    for _ in range(app.config["SETTINGS"].streams * 2):
        assert client.get(f"/imports/{row.id}/events").status_code == 200


def test_a_stream_ends_when_its_import_is_deleted(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It broke off, and the browser called that a network error."""
    monkeypatch.setattr(stream, "FRESH_SECONDS", 0)
    row = create("sku,name\nA1,Lamp\n")

    def deleted_between(key: str) -> Iterator[int]:
        yield 1
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM imports"))
        yield 2

    app.extensions["progress"].follow = deleted_between
    try:
        body = client.get(f"/imports/{row.id}/events").text
    finally:
        del app.extensions["progress"].follow
    assert len(events(body)) == 1


def test_news_wakes_followers_at_once_and_lost_news_soon(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(news, "RECHECK_SECONDS", 30)
    hub: news.Hub = app.extensions["progress"]
    follow: Iterator[int] = hub.follow("import:77")
    next(follow)
    while not app.extensions["redis"].pubsub_numsub(news.CHANNEL)[0][1]:
        time.sleep(0.01)  # the subscriber comes up
    begun = time.monotonic()
    threading.Timer(0.1, lambda: news.ring(app.extensions["redis"], "import:77")).start()
    next(follow)
    assert time.monotonic() - begun < 15  # woken: it would look again after 30 s
    monkeypatch.setattr(news, "RECHECK_SECONDS", 0.1)
    next(follow)  # without news


def test_a_missing_redis_does_not_stop_an_import(app: Flask, run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    redis = app.extensions["redis"]
    monkeypatch.setitem(app.extensions, "redis", type(redis).from_url("unix:///nowhere/redis.sock"))
    assert run_import("sku,name\nA1,Lamp\n").state == "completed"


def test_the_time_left_is_unknown_while_one_long_statement_runs(app: Flask) -> None:
    row = create(FILE)
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE imports SET state = 'applying', phase = 'planning', percent = 40, started_at = now()")
        )
    shown = progress.snapshot(row.id)
    assert shown is not None and shown.seconds_left is None
    assert queue.waiting(queue.IMPORTS) == 1 and control.cancel(COMMAND_LINE, row.id)


def test_the_bar_of_a_small_import_moves_before_any_heartbeat(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each phase that ends is shown at once."""
    settings = app.config["SETTINGS"].model_copy(update={"heartbeat_seconds": 60})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    row = create("sku,name\nA1,Lamp\n")
    shown: list[float] = []

    def wait_for_news(*parts: object, **more: object) -> object:
        until = time.monotonic() + 30
        while not any(shown) and time.monotonic() < until:
            with db.engine.connect() as connection:
                found = text("SELECT percent FROM imports WHERE id = :id")
                shown.append(connection.execute(found, {"id": row.id}).scalar_one())
            time.sleep(0.01)
        return plan(*parts, **more)  # type: ignore[arg-type]

    plan = whole_file.importer.make_plan
    monkeypatch.setattr(whole_file.importer, "make_plan", wait_for_news)
    whole_file.run(row.id)
    assert any(shown)
    ended = control.get(row.id)
    assert ended is not None and ended.state == "completed"
