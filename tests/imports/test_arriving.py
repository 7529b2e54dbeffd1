"""An import whose file is still on its way: it is there from the first byte, and becomes whole with the last."""

import io
import zipfile
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.imports import control, past, retention
from catalog.imports.intake import arriving, resumable
from catalog.imports.run import whole_file
from catalog.imports.waiting import rows
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from tests.conftest import catalog, csrf

FILE = b"sku,name\nA1,Lamp\nA2,Chair\n"
BIG = b"sku,name\n" + b"".join(b"A%d,Lamp %d\n" % (n, n) for n in range(90_000))
TUS = {"Tus-Resumable": "1.0.0", "Content-Type": "application/offset+octet-stream"}


class Sender:
    """A browser that sends a file."""

    def __init__(self, client: FlaskClient, file: bytes, name: str = "spring.csv") -> None:
        self.client, self.file = client, file
        self.token = csrf(client.get("/imports/new").text)
        form = {"csrf_token": self.token, "name": name, "size": str(len(file))}
        self.begun = client.post("/imports/begin", data=form).json

    def send(self, start: int, end: int) -> int:
        """Send these bytes; the status."""
        headers = TUS | {"Upload-Offset": str(start), "X-CSRFToken": self.token}
        return self.client.patch(self.begun["upload"], data=self.file[start:end], headers=headers).status_code

    def press(self, **fields: str):
        """Press a button of the step."""
        form = {"csrf_token": self.token, "at": "check", "again": "yes"} | fields
        return self.client.post(f"{self.begun['location']}/look", data=form)

    def row(self) -> Import:
        """The import as it is now."""
        db.session.expire_all()
        row = control.get(self.begun["id"])
        assert row is not None
        return row


def test_an_import_is_there_from_the_first_byte(client: FlaskClient) -> None:
    sender = Sender(client, FILE)
    assert sender.begun == {"id": 1, "location": "/imports/1", "upload": f"/uploads/{sender.row().storage_key}"}
    page = client.get("/imports/1").text
    assert "data-waiting" in page and "Uploading" in page and 'aria-current="step"' in page
    assert sender.send(0, 10) == 204
    assert (sender.row().state, sender.row().held, sender.row().sha256) == ("queued", True, "")
    assert sender.send(10, len(FILE)) == 204
    page = client.get("/imports/1").text
    assert "Import 2 products" in page and "data-receiving" not in page
    assert sender.press().location == "/imports/1"
    whole_file.run(1)
    assert [row[0] for row in catalog()] == ["A1", "A2"]


def test_the_beginning_is_looked_at_and_the_import_started_before_the_rest_is_here(client: FlaskClient) -> None:
    sender = Sender(client, BIG)
    sender.send(0, 1_100_000)
    page = client.get("/imports/1").text
    assert "of the first" in page and "data-receiving" in page and "Import products" in page
    assert sender.press(mode="create").location == "/imports/1"
    assert not sender.row().held and rows.startable() == []
    whole_file.run(1)  # no worker takes what is not whole
    assert sender.row().state == "queued"
    assert "The file is still being sent" in client.get("/imports/1").text
    sender.send(1_100_000, len(BIG))
    assert rows.startable() == [1] and sender.row().options["mode"] == "create"


def test_a_whole_file_whose_sender_went_away_is_taken_by_the_steward(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender = Sender(client, FILE)
    with monkeypatch.context() as killed:
        killed.setattr(arriving, "arrive", lambda key: None)
        sender.send(0, len(FILE))
    assert sender.row().sha256 == ""
    assert arriving.sweep() == 1 and arriving.sweep() == 0
    assert sender.row().sha256 and sender.row().held


def test_a_file_that_does_not_come_is_discarded_and_one_that_is_not_wanted_ends_its_upload(client: FlaskClient) -> None:
    late, unwanted = Sender(client, FILE), Sender(client, FILE)
    client.post("/imports/2/discard", data={"csrf_token": unwanted.token})
    assert unwanted.row().state == "cancelled" and unwanted.send(0, 10) == 404
    assert not control.retry(COMMAND_LINE, 2)
    retention.prune_plans()
    assert late.row().state == "queued"
    db.session.execute(text("UPDATE partial_uploads SET expires_at = now() - interval '1 minute'"))
    db.session.commit()
    resumable.prune()
    retention.prune_plans()
    assert late.row().state == "cancelled" and "upload was not finished" in (late.row().error or "")


def test_the_same_file_is_said_and_not_imported_unasked(client: FlaskClient, run_import: Callable[..., Import]) -> None:
    run_import(FILE.decode())
    sender = Sender(client, FILE)
    sender.send(0, len(FILE))
    assert "This file was imported before" in client.get("/imports/2").text
    hasty = Sender(client, FILE)
    control.start(COMMAND_LINE, 3, importer.Options())
    hasty.send(0, len(FILE))
    assert (hasty.row().state, hasty.row().stopped[0]["kind"]) == ("cancelled", "same_file")


def test_what_is_too_large_or_empty_does_not_begin(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    for size in ("0", "x", str(2**60)):
        answer = client.post("/imports/begin", data={"csrf_token": token, "name": "a.csv", "size": size})
        assert answer.status_code == 422 and answer.json["problem"]
    assert control.get(1) is None


def test_a_damaged_bundle_fails_with_its_reason(client: FlaskClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as zip_:
        zip_.writestr("catalog-bundle.json", "{}")
    sender = Sender(client, packed.getvalue(), "bundle.zip")
    sender.send(0, len(packed.getvalue()))
    assert sender.row().state == "failed" and "bundle" in (sender.row().error or "")
    assert client.get("/imports/1").status_code == 200


def test_several_files_have_a_verdict_each_and_start_with_one_button(client: FlaskClient) -> None:
    good, asks = Sender(client, FILE), Sender(client, b"No;Brand;Model\n" + b"a1;Acme;Lamp\n" * 3)
    for sender in (good, asks):
        sender.send(0, len(sender.file))
    verdict = client.get("/imports/1/verdict").json
    assert verdict == {"words": "Both rows are ready.", "light": "green", "ready": True}
    assert not client.get("/imports/2/verdict").json["ready"]
    assert client.post("/imports/1/start", data={"csrf_token": good.token}).status_code == 303
    assert not good.row().held


def test_rejected_rows_that_come_back_fixed_are_under_their_import(
    client: FlaskClient, run_import: Callable[..., Import]
) -> None:
    run_import("sku,name\nA1,Lamp\n,Chair\n")
    errors = client.get("/imports/1/errors.csv").data
    sender = Sender(client, errors.replace(b"\n,Chair", b"\nA2,Chair"), "import-1-errors.csv")
    sender.send(0, len(sender.file))
    row = sender.row()
    assert (row.state, row.same_as_id) == ("cancelled", 1) and "Import 1 rejected these rows" in (row.error or "")
    assert "1 fixed row ready" in client.get("/imports/1").text
    assert client.get("/imports/2").location == "/imports/1"
    assert [row.id for row in past.search(past.Query()).rows] == [1], "it is no import of its own"
