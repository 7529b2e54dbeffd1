"""A source whose owner may no longer import is paused and says why; an admin takes it over."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog import importer
from catalog.cli import command_line
from catalog.imports.sources import due, owners, registry
from catalog.models import Import, User, db
from catalog.people import COMMAND_LINE, Actor, audit, users
from tests.conftest import EMAIL, csrf
from tests.support.live import environment
from tests.support.programs import Program, problem
from tests.support.suppliers import Supplier, found

BOB = "bob@example.com"


def _delete(user: User) -> None:
    db.session.execute(text("DELETE FROM users WHERE id = :id"), {"id": user.id})
    db.session.commit()


WAYS: list[tuple[str, Callable[[User], None], str]] = [
    ("disabled", lambda user: users.disable(COMMAND_LINE, user), "was disabled"),
    ("viewer", lambda user: users.change_role(COMMAND_LINE, user, "viewer"), "a viewer, who may not"),
    ("deleted", _delete, "was deleted"),
]


@pytest.fixture
def bobs(app: Flask, allowed: Any, supplier: Supplier) -> int:
    """A source of Bob, which is due."""
    bob = users.create(COMMAND_LINE, BOB, "battery horse staple", "editor")
    draft = registry.Draft("Acme", supplier.url, importer.Options(), "0 6 * * *")
    return registry.create(Actor("page", bob.id, bob.email), draft).id


def bob() -> User:
    """Bob as he is now."""
    user = users.by_email(BOB)
    assert user is not None
    return user


@pytest.mark.parametrize("code, happens, words", WAYS)
def test_a_source_of_who_may_not_any_more_pauses_and_every_door_says_why(
    code: str,
    happens: Callable[[User], None],
    words: str,
    client: FlaskClient,
    bobs: int,
    admin: Program,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    registry.want(COMMAND_LINE, found(bobs))
    happens(bob())
    assert due.run_due() == 0 and owners.pause() == 0
    assert db.session.scalars(select(Import)).all() == []
    row = found(bobs)
    assert (row.enabled, row.paused_reason, row.wanted_at) == (False, code, None)
    page = client.get(f"/imports/sources/{bobs}").text
    assert words in page and BOB in page and "Take over" in page
    assert "Needs a new owner" in client.get("/imports/sources").text
    told = admin.ask("GET", f"/sources/{bobs}").json
    assert (told["owner"], told["paused_reason"], told["enabled"]) == (BOB, code, False)
    (line,) = [one for one in audit.page().rows if one.action == "import source paused"]
    assert line.subject.startswith(f"{bobs}, Acme: ") and words in line.subject
    log = client.get("/audit").text
    assert ">scheduler<" in log and ">steward<" not in log
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    listed = CliRunner().invoke(command_line.main, ["source", "list"])
    assert ", paused" in listed.stdout and words in listed.stderr
    ran = CliRunner().invoke(command_line.main, ["source", "run", str(bobs)])
    assert ran.exit_code == 1 and words in ran.output
    problem(admin.ask("POST", f"/sources/{bobs}/run"), 409, "source_paused")
    problem(admin.ask("PATCH", f"/sources/{bobs}", json={"enabled": True}), 409, "source_paused")


def test_an_admin_takes_it_over_and_nobody_else(client: FlaskClient, bobs: int, writer: Program) -> None:
    users.disable(COMMAND_LINE, bob())
    owners.pause()
    problem(writer.ask("POST", f"/sources/{bobs}/take-over"), 403, "forbidden")
    token = csrf(client.get("/imports/sources/new").text)
    client.post(f"/imports/sources/{bobs}/take-over", data={"csrf_token": token})
    row = found(bobs)
    assert (row.owner, row.enabled, row.paused_reason) == (EMAIL, True, None)
    registry.want(COMMAND_LINE, row)
    assert due.run_due() == 1
    made = db.session.scalars(select(Import)).one()
    assert made.user is not None and made.user.email == EMAIL
    assert "Take over" not in client.get(f"/imports/sources/{bobs}").text


@pytest.mark.usefixtures("client")
def test_the_api_and_the_command_take_it_over_too(
    bobs: int, admin: Program, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    users.disable(COMMAND_LINE, bob())
    owners.pause()
    assert admin.ask("POST", f"/sources/{bobs}/take-over").json["owner"] == EMAIL
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)

    def take_over(*words: str) -> Any:
        return CliRunner().invoke(command_line.main, ["source", "take-over", str(bobs), *words])

    assert take_over("--user", BOB).exit_code == 1
    assert take_over("--user", "nobody@example.com").exit_code == 1
    assert found(bobs).owner == EMAIL
    assert take_over().exit_code == 0 and found(bobs).owner == ""


def test_who_may_again_resumes(client: FlaskClient, bobs: int) -> None:
    users.disable(COMMAND_LINE, bob())
    owners.pause()
    with pytest.raises(registry.Paused, match="was disabled"):
        registry.switch(COMMAND_LINE, found(bobs), True)
    users.enable(COMMAND_LINE, bob())
    assert "may import again" in client.get(f"/imports/sources/{bobs}").text
    with pytest.raises(registry.Paused, match="resume"):
        registry.want(COMMAND_LINE, found(bobs))
    registry.switch(COMMAND_LINE, found(bobs), True)
    assert found(bobs).paused_reason is None and owners.pause() == 0


def test_who_loses_the_right_during_a_download_imports_nothing(bobs: int, supplier: Supplier, app: Flask) -> None:
    def lose(handler: Any) -> bool:
        with app.app_context():
            users.disable(COMMAND_LINE, bob())
        return False

    supplier.answer = lose
    registry.want(COMMAND_LINE, found(bobs))
    assert due.run_due() == 1
    (done,) = registry.runs(bobs)
    assert done.outcome == "failed" and done.error and "was disabled" in done.error
    assert db.session.scalars(select(Import)).all() == []


def test_a_source_of_the_command_line_has_no_owner_to_lose(allowed: Any, supplier: Supplier) -> None:
    row = registry.create(COMMAND_LINE, registry.Draft("", supplier.url, importer.Options()))
    registry.want(COMMAND_LINE, row)
    assert (owners.pause(), due.run_due()) == (0, 1)
