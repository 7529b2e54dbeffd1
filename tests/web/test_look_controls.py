"""One control of the first look never undoes another: every pair, in both orders, and all of them in a row."""

from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

from tests.support.examples import some
from tests.web.test_first_look import ask

FILE = b"Prices of spring\nNo;Brand;Model;Preis;Lager\na1;Acme;Lamp;1.234;5\na2;Acme;Chair;2.000;6\n"
CHOICES = {
    "encoding": "cp1252",
    "delimiter": ";",
    "header": "no",
    "skip": "1",
    "use_1": "sku",
    "use_3": "name",
    "use_4": "price",
    "map_description": "-",
    "numbers": "comma",
    "attribute_5": "stock",
    "attribute_4": "cost",
    "use_2": "skip",
    "blank_4": "keep",
    "blank_1": "keep",
    "step_column": "#1",
    "step_name": "upper",
    "join_target": "label",
    "join_1": "#5",
    "set_target": "source",
    "set_text": "spring",
    "members": "each",
    "sheet": "Prices",
    "save_as": "Acme",
}
"""Control -> what a person sets it to; also such as misread the file, and such as have no control in this file."""
WRONG = {"encoding": "utf-32-le", "delimiter": "|", "skip": "3"}
"""Choices with which some or all columns can't be seen."""


class Controls(HTMLParser):
    """The controls of a look, as a browser would send them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = self._chosen = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "select":
            self._select = said["name"]
            self._chosen = ""  # the first option
        elif tag == "option" and self._select and "selected" in said:
            self._chosen = said["value"]
        elif tag == "input" and "name" in said and ("checked" in said or said.get("type") not in ("checkbox", "radio")):
            self.sent.setdefault(said["name"], []).append(said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self.sent.setdefault(self._select, []).append(self._chosen)
            self._select = ""


SECOND = ("encoding", "delimiter", "header", "skip", "use_4", "attribute_4", "join_1", "set_text")
"""One control of each kind, to come after each of the others."""
SECONDS = [(name, CHOICES[name]) for name in SECOND] + [*WRONG.items()]
TURNS = {
    name: [SECONDS[(3 * n + k) % len(SECONDS)] for k in range(1 if n % 2 else 2)] for n, name in enumerate(CHOICES)
}
"""For each control the next one or two, so that each of them comes after some. `make chaos`: all after all."""


def start(client: FlaskClient) -> dict[str, list[str]]:
    """The controls before anything is chosen."""
    return Controls(ask(client, FILE).text).sent


def change(client: FlaskClient, sent: dict[str, list[str]], name: str, value: str) -> dict[str, list[str]]:
    """The controls once one of them, in the first row of its kind, was set and looked at."""
    now = sent | {name: [value, *sent.get(name, [])[1:]]}
    return Controls(ask(client, FILE, **now).text).sent


@pytest.mark.parametrize("name", some(CHOICES, 12))
def test_no_control_undoes_another(client: FlaskClient, name: str) -> None:
    _stays_beside(client, name, TURNS[name])


@pytest.mark.long
@pytest.mark.parametrize("name", CHOICES)
def test_no_control_undoes_any_other(client: FlaskClient, name: str) -> None:
    _stays_beside(client, name, SECONDS)


def _stays_beside(client: FlaskClient, name: str, seconds: list[tuple[str, str]]) -> None:
    sent = change(client, start(client), name, CHOICES[name])
    assert CHOICES[name] in sent.get(name, [])
    lost = set()
    for other, value in seconds:
        if other == name:
            continue
        seen = change(client, sent, other, value)
        if CHOICES[name] not in seen.get(name, []):
            lost.add((name, "undone by", other, value))
        if value not in seen.get(other, []):
            lost.add((other, value, "not kept after", name))
    assert lost == set()


@pytest.mark.long
@pytest.mark.parametrize("turned", [False, True])
def test_all_of_them_one_after_the_other_stay(client: FlaskClient, turned: bool) -> None:
    chosen = [*WRONG.items(), *((n, v) for n, v in CHOICES.items() if n not in WRONG)]
    sent = start(client)
    for name, value in reversed(chosen) if turned else chosen:
        sent = change(client, sent, name, value)
    assert {name for name, value in chosen if value not in sent.get(name, [])} == set()


def test_a_choice_for_a_column_counts_again_when_no_field_takes_it(client: FlaskClient) -> None:
    file = b"sku,name,cost\nA1,Lamp,5\n"
    sent = Controls(ask(client, file, attribute_3=["price paid"]).text).sent
    seen = ask(client, file, **(sent | {"use_3": ["price"]})).text
    assert "data-blocked" not in seen and "cost <span" in seen
    sent = Controls(seen).sent | {"use_3": [""]}
    assert "price paid" in ask(client, file, **sent).text.split("as-stored")[1]
