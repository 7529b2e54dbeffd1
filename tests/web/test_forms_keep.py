"""A form changes what it shows, and nothing else: saved as it was opened, every stored choice is as before."""

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli import command_line
from catalog.imports.intake import import_templates
from catalog.imports.sources import registry
from catalog.models import ImportSource, db
from catalog.people import COMMAND_LINE, invitations, users
from catalog.webhooks import endpoints
from catalog.webhooks.events import NAMES
from tests.support.live import environment
from tests.support.programs import Program
from tests.support.suppliers import found

URL = "http://127.0.0.1:9/list.csv"

CHOICES: dict[str, Any] = {
    "mode": ["create", "update", "delete", "sync"],
    "absent": ["delete"],
    "active": [False],
    "blank": ["keep"],
    "blanks": [{"price": "keep"}],
    "extra": ["drop"],
    "delimiter": ["|", "\t", "^"],
    "columns": [{"sku": "Art-No", "price": ""}, {"name": "#3"}],
    "attributes": [{"Farbe": "colour", "Notiz": ""}],
    "joined": [{"label": {"columns": ["brand", "model"], "separator": " "}}],
    "constants": [{"active": "no"}],
    "transforms": [{"sku": [["trim"], ["replace", "a", "b"]]}],
    "numbers": ["comma"],
    "decimals": ["round"],
    "encoding": ["cp1252", "utf-16-le"],
    "header": [False],
    "sheet": ["Prices"],
    "members": ["joined"],
    "max_errors": ["0", "25", "2%"],
    "skip": [0, 3],
    "review": [True],
    "confirmed": [True],
}
"""Every choice that an import stores, each with what is not its default."""

EACH = [(name, value) for name, values in CHOICES.items() for value in values]


