"""Uploads by tus: they go on where they were cut, are whose they are, and become one import."""

import base64
import hashlib
import io
import os
import stat
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog import steward
from catalog.imports.intake import resumable, uploads
from catalog.models import Import, PartialUpload, db
from tests.conftest import browser_of, csrf
from tests.support.bucket import Faulty, bucket, with_storage

FILE = b"sku,name\n" + b"".join(b"A%d,Lamp\n" % n for n in range(1000))
TUS = {"Tus-Resumable": "1.0.0"}


def named(name: str) -> str:
    """Upload-Metadata with a file's name."""
    return "filename " + base64.b64encode(name.encode()).decode()


class Sender:
    """A tus client of our own, in a browser that is signed in."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = csrf(client.get("/imports/new").text)

    def ask(self, method: str, path: str, **options: Any) -> Any:
        """One request of the protocol."""
        headers = TUS | {"X-CSRFToken": self.token} | options.pop("headers", {})
        return self.client.open(path, method=method, headers=headers, **options)

    def begin(self, size: int = len(FILE), name: str = "spring.csv") -> str:
        """The place of a new upload."""
        headers = {"Upload-Length": str(size), "Upload-Metadata": named(name)}
        answer = self.ask("POST", "/uploads", headers=headers)
        assert answer.status_code == 201, answer.text
        return str(answer.location)

    def add(self, place: str, offset: int, data: bytes, **headers: str) -> Any:
        """Send more of it."""
        headers = {"Upload-Offset": str(offset)} | headers
        kind = headers.pop("kind", "application/offset+octet-stream")
        return self.ask("PATCH", place, data=data, content_type=kind, headers=headers)

    def offset(self, place: str) -> int:
        """How much is there."""
        return int(self.ask("HEAD", place).headers["Upload-Offset"])

    def finish(self, place: str, **fields: str) -> Any:
        """Make it an import."""
        upload = place.rsplit("/", 1)[1]
        data = {"csrf_token": self.token, "upload": upload} | fields
        return self.client.post("/imports/new", data=data)


@pytest.fixture(scope="module")
def server() -> Iterator[Faulty]:
    """One bucket for all tests of the module."""
    with bucket() as found:
        yield found


@pytest.fixture(params=["folder", "bucket"], autouse=True)
def kind(request: pytest.FixtureRequest, app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where files are stored."""
    if request.param == "bucket":
        with_storage(app, request.getfixturevalue("server").url, monkeypatch)
    return str(request.param)


@pytest.fixture
def sender(client: FlaskClient) -> Sender:
    """The admin."""
    return Sender(client)


def test_what_has_arrived_is_not_sent_again_and_the_sum_is_true(app: Flask, sender: Sender, kind: str) -> None:
    place = sender.begin()
    first = sender.add(place, 0, FILE[:4000])
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4000")
    name = place.rsplit("/", 1)[1]
    parts = app.config["SETTINGS"].uploads.glob(f"{name}*.part")
    assert [stat.S_IMODE(part.stat().st_mode) for part in parts] == [0o600] * (kind == "folder")
    assert sender.offset(place) == 4000
    assert sender.add(place, 4000, FILE[4000:]).status_code == 204
    answer = sender.finish(place, blank="keep", map_sku="#0")
    row = db.session.scalars(select(Import)).one()
    assert (answer.status_code, answer.location) == (303, f"/imports/{row.id}")
    assert (row.sha256, row.size) == (hashlib.sha256(FILE).hexdigest(), len(FILE))
    assert (row.filename, row.source, row.user_id) == ("spring.csv", "page", 1)
    assert (row.options["blank"], row.options["columns"]) == ("keep", {"sku": "#0"})
    with uploads.storage().open(row.storage_key) as file:
        assert file.read() == FILE


def test_an_upload_becomes_one_import_however_often_it_is_asked(sender: Sender) -> None:
    place = sender.begin()
    sender.add(place, 0, FILE)
    answers = [sender.finish(place), sender.finish(place)]
    assert [answer.location for answer in answers] == ["/imports/1"] * 2
    assert len(db.session.scalars(select(Import)).all()) == 1
    assert db.session.scalars(select(PartialUpload)).all() == []
    assert sender.ask("HEAD", place).status_code == 404


