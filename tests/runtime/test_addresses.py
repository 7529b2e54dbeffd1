"""What people type as a URL: no part of a password is shown, stored or looked up, whatever signs it has."""

import base64
import socket
from typing import Any

import pytest
import structlog
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import importer
from catalog.cli import command_line
from catalog.imports.sources import registry
from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.runtime import addresses, sealing
from tests.conftest import csrf
from tests.support.live import environment
from tests.support.programs import Program, problem
from tests.support.suppliers import Supplier, found, redirect, run, source

AT_HOST = "supplier.example/list.csv"
STRAY = [
    f"https://feed:7391#Blau@{AT_HOST}",
    f"https://feed:7391/Blau@{AT_HOST}",
    f"https://feed:7391?Blau@{AT_HOST}",
    f"https://feed:Bl#au@{AT_HOST}",
    f"https://feed:/Blau@{AT_HOST}",
    f"https://feed:99999/Blau@{AT_HOST}",
    f"https://fe#ed:7391Blau@{AT_HOST}",
    f"https://fe/ed:7391Blau@{AT_HOST}",
    f"https://feed:20@26/Blau@{AT_HOST}",
    f"https://jane@shop.example:7391/Blau@{AT_HOST}",
    f"https://jane.doe:7391/Blau@{AT_HOST}",
    f"https://jane.do/e:7391Blau@{AT_HOST}",
    f"HTTPS://feed:7391?Blau@{AT_HOST}",
    "https://feed:7391/Blau@nas/list.csv",
    "https://feed:7391?Blau@10.0.0.5/list.csv",
]
RIGHT = {
    f"https://feed:7391%23Blau@{AT_HOST}": ("feed", "7391#Blau"),
    f"https://feed:20@26@{AT_HOST}": ("feed", "20@26"),
    f"https://feed:20[26 Blau@{AT_HOST}": ("feed", "20[26 Blau"),
    "https://supplier.example/@shop/list.csv": ("", ""),
    "https://supplier.example:8443/@shop/list.csv": ("", ""),
    "http://127.0.0.1:8000/me@example.com/list.csv": ("", ""),
    "http://[::1]:8000/@shop/list.csv": ("", ""),
    "https://supplier.example/list.csv?at=12:00&mail=me@example.com": ("", ""),
    "https://ann:pw@supplier.example/list.csv?mail=me@example.com": ("ann", "pw"),
}


@pytest.mark.parametrize("url", STRAY)
def test_a_password_with_a_stray_sign_is_no_host_and_is_not_shown(url: str) -> None:
    assert addresses.has_stray_sign(url)
    assert addresses.shown(url) == "https://…"


@pytest.mark.parametrize("url", RIGHT)
def test_a_sign_at_its_place_is_taken(url: str) -> None:
    assert not addresses.has_stray_sign(url)
    parts = addresses.split(url)
    assert (parts.user, parts.password) == RIGHT[url]


def test_what_is_shown_holds_neither_user_nor_password_nor_query() -> None:
    assert addresses.shown("https://a:b@host/x?y=z#w") == "https://host/x?…"
    assert addresses.shown("https://a:b@host") == "https://host/"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names that are looked up, none of which exists."""
    names: list[str] = []

    def ask(host: str, *rest: object, **more: object) -> Any:
        names.append(host)
        raise socket.gaierror("no such name")

    monkeypatch.setattr("catalog.runtime.public_addresses.socket.getaddrinfo", ask)
    return names


@pytest.mark.parametrize("url", STRAY[:5])
def test_no_door_keeps_or_repeats_a_password_with_a_stray_sign(
    url: str, client: FlaskClient, admin: Program, asked: list[str], capsys: Any
) -> None:
    page = client.get("/imports/sources/new").text
    token = csrf(page)
    posted = client.post("/imports/sources/new", data={"csrf_token": token, "url": url})
    hook = {"csrf_token": token, "url": url, "events": "product.*", "concurrency": "5", "rate": "5"}
    hooked = client.post("/webhooks/new", data=hook)
    by_api = admin.ask("POST", "/sources", json={"url": url})
    hook_by_api = admin.ask("POST", "/webhooks", json={"url": url, "events": ["product.*"]})
    assert {posted.status_code, hooked.status_code} == {422}
    assert "%23" in posted.text and "%2F" in posted.text
    wrong = problem(by_api, 422, "invalid")["errors"][0]
    assert wrong["field"] == "url" and "%3F" in wrong["message"]
    problem(hook_by_api, 422, "invalid")
    tables = ("import_sources", "webhook_endpoints", "audit_events", "idempotency_keys")
    kept = [str(db.session.execute(text(f"SELECT * FROM {name}")).all()) for name in tables]
    said = "".join([*kept, posted.text, hooked.text, by_api.text, hook_by_api.text, *capsys.readouterr()])
    assert "7391" not in said and "Blau" not in said
    assert asked == []


def test_the_commands_reject_it_too(app: Flask, monkeypatch: pytest.MonkeyPatch, asked: list[str]) -> None:
    for name, value in environment(app.config["SETTINGS"]).items():
        monkeypatch.setenv(name, value)
    for words in (["source", "add", STRAY[1]], ["import", STRAY[1]]):
        done = CliRunner().invoke(command_line.main, words)
        assert done.exit_code == 1 and "%2F" in done.output
        assert "7391" not in done.output and "Blau" not in done.output
    assert asked == []


def test_an_encoded_password_is_sent_and_never_shown(allowed: Any, supplier: Supplier, client: FlaskClient) -> None:
    url = supplier.url.replace("http://", "http://feed:20%23%2F%3F%40Blau@")
    row = registry.create(COMMAND_LINE, registry.Draft("", url, importer.Options()))
    assert run(row.id).outcome == "imported"
    sent = supplier.asked[0][1]["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(sent) == b"feed:20#/?@Blau"
    pages = "".join(client.get(f"/imports/sources{at}").text for at in ("", "/1", "/1/edit"))
    assert found(1).name == found(1).shown_url == supplier.url
    assert "Blau" not in pages and "feed:" not in pages


def test_a_redirect_brings_no_login_and_takes_none_elsewhere(allowed: Any, supplier: Supplier) -> None:
    row = source(supplier.url.replace("http://", "http://ann:pw@"))
    supplier.answer = redirect(f"http://eve:evil@{supplier.host}/there")
    run(row)
    assert {one[1].get("Authorization") for one in supplier.asked} == {"Basic YW5uOnB3"}
    for place in ("ftp://127.0.0.1/x", "file:///etc/passwd", "http://["):
        supplier.answer, supplier.etag = redirect(place), place
        done = run(row)
        assert done.outcome == "failed" and done.error.startswith("The server redirects")


def test_a_name_that_was_shown_before_is_hidden(allowed: Any, supplier: Supplier) -> None:
    row = found(source(supplier.url))
    row.url = sealing.encrypt(STRAY[1], sealing.keys(), registry.PURPOSE)
    row.shown_url = row.name = "https://feed:7391/Blau@supplier.example/list.csv"
    db.session.commit()
    assert (registry.hide_again(), registry.hide_again()) == (1, 0)
    assert found(1).name == found(1).shown_url == "https://…"


def test_a_log_leaves_the_whole_password_out(capsys: Any) -> None:
    for url in STRAY[:3]:
        structlog.get_logger().warning("could not", at=url)
    said = "".join(capsys.readouterr())
    assert "Blau" not in said and ":7391" not in said
