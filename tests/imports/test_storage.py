"""Every kind of file is imported from a bucket as from a folder, and moved between them."""

import gzip
import io
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pandas import DataFrame
from sqlalchemy import select

from catalog import importer
from catalog.cli.command_line import main
from catalog.imports import retention
from catalog.imports.intake import receive, uploads
from catalog.imports.run import whole_file
from catalog.models import Import, db
from catalog.people import Actor
from catalog.runtime import storage
from catalog.runtime.storage import objects
from tests.conftest import catalog, csrf, empty
from tests.support.bucket import Faulty, bucket, with_storage
from tests.support.live import environment

CSV = b"sku,name\n" + b"".join(b"A%d,Lamp %d\n" % (number, number) for number in range(300))


@pytest.fixture(scope="module")
def server() -> Iterator[Faulty]:
    """One bucket for all tests of the module."""
    with bucket() as found:
        yield found


def workbook() -> bytes:
    """The file as a workbook."""
    target = io.BytesIO()
    rows = [line.split(",") for line in CSV.decode().splitlines()]
    DataFrame(rows[1:], columns=rows[0]).to_excel(target, index=False, engine="xlsxwriter")
    return target.getvalue()


def archive() -> bytes:
    """An archive of two tables."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zip_:
        zip_.writestr("a.csv", CSV)
        zip_.writestr("b.csv", CSV.replace(b"A", b"B"))
    return target.getvalue()


@pytest.mark.parametrize("make", [lambda: CSV, lambda: gzip.compress(CSV), workbook, archive])
def test_a_file_of_every_kind_gives_the_same_catalog(
    app: Flask, server: Faulty, make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = []
    for url in ("", server.url):
        empty(app)
        with_storage(app, url, monkeypatch)
        upload = uploads.begin()
        upload.take(io.BytesIO(make()))
        receive.receive(Actor("page"), upload, "a", importer.Options(members="each"), as_new=True)
        whole_file.run(1)
        for row in db.session.scalars(select(Import).where(Import.id > 1)).all():
            whole_file.run(row.id)
        found.append(catalog())
    assert found[0] == found[1] and len(found[0]) in (300, 600)


def test_the_plain_form_stores_in_the_bucket_too(
    app: Flask, server: Faulty, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_storage(app, server.url, monkeypatch)
    token = csrf(client.get("/imports/new").text)
    data = {"file": (io.BytesIO(CSV), "a.csv"), "csrf_token": token}
    assert client.post("/imports/new", data=data).status_code == 303
    row = db.session.scalars(select(Import)).one()
    assert client.get(f"/imports/{row.id}/file").data == CSV
    assert list(app.config["SETTINGS"].uploads.glob("*")) == []


def test_an_import_waits_for_a_bucket_that_is_away(app: Flask, server: Faulty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(objects.Objects.__init__, "__defaults__", (1.5,))
    with_storage(app, server.url, monkeypatch)
    upload = uploads.begin()
    upload.take(io.BytesIO(CSV))
    row_id = receive.receive(Actor("page"), upload, "a.csv", importer.Options(), as_new=True).id
    server.is_away = True
    whole_file.run(row_id)
    row = db.session.get_one(Import, row_id, populate_existing=True)
    assert (row.state, row.error) == ("reading", None)
    server.is_away = False
    deadline = time.monotonic() + 20
    while row.state == "reading" and time.monotonic() < deadline:
        time.sleep(0.05)  # until the lease of the first run has ended
        whole_file.run(row_id)
        row = db.session.get_one(Import, row_id, populate_existing=True)
    assert (row.state, row.created) == ("completed", 300)


def test_files_are_moved_and_a_move_continues(
    app: Flask, server: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, folder = app.config["SETTINGS"], f"file://{tmp_path}/files"
    with_storage(app, folder, monkeypatch)
    whole = [_stored(CSV), _stored(b"sku,name\n")]
    part = uploads.start()
    env = environment(settings)
    server.is_away = True
    monkeypatch.setattr(objects.Objects.__init__, "__defaults__", (1.5,))
    cut = CliRunner().invoke(main, ["storage", "move", folder, server.url], env=env)
    assert cut.exit_code == 1 and "Run this again" in cut.stderr
    server.is_away = False
    moved = CliRunner().invoke(main, ["storage", "move", folder, server.url], env=env)
    assert (moved.exit_code, moved.stderr) == (0, "") and "Moved 3 files" in moved.stdout
    assert list((tmp_path / "files").glob("*")) == []
    with_storage(app, server.url, monkeypatch)
    with uploads.storage().open(whole[0]) as file:
        assert file.read() == CSV
    assert uploads.storage().parts(1e12) == [part]
    other = server.url.replace("/uploads", "/elsewhere")
    for there, back in ((server.url, other), (other, folder)):
        done = CliRunner().invoke(main, ["storage", "move", there, back], env=env)
        assert done.exit_code == 0, done.stderr
    assert {path.name for path in (tmp_path / "files").glob("*")} == {*whole, f"{part}.part"}
    assert storage.of(app.config["SETTINGS"], db.engine).whole(1e12) == []


def _stored(data: bytes) -> str:
    with uploads.receiving() as upload:
        upload.write(data)
        return upload.finish().key


@pytest.mark.parametrize("url", ["", "folder", "s3://user:password@bucket/x", "s3://bucket?secret_access_key=hidden"])
def test_a_url_with_a_secret_is_rejected_and_not_repeated(url: str) -> None:
    done = CliRunner().invoke(main, ["storage", "move", url, "file:///tmp/x"])
    assert done.exit_code == 2 and not {"password@", "hidden"} & set(done.stderr.split())


def test_doctor_and_pages_ask_the_bucket(
    app: Flask, server: Faulty, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_storage(app, server.url, monkeypatch)
    app.extensions.pop("storage_trouble", None)
    env = environment(app.config["SETTINGS"]) | {"STORAGE_URL": server.url}
    assert app.test_client().get("/readyz").json["storage"] is True
    assert f"uploads are in s3://{server.name}/uploads\n" in CliRunner().invoke(main, ["doctor"], env=env).stdout
    server.is_away = True
    app.extensions.pop("storage_trouble", None)
    answer = app.test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"], answer.json["storage"]) == (200, "degraded", False)
    assert "The bucket does not answer." in client.get("/status").text
    assert "catalog_storage_up 0.0" in app.test_client().get("/metrics").text
    assert "WRONG The bucket does not answer\n" in CliRunner().invoke(main, ["doctor"], env=env).stdout
    server.is_away = False
    app.extensions.pop("storage_trouble", None)


def test_objects_of_no_file_are_looked_for_once_an_hour(
    app: Flask, server: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_storage(app, server.url, monkeypatch)
    monkeypatch.setattr(retention, "strays_clock", retention.Clock(3600))
    server.requests.clear()
    retention.prune_strays()
    retention.prune_strays()
    assert len(server.requests) == 1


def test_a_backup_leaves_the_bucket_alone_and_a_restore_asks_it(
    app: Flask, server: Faulty, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_storage(app, server.url, monkeypatch)
    key = _stored(CSV)
    env = environment(app.config["SETTINGS"]) | {"STORAGE_URL": server.url}
    file = str(tmp_path / "all.tar")
    done = CliRunner().invoke(main, ["backup", file], env=env)
    assert done.exit_code == 0 and "The uploads stay in the bucket" in done.stdout
    assert CliRunner().invoke(main, ["restore", "--force", file], env=env).exit_code == 0
    uploads.storage().delete(key)
    lost = CliRunner().invoke(main, ["restore", "--force", file], env=env)
    assert lost.exit_code == 1 and f"1 upload is not in the bucket: {key}. Set STORAGE_URL to" in lost.stderr
