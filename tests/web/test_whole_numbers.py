"""Numbers that a user typed, of any length: nowhere do 5,000 digits break a page, a call, a command or a file."""

import io
import re
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import importer
from catalog.people import COMMAND_LINE, tokens, users
from catalog.whole_numbers import LARGEST, whole
from tests.cli.test_cli import invoke
from tests.conftest import EMAIL, create, csrf
from tests.support.examples import some
from tests.support.programs import Program

LONG = ("9" * 5000, "0" * 4999 + "1", "9" * 30, "٣" * 20, "²", "-1", "1e9", "")
NAMES = (
    "after",
    "attempt",
    "before",
    "change_set",
    "code",
    "cursor",
    "from",
    "ids",
    "limit",
    "mark",
    "page",
    "template",
    "q",
    "skip",
    "since",
    "version",
    "webhook",
    "active",
    "sort",
)
PLACES = ("map_sku", "map_price", "sheet", "skip", "template", "applied", "join_part", "step_column")
POSITIONS = ("attribute_{}", "use_{}", "blank_{}")


def test_whole_takes_digits_alone_and_no_more_than_fit() -> None:
    assert [whole(text) for text in LONG] == [None, 1, None, None, None, None, None, None]
    assert (whole(str(LARGEST)), whole(str(LARGEST + 1))) == (LARGEST, None)
    assert (whole("0"), whole("00"), whole("7", 6)) == (0, 0, None)


@pytest.mark.parametrize("number", some([LONG[0], LONG[2]], 1))
def test_no_page_and_no_call_breaks(app: Flask, client: FlaskClient, number: str) -> None:
    create("sku,name\nA,One\n")
    user = users.by_email(EMAIL)
    assert user
    program = Program(app, tokens.create(COMMAND_LINE, user, "all", "admin")[1])
    query = "&".join(f"{name}={number}" for name in NAMES)
    broken = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or "events" in rule.rule or "static" in rule.rule:
            continue
        for value in (number, "1"):
            path = re.sub(r"<[^>]+>", value, rule.rule)
            ask = program.client.get if path.startswith("/api") else client.get
            headers = {
                "Authorization": f"Bearer {program.token}",
                "Last-Event-ID": number,
                "If-Match": f'"{number}"',
                "Range": f"bytes={number}-",
            }
            answer = ask(f"{path}?{query}", headers=headers)
            if answer.status_code >= 500:
                broken.append((path[:60], answer.status_code))
    assert broken == []


@pytest.mark.parametrize("number", some([LONG[0], LONG[2]], 1))
def test_no_form_and_no_header_breaks(client: FlaskClient, number: str) -> None:
    token = csrf(client.get("/imports/new").text)
    file = b"sku,name\nA,One\n"
    fields = {name: f"#{number}" for name in PLACES} | {"csrf_token": token}
    fields |= {name.format(number): "clear" for name in POSITIONS}
    look = f"/imports/{create(file, held=True).id}/look"
    assert client.post(look, data=fields).status_code < 500
    for name in ("skip", "map_sku", "sheet", "template"):
        assert client.post(look, data={"csrf_token": token, name: number}).status_code < 500
    data = fields | {"file": (io.BytesIO(file), "a.csv")}
    assert client.post("/imports/new", data=data).status_code < 500
    form = {
        "csrf_token": token,
        "ids": number,
        "version": number,
        "action": "delete",
        "days": number,
        "sku": "B",
        "name": "B",
        "price": number,
    }
    for path in ("/bulk", "/products/new", "/tokens", "/webhooks/new", "/products/1/edit"):
        assert client.post(path, data=form).status_code < 500
    tus = {"X-CSRFToken": token, "Tus-Resumable": "1.0.0", "Upload-Length": number, "Upload-Offset": number}
    assert client.post("/uploads", headers=tus).status_code < 500
    cookie = {"Cookie": f"session={number}"}
    assert client.get("/products", headers=cookie).status_code < 500


@pytest.mark.parametrize("number", some([LONG[0], LONG[2]], 1))
def test_no_choice_of_an_import_breaks(number: str) -> None:
    for options in (
        importer.Options(columns={"sku": f"#{number}"}),
        importer.Options(columns={"sku": number}),
        importer.Options(attributes={f"#{number}": "colour"}),
        importer.Options(sheet=number),
        importer.Options(joined={"name": {"columns": [f"#{number}", "#1"]}}),
        importer.Options(transforms={f"#{number}": [["trim"]]}),
        importer.Options(blanks={f"#{number}": "keep"}),
    ):
        importer.look(io.BytesIO(b"sku,name\nA,One\n"), options)


def test_no_command_breaks(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("sku,name\nA,One\n")
    number = LONG[0]
    for arguments in (
        ["import", str(file), "--map", f"sku=#{number}"],
        ["history", number],
        ["undo", number],
        ["source", "run", number],
        ["template", "save", "mine", number],
    ):
        assert invoke(app, *arguments).returncode in (1, 2), arguments[:2]
