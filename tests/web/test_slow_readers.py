"""Readers who take their time: exports that are not read block no other, and come to an end."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from contextvars import Context
from http.client import HTTPConnection
from itertools import islice

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import EnvironBuilder

from catalog.models import Import, db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime import slots
from tests.conftest import EMAIL, browser_of, signed_in
from tests.support import live
from tests.support.programs import Program, problem

Run = Callable[..., Import]
EXPORT = "/products/export.csv"
MANY = """
INSERT INTO products (sku, name, description, created_change_set_id, change_set_id)
SELECT 'S' || n, 'Product ' || n, repeat('described at length ', 200), 1, 1 FROM generate_series(1, 4000) AS n
"""
SEND_SECONDS = 2


@pytest.fixture
def many(app: Flask) -> None:
    """A catalog that is more than any buffer on the way takes."""
    with db.engine.begin() as connection:
        connection.execute(text("INSERT INTO change_sets (kind, source) VALUES ('import', 'page')"))
        connection.execute(text(MANY))
        connection.execute(text("UPDATE catalog_total SET products = 4000"))


@pytest.fixture
def opened() -> Iterator[ExitStack]:
    """What is open, and closed however the test ends."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def address(migrated_app: Flask) -> Iterator[tuple[str, int]]:
    """A web server that waits two seconds for a reader."""
    settings = migrated_app.config["SETTINGS"]
    with live.web_server(settings, send_seconds=SEND_SECONDS) as address:
        yield address


def cookie_of(client: FlaskClient) -> str:
    """What their browser says at each request."""
    known = client.get_cookie("session")
    assert known
    return f"session={known.value}"


def unread(address: tuple[str, int], path: str, cookie: str) -> socket.socket:
    """A request whose answer is not read."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.settimeout(30)
    reader.connect(address)
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: c\r\nCookie: {cookie}\r\n\r\n".encode())
    return reader


def head(reader: socket.socket) -> str:
    """The beginning of the answer."""
    return reader.recv(2000, socket.MSG_PEEK).decode(errors="replace")


def get(address: tuple[str, int], path: str, cookie: str) -> int:
    """The status of a page that is read."""
    connection = HTTPConnection(*address, timeout=20)
    connection.request("GET", path, headers={"Cookie": cookie})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_unread_exports_stop_nobody_and_end(
    app: Flask, client: FlaskClient, many: None, address: tuple[str, int], opened: ExitStack
) -> None:
    reader, other = cookie_of(browser_of(app, "viewer")), cookie_of(client)
    assert get(address, "/products", other) == 200  # its templates are read
    readers = [opened.enter_context(unread(address, EXPORT, reader)) for _ in range(60)]
    # Alone this takes a tenth of a second; a page that waits for the exports gets no answer in the 20 s of `get`.
    assert get(address, "/products", other) == 200
    heads = [head(reader) for reader in readers]
    assert sum(" 200 OK" in text for text in heads) == 2
    assert sum(" 429 " in text and "Retry-After: 10" in text for text in heads) == 58
    assert get(address, EXPORT, other) == 200  # there are slots left for others
    deadline = time.monotonic() + 30
    while get(address, EXPORT, reader) == 429:  # the unread ones come to an end
        assert time.monotonic() < deadline
        time.sleep(0.2)


def begun(app: Flask, client: FlaskClient, method: str, pieces: int) -> tuple[int, int]:
    """Ask as a server does, take some pieces and hang up; slots and connections of pages taken in that time."""

    pool = db.engine.pool

    def ask() -> tuple[int, int]:
        headers = {"Cookie": cookie_of(client)}
        environ = EnvironBuilder(EXPORT, method=method, headers=headers).get_environ()
        answer = app.wsgi_app(environ, lambda *_: lambda data: None)
        assert len(list(islice(answer, pieces))) == pieces
        taken = app.extensions["slots"]["exports"].taken
        connections = pool.checkedout()  # type: ignore[attr-defined]
        answer.close()  # type: ignore[attr-defined]
        return taken, connections

    return Context().run(ask)


def test_an_export_holds_no_connection_of_the_pages(app: Flask, client: FlaskClient, many: None) -> None:
    db.session.remove()
    assert begun(app, client, "GET", 3) == (1, 0)
    assert app.extensions["slots"]["exports"].taken == 0


def test_who_hangs_up_or_asks_for_the_head_alone_gives_the_turn_back(
    app: Flask, client: FlaskClient, many: None
) -> None:
    for _ in range(3):
        begun(app, client, "HEAD", 0)
        begun(app, client, "GET", 0)
    assert app.extensions["slots"]["exports"].taken == 0


@pytest.fixture
def busy(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Catalog that has no slot left for anybody."""
    none = {name: slots.Slots(name[:-1], 0, 0) for name in ("exports", "downloads")}
    monkeypatch.setitem(app.extensions, "slots", none)


def test_every_file_that_is_sent_piece_by_piece_has_its_turn(
    app: Flask, client: FlaskClient, run_import: Run, busy: None
) -> None:
    row = run_import("sku,name\nA,One\n,Two\n")
    past = [f"/imports/{row.id}/{name}" for name in ("errors.csv", "file", "bundle.zip")]
    files = [EXPORT, f"{EXPORT}.gz", *past]
    user = users.by_email(EMAIL)
    assert user
    reader = Program(app, tokens.create(COMMAND_LINE, user, "reader", "admin")[1])
    for path in files:
        page = client.get(path)
        assert (page.status_code, page.headers["Retry-After"]) == (429, "10")
        assert "Too many files at once" in page.text
        told = problem(reader.ask("GET", path), 429, "too_many_files")
        assert "already have" in told["detail"]


def test_turns_are_counted_for_each_and_for_all() -> None:
    few = slots.Slots("export", 3, 2)
    ends = [few.take(1), few.take(1)]
    with pytest.raises(slots.TooMany, match="You already have 2 exports"):
        few.take(1)
    ends.append(few.take(2))
    with pytest.raises(slots.TooMany, match="3 exports are running"):
        few.take(2)
    for end in ends * 2:
        end()
    assert few.taken == 0
    few.take(1)


def test_a_reader_on_a_slow_line_gets_it_all(
    app: Flask, client: FlaskClient, many: None, address: tuple[str, int]
) -> None:
    reader = unread(address, f"{EXPORT}?q=S1", cookie_of(signed_in(app, EMAIL)))
    got = b""
    until = time.monotonic() + 2 * SEND_SECONDS
    while time.monotonic() < until:
        got += reader.recv(6000)
        time.sleep(0.1)
    while not got.endswith(b"0\r\n\r\n"):
        piece = reader.recv(65536)
        assert piece
        got += piece
    reader.close()
