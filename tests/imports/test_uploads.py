"""Files come in whole or not at all, under our own name, and never through memory."""

import hashlib
import http.client
import io
import os
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path
from wsgiref.simple_server import make_server

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from catalog.imports import retention
from catalog.imports.intake import uploads
from catalog.models import Import, db
from tests.conftest import csrf
from tests.support.memory import from_here, peak

FILE = b"sku,name\nA1,Lamp\n"


def stored(app: Flask) -> list[Path]:
    """The files in storage."""
    return sorted(app.config["SETTINGS"].uploads.glob("*"))


@pytest.fixture(autouse=True)
def empty_storage(app: Flask) -> None:
    """No file of an earlier test."""
    for path in stored(app):
        path.unlink()


@pytest.fixture
def send(client: FlaskClient) -> Callable[..., object]:
    """Send a form as a browser without JavaScript does."""

    def post(file: bytes = FILE, name: str = "spring.csv", **fields: str):
        token = csrf(client.get("/imports/new").text)
        data = {"file": (io.BytesIO(file), name), "csrf_token": token, **fields}
        return client.post("/imports/new", data=data)

    return post


def test_a_file_is_stored_under_our_own_name_with_its_sha256(app: Flask, send: Callable[..., object]) -> None:
    answer = send(name="../../etc/passwd.csv")
    row = db.session.scalars(select(Import)).one()
    (path,) = stored(app)
    assert (answer.status_code, answer.location) == (303, f"/imports/{row.id}")
    assert (path.name, row.filename) == (row.storage_key, "../../etc/passwd.csv")
    assert (row.sha256, row.size) == (hashlib.sha256(FILE).hexdigest(), len(FILE))
    assert path.read_bytes() == FILE and stat.S_IMODE(path.stat().st_mode) == 0o600


def test_the_choices_of_the_form_reach_the_import(send: Callable[..., object]) -> None:
    send(active="no", blank="keep", extra="drop")
    options = db.session.scalars(select(Import)).one().options
    assert (options["active"], options["blank"], options["extra"]) == (False, "keep", "drop")


def test_a_form_without_a_file_says_so_and_stores_nothing(app: Flask, client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    answer = client.post("/imports/new", data={"csrf_token": token})
    assert answer.status_code == 422 and "Choose a file." in answer.text
    assert stored(app) == []


def test_a_file_in_another_field_is_no_upload(app: Flask, client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    both = {"other": (io.BytesIO(FILE), "x.csv"), "file": (io.BytesIO(FILE), "a.csv")}
    answer = client.post("/imports/new", data={"csrf_token": token, **both})
    assert answer.status_code == 422 and stored(app) == []


def test_a_rejected_request_leaves_no_file(app: Flask, client: FlaskClient) -> None:
    assert client.post("/imports/new", data={"file": (io.BytesIO(FILE), "a.csv")}).status_code == 400
    assert stored(app) == []


def test_too_large_a_file_is_rejected_with_the_reason(
    app: Flask, client: FlaskClient, send: Callable[..., object], monkeypatch: pytest.MonkeyPatch
) -> None:
    small = app.config["SETTINGS"].model_copy(update={"max_upload_bytes": 1000})
    monkeypatch.setitem(app.config, "SETTINGS", small)
    found_while_reading = send(file=b"x" * 2000)
    announced = client.post(
        "/imports/new",
        input_stream=io.BytesIO(),
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(5 * 1024**2)},
    )
    for answer in (found_while_reading, announced):
        assert answer.status_code == 413 and "too large" in answer.text
    assert stored(app) == []


def test_the_limit_is_stated_before(client: FlaskClient) -> None:
    assert "2 GiB" in client.get("/imports/new").text


def test_a_cut_connection_leaves_no_file(app: Flask, client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + FILE * 100_000
    )
    answer = client.post(
        "/imports/new",
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=x",
        headers={"Content-Length": str(len(body) + 1000)},
    )
    assert answer.status_code in (400, 422)
    assert stored(app) == [] and db.session.scalars(select(Import)).all() == []


def test_a_part_goes_on_where_the_file_ends_and_nowhere_else(app: Flask) -> None:
    key = uploads.start()
    for offset, part in ((0, b"abc"), (3, b"def")):
        with uploads.go_on(key, offset, 6) as upload:
            upload.take(io.BytesIO(part))
    with pytest.raises(uploads.Misplaced, match="has 6 bytes"), uploads.go_on(key, 2, 6):
        pytest.fail("it has no byte 2")
    with pytest.raises(uploads.TooLarge), uploads.go_on(key, 6, 6) as upload:
        upload.write(b"x")
    assert uploads.seal(key) == uploads.Stored(key, 6, hashlib.sha256(b"abcdef").hexdigest())


def test_an_upload_that_fails_leaves_no_file(app: Flask) -> None:
    with pytest.raises(KeyboardInterrupt), uploads.receiving() as upload:
        upload.write(b"x")
        raise KeyboardInterrupt
    assert stored(app) == []


def test_abandoned_parts_are_deleted_by_age(app: Flask) -> None:
    upload = uploads.begin()
    upload.write(b"x")
    (part,) = stored(app)
    assert retention.prune_parts() == 0
    os.utime(part, (1, 1))
    assert retention.prune_parts() == 1 and stored(app) == []
    upload.abort()


def test_a_large_file_takes_no_memory_and_is_answered_at_once(app: Flask, client: FlaskClient) -> None:
    """300 MB through a real server: memory grows by less than a tenth, the answer comes within 2 s of the last byte."""
    token = csrf(client.get("/imports/new").text)
    cookie = client.get_cookie("session")
    assert cookie is not None
    with make_server("127.0.0.1", 0, app) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        before = from_here()
        status, waited = post_large(server.server_port, token, cookie.value, megabytes=300)
        grown = (peak() - before) / 1024
        server.shutdown()
    assert (status, waited < 2, grown < 30) == (303, True, True), (status, waited, grown)


def post_large(port: int, token: str, cookie: str, megabytes: int) -> tuple[int, float]:
    """Send a form with a large file; returns the status and the seconds from the last byte to the answer."""
    head = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nsku,name\n'
    ).encode()
    block, tail = b"A1,Lamp\n" * (1024**2 // 8), b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.putrequest("POST", "/imports/new")
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Cookie": f"session={cookie}"}
    headers["Content-Length"] = str(len(head) + megabytes * len(block) + len(tail))
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(head)
    for _ in range(megabytes):
        connection.send(block)
    connection.send(tail)
    sent = time.monotonic()
    status = connection.getresponse().status
    connection.close()
    return status, time.monotonic() - sent