class Form(HTMLParser):
    """What a browser sends of the form that posts to a page when nothing was touched."""

    def __init__(self, page: str, action: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self._action, self._inside, self._select, self._text = action, False, "", None
        self._options: list[tuple[str, bool]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        own = dict(attrs)
        if tag == "form":
            posts = own.get("method") == "post"
            self._inside = posts and own.get("action", self._action) == self._action
        elif not self._inside:
            return
        elif tag == "input" and own.get("name"):
            ticked = own.get("type") not in ("radio", "checkbox") or "checked" in own
            if ticked and own.get("type") not in ("submit", "file"):
                self.sent.append((own["name"], own.get("value", "")))
        elif tag == "select":
            self._select, self._options = own["name"], []
        elif tag == "option" and self._select:
            self._options.append((own.get("value", ""), "selected" in own))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        if tag == "select" and self._select:
            chosen = [value for value, yes in self._options if yes]
            first = [value for value, _ in self._options][:1]
            self.sent += [(self._select, value) for value in (chosen or first)[:1]]
            self._select = ""


def save(client: FlaskClient, path: str, **changed: str) -> None:
    """Open a form, change what is named, and save it, as a browser does."""
    sent = Form(client.get(path).text, path).sent
    data: dict[str, list[str]] = {}
    for name, value in sent:
        data.setdefault(name, []).append(value)
    answer = client.post(path, data=data | {name: [value] for name, value in changed.items()})
    assert answer.status_code == 303, answer.text


def stored(table: str, row_id: int) -> dict[str, Any]:
    """All columns of a row."""
    query = text(f"SELECT * FROM {table} WHERE id = :id")
    with db.engine.connect() as connection:
        return dict(connection.execute(query, {"id": row_id}).mappings().one())


def test_every_stored_choice_is_walked() -> None:
    assert {*importer.CHOICES} == set(CHOICES)
    for name, value in EACH:
        assert getattr(importer.Options(), name) != value


@pytest.fixture
def made(allowed: Any) -> ImportSource:
    """A source whose choices are set by the test."""
    draft = registry.Draft("Acme", URL, importer.Options(), "0 6 * * *", "Asia/Tokyo")
    return registry.create(COMMAND_LINE, draft)


def _give(row: ImportSource, **choices: Any) -> None:
    row.options = importer.Options(**choices).to_json()
    db.session.commit()


def test_a_source_that_is_renamed_keeps_each_choice(client: FlaskClient, made: ImportSource) -> None:
    path = f"/imports/sources/{made.id}/edit"
    for number, (name, value) in enumerate(EACH):
        _give(made, **{name: value})
        before = stored("import_sources", made.id)
        save(client, path, name=f"Acme {number}")
        after = stored("import_sources", made.id)
        moved = {"name": f"Acme {number}", "next_run_at": after["next_run_at"]}
        assert after == before | moved, name


def test_a_source_with_all_choices_keeps_them_when_it_is_renamed(client: FlaskClient, made: ImportSource) -> None:
    _give(made, **{name: values[-1] for name, values in CHOICES.items()})
    before = found(made.id).options
    save(client, f"/imports/sources/{made.id}/edit", name="Acme & Sons")
    assert found(made.id).options == before
    client.post(f"/imports/sources/{made.id}/edit", data={"name": "Only this"})
    assert (found(made.id).options, found(made.id).schedule) == (before, "0 6 * * *")


def test_what_the_form_shows_changes(client: FlaskClient, made: ImportSource) -> None:
    _give(made, mode="sync", absent="delete", columns={"sku": "A"}, constants={"active": "no"})
    path = f"/imports/sources/{made.id}/edit"
    assert "fixed values" in client.get(path).text
    save(
        client,
        path,
        mode="sync",
        review="yes",
        rejected="limit",
        max_errors="3%",
        map_sku="",
        map_name="-",
        header="no",
        skip="2",
    )
    now = importer.Options.from_json(found(made.id).options)
    assert now == importer.Options(
        mode="sync",
        review=True,
        max_errors="3%",
        columns={"name": ""},
        header=False,
        skip=2,
        constants={"active": "no"},
    )


def test_a_source_starts_with_the_choices_of_a_template(client: FlaskClient, made: ImportSource) -> None:
    wanted = importer.Options(review=True, transforms={"sku": [["trim"]]})
    import_templates.save(COMMAND_LINE, "Spring", wanted, ["sku", "name"])
    kept = import_templates.options(import_templates.listed()[0])
    page = client.get("/imports/sources/new?template=Spring").text
    sent = dict(Form(page, "/imports/sources/new").sent)
    client.post("/imports/sources/new", data=sent | {"url": URL, "schedule": "@daily"})
    assert importer.Options.from_json(found(made.id + 1).options) == kept


def test_a_webhook_that_is_described_anew_keeps_all_else(client: FlaskClient, app: Flask) -> None:
    draft = endpoints.Draft("https://8.8.8.8/hook", "Shop", [], 7, 11)
    row_id, _ = endpoints.create(COMMAND_LINE, draft, app.config["SETTINGS"])
    endpoints.switch(COMMAND_LINE, row_id, False)
    row = endpoints.get(row_id)
    assert row is not None
    for name in sorted(NAMES):
        row.events = [name]
        db.session.commit()
        before = stored("webhook_endpoints", row_id)
        save(client, f"/webhooks/{row_id}/edit", description=name)
        assert stored("webhook_endpoints", row_id) == before | {"description": name}


def test_a_template_that_is_renamed_keeps_its_choices(client: FlaskClient) -> None:
    choices = {name: values[0] for name, values in CHOICES.items() if name not in ("columns", "constants")}
    names = ["sku", "Farbe", "Notiz", "brand", "model", "price"]
    made = import_templates.save(COMMAND_LINE, "Spring", importer.Options(**choices), names)
    before = stored("import_templates", made.id)
    token = dict(Form(client.get("/imports/templates").text, f"/imports/templates/{made.id}").sent)
    client.post(f"/imports/templates/{made.id}", data=token | {"name": "Autumn"})
    after = stored("import_templates", made.id)
    assert after == before | {"name": "Autumn", "updated_at": after["updated_at"]}


def test_a_user_whose_role_changes_keeps_all_else(client: FlaskClient) -> None:
    other = users.create(COMMAND_LINE, "bob@example.com", "battery horse staple", "viewer")
    other.totp_secret = "sealed"
    db.session.commit()
    invitations.renew_link(COMMAND_LINE, other)
    before = stored("users", other.id)
    token = dict(Form(client.get(f"/users/{other.id}").text, f"/users/{other.id}/role").sent)
    client.post(f"/users/{other.id}/role", data=token | {"role": "editor"})
    assert stored("users", other.id) == before | {"role": "editor"}


def test_the_api_changes_what_is_named_alone(writer: Program, made: ImportSource) -> None:
    for name, value in EACH:
        _give(made, **{name: value})
        before = found(made.id).options
        answer = writer.ask("PATCH", f"/sources/{made.id}", json={"name": name})
        assert answer.json["options"] == before


WORDS = {
    "mode": ["--mode", "sync"],
    "absent": ["--absent", "delete"],
    "active": ["--inactive"],
    "blank": ["--blank", "keep"],
    "blanks": ["--blank", "price=keep"],
    "extra": ["--extra", "drop"],
    "delimiter": ["--delimiter", "^"],
    "columns": ["--map", "name=#3"],
    "attributes": ["--attribute", "Farbe=colour", "--attribute", "Notiz="],
    "joined": ["--mapping", json.dumps({"joined": CHOICES["joined"][0]})],
    "constants": ["--set", "active=no"],
    "transforms": ["--transform", "sku=trim", "--transform", "sku=replace:a:b"],
    "numbers": ["--numbers", "comma"],
    "decimals": ["--decimals", "round"],
    "encoding": ["--encoding", "utf-16-le"],
    "header": ["--no-header"],
    "sheet": ["--sheet", "Prices"],
    "members": ["--members", "joined"],
    "max_errors": ["--max-errors", "2%"],
    "skip": ["--skip", "3"],
    "review": ["--review"],
}


EVERY_OPTION = [word for words in WORDS.values() for word in words]


def test_the_command_has_every_choice(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(WORDS) == set(CHOICES) - {"confirmed"}
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(command_line.main, ["source", "add", "https://8.8.8.8/a", *EVERY_OPTION])
    assert done.exit_code == 0, done.output
    assert_has_all(found(int(done.stdout)).options)


def assert_has_all(options: dict[str, Any]) -> None:
    """Every choice that WORDS say."""
    assert {name: options[name] for name in WORDS} == {name: CHOICES[name][-1] for name in WORDS}
