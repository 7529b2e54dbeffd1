"""Deliveries from the outbox to real receivers that verify them: retries, limits, and no receiver delays another."""

import socket
import time
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from catalog import webhooks
from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.webhooks import deliveries as log, endpoints, signing
from tests.webhooks.conftest import (
    Receiver,
    attempts,
    deliveries,
    dispatching,
    happen,
    happen_with,
    reply,
    rows,
    settled,
    subscribe,
    until,
)

Make = Callable[[], Receiver]


def test_an_event_arrives_signed_within_a_second(receiver: Receiver, hooks: Settings) -> None:
    subscribe(receiver, hooks)
    with dispatching(hooks):
        time.sleep(0.3)
        begun = time.monotonic()
        happen_with({"sku": "é\0\u2028", "price": None})
        until(lambda: receiver.messages)
    (message,) = receiver.messages
    assert receiver.problems == [] and message.at - begun < 1
    assert message.data == {"sku": "é\0\u2028", "price": None}
    (delivery,) = deliveries()
    assert (delivery["id"], delivery["state"], delivery["attempts"]) == (message.id, "delivered", 1)


def test_what_is_rolled_back_never_happened(app: Flask, receiver: Receiver, hooks: Settings) -> None:
    subscribe(receiver, hooks)
    connection = db.engine.raw_connection()
    webhooks.record(connection.cursor(), "product.created", {"n": 1})
    connection.rollback()
    connection.close()
    with dispatching(hooks):
        happen(1, start=2)
        until(lambda: receiver.messages)
    assert receiver.numbers == [2]


def test_each_hears_of_what_it_asked_for(new_receiver: Make, hooks: Settings) -> None:
    one, group, off = new_receiver(), new_receiver(), new_receiver()
    subscribe(one, hooks, "product.updated", "import.failed")
    subscribe(group, hooks, "product.*")
    endpoints.switch(COMMAND_LINE, subscribe(off, hooks, "product.*"), False)
    for type in ("product.created", "product.updated", "products.changed"):
        happen_with({"n": 1}, type)
    happen_with({"n": 1}, "import.failed")
    with dispatching(hooks):
        until(settled)
    assert {m.type for m in one.messages} == {"product.updated", "import.failed"}
    assert {m.type for m in group.messages} == {"product.created", "product.updated"}
    assert off.messages == []


def test_a_new_webhook_does_not_hear_of_old_times(receiver: Receiver, hooks: Settings) -> None:
    happen(3)
    subscribe(receiver, hooks)
    happen(1, start=3)
    with dispatching(hooks):
        until(settled)
    assert receiver.numbers == [3]


