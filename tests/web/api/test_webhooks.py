"""Webhooks over the API: the secret comes once, what can't be is named, deliveries are sent again."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from catalog.models import db
from tests.support.programs import Program, problem

WISH: dict[str, Any] = {"url": "https://example.com/hook", "events": ["product.*"]}


def test_made_changed_switched_and_removed(admin: Program) -> None:
    made = admin.ask("POST", "/webhooks", WISH)
    assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
    shown = admin.ask("GET", "/webhooks/1").json
    assert "secret" not in shown and shown == {name: made.json[name] for name in made.json if name != "secret"}
    changed = admin.ask("PATCH", "/webhooks/1", {"rate": 7, "enabled": False}).json
    assert (changed["rate"], changed["enabled"], changed["url"]) == (7, False, WISH["url"])
    assert admin.ask("GET", "/webhooks").json == {"webhooks": [changed]}
    assert admin.ask("DELETE", "/webhooks/1").status_code == 204
    problem(admin.ask("GET", "/webhooks/1"), 404, "not_found")


def test_a_new_secret_comes_once(admin: Program) -> None:
    first = admin.ask("POST", "/webhooks", WISH).json["secret"]
    second = admin.ask("POST", "/webhooks/1/rotate").json["secret"]
    assert second.startswith("whsec_") and second != first


def test_the_secret_before_signs_for_a_day_or_until_it_is_forgotten(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH)
    assert admin.ask("POST", "/webhooks/1/rotate").json["previous_secret_until"]
    assert admin.ask("POST", "/webhooks/1/forget").json["previous_secret_until"] is None
    assert admin.ask("POST", "/webhooks/1/rotate", {}).json["previous_secret_until"]
    at_once = admin.ask("POST", "/webhooks/1/rotate", {"overlap": False})
    assert at_once.json["previous_secret_until"] is None
    problem(admin.ask("POST", "/webhooks/1/rotate", {"x": 1}), 422, "invalid")
    problem(admin.ask("POST", "/webhooks/2/forget"), 404, "not_found")


def test_what_can_not_be_is_named(admin: Program) -> None:
    cases = {
        "url": WISH | {"url": "http://127.0.0.1/"},
        "events.0": WISH | {"events": ["product.exploded"]},
        "events": WISH | {"events": []},
        "rate": WISH | {"rate": 0},
        "secret": WISH | {"secret": "whsec_mine"},
    }
    for field, draft in cases.items():
        told = problem(admin.ask("POST", "/webhooks", draft), 422, "invalid")
        assert [error["field"] for error in told["errors"]] == [field]
    assert admin.ask("GET", "/webhooks").json == {"webhooks": []}


def test_a_test_tells_what_came_back(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH | {"url": "https://no.such.host.invalid/"})
    told = admin.ask("POST", "/webhooks/1/test", {"type": "import.failed"}).json
    assert told["status"] is None and told["error"]


def failed(*ids: str) -> None:
    """Deliveries to the first webhook that failed an hour ago."""
    with db.engine.begin() as connection:
        for number, id in enumerate(ids, 1):
            event = "INSERT INTO webhook_events (type, payload) VALUES ('product.created', '{}')"
            connection.execute(text(event))
            delivery = """
INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type, state, last_status, last_attempt_at)
VALUES (:id, :number, 1, 'product.created', 'failed', 500, now() - interval '1 hour')
"""
            connection.execute(text(delivery), {"id": id, "number": number})


def test_deliveries_are_listed_shown_and_sent_again(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH)
    failed("msg_a_1")
    (one,) = admin.ask("GET", "/deliveries?state=failed&webhook=1").json["deliveries"]
    assert (one["id"], one["webhook_id"], one["last_status"]) == ("msg_a_1", 1, 500)
    assert admin.ask("GET", "/deliveries?state=sending").json["deliveries"] == []
    again = admin.ask("POST", "/deliveries/msg_a_1/redeliver")
    assert (again.status_code, again.json["state"]) == (202, "pending")
    shown = admin.ask("GET", "/deliveries/msg_a_1").json
    assert shown == {"delivery": again.json, "payload": "{}", "attempts": []}
    problem(admin.ask("POST", "/deliveries/nonsense/redeliver"), 404, "not_found")


def test_many_deliveries_are_sent_again_by_id_or_since_a_time(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH)
    failed("msg_a_1", "msg_b_1", "msg_c_1")

    def again(**given: object) -> Any:
        return admin.ask("POST", "/deliveries/redeliver", given)

    now, day_ago = datetime.now(UTC), datetime.now(UTC) - timedelta(days=1)
    assert again(ids=["msg_a_1", "msg_x"]).json == {"redelivered": 1}
    assert again(failed_since=now.isoformat()).json == {"redelivered": 0}
    assert again(failed_since="6028-07-09T18:50:51-16:03").json == {"redelivered": 0}
    problem(again(failed_since="0001-01-01T00:00:00+23:00"), 422, "invalid")
    elsewhere = again(failed_since=day_ago.isoformat(), webhook=2)
    assert elsewhere.json == {"redelivered": 0}
    since = again(failed_since=day_ago.isoformat(), webhook=1)
    assert (since.status_code, since.json) == (202, {"redelivered": 2})
    health = admin.ask("GET", "/webhooks/1/health").json
    assert (health["paused"], health["last_state"]) == (False, None)
    for wrong in ({}, {"ids": ["a"], "failed_since": now.isoformat()}):
        problem(again(**wrong), 422, "invalid")


def test_on_again_with_what_was_missed(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH)
    failed("msg_a_1")
    admin.ask("PATCH", "/webhooks/1", {"enabled": False})
    on = admin.ask("PATCH", "/webhooks/1", {"enabled": True, "resend": True}).json
    assert on["enabled"] and on["disabled_at"] is None