def test_what_is_not_whole_is_no_import(sender: Sender) -> None:
    place = sender.begin()
    sender.add(place, 0, FILE[:-1])
    answer = sender.finish(place)
    assert answer.status_code == 422 and "no longer exists" in answer.text
    assert sender.finish("/uploads/unknown").status_code == 422
    assert db.session.scalars(select(Import)).all() == []
    assert sender.add(place, len(FILE) - 1, FILE[-1:]).status_code == 204
    assert sender.finish(place).status_code == 303


def test_a_cut_line_keeps_what_came(app: Flask, sender: Sender) -> None:
    place = sender.begin()
    answer = sender.ask(
        "PATCH",
        place,
        input_stream=io.BytesIO(FILE[:5000]),
        content_type="application/offset+octet-stream",
        headers={"Upload-Offset": "0"},
        environ_overrides={"CONTENT_LENGTH": str(len(FILE))},
    )
    assert answer.status_code == 400
    assert sender.offset(place) == 5000


@pytest.mark.parametrize(
    "attempt, status",
    [
        (lambda s, p: s.add(p, 7, b"x"), 409),
        (lambda s, p: s.add(p, 0, b"x", kind="text/csv"), 415),
        (lambda s, p: s.add(p, 0, b"x", **{"Tus-Resumable": "0.2.2"}), 412),
        (lambda s, p: s.add(p, 0, FILE + b"x"), 413),
        (lambda s, p: s.add(p, 0, b"x", **{"Upload-Offset": "-1"}), 400),
        (lambda s, p: s.add(p, 0, b"x", **{"Upload-Checksum": "md5 AAAA"}), 400),
        (lambda s, p: s.add(p, 0, b"x", **{"Upload-Checksum": "sha1 %"}), 400),
        (lambda s, p: s.add(p, 0, b"x", **{"X-CSRFToken": "no"}), 400),
        (lambda s, p: s.add(p, 0, b"x", Origin="https://evil.example"), 403),
        (lambda s, p: s.ask("POST", "/uploads"), 400),
        (lambda s, p: s.ask("POST", "/uploads", headers={"Upload-Length": "9" * 12}), 413),
    ],
)
def test_what_the_protocol_rejects(sender: Sender, attempt: Callable[[Sender, str], Any], status: int) -> None:
    place = sender.begin()
    assert attempt(sender, place).status_code == status
    assert len(db.session.scalars(select(PartialUpload)).all()) == 1


def test_a_part_with_a_wrong_checksum_is_not_kept(sender: Sender) -> None:
    place = sender.begin()
    digest = base64.b64encode(hashlib.sha1(FILE[:100]).digest()).decode()
    good, bad = {"Upload-Checksum": f"sha1 {digest}"}, FILE[1:101]
    assert sender.add(place, 0, bad, **good).status_code == 460
    assert sender.offset(place) == 0
    assert sender.add(place, 0, FILE[:100], **good).status_code == 204
    assert sender.offset(place) == 100


def test_one_writes_at_a_time(app: Flask, sender: Sender) -> None:
    place = sender.begin()
    with uploads.storage().extend(place.rsplit("/", 1)[1]):
        assert sender.add(place, 0, b"x").status_code == 423
    assert sender.add(place, 0, b"x").status_code == 204


def test_nobody_else_goes_on(app: Flask, sender: Sender) -> None:
    place = sender.begin()
    other = Sender(browser_of(app, "editor"))
    assert other.ask("HEAD", place).status_code == 404
    assert other.add(place, 0, FILE).status_code == 404
    assert other.ask("DELETE", place).status_code == 404
    assert sender.add(place, 0, FILE).status_code == 204
    assert other.finish(place).status_code == 422
    stranger = app.test_client().open(place, method="HEAD", headers=TUS)
    assert stranger.status_code == 401


