"""What is said when something did not work, on a page and in a part of one, and what the log says of it."""

import io
import re
from functools import partial

import pytest
import structlog
from flask import Flask, abort
from flask.testing import FlaskClient
from gunicorn.http.errors import InvalidChunkSize
from redis import ConnectionError as RedisAway
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from catalog.models import db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.products import listing
from catalog.web.http.errors import WORDS
from tests.conftest import EMAIL, browser_of

PART = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def broken(app: Flask, monkeypatch: pytest.MonkeyPatch):
    """Make the product list fail in a way of one's choice."""
    monkeypatch.setattr(app, "testing", False)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)

    def by(fail) -> None:
        monkeypatch.setattr(listing, "page", lambda *_, **__: fail())

    return by


@pytest.mark.parametrize("code", [400, 403, 404, 405, 409, 413, 422, 429, 500, 503])
def test_every_error_is_a_page_that_says_what_to_do_and_its_number(client: FlaskClient, broken, code: int) -> None:
    broken(lambda: abort(code))
    answer = client.get("/products")
    title, advice = WORDS[code]
    assert answer.status_code == code
    assert title.replace("'", "&#39;") in answer.text
    assert advice.split(".")[0].split("{")[0].replace("'", "&#39;") in answer.text
    assert f"<code>{answer.headers['X-Request-ID']}</code>" in answer.text
    assert re.search(r"<a [^>]*href=\"/|data-reload", answer.text.split("<main")[1])


@pytest.mark.parametrize("code", [400, 403, 404, 409, 413, 422, 429])
def test_htmx_gets_a_message_for_the_corner_and_leaves_the_page_alone(client: FlaskClient, broken, code: int) -> None:
    broken(lambda: abort(code))
    answer = client.get("/products", headers=PART)
    assert answer.status_code == code and answer.headers["HX-Reswap"] == "none"
    assert answer.text.lstrip().startswith('<hx-partial hx-target="#toasts"')
    assert "<html" not in answer.text and "HX-Request-Type" in answer.headers["Vary"]


@pytest.mark.parametrize("code", [500, 503])
def test_what_the_server_broke_is_small_for_htmx_too(client: FlaskClient, broken, code: int) -> None:
    broken(lambda: abort(code))
    answer = client.get("/products", headers=PART)
    assert answer.headers["HX-Reswap"] == "none" and "<html" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_a_database_that_went_away_is_503_with_when_to_come_back(client: FlaskClient, broken) -> None:
    def go_away() -> None:
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    broken(go_away)
    answer = client.get("/products")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Catalog is not available" in answer.text


def test_a_redis_that_went_away_is_503(client: FlaskClient, broken) -> None:
    def go_away() -> None:
        raise RedisAway

    broken(go_away)
    assert client.get("/products").status_code == 503


def test_programs_hear_of_it_as_a_problem(client: FlaskClient, broken) -> None:
    def lose(what: Exception | None) -> None:
        if what:
            raise what
        db.session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    user = users.by_email(EMAIL)
    assert user is not None
    token = {"Authorization": f"Bearer {tokens.create(COMMAND_LINE, user, 'x', 'read')[1]}"}
    lost = DatabaseError("", {}, Exception(), connection_invalidated=True)
    for what in (None, lost, RedisAway()):
        broken(partial(lose, what))
        answer = client.get("/api/v1/products", headers=token)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert answer.mimetype == "application/problem+json"
        assert answer.json and answer.json["kind"] == "unavailable"


def test_a_database_that_goes_away_behind_the_answer_does_not_take_it_back(app: Flask) -> None:
    with app.app_context():
        pid = db.session.scalar(text("SELECT pg_backend_pid()"))
        with db.engine.begin() as other:
            kill = text("SELECT pg_terminate_backend(:pid, 1000)")
            other.execute(kill, {"pid": pid})
    assert app.test_client().get("/healthz").status_code == 200


def test_what_is_denied_says_so_and_is_written_down(app: Flask) -> None:
    viewer = browser_of(app, "viewer")
    answer = viewer.get("/imports/new")
    assert answer.status_code == 403 and "This is not allowed" in answer.text
    query = text("SELECT action, email, subject FROM audit_events ORDER BY id DESC")
    last = tuple(db.session.execute(query).first() or ())
    assert last == ("denied", "viewer@example.com", "GET /imports/new")


def test_a_method_that_is_not_there_says_which_are(client: FlaskClient) -> None:
    answer = client.put("/products")
    assert answer.status_code == 405 and "GET" in answer.headers["Allow"]


# ---- the log ----


def test_a_fault_is_in_the_log_under_its_number_with_no_line_by_strangers(
    client: FlaskClient, broken, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail() -> None:
        raise RuntimeError("no\n2026-01-01 00:00:00 [info] admin signed in")

    broken(fail)
    answer = client.get("/products?q=a%0Ab")
    lines = capsys.readouterr().err.splitlines()
    assert answer.status_code == 500
    assert f"request={answer.headers['X-Request-ID']}" in lines[0]
    spoofed = [line for line in lines if "admin signed in" in line]
    assert spoofed and all(line.startswith("    | ") for line in spoofed)
    assert any("RuntimeError" in line for line in lines)


def test_no_line_of_the_log_is_broken_by_what_people_typed(app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("seen", name="a\nb\r\x1b[31mc\u2028d")
    written = capsys.readouterr().err
    assert written.count("\n") == 1 and "a\\nb\\r\\x1b[31mc\\u2028d" in written


@pytest.mark.parametrize(
    "told",
    [
        {"password": "hunter22"},
        {"api_token": "hunter22"},
        {"Authorization": "Bearer hunter22"},
        {"error": "can't reach postgresql://ann:hunter22@db/shop"},
        {"path": "/invitation/hunter22"},
        {"path": "/welcome/hunter22?x"},
    ],
)
def test_secrets_are_left_out_of_the_log(app: Flask, capsys: pytest.CaptureFixture[str], told: dict) -> None:
    structlog.get_logger().info("seen", **told)
    written = capsys.readouterr().err
    assert "hunter22" not in written and "[left out]" in written


def test_a_form_that_is_too_large_is_not_called_a_file(client: FlaskClient) -> None:
    answer = client.post("/products/new", data={"name": "x" * 5 * 1024**2})
    assert answer.status_code == 413 and "The form is too large" in answer.text
    assert "file" not in answer.text.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize("path", ["/products/new", "/api/v1/products"])
def test_a_body_whose_chunks_make_no_sense_is_the_senders_fault(app: Flask, client: FlaskClient, path: str) -> None:
    class Broken(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise InvalidChunkSize(b"zz")

        readinto = readline = read

    user = users.by_email(EMAIL)
    assert user is not None
    token = tokens.create(COMMAND_LINE, user, "x", "write")[1]
    kind = "application/json" if "api" in path else "multipart/form-data; boundary=x"
    answer = client.post(
        path,
        input_stream=Broken(),
        content_type=kind,
        headers={"Authorization": f"Bearer {token}"},
        environ_overrides={"CONTENT_LENGTH": "100"},
    )
    assert answer.status_code == 400 and answer.headers["Connection"] == "close"
    assert ("problem+json" in answer.mimetype) == ("api" in path)
