"""The choices of an import mean the same at every door: command, form and JSON of the API, page, stored JSON."""

import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import importer
from catalog.cli import option_set
from catalog.imports.sources import registry
from catalog.models import ImportSource
from catalog.people import COMMAND_LINE
from tests.conftest import csrf
from tests.support.programs import Program, problem
from tests.support.suppliers import found
from tests.web.test_forms_keep import URL, Form, save

FILE = b"sku;name\nA1;Lamp\n"
SEPARATORS = {
    ";": ";",
    "semicolon": ";",
    "Tab": "\t",
    "\\t": "\t",
    "\t": "\t",
    "pipe": "|",
    "bar": "|",
    "comma": ",",
    "^": "^",
}


@pytest.fixture
def made(allowed: Any) -> ImportSource:
    """A source whose choices are set by the test."""
    return registry.create(COMMAND_LINE, registry.Draft("Acme", URL, importer.Options()))


@pytest.mark.parametrize("written", SEPARATORS)
def test_a_separator_is_the_same_for_command_and_api(writer: Program, written: str) -> None:
    mark = SEPARATORS[written]
    assert option_set.Value("delimiter").convert(written, None, None) == mark
    assert importer.options_from({"delimiter": written}).delimiter == mark
    sent = writer.ask("POST", "/imports", data={"file": (io.BytesIO(FILE), "a.csv"), "delimiter": written})
    assert sent.json["options"]["delimiter"] == mark
    source = writer.ask("POST", "/sources", json={"url": "https://8.8.8.8/a", "delimiter": written})
    assert source.json["options"]["delimiter"] == mark


def test_a_separator_is_the_same_on_the_page(client: FlaskClient, made: ImportSource) -> None:
    for written, mark in SEPARATORS.items():
        save(client, f"/imports/sources/{made.id}/edit", delimiter=written)
        assert found(made.id).options["delimiter"] == mark


@pytest.mark.parametrize("written", [";;", '"', "a", "é", "\n"])
def test_what_separates_nothing_is_said_at_every_door(writer: Program, app: Flask, written: str) -> None:
    data = {"file": (io.BytesIO(FILE), "a.csv"), "delimiter": written}
    assert "separate cells" in str(problem(writer.ask("POST", "/imports", data=data), 422, "invalid"))
    body = {"url": "https://8.8.8.8/a", "delimiter": written}
    assert "separate cells" in str(problem(writer.ask("POST", "/sources", json=body), 422, "invalid"))
    with pytest.raises(importer.BadChoice, match="separate cells"):
        importer.options_from({"delimiter": written})


def test_a_choice_of_the_command_overrules_that_of_a_template(app: Flask) -> None:
    kept = importer.Options(active=False, header=False, review=True, columns={"sku": "A"}, blanks={"x": "keep"})
    given = {"active": True, "header": True, "review": False, "map": {"name": "B"}, "blank": ["keep"]}
    now = importer.with_given(kept, given)
    assert now == kept.with_reading(
        active=True, header=True, review=False, blank="keep", columns={"sku": "A", "name": "B"}
    )


def test_every_choice_has_its_control_or_stays(client: FlaskClient, made: ImportSource) -> None:
    held = {"file": (io.BytesIO(b"sku,name\nA1,Lamp\n"), "a.csv"), "hold": "yes"}
    token = csrf(client.get("/imports/new").text)
    place = client.post("/imports/new", data=held | {"csrf_token": token}).location
    page = client.get(f"{place}?step=check").text
    path = f"/imports/sources/{made.id}/edit"
    shown = {name for name, _ in Form(client.get(path).text, path).sent}
    labelled = {name for name, choice in importer.CHOICES.items() if choice.label}
    assert labelled <= shown
    for name in labelled & {name for name, choice in importer.CHOICES.items() if choice.about == "rows"}:
        assert f'name="{name}"' in page


def test_openapi_has_every_choice(writer: Program) -> None:
    told = writer.ask("GET", "/openapi.json").json["components"]["schemas"]
    beside = {"columns": "map", "blanks": "blank"} | dict.fromkeys(
        ("attributes", "joined", "constants", "transforms"), "mapping"
    )
    form, source = told["ImportUpload"]["properties"], told["NewSource"]["properties"]
    for name, choice in importer.CHOICES.items():
        assert beside.get(name, name) in form
        assert beside.get(name, name) in source or choice.about == "asking"
        if name == beside.get(name, name) and name != "blank":
            assert choice.help in form[name]["description"]