def test_it_ends_when_it_is_not_wanted_or_forgotten(app: Flask, sender: Sender) -> None:
    gone, late, kept = sender.begin(), sender.begin(), sender.begin()
    assert sender.ask("DELETE", gone).status_code == 204
    db.session.remove()
    expire = text("UPDATE partial_uploads SET expires_at = now() WHERE id = :id")
    with db.engine.begin() as connection:
        connection.execute(expire, {"id": late.rsplit("/", 1)[1]})
    assert resumable.prune() == 1
    found = [sender.ask("HEAD", place).status_code for place in (gone, late, kept)]
    assert found == [404, 404, 200]
    left = set(uploads.storage().parts(time.time() + 9))
    assert kept.rsplit("/", 1)[1] in left and gone.rsplit("/", 1)[1] not in left


def test_no_sweep_takes_an_upload_before_its_time(app: Flask, sender: Sender) -> None:
    """However old its bytes are: what counts is what the row says, which grows with every part."""
    paused, whole, late = (sender.begin() for _ in range(3))
    sender.add(paused, 0, FILE[:100])
    sender.add(whole, 0, FILE)
    sender.add(late, 0, FILE[:100])
    folder, long_ago = app.config["SETTINGS"].uploads, time.time() - 9 * 24 * 3600
    for place in (paused, whole, late):
        for path in folder.glob(place.rsplit("/", 1)[1] + "*"):
            os.utime(path, (long_ago, long_ago))
    db.session.remove()
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE stored_files SET changed_at = now() - interval '9 days'"))
    expire = text("UPDATE partial_uploads SET expires_at = now() WHERE id = :id")
    with db.engine.begin() as connection:
        connection.execute(expire, {"id": late.rsplit("/", 1)[1]})
    done = steward.tick()
    assert done["uploads_expired"] == 1
    assert sender.ask("HEAD", late).status_code == 404
    assert sender.add(paused, 100, FILE[100:]).status_code == 204
    assert sender.finish(whole).status_code == sender.finish(paused).status_code == 303


def test_it_says_what_it_can(sender: Sender) -> None:
    answer = sender.ask("OPTIONS", "/uploads")
    assert answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Max-Size"] == str(2 * 1024**3)
    assert {"creation", "termination", "expiration", "checksum"} == set(answer.headers["Tus-Extension"].split(","))


def test_a_proxy_that_lets_only_post_through_can_send_and_delete(sender: Sender) -> None:
    place = sender.begin()
    kind = {"content_type": "application/offset+octet-stream"}
    patch = {"X-HTTP-Method-Override": "PATCH", "Upload-Offset": "0"}
    sent = sender.ask("POST", place, data=FILE, headers=patch, **kind)
    assert (sent.status_code, sent.headers["Upload-Offset"]) == (204, str(len(FILE)))
    assert sender.offset(place) == len(FILE)
    delete = {"X-HTTP-Method-Override": "delete"}
    assert sender.ask("POST", place, headers=delete).status_code == 204
    assert sender.ask("HEAD", place).status_code == 404


def test_the_override_is_guarded_like_the_method_it_names(app: Flask, sender: Sender) -> None:
    place = sender.begin()
    delete = TUS | {"X-HTTP-Method-Override": "DELETE"}
    assert sender.client.post(place, headers=delete).status_code == 400  # no CSRF token
    assert app.test_client().post(place, headers=delete).status_code == 401
    viewer = browser_of(app, "viewer")
    headers = delete | {"X-CSRFToken": csrf(viewer.get("/account").text)}
    assert viewer.post(place, headers=headers).status_code == 403
    assert sender.offset(place) == 0


@pytest.mark.parametrize(
    ("method", "path", "named"),
    [
        ("GET", "/products", "DELETE"),  # only from POST
        ("PATCH", "upload", "DELETE"),
        ("POST", "/products/new", "DELETE"),  # only at uploads
        ("POST", "upload", "GET"),  # only the methods that proxies stop
        ("POST", "upload", "TRACE"),
    ],
)
def test_the_override_changes_no_other_method(sender: Sender, method: str, path: str, named: str) -> None:
    place = sender.begin()
    target = place if path == "upload" else path
    plain = sender.ask(method, target)
    other = sender.ask(method, target, headers={"X-HTTP-Method-Override": named})
    assert other.status_code == plain.status_code
    assert sender.offset(place) == 0
