"""The same key is the same request: done once, answered the same for a day."""

import threading
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.models import db
from catalog.people import tokens
from tests.conftest import catalog
from tests.support.programs import Program, problem
from tests.web.api.test_imports import send

KEY = {"Idempotency-Key": "order-1"}
LAMP = {"sku": "A1", "name": "Lamp"}


def age(seconds: int) -> None:
    """Let time pass over all keys."""
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE idempotency_keys SET created_at = created_at - make_interval(secs => :s)"), {"s": seconds}
        )


def test_the_same_again_is_answered_the_same_and_done_once(writer: Program) -> None:
    first = writer.ask("POST", "/products", LAMP, headers=KEY)
    again = writer.ask("POST", "/products", LAMP, headers=KEY)
    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert again.headers["Location"] == first.headers["Location"]
    assert again.headers["ETag"] == '"1"' and again.mimetype == "application/json"
    assert again.headers["Idempotent-Replayed"] == "true" and len(catalog()) == 1


def test_another_body_with_the_same_key_is_rejected(writer: Program) -> None:
    writer.ask("POST", "/products", LAMP, headers=KEY)
    other = writer.ask("POST", "/products", LAMP | {"sku": "A2"}, headers=KEY)
    problem(other, 422, "key_reused")
    elsewhere = writer.ask("POST", "/bulk", LAMP, headers=KEY)
    problem(elsewhere, 422, "key_reused")
    assert len(catalog()) == 1


def test_a_key_is_one_tokens_own(writer: Program, admin: Program) -> None:
    writer.ask("POST", "/products", LAMP, headers=KEY)
    mine = admin.ask("POST", "/products", LAMP | {"sku": "A2"}, headers=KEY)
    assert mine.status_code == 201


def test_the_same_file_is_imported_once(writer: Program) -> None:
    first = send(writer, headers=KEY)
    assert send(writer, headers=KEY).json == first.json
    problem(send(writer, b"sku,name\nB,x\n", headers=KEY), 422, "key_reused")
    problem(send(writer, blank="keep", headers=KEY), 422, "key_reused")
    assert len(writer.ask("GET", "/imports").json["imports"]) == 1


def test_a_rejection_is_answered_the_same_but_a_conflict_may_pass(writer: Program) -> None:
    bad = [writer.ask("POST", "/products", {"sku": ""}, headers=KEY) for _ in range(2)]
    assert bad[0].data == bad[1].data and "Idempotent-Replayed" in bad[1].headers
    writer.ask("POST", "/products", LAMP)
    other = {"Idempotency-Key": "order-2"}
    problem(writer.ask("POST", "/products", LAMP, headers=other), 409, "sku_taken")
    writer.ask("DELETE", "/products/1", headers={"If-Match": "*"})
    again = writer.ask("POST", "/products", LAMP, headers=other)
    assert again.status_code == 201


def test_while_one_works_the_other_is_told_to_wait(
    app: Flask, writer: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go = threading.Event(), threading.Event()
    answers: list[Any] = []

    def slow(*arguments: Any, **options: Any) -> Any:
        begun.set()
        assert go.wait(20)
        return real(*arguments, **options)

    from catalog.products import editing

    real = editing.create
    monkeypatch.setattr(editing, "create", slow)
    thread = threading.Thread(target=lambda: answers.append(writer.ask("POST", "/products", LAMP, headers=KEY)))
    thread.start()
    assert begun.wait(20)
    waiting = writer.ask("POST", "/products", LAMP, headers=KEY)
    go.set()
    thread.join(20)
    problem(waiting, 409, "in_progress")
    assert answers[0].status_code == 201
    assert writer.ask("POST", "/products", LAMP, headers=KEY).json == answers[0].json


def test_who_died_at_work_does_not_hold_the_key_for_ever(writer: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.web.api.frame.idempotency.END", text("SELECT :status, :headers, :body"))
    writer.ask("POST", "/products", {"sku": ""}, headers=KEY)
    monkeypatch.undo()
    problem(writer.ask("POST", "/products", {"sku": ""}, headers=KEY), 409, "in_progress")
    age(61)
    problem(writer.ask("POST", "/products", {"sku": ""}, headers=KEY), 422, "invalid")


def test_a_key_is_forgotten_after_a_day(writer: Program) -> None:
    writer.ask("POST", "/products", LAMP, headers=KEY)
    age(86_401)
    other = writer.ask("POST", "/products", LAMP | {"sku": "A2"}, headers=KEY)
    assert other.status_code == 201
    age(86_401)
    assert tokens.prune_answers() == 1


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 256])
def test_a_key_that_can_not_be_is_rejected(writer: Program, key: str) -> None:
    answer = writer.ask("POST", "/products", LAMP, headers={"Idempotency-Key": key})
    told = problem(answer, 422, "invalid")
    assert told["errors"][0]["field"] == "Idempotency-Key" and catalog() == []


def test_a_kept_secret_is_not_readable_in_the_table(admin: Program) -> None:
    draft = {"url": "https://example.com/hook", "events": ["product.*"]}
    made = admin.ask("POST", "/webhooks", draft, headers=KEY)
    assert admin.ask("POST", "/webhooks", draft, headers=KEY).json == made.json
    with db.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM idempotency_keys")).all())
    assert made.json["secret"] not in kept
