"""Files from a URL: fetched when they are due, imported when they have changed, and from nowhere private."""

import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog import importer
from catalog.imports.run import whole_file
from catalog.imports.sources import due, registry, results, running, schedule
from catalog.models import Import, ImportSource, PartialUpload, db
from catalog.people import COMMAND_LINE
from tests.conftest import csrf
from tests.support.suppliers import FILE, Supplier, found, redirect, run, source


def test_a_file_is_imported_once_and_again_when_it_has_changed(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    first, second = run(row), run(row)
    assert (first.outcome, second.outcome) == ("imported", "unchanged")
    assert (second.import_id, second.bytes) == (None, 0)  # 304: nothing was sent
    assert (second.finished_at - second.started_at).total_seconds() < 1
    supplier.etag = ""  # now only the sum can tell
    assert run(row).outcome == "unchanged"
    supplier.file += b"A2,Mug\n"
    assert run(row).outcome == "imported"
    made = db.session.scalars(select(Import).order_by(Import.id)).all()
    told = [(one.source, one.filename, one.created, one.unchanged) for one in made]
    assert told == [("url", "spring.csv", 1, 0), ("url", "spring.csv", 1, 1)]
    assert made[0].options["blank"] == "keep"


def test_what_failed_or_was_changed_for_is_fetched_again(allowed: Any, supplier: Supplier) -> None:
    supplier.file = b"what,ever\n1,2\n"
    row = source(supplier.url)
    assert [run(row).outcome, run(row).outcome] == ["imported", "imported"]
    supplier.file, supplier.etag = FILE, '"2"'
    assert run(row).outcome == "imported"
    kept = registry.Draft("Acme", "", importer.Options(extra="drop"))
    registry.change(COMMAND_LINE, found(row), kept)
    assert run(row).outcome == "imported" and len(registry.runs(row)) == 4
    renamed = registry.Draft("Acme & Sons", "", importer.Options(extra="drop"))
    registry.change(COMMAND_LINE, found(row), renamed)
    assert run(row).outcome == "unchanged"


def test_what_is_due_runs_once_however_much_was_missed(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url, "* * * * *")
    by_hand = source(supplier.url)
    assert due.run_due() == 0
    found(row).next_run_at = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.commit()
    assert (due.run_due(), due.run_due()) == (1, 0)
    registry.switch(COMMAND_LINE, found(row), False)
    found(row).next_run_at = datetime(2020, 1, 1, tzinfo=UTC)
    db.session.commit()
    assert due.run_due() == 0
    registry.want(COMMAND_LINE, found(by_hand))
    assert due.run_due() == 1
    told = [one.by_hand for one in (*registry.runs(row), *registry.runs(by_hand))]
    assert told == [False, True]


def test_one_runs_it_at_a_time_and_a_dead_run_is_told(app: Flask, allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    with db.engine.connect() as other:
        lock = text(f"SELECT pg_advisory_lock({running.SOURCE_LOCK}, {row})")
        other.execute(lock)
        other.execute(running.BEGIN, {"id": row, "by_hand": False})  # and then it dies
        other.commit()
        assert running.run(row) is None
        other.execute(text("SELECT pg_advisory_unlock_all()"))
        other.commit()
    assert run(row).outcome == "imported"
    assert [one.outcome for one in registry.runs(row)] == ["imported", "failed"]


def test_user_and_password_are_sent_to_their_host_and_shown_to_nobody(
    client: FlaskClient, allowed: Any, supplier: Supplier, capsys: Any
) -> None:
    secret = supplier.url.replace("http://", "http://ann:s3cret@") + "?key=t0ken"
    supplier.answer = redirect("/there")
    row = source(secret)
    assert run(row).outcome == "imported"
    headers = [headers["Authorization"] for _, headers in supplier.asked]
    assert headers == ["Basic YW5uOnMzY3JldA=="] * 2
    supplier.answer = redirect(f"http://localhost:{supplier.host.split(':')[1]}/there")
    supplier.etag = '"2"'
    run(row)
    assert supplier.asked[-1][1].get("Authorization") is None
    stored = db.session.execute(text("SELECT url FROM import_sources")).scalar_one()
    pages = client.get("/imports/sources").text + client.get("/imports/sources/1").text
    pages += client.get("/imports/sources/1/edit").text
    said = pages + stored + "".join(capsys.readouterr())
    assert "s3cret" not in said and "t0ken" not in said
    assert supplier.url + "?…" in pages


@pytest.mark.parametrize(
    "url, why",
    [
        ("http://127.0.0.1/a.csv", "not public"),
        ("https://10.0.0.1/a.csv", "not public"),
        ("https://[::ffff:169.254.169.254]/a.csv", "not public"),
        ("https://2130706433/a.csv", "not public"),
        ("http://8.8.8.8/a.csv", "Use https"),
        ("https://8.8.8.8:6379/a.csv", "only from port 443"),
        ("ftp://8.8.8.8/a.csv", "https://"),
        ("file:///etc/passwd", "https://"),
        ("", "Enter the URL"),
    ],
)
def test_nothing_is_fetched_from_where_it_should_not(app: Flask, url: str, why: str) -> None:
    with pytest.raises(registry.Invalid, match=re.escape(why)) as refused:
        source(url)
    assert list(refused.value.errors) == ["url"]


def test_a_redirect_is_checked_as_a_new_address(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    supplier.answer = redirect("https://10.0.0.1/inside.csv")
    done = run(row)
    assert (done.outcome, "not public" in done.error) == ("failed", True)
    around = (f"/{n}" for n in range(9))
    supplier.answer = lambda handler: redirect(next(around))(handler)
    assert "too many times" in run(row).error and len(supplier.asked) == 1 + 4


def test_limits_of_size_and_time(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url)
    allowed(max_upload_bytes=10)
    assert "The file is too large. Split it" in run(row).error
    stop = threading.Event()
    supplier.answer = lambda handler: stop.wait(5)
    allowed(source_seconds=0.3)
    assert "too long" in run(row).error
    stop.set()
    supplier.close()
    assert "No connection" in run(row).error
    assert db.session.scalars(select(Import)).all() == []


@pytest.mark.parametrize(
    "cron, zone, after, due",
    [
        ("0 6 * * *", "UTC", "2026-01-01T06:00", "2026-01-02T06:00"),
        ("0 6 * * *", "Europe/Berlin", "2026-01-01T06:00", "2026-01-02T05:00"),
        ("0 6 * * *", "Europe/Berlin", "2026-07-01T06:00", "2026-07-02T04:00"),
        ("0 6 * * 1-5", "UTC", "2026-01-02T07:00", "2026-01-05T06:00"),
        # The night in which the hour after two does not exist: once, after it.
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00", "2026-03-29T01:00"),
        ("", "UTC", "2026-01-01T06:00", None),
    ],
)
def test_a_schedule_is_in_its_time_zone(cron: str, zone: str, after: str, due: str | None) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    next_one = schedule.following(cron, zone, moment)
    assert next_one == (due and datetime.fromisoformat(due).replace(tzinfo=UTC))


@pytest.mark.parametrize(
    "cron, zone, after, due",
    [
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", "25T00:30 26T01:30"),
        ("0,30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", "25T00:00 25T00:30 26T01:00"),
        ("*/30 2 * * *", "Europe/Berlin", "2026-10-24T12:00", "25T00:00 25T00:30 26T01:00"),
        ("0 22-3 * * *", "Europe/Berlin", "2026-10-24T21:30", "24T22:00 24T23:00 25T00:00 25T02:00"),
        ("@daily", "Europe/Berlin", "2026-10-24T12:00", "24T22:00 25T23:00"),
        ("45 1 * * *", "Australia/Lord_Howe", "2026-04-03T20:00", "04T14:45 05T15:15"),
        ("0 * * * *", "Europe/Berlin", "2026-10-24T22:30", "24T23:00 25T00:00 25T01:00 25T02:00"),
        ("@hourly", "Europe/Berlin", "2026-10-24T23:30", "25T00:00 25T01:00 25T02:00"),
        ("*/30 */1 * * *", "Europe/Berlin", "2026-10-25T00:10", "25T00:30 25T01:00 25T01:30"),
        ("0 0 * * *", "America/Santiago", "2026-09-05T12:00", "06T04:00 07T03:00"),
    ],
)
def test_an_hour_that_comes_twice_runs_a_fixed_hour_once(cron: str, zone: str, after: str, due: str) -> None:
    moment = datetime.fromisoformat(after).replace(tzinfo=UTC)
    found = []
    for _ in due.split():
        following = schedule.following(cron, zone, moment)
        assert following is not None
        found.append(f"{following:%dT%H:%M}")
        moment = following
    assert found == due.split()


@pytest.mark.parametrize(
    "cron, zone, field",
    [
        ("every day", "UTC", "schedule"),
        ("* * * * * *", "UTC", "schedule"),
        ("0 0 30 2 *", "UTC", "schedule"),
        ("61 * * * *", "UTC", "schedule"),
        ("0 6 * * *", "Middle-earth/Shire", "time_zone"),
        ("0 6 * * *", "../../etc/passwd", "time_zone"),
    ],
)
def test_a_schedule_that_can_not_be(cron: str, zone: str, field: str) -> None:
    assert list(schedule.problems(cron, zone)) == [field]


def test_the_pages_make_change_run_pause_and_delete(client: FlaskClient, allowed: Any, supplier: Supplier) -> None:
    token = csrf(client.get("/imports/sources/new").text)

    def post(path: str, **fields: str) -> Any:
        data = {"csrf_token": token} | fields
        return client.post(f"/imports/sources{path}", data=data)

    wrong = post("/new", url="https://10.0.0.1/", schedule="0 6 * * *")
    assert wrong.status_code == 422 and "not public" in wrong.text
    assert "five" in post("/new", url=supplier.url, schedule="x").text.lower()
    made = post("/new", url=supplier.url, name="Acme", schedule="0 6 * * *", time_zone="Europe/Berlin", extra="drop")
    assert made.location == "/imports/sources/1"
    shown = client.get("/imports/sources/1/edit").text
    assert re.search(r'<input checked[^>]*value="drop"', shown)
    post("/1/edit", name="Acme & Sons", schedule="0 7 * * *", time_zone="UTC")
    post("/1/run")
    assert due.run_due() == 1
    assert "Importing" in client.get("/imports/sources/1").text
    whole_file.run(1)
    post("/1/switch", enabled="0")
    page = client.get("/imports/sources/1").text
    assert "Acme &amp; Sons" in page and "Imported" in page and "paused" in page
    assert "Acme &amp; Sons" in client.get("/imports/sources").text
    assert client.get("/imports/sources/1/delete").status_code == 200
    assert post("/1/delete").location == "/imports/sources"
    assert db.session.scalars(select(ImportSource)).all() == []


def test_what_looks_wrong_in_an_imported_file_is_told_with_its_run(
    allowed: Callable[..., None], supplier: Supplier, client: FlaskClient
) -> None:
    supplier.file = b"sku,name\nA1,=1+1\n"
    number = source(supplier.url)
    done = run(number)
    (warning,) = results.warnings([done])[done.id]
    assert (warning["kind"], warning["count"], len(warning["examples"])) == ("formula", 1, 1)
    for page in ("/imports/sources", f"/imports/sources/{number}"):
        assert "with warnings" in client.get(page).text


def test_a_link_is_fetched_once_for_an_import_and_leaves_no_source(
    allowed: Callable[..., None], supplier: Supplier, client: FlaskClient
) -> None:
    token = csrf(client.get("/imports/new").text)
    wrong = client.post("/imports/sources/link", data={"csrf_token": token, "url": "nowhere"})
    assert wrong.status_code == 422 and 'id="link-error"' in wrong.text and 'value="nowhere"' in wrong.text
    done = client.post("/imports/sources/link", data={"csrf_token": token, "url": supplier.url})
    assert done.location == "/imports/1"
    assert "Fetching the file" in client.get(done.location).text
    assert due.run_due() == 1
    page = client.get(done.location).text
    assert 'data-step="check"' in page and "Import 1 product" in page
    assert client.post("/imports/1/start", data={"csrf_token": token}).location == "/imports/1"
    whole_file.run(1)
    again = client.post("/imports/sources/link", data={"csrf_token": token, "url": supplier.url})
    assert due.run_due() == 1 and due.run_due() == 0
    assert "This file was imported before" in client.get(again.location).text
    assert registry.all_sources() == [] and db.session.scalars(select(PartialUpload)).all() == []


OLD_FORM = text("UPDATE partial_uploads SET details = 'link ' || source_url, source_url = NULL")


def test_a_link_that_an_older_web_process_took_is_fetched(
    allowed: Callable[..., None], supplier: Supplier, client: FlaskClient
) -> None:
    """While hosts are upgraded, it writes the link as before the migration 0029."""
    token = csrf(client.get("/imports/new").text)
    client.post("/imports/sources/link", data={"csrf_token": token, "url": supplier.url})
    db.session.execute(OLD_FORM)
    db.session.commit()
    assert due.run_due() == 1
    assert "Import 1 product" in client.get("/imports/1").text


def test_a_link_that_fails_says_why_and_one_that_is_discarded_is_not_imported(
    allowed: Callable[..., None], supplier: Supplier, client: FlaskClient
) -> None:
    token = csrf(client.get("/imports/new").text)
    form = {"csrf_token": token, "url": supplier.url}
    supplier.answer = lambda handler: handler.send_error(404) or True
    client.post("/imports/sources/link", data=form)
    assert due.run_due() == 1
    page = client.get("/imports/1").text
    assert "The file could not be fetched. The server responded with 404 and no file. Check the URL" in page
    assert "Check the link, and fetch it again." in page and 'href="/imports/new">' in page and "on its way" not in page
    supplier.answer = lambda handler: False
    client.post("/imports/sources/link", data=form)
    assert client.post("/imports/2/discard", data={"csrf_token": token}).status_code == 303
    assert due.run_due() == 0
    assert db.session.get_one(Import, 2, populate_existing=True).state == "cancelled"


def test_all_that_is_wrong_with_a_source_is_said_at_once(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/sources/new").text)
    wrong = {"name": "n" * 201, "url": "nowhere", "schedule": "daily", "time_zone": "X"}
    answer = client.post("/imports/sources/new", data={"csrf_token": token, **wrong})
    page = answer.text
    assert answer.status_code == 422 and "Correct these 4 fields" in page
    assert all(f'id="{name}-error"' in page for name in wrong)
    draft = registry.Draft("", "", importer.Options(transforms={"A": [["nope"]]}), "daily", "X")
    with pytest.raises(registry.Invalid) as refused:
        registry.create(COMMAND_LINE, draft)
    assert [*refused.value.errors] == ["url", "time_zone", "schedule", "mapping"]
