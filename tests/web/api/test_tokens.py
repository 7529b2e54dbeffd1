"""Tokens: shown once, kept as a hash, revoked and expired for good."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.cli.command_line import main
from catalog.models import ApiToken, User, db
from catalog.people import COMMAND_LINE, tokens, users
from tests.conftest import EMAIL, PASSWORD, csrf
from tests.support.live import environment


def user() -> User:
    """A user."""
    return users.create(COMMAND_LINE, EMAIL, PASSWORD)


def test_a_token_is_kept_as_a_hash_and_found_by_it(app: Flask) -> None:
    row, token = tokens.create(COMMAND_LINE, user(), "feed", "write")
    found = tokens.find(token)
    assert found is not None and (found.id, found.scope) == (row.id, "write")
    with db.engine.connect() as connection:
        kept = str(connection.execute(text("SELECT * FROM api_tokens")).all())
    assert token not in kept and token.startswith(row.prefix)


def test_a_revoked_or_expired_token_opens_nothing(app: Flask) -> None:
    row, token = tokens.create(COMMAND_LINE, user(), "feed", "read")
    with pytest.raises(tokens.NoToken):
        tokens.revoke(COMMAND_LINE, row.id, row.user_id + 1)
    tokens.revoke(COMMAND_LINE, row.id, row.user_id)
    assert tokens.find(token) is None
    with pytest.raises(tokens.NoToken):
        tokens.revoke(COMMAND_LINE, row.id, row.user_id)
    other, token = tokens.create(COMMAND_LINE, row.user, "short", "read", days=1)
    assert tokens.find(token)
    other.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    db.session.commit()
    assert tokens.find(token) is None


def test_nonsense_opens_nothing(app: Flask) -> None:
    assert [tokens.find(word) for word in ("", "x", "\ud800", "cat_" + "a" * 9999)] == [None] * 4


def test_a_scope_holds_those_before_it_and_no_more_than_the_role(app: Flask) -> None:

    row, _ = tokens.create(COMMAND_LINE, user(), "feed", "write")
    assert [tokens.may(row, scope) for scope in tokens.SCOPES] == [True, True, False]
    admin = ApiToken(scope="admin")
    admin.__dict__["user"] = User(role="viewer")
    assert [tokens.may(admin, scope) for scope in tokens.SCOPES] == [True, False, False]


def test_the_page_shows_a_token_once_and_revokes_it(client: FlaskClient) -> None:
    page = client.get("/tokens").text
    form = {"csrf_token": csrf(page), "name": "<b>", "scope": "write", "days": "30"}
    made = client.post("/tokens", data=form)
    (token,) = re.findall(r"cat_[\w-]{43}", made.text)
    row = tokens.find(token)
    assert made.status_code == 201 and row is not None and row.scope == "write"
    again = client.get("/tokens").text
    assert token not in again and "&lt;b&gt;" in again and row.prefix in again
    client.post(f"/tokens/{row.id}/revoke", data={"csrf_token": csrf(page)})
    assert tokens.find(token) is None and "Revoked" in client.get("/tokens").text
    gone = client.post(f"/tokens/{row.id}/revoke", data={"csrf_token": csrf(page)})
    assert gone.status_code == 404


def test_a_token_without_a_name_is_not_made(client: FlaskClient) -> None:
    form = {"csrf_token": csrf(client.get("/tokens").text), "scope": "read"}
    answer = client.post("/tokens", data=form | {"name": " ", "days": "30"})
    assert answer.status_code == 422 and "Enter a name." in answer.text


def test_the_command_prints_the_token_and_nothing_else(app: Flask) -> None:
    user()
    env = environment(app.config["SETTINGS"])
    made = CliRunner().invoke(main, ["token", "create", EMAIL, "feed", "--scope", "admin"], env=env)
    row = tokens.find(made.stdout.strip())
    assert made.exit_code == 0 and row is not None and row.scope == "admin"
    listed = CliRunner().invoke(main, ["token", "list", EMAIL, "--json"], env=env)
    told = json.loads(listed.stdout)
    assert (told["id"], told["email"], told["name"]) == (row.id, EMAIL, "feed")
    assert made.stdout.strip() not in listed.stdout
    for code in (0, 1):  # the second time there is nothing to revoke
        revoke = CliRunner().invoke(main, ["token", "revoke", str(row.id)], env=env)
        assert revoke.exit_code == code and tokens.find(made.stdout.strip()) is None
    assert "revoked" in CliRunner().invoke(main, ["token", "list"], env=env).stdout
    unknown = CliRunner().invoke(main, ["token", "create", "nobody@example.com", "x"], env=env)
    assert unknown.exit_code == 1 and "no user" in unknown.stderr
