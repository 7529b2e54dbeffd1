"""Looks that a worker makes: at workbooks and archives, and at every row of a file whose beginning was looked at."""

import gzip
import io
import zipfile
from random import Random
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from rq import Queue
from rq.serializers import JSONSerializer

from catalog import importer, jobs
from catalog.imports import looks, uploads
from catalog.models import Import, db
from catalog.runtime.work import queue
from tests.conftest import create
from tests.importer.test_formats import workbook
from tests.imports.test_arriving import Sender

LONG = "x" * 200


def sent(client: FlaskClient, end: bytes) -> None:
    """Import 1: 5 MiB of good rows, and then this."""
    file = b"sku,name\n" + b"".join(b"A%d,%s\n" % (n, LONG.encode()) for n in range(25_000)) + end
    sender = Sender(client, file)
    sender.send(0, len(file))


def test_a_worker_judges_what_comes_after_the_beginning(client: FlaskClient) -> None:
    sent(client, b",Lamp\n" * 5_000)
    page = client.get("/imports/1?step=check").text
    assert "Checking every row" in page and "Import products" in page
    assert client.get("/imports/1/checked").status_code == 204
    jobs.judge_import(1)
    assert 'hx-select=".verdict"' in client.get("/imports/1/checked?step=check").text
    page = client.get("/imports/1?step=check").text
    assert "25,000 of 30,000 rows ready. 5,000 have no SKU." in page and "Checking every row" not in page
    assert "Import 25,000 products" in page and 'name="anyway"' in page, "a sixth of the rows is asked about twice"


def test_a_quote_that_is_never_closed_is_told_before_the_import(client: FlaskClient) -> None:
    sent(client, b'B,"Lamp\n')
    jobs.judge_import(1)
    page = client.get("/imports/1?step=check").text
    assert "is not closed" in page and "data-blocked" in page


def test_other_choices_are_judged_anew_and_a_file_that_is_gone_is_not(client: FlaskClient) -> None:
    sent(client, b"")
    jobs.judge_import(1)
    row = db.session.get_one(Import, 1)
    look = importer.Look(None, [], [], {})
    assert looks.judged(row, importer.Options(), look).verdict.whole
    assert not looks.judged(row, importer.Options(blank="keep"), look).verdict.whole
    jobs.judge_import(99)


def large_workbook() -> bytes:
    """A workbook of 4,000 rows."""
    dice = Random(7)
    return workbook([["sku", "name"], *[[f"A{n}", dice.randbytes(150).hex()] for n in range(4_000)]])


@pytest.fixture
def quick_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that takes no job before the test does it."""
    monkeypatch.setattr(queue, "listened", lambda: {queue.QUICK})


def test_a_worker_looks_at_a_workbook_when_its_upload_ends(client: FlaskClient, quick_worker: None) -> None:
    sender = Sender(client, large_workbook(), "prices.xlsx")
    sender.send(0, len(sender.file))
    waiting = Queue(queue.QUICK, connection=queue.connection(), serializer=JSONSerializer)
    assert [job.rpartition("-")[0] for job in waiting.job_ids] == ["look_at_import-1"], "before the page asks"
    page = client.get("/imports/1?step=check").text
    assert "Reading the workbook…" in page and 'http-equiv="refresh"' in page and "data-look" not in page
    assert client.get("/imports/1/verdict").json["waits"]
    assert sender.press().location == "/imports/1?step=check", "Import was pressed before the look was there"
    jobs.look_at_import(1)
    assert b"event: done" in client.get("/imports/1/looked").data
    assert "All 4,000 rows are ready." in client.get("/imports/1?step=check").text
    assert client.get("/imports/1/verdict").json["ready"]


def test_other_choices_for_a_workbook_are_looked_at_by_the_worker_too(client: FlaskClient, quick_worker: None) -> None:
    sender = Sender(client, large_workbook(), "prices.xlsx")
    sender.send(0, len(sender.file))
    jobs.look_at_import(1)
    form = {"csrf_token": sender.token, "at": "columns", "use_1": "sku", "use_2": "name", "step_column": "#2"}
    form |= {"step_name": "upper", "step_text": "", "step_by": ""}
    by_htmx = {"HX-Request": "true", "HX-Request-Type": "full"}  # as it selects parts of the answer
    busy = client.post("/imports/1/look", data=form, headers=by_htmx)
    assert (busy.headers["HX-Retarget"], "hx-sse:connect" in busy.text) == ("#look-busy", True)
    assert client.post("/imports/1/look", data=form).location == "/imports/1?step=columns"
    jobs.look_at_import(1)
    assert '<option value="upper" selected>' in client.post("/imports/1/look", data=form, headers=by_htmx).text


def test_a_look_that_fails_is_told_and_a_file_that_is_gone_is_not_looked_at(
    client: FlaskClient, quick_worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(client, large_workbook(), "prices.xlsx")
    sender.send(0, len(sender.file))
    with monkeypatch.context() as patch:
        patch.setattr(importer, "look", lambda *_, **__: 1 // 0)
        jobs.look_at_import(1)
    assert looks.FAILED in client.get("/imports/1?step=columns").text
    queue.connection().flushdb()
    uploads.storage().delete(sender.row().storage_key)
    jobs.look_at_import(1)
    jobs.look_at_import(99)
    assert client.get("/imports/1").status_code == 404


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(workbook([["sku", "name"], ["A", "Lamp"]]), id="small"),
        pytest.param(large_workbook(), id="large, but there is no worker"),
        pytest.param(gzip.compress(b"sku,name\nA,Lamp\n"), id="gzip"),
    ],
)
def test_what_is_small_or_has_no_worker_is_looked_at_at_once(client: FlaskClient, file: bytes) -> None:
    sender = Sender(client, file, "prices.xlsx")
    sender.send(0, len(file))
    assert "ready." in client.get("/imports/1?step=check").text


@pytest.mark.parametrize("size", [900, 1100])
def test_gzip_and_zip_files_say_how_slow_they_are(app: Flask, size: int) -> None:
    text = b"sku,name\n" + b"A,Lamp\n" * (size * 1024 // 7)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
    rows = [create(packed.getvalue(), held=True), create(gzip.compress(text), held=True)]
    assert [looks.is_slow(row) for row in rows] == [size > 1024] * 2


@pytest.mark.parametrize(
    "options", [{}, {"transforms": {"name": [["upper"], ["replace", "a", "b"]]}, "numbers": "comma"}]
)
def test_a_look_is_the_same_after_it_was_kept(client: FlaskClient, quick_worker: None, options: dict[str, Any]) -> None:
    row = create(large_workbook(), held=True, **options)
    with pytest.raises(looks.NotYet):
        looks.of(row, importer.Options(**options))
    jobs.look_at_import(row.id)
    with uploads.storage().open(row.storage_key) as file:
        raw = db.session.connection().connection.driver_connection
        assert looks.of(row, importer.Options(**options)) == importer.look(
            file, importer.Options(**options), connection=raw
        )
