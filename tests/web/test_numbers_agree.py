"""A number and a word mean the same wherever they are seen: list, page, API, command."""

import json
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli.command_line import main
from catalog.imports import control
from catalog.imports.intake import receive, uploads
from catalog.imports.report import wording
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, Actor, tokens, users
from tests.conftest import EMAIL, create
from tests.support.live import environment
from tests.support.programs import Program
from tests.web.test_first_look import ask

Run = Callable[..., Import]

WAITED = text(
    "UPDATE imports SET finished_at = queued_at + interval '130 seconds',"
    " started_at = queued_at + interval '100 seconds'"
)


@pytest.mark.parametrize(
    "part, whole, words",
    [(322_376, 322_534, "99.9%"), (322_534, 322_534, "100.0%"), (1, 322_534, "0.1%"), (0, 322_534, "0.0%")],
)
def test_a_share_is_all_or_nothing_only_where_it_is(part: int, whole: int, words: str) -> None:
    assert wording.share(part, whole) == words


def test_a_file_of_which_all_rows_fail_is_never_certain(client: FlaskClient) -> None:
    rows = "".join(f"A{number},Lamp,much\n" for number in range(30))
    answer = ask(client, f"sku,name,price\n{rows}".encode())
    assert answer.status_code == 200 and 'data-step="columns"' in client.get("/imports/1").text
    create(f"sku,name,price\n{rows.replace('much', '1.50')}", held=True)
    assert 'data-step="check"' in client.get("/imports/2").text


def test_took_is_one_number_by_every_door(
    app: Flask, client: FlaskClient, run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_import("sku,name\nA,Lamp\n")
    with db.engine.begin() as connection:
        connection.execute(WAITED)
    words = app.jinja_env.filters["duration"](130)
    page = client.get("/imports/1").text
    assert words in client.get("/imports").text and words in page
    assert f"{app.jinja_env.filters['duration'](100)} of it waiting" in page
    user = users.by_email(EMAIL)
    assert user
    program = Program(app, tokens.create(COMMAND_LINE, user, "all", "read")[1])
    assert program.ask("GET", "/imports/1").json["seconds"] == 130
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    told = CliRunner().invoke(main, ["past-imports", "--json"]).stdout
    assert json.loads(told)["seconds"] == 130


@pytest.mark.parametrize(
    "tries, attempts, words", [(1, 1, "1 of 10"), (1, 4, "1 of 10 since it was sent again, 4 in all")]
)
def test_attempts_are_those_of_this_round(app: Flask, tries: int, attempts: int, words: str) -> None:
    delivery = SimpleNamespace(tries=tries, attempts=attempts)
    with app.test_request_context():
        parts = app.jinja_env.get_template("webhooks/_parts.html").make_module()
        shown = str(parts.tries(delivery, 10)).replace('<span class="line">', " ")  # type: ignore[attr-defined]
    assert " ".join(shown.replace("</span>", "").split()) == words


def test_the_list_tells_three_kinds_of_cancelled_apart(client: FlaskClient, run_import: Run) -> None:
    for kind in ("cancelled", "discarded"):
        control.cancel(COMMAND_LINE, create("sku,name\nA,Lamp\n").id, kind=kind)
    run_import("sku,name\nB,Desk\n")
    upload = uploads.begin()
    upload.write(b"sku,name\nB,Desk\n")
    again = receive.receive(Actor("page"), upload, "b.csv", importer.Options(), if_same="ask")
    assert again.state == "cancelled"
    page = client.get("/imports").text
    for words in ("Cancelled", "Discarded", "Same file as before"):
        assert page.count(f"</svg>{words}</span>") == 1
