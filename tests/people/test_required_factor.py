"""A second factor that must be: who has none sees its set-up and nothing else, and neither do their tokens."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog.models import db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.web.http.routes import PUBLIC, access
from tests.conftest import EMAIL, PASSWORD, browser_of, csrf
from tests.people.test_account import turn_on
from tests.people.test_users import post
from tests.support.programs import Program, problem
from tests.web.test_access import routes

SET_UP = "/account/factor"
OPEN = {"account.turn_factor_on", "accounts.logout"}


@pytest.fixture
def wanted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Admins requires a second factor."""
    strict = app.config["SETTINGS"].model_copy(update={"second_factor": "admins"})
    monkeypatch.setitem(app.config, "SETTINGS", strict)


def test_who_must_have_a_second_factor_sees_its_set_up_alone(
    app: Flask, client: FlaskClient, wanted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = client.get("/products", follow_redirects=True)
    assert page.request.path == SET_UP and "requires a second factor" in page.text
    assert "/imports" not in page.text and "Not now" not in page.text
    part = client.get("/products", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["HX-Redirect"]) == (401, SET_UP)
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    sent = client.post("/uploads", headers={"Tus-Resumable": "1.0.0"})
    assert (sent.status_code, "second factor" in sent.text) == (401, True)
    through = [
        (method, path)
        for rule, method, path in routes(app)
        if access(rule.endpoint, app).role != PUBLIC
        and rule.endpoint not in OPEN
        and client.open(path, method=method).location != SET_UP
    ]
    assert through == [] and client.get("/api/v1/openapi.json").status_code == 401


def test_who_has_set_it_up_goes_on_and_can_not_turn_it_off(client: FlaskClient, wanted: None) -> None:
    turn_on(client)
    assert client.get("/products").status_code == 200
    assert "Turn it off" not in client.get("/account").text
    post(client, "/account/factor/off", current=PASSWORD)
    user = users.by_email(EMAIL)
    assert user is not None and user.totp_secret is not None


def test_tokens_of_who_has_none_open_nothing(app: Flask, wanted: None) -> None:
    user = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    program = Program(app, tokens.create(COMMAND_LINE, user, "feed", "read")[1])
    problem(program.ask("GET", "/products"), 403, "factor_missing")
    bearer = {"Authorization": f"Bearer {program.token}", "X-Forwarded-For": "8.8.8.8"}
    assert program.client.get("/metrics", headers=bearer).status_code == 401
    user.totp_secret = "sealed"
    db.session.commit()
    assert program.ask("GET", "/products").status_code == 200


def test_of_whom_none_is_wanted_nothing_is_asked(app: Flask, wanted: None) -> None:
    browser = browser_of(app, "editor")
    assert browser.get("/products").status_code == 200
    token = csrf(browser.get("/account").text)
    browser.post("/logout", data={"csrf_token": token})
