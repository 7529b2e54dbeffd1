"""Receivers on loopback that verify everything they get, and a dispatcher in a thread of the test."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from catalog import webhooks
from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.webhooks import endpoints, signing
from catalog.webhooks.dispatcher import Dispatcher

PATIENCE = 45


@dataclass
class Message:
    """What a receiver got, verified."""

    id: str
    type: str
    data: dict[str, Any]
    headers: dict[str, str]
    at: float = field(default_factory=time.monotonic)


class Receiver:
    """A real little HTTP server; `answer` may be set to another function of the handler and how many came before."""

    def __init__(self) -> None:
        self.secrets: list[str] = []
        self.messages: list[Message] = []
        self.problems: list[str] = []
        self.answer: Callable[[BaseHTTPRequestHandler, int], None] = lambda handler, count: reply(handler, 200)
        self._server = _server(self)
        self.port = self._server.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def hear(self, body: bytes, headers: dict[str, str]) -> int:
        """Verify with the package that receivers use; returns how many came before."""
        lower = {name.lower(): value for name, value in headers.items()}
        for secret in self.secrets:
            try:
                payload = Webhook(secret).verify(body, lower)
            except (WebhookVerificationError, ValueError) as problem:
                self.problems.append(repr(problem))
                continue
            message = Message(lower["webhook-id"], payload["type"], payload["data"], lower)
            self.messages.append(message)
        return len(self.messages) - 1

    def close(self) -> None:
        """Serve no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def numbers(self) -> list[int]:
        """The `n` of each message, in the order of their arrival."""
        return [message.data["n"] for message in self.messages]


def _server(receiver: Receiver) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            body = self.rfile.read(length)
            if len(body) < length:
                return  # its sender was killed
            receiver.answer(self, receiver.hear(body, dict(self.headers)))

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 256

        def handle_error(self, *_: object) -> None:
            """Senders may hang up."""

    return Server(("127.0.0.1", 0), Handler)


def reply(handler: BaseHTTPRequestHandler, status: int, body: bytes = b"ok", **headers: str) -> None:
    """A whole answer."""
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("content-length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def hooks(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings under which loopback may be reached and days pass in seconds."""
    quick = app.config["SETTINGS"].model_copy(
        update={
            "webhook_allow": Settings(webhook_allow="127.0.0.0/8,::1").webhook_allow,
            "webhook_retry_seconds": [0, 0.1, 0.1, 0.1],
            "webhook_connect_seconds": 0.5,
            "webhook_total_seconds": 1,
            "webhook_lease_seconds": 3,
            "webhook_poll_seconds": 0.1,
            "webhook_pause_seconds": 0.01,
        }
    )
    monkeypatch.setitem(app.config, "SETTINGS", quick)
    return quick


@pytest.fixture
def new_receiver() -> Iterator[Callable[[], Receiver]]:
    """Make a receiver that ends with the test."""
    made: list[Receiver] = []

    def make() -> Receiver:
        made.append(Receiver())
        return made[-1]

    yield make
    for receiver in made:
        receiver.close()


@pytest.fixture
def receiver(new_receiver: Callable[[], Receiver]) -> Receiver:
    """One receiver."""
    return new_receiver()


def subscribe(receiver: Receiver, settings: Settings, *events: str, **more: Any) -> int:
    """A webhook endpoint for a receiver; returns its id."""
    draft = endpoints.Draft(receiver.url, "test", list(events) or ["product.*"], **more)
    endpoint_id, secret = endpoints.create(COMMAND_LINE, draft, settings)
    receiver.secrets = [secret]
    return endpoint_id


def happen(count: int = 1, type: str = "product.created", start: int = 0) -> None:
    """So many events, each in a transaction of its own."""
    for number in range(start, start + count):
        happen_with({"n": number}, type)


def happen_with(data: dict[str, Any], type: str = "product.created") -> None:
    """One event, committed."""
    connection = db.engine.raw_connection()
    try:
        with connection.cursor() as cursor:
            webhooks.record(cursor, type, data)
        connection.commit()
    finally:
        connection.close()


@contextmanager
def dispatching(settings: Settings) -> Iterator[Dispatcher]:
    """A dispatcher at work."""
    stop = threading.Event()
    dispatcher = Dispatcher(settings, signing.keys())
    thread = threading.Thread(target=dispatcher.run, args=(stop,))
    thread.start()
    try:
        yield dispatcher
    finally:
        stop.set()
        dispatcher.stop()
        thread.join()


def until(true: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait for something to come true."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it does not come true"
        time.sleep(0.02)


def rows(query: str, **values: object) -> list[dict[str, Any]]:
    """What the database says."""
    with db.engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(query), values).mappings()]


def deliveries() -> list[dict[str, Any]]:
    """All deliveries in their order."""
    return rows("SELECT * FROM webhook_deliveries ORDER BY id")


def attempts() -> list[dict[str, Any]]:
    """All attempts in their order."""
    return rows("SELECT * FROM webhook_attempts ORDER BY delivery_id, number")


def settled() -> bool:
    """Whether nothing is on its way any more."""
    waiting = (
        "SELECT 1 FROM webhook_events WHERE NOT fanned_out"
        " UNION ALL SELECT 1 FROM webhook_deliveries WHERE state IN ('pending', 'sending')"
    )
    return not rows(waiting)


def payloads() -> list[dict[str, Any]]:
    """Every event's payload in the order in which they were written."""
    return [json.loads(row["payload"]) for row in rows("SELECT payload FROM webhook_events ORDER BY id")]
