"""Who gets in: tokens and their scopes, and nothing else; how often; and what the rest is told."""

import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from redis import RedisError

from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.web.api.frame import blueprint
from tests.support.programs import Program, problem

FORBIDDEN = {"read": {"write", "admin"}, "write": {"admin"}, "admin": set()}


def operations(app: Flask) -> list[tuple[str, str, str]]:
    """Every operation: method, path below /api/v1, scope."""
    found = []
    for path, methods in app.extensions["api_reference"]["paths"].items():
        for method, told in methods.items():
            if method not in ("parameters", "head"):  # which has no body to look at
                plain = path.removeprefix("/api/v1")
                plain = re.sub(r"\{\w+\}", "7", plain)
                (scope,) = told["security"][0]["token"]
                found.append((method.upper(), plain, scope))
    return found


@pytest.mark.parametrize("scope", FORBIDDEN)
def test_every_operation_wants_a_token_of_its_scope(app: Flask, program, scope: str) -> None:
    caller: Program = program(scope)
    for method, path, needed in operations(app):
        answer = caller.ask(method, path)
        if needed in FORBIDDEN[scope]:
            problem(answer, 403, "forbidden")
            assert f'scope="{needed}"' in answer.headers["WWW-Authenticate"]
        else:
            assert answer.status_code not in (401, 403), (method, path)


def test_without_a_token_there_is_only_401(app: Flask) -> None:
    client = app.test_client()
    for method, path, _ in operations(app):
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic eDp5"}):
            answer = client.open("/api/v1" + path, method=method, headers=headers)
            problem(answer, 401, "unauthorized")
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert len(operations(app)) > 25


def test_a_browsers_session_opens_nothing(client: FlaskClient) -> None:
    problem(client.get("/api/v1/products"), 401, "unauthorized")
    problem(client.post("/api/v1/products", json={}), 401, "unauthorized")


def test_a_revoked_token_is_unknown(app: Flask, reader: Program) -> None:
    from catalog.people import tokens

    row = tokens.find(reader.token)
    assert row is not None and reader.ask("GET", "/products").status_code == 200
    tokens.revoke(COMMAND_LINE, row.id, row.user_id)
    problem(reader.ask("GET", "/products"), 401, "unauthorized")


def test_the_description_is_for_who_is_signed_in_or_has_a_token(
    app: Flask, client: FlaskClient, reader: Program
) -> None:
    problem(app.test_client().get("/api/v1/openapi.json"), 401, "unauthorized")
    told = reader.ask("GET", "/openapi.json").json
    assert told["openapi"] == "3.1.0" and "/api/v1/products" in told["paths"]
    assert client.get("/api/v1/openapi.json").json == told


def test_what_is_not_there_is_a_problem_too(reader: Program) -> None:
    problem(reader.ask("GET", "/nowhere"), 404, "not_found")
    problem(reader.ask("GET", "/products/999999999999999999999"), 404, "not_found")
    answer = reader.ask("PUT", "/products")
    problem(answer, 405, "method_not_allowed")
    assert "POST" in answer.headers["Allow"]


def test_a_fault_is_a_problem_without_a_word_of_its_inside(
    app: Flask, reader: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("catalog.products.listing.page", fail)
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    answer = reader.ask("GET", "/products")
    problem(answer, 500, "fault")
    assert "secret" not in answer.text


def test_a_token_may_call_so_often_and_is_told(
    app: Flask, reader: Program, writer: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = app.config["SETTINGS"].model_copy(update={"api_rate": 3})
    monkeypatch.setitem(app.config, "SETTINGS", few)
    answers = [reader.ask("GET", "/products") for _ in range(4)]
    assert [a.status_code for a in answers] == [200, 200, 200, 429]
    left = [a.headers["X-RateLimit-Remaining"] for a in answers]
    assert left == ["2", "1", "0", "0"]
    problem(answers[-1], 429, "too_many")
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 60
    assert writer.ask("GET", "/products").status_code == 200


def test_when_redis_is_away_nobody_is_held_up(app: Flask, reader: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise RedisError

    monkeypatch.setattr(app.extensions["api_limiter"], "hit", away)
    answer = reader.ask("GET", "/products")
    assert answer.status_code == 200 and "X-RateLimit-Limit" not in answer.headers


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff", b"[" * 100_000, b'{"sku": ' + b"1" * 5000 + b"}", b""],
    ids=["open", "not utf-8", "deep", "long number", "empty"],
)
def test_what_is_no_json_is_malformed(writer: Program, body: bytes) -> None:
    answer = writer.ask("POST", "/products", data=body, content_type="application/json")
    problem(answer, 400, "malformed")


def test_another_content_type_is_malformed(writer: Program) -> None:
    answer = writer.ask("POST", "/products", data={"sku": "A1"})
    assert "application/json" in problem(answer, 400, "malformed")["detail"]


def test_a_body_that_is_too_large_is_rejected(writer: Program) -> None:
    answer = writer.ask("POST", "/products", {"sku": "A1", "name": "x" * 5 * 1024**2})
    problem(answer, 413, "too_large")


def test_every_problem_is_documented_by_its_status() -> None:
    statuses = {status for status, *_ in blueprint.KINDS.values()}
    assert statuses == {*blueprint.BY_STATUS, 409}


def test_the_reference_is_a_page_of_ours(client: FlaskClient) -> None:
    page = client.get("/api/docs").text
    assert "/api/v1/products/{product_id}" in page and 'id="problem-sku_taken"' in page
    assert 'src="http' not in page and 'href="http' not in page


def test_a_request_leaves_no_transaction_open(reader: Program) -> None:
    reader.ask("GET", "/products")
    assert db.engine.pool.checkedout() <= 1


def test_every_kind_of_problem_is_in_the_document() -> None:
    words = (Path(__file__).parents[3] / "docs" / "api.md").read_text()
    for kind, (status, *_) in blueprint.KINDS.items():
        assert f"| `{kind}` | {status} |" in words
