"""Webhooks over the API: the secret comes once, what can't be is named, deliveries are sent again."""

from typing import Any

from sqlalchemy import text

from catalog.models import db
from tests.api.conftest import Program, problem

WISH: dict[str, Any] = {"url": "https://example.com/hook", "events": ["product.*"]}


def test_made_changed_switched_and_removed(admin: Program) -> None:
    made = admin.ask("POST", "/webhooks", WISH)
    assert made.status_code == 201 and made.json["secret"].startswith("whsec_")
    shown = admin.ask("GET", "/webhooks/1").json
    assert "secret" not in shown and shown == {
        name: made.json[name] for name in made.json if name != "secret"
    }
    changed = admin.ask("PATCH", "/webhooks/1", {"rate": 7, "enabled": False}).json
    assert (changed["rate"], changed["enabled"], changed["url"]) == (
        7,
        False,
        WISH["url"],
    )
    assert admin.ask("GET", "/webhooks").json == {"webhooks": [changed]}
    assert admin.ask("DELETE", "/webhooks/1").status_code == 204
    problem(admin.ask("GET", "/webhooks/1"), 404, "not_found")


def test_a_new_secret_comes_once(admin: Program) -> None:
    first = admin.ask("POST", "/webhooks", WISH).json["secret"]
    second = admin.ask("POST", "/webhooks/1/rotate").json["secret"]
    assert second.startswith("whsec_") and second != first


def test_what_can_not_be_is_named(admin: Program) -> None:
    cases = {
        "url": WISH | {"url": "http://127.0.0.1/"},
        "events.0": WISH | {"events": ["product.exploded"]},
        "events": WISH | {"events": []},
        "rate": WISH | {"rate": 0},
        "secret": WISH | {"secret": "whsec_mine"},
    }
    for field, wish in cases.items():
        told = problem(admin.ask("POST", "/webhooks", wish), 422, "invalid")
        assert [error["field"] for error in told["errors"]] == [field]
    assert admin.ask("GET", "/webhooks").json == {"webhooks": []}


def test_a_test_tells_what_came_back(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH | {"url": "https://no.such.host.invalid/"})
    told = admin.ask("POST", "/webhooks/1/test", {"type": "import.failed"}).json
    assert told["status"] is None and told["error"]


def test_deliveries_are_listed_shown_and_sent_again(admin: Program) -> None:
    admin.ask("POST", "/webhooks", WISH)
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO webhook_events (type, payload) VALUES ('product.created', '{}')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO webhook_deliveries (id, event_id, endpoint_id, type, state, last_status)"
                " VALUES ('msg_a_1', 1, 1, 'product.created', 'failed', 500)"
            )
        )
    (one,) = admin.ask("GET", "/deliveries?state=failed&webhook=1").json["deliveries"]
    assert (one["id"], one["webhook_id"], one["last_status"]) == ("msg_a_1", 1, 500)
    assert admin.ask("GET", "/deliveries?state=sending").json["deliveries"] == []
    again = admin.ask("POST", "/deliveries/msg_a_1/redeliver")
    assert (again.status_code, again.json["state"]) == (202, "pending")
    shown = admin.ask("GET", "/deliveries/msg_a_1").json
    assert shown == {"delivery": again.json, "attempts": []}
    problem(admin.ask("POST", "/deliveries/nonsense/redeliver"), 404, "not_found")
