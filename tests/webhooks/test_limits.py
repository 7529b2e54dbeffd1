"""Limits of each receiver, and no receiver delays another."""

import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler

from catalog.runtime import Settings
from tests.webhooks.conftest import (
    Receiver,
    attempts,
    deliveries,
    dispatching,
    happen,
    reply,
    settled,
    subscribe,
    until,
)

Make = Callable[[], Receiver]


def test_a_dead_and_a_dripping_receiver_delay_nobody(new_receiver: Make, hooks: Settings) -> None:
    quick, hanging, dripping = new_receiver(), new_receiver(), new_receiver()

    def drip(handler: BaseHTTPRequestHandler, count: int) -> None:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while True:
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.1)

    hanging.answer = lambda handler, count: time.sleep(3)
    dripping.answer = drip
    for receiver in (quick, hanging, dripping):
        subscribe(receiver, hooks, rate=1000)
    with dispatching(hooks):
        time.sleep(0.2)
        begun = time.monotonic()
        happen(30)
        until(lambda: len(quick.messages) == 30)
        assert time.monotonic() - begun < 15  # one after the other it takes a minute
        until(lambda: len(attempts()) >= 40)
    slow = [a for a in attempts() if a["error"]]
    assert slow and all(a["seconds"] < 3 for a in slow)  # type: ignore[operator]


def test_limits_of_a_webhook_are_kept(receiver: Receiver, hooks: Settings) -> None:
    flying, most = 0, 0
    lock = threading.Lock()

    def count_flying(handler: BaseHTTPRequestHandler, count: int) -> None:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.05)
        with lock:
            flying -= 1
        reply(handler, 200)

    receiver.answer = count_flying
    subscribe(receiver, hooks, concurrency=2, rate=20)
    happen(30)
    begun = time.monotonic()
    with dispatching(hooks), dispatching(hooks):
        until(settled)
    assert most <= 2 and time.monotonic() - begun >= 1.2
    assert sorted(receiver.numbers) == list(range(30))


def test_the_circuit_opens_and_closes(receiver: Receiver, hooks: Settings) -> None:
    hooks = hooks.model_copy(update={"webhook_pause_seconds": 0.5, "webhook_retry_seconds": [0] * 12})
    receiver.answer = lambda handler, count: reply(handler, 500)
    subscribe(receiver, hooks, rate=1000)
    happen(20)
    with dispatching(hooks):
        until(lambda: len(receiver.messages) >= 5)
        time.sleep(0.3)
        assert len(receiver.messages) < 12  # only what flew when it opened
        receiver.answer = lambda handler, count: reply(handler, 200)
        until(settled)
    assert {d["state"] for d in deliveries()} == {"delivered"}