def test_a_failure_is_tried_again_under_the_same_id(receiver: Receiver, hooks: Settings) -> None:
    receiver.answer = lambda handler, count: reply(handler, 500 if count < 2 else 204)
    subscribe(receiver, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
    assert len({message.id for message in receiver.messages}) == 1
    assert [a["status"] for a in attempts()] == [500, 500, 204]
    (delivery,) = deliveries()
    assert (delivery["state"], delivery["tries"]) == ("delivered", 3)
    assert rows("SELECT failures FROM webhook_endpoints") == [{"failures": 0}]


def test_after_the_last_attempt_it_has_failed_and_can_be_sent_again(receiver: Receiver, hooks: Settings) -> None:
    receiver.answer = lambda handler, count: reply(handler, 500)
    subscribe(receiver, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
        (delivery,) = deliveries()
        assert (delivery["state"], delivery["attempts"]) == ("failed", 4)
        receiver.answer = lambda handler, count: reply(handler, 200)
        assert log.redeliver_failed(COMMAND_LINE, delivery["created_at"]) == 1
        until(settled)
    (delivery,) = deliveries()
    assert (delivery["state"], delivery["tries"], delivery["attempts"]) == ("delivered", 1, 5)
    assert {message.id for message in receiver.messages} == {delivery["id"]}


def test_retry_after_is_obeyed(receiver: Receiver, hooks: Settings) -> None:
    receiver.answer = lambda handler, count: reply(handler, 429, retry_after="1") if count == 0 else reply(handler, 200)
    subscribe(receiver, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
    first, second = receiver.messages
    assert second.at - first.at >= 1


def test_410_switches_the_webhook_off_and_says_so(receiver: Receiver, new_receiver: Make, hooks: Settings) -> None:
    watcher = new_receiver()
    receiver.answer = lambda handler, count: reply(handler, 410)
    gone = subscribe(receiver, hooks)
    subscribe(watcher, hooks, "webhook.disabled")
    happen()
    with dispatching(hooks):
        until(lambda: watcher.messages)
    assert watcher.messages[0].data["id"] == gone
    assert [e.id for e in endpoints.troubled()] == [gone]
    assert len(receiver.messages) == 1


def test_nothing_but_failures_switches_it_off_and_what_was_missed_can_be_sent(
    receiver: Receiver, hooks: Settings
) -> None:
    hooks = hooks.model_copy(update={"webhook_disable_seconds": 0.2})
    receiver.answer = lambda handler, count: reply(handler, 500)
    endpoint_id = subscribe(receiver, hooks)
    happen(2)
    with dispatching(hooks):
        until(lambda: endpoints.troubled())
        happen(3, start=2)
        until(lambda: not rows("SELECT 1 FROM webhook_events WHERE NOT fanned_out"))
        receiver.messages.clear()
        receiver.answer = lambda handler, count: reply(handler, 200)
        db.session.rollback()
        assert endpoints.switch(COMMAND_LINE, endpoint_id, True, resend=True) == 5
        until(settled)
    assert sorted(receiver.numbers) == [0, 1, 2, 3, 4]
    assert endpoints.troubled() == []


def test_redirects_are_failures_and_are_not_followed(receiver: Receiver, new_receiver: Make, hooks: Settings) -> None:
    other = new_receiver()
    receiver.answer = lambda handler, count: reply(handler, 307, location=other.url)
    subscribe(receiver, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
    assert other.messages == [] and deliveries()[0]["state"] == "failed"


def test_a_rotated_secret_signs_twice_until_the_old_one_is_forgotten(receiver: Receiver, hooks: Settings) -> None:
    endpoint_id = subscribe(receiver, hooks)
    old = receiver.secrets[0]
    new = endpoints.rotate(COMMAND_LINE, endpoint_id)
    with dispatching(hooks):
        receiver.secrets = [old, new]
        happen()
        until(settled)
        assert (len(receiver.messages), receiver.problems) == (2, [])
        endpoints.forget_previous(COMMAND_LINE, endpoint_id)
        happen(start=1)
        until(settled)
    assert len(receiver.messages) == 3 and len(receiver.problems) == 1


def test_a_secret_that_cannot_be_read_is_replaced_at_once(receiver: Receiver, hooks: Settings) -> None:
    endpoint_id = subscribe(receiver, hooks)
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE webhook_endpoints SET secret = :sealed"),
            {"sealed": signing.encrypt("whsec_x", ["of another key"])},
        )
    receiver.secrets = [endpoints.rotate(COMMAND_LINE, endpoint_id)]
    happen()
    with dispatching(hooks):
        until(settled)
    assert (len(receiver.messages), receiver.problems) == (1, [])


def test_no_secret_reaches_the_log_or_the_database(
    receiver: Receiver, hooks: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    receiver.answer = lambda handler, count: reply(handler, 500)
    subscribe(receiver, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
    said = "".join(capfd.readouterr())
    stored = str(rows("SELECT * FROM webhook_endpoints") + attempts())
    assert receiver.secrets[0] not in said + stored
    assert receiver.secrets[0].removeprefix("whsec_") not in said + stored


def test_the_database_may_go_away(receiver: Receiver, hooks: Settings) -> None:
    subscribe(receiver, hooks)
    with dispatching(hooks):
        happen(5)
        until(lambda: receiver.messages)
        rows("""
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE application_name = 'catalog webhooks' AND datname = current_database()
        """)
        happen(5, start=5)
        until(settled)
    assert set(receiver.numbers) == set(range(10))


def test_nobody_listens_at_all(hooks: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    draft = endpoints.Draft(f"http://127.0.0.1:{port}", "", ["product.*"])
    endpoints.create(COMMAND_LINE, draft, hooks)
    happen()
    with dispatching(hooks):
        until(settled)
    assert {a["error"] for a in attempts()} == {"No connection could be made."}


def test_old_events_go_with_their_deliveries(receiver: Receiver, hooks: Settings) -> None:
    subscribe(receiver, hooks)
    happen(3)
    with dispatching(hooks):
        until(settled)
    with db.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE webhook_events SET created_at = now() - interval '31 days' WHERE id < 3")
    assert webhooks.prune() == 2
    assert len(deliveries()) == len(attempts()) == 1
