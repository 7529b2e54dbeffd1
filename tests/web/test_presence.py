"""A stream lasts no longer than the session that opened it."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from catalog.models import UserSession, db
from catalog.people import COMMAND_LINE, sessions, users
from catalog.runtime.work import pubsub
from catalog.web.http import presence
from tests.conftest import EMAIL, browser_of, create, csrf

Client = FlaskClient


@pytest.fixture
def looked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Set when a stream has looked around twice, with a frame between; what ended later is noticed at the next look."""
    event, look, looks = threading.Event(), sessions.valid, count(1)

    def valid(*asked: Any) -> frozenset[int]:
        found = look(*asked)
        if next(looks) > 1:
            event.set()
        return found

    monkeypatch.setattr(sessions, "valid", valid)
    monkeypatch.setattr(presence, "ASK_SECONDS", 0.0)
    monkeypatch.setattr(pubsub, "RECHECK_SECONDS", 0.1)
    return event


def sign_out(client: Client) -> None:
    client.post("/logout", data={"csrf_token": csrf(client.get("/products").text)})


def end_elsewhere(client: Client) -> None:
    user = users.by_email("viewer@example.com")
    assert user is not None and sessions.end_all(COMMAND_LINE, user) == 1


def disable(client: Client) -> None:
    user = users.by_email("viewer@example.com")
    assert user is not None
    users.disable(COMMAND_LINE, user)


def lie_idle(client: Client) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET last_seen_at = now() - interval '3 days'"))


@pytest.mark.parametrize("end", [sign_out, end_elsewhere, disable, lie_idle])
def test_an_open_stream_ends_with_its_session(
    app: Flask, client: Client, looked: threading.Event, end: Callable[[Client], None]
) -> None:
    viewer = browser_of(app, "viewer")
    path = f"/imports/{create('sku,name' + chr(10) + 'A,x').id}/events"
    with ThreadPoolExecutor() as beside:
        stream = beside.submit(viewer.get, path)
        assert looked.wait(10) and not stream.done()
        end(viewer)
        heard = stream.result(timeout=10).text
    assert heard.startswith(": connected") and "id: " in heard
    assert "event: done" not in heard
    again = viewer.get(path, headers={"HX-Request": "true", "Accept": "text/event-stream"})
    assert again.status_code == 401 and "/login" in again.headers["HX-Redirect"]


def test_all_streams_of_a_process_ask_together(app: Flask, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "ASK_SECONDS", 60.0)
    user = users.by_email(EMAIL)
    assert user is not None
    here = presence.Presence(timedelta(hours=1))
    ids = [row.id for row in db.session.query(UserSession)]
    asked: list[str] = []
    listener = lambda *args: asked.append(args[2])
    event.listen(db.engine, "before_cursor_execute", listener)
    with here.watching(ids[0]), here.watching(ids[0]):
        assert all(here.is_good(ids[0]) for _ in range(100))
    event.remove(db.engine, "before_cursor_execute", listener)
    assert len(asked) == 1
