"""The first look on the page: every guess is a control, and a file that failed can be read in another way."""

# ruff: noqa: F401, F811 - fixtures of the story are used here

import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask.testing import FlaskClient
from playwright.sync_api import Page, expect

from catalog import imports, runs
from catalog.models import db
from tests.conftest import catalog, create, csrf
from tests.test_story import (
    IMPORT_PAGE,
    address,
    browser,
    complaints,
    context,
    page,
)

CREME = "ref;titre\nA1;à la crème\n".encode("cp1252")


def ask(client: FlaskClient, file: bytes, **fields: str):
    """The answer to a first look."""
    token = csrf(client.get("/imports/new").text)
    data = {
        "beginning": (io.BytesIO(file), "x.csv"),
        "csrf_token": token,
        "whole": "yes",
    }
    return client.post("/imports/look", data=data | fields)


def test_the_look_shows_rows_columns_and_guesses(client: FlaskClient) -> None:
    answer = ask(client, "Artikelnummer;Bezeichnung\nA1;Größe <b>\n".encode("cp1252"))
    assert answer.status_code == 200
    assert "Recognised: cp1252 (guessed)" in answer.text
    assert "Recognised: semicolon" in answer.text and "Größe &lt;b&gt;" in answer.text
    assert "Recognised: Artikelnummer" in answer.text
    assert "data-certain" not in answer.text and "data-blocked" not in answer.text
    assert "data-certain" in ask(client, b"sku,name\nA1,Lamp\n").text


def test_a_choice_changes_what_is_seen(client: FlaskClient) -> None:
    assert "data-blocked" in ask(client, CREME).text
    answer = ask(client, CREME, encoding="cp1252", map_sku="#1", map_name="#2")
    assert "data-blocked" not in answer.text and "crème" in answer.text


@pytest.mark.parametrize(
    "fields", [{"encoding": "nonsense"}, {"skip": "-1"}, {"skip": "x"}]
)
def test_what_is_no_choice_is_refused(
    client: FlaskClient, fields: dict[str, str]
) -> None:
    assert ask(client, CREME, **fields).status_code == 422


def test_a_look_at_nothing_and_at_too_much(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    assert client.post("/imports/look", data={"csrf_token": token}).status_code == 422
    kind = "multipart/form-data; boundary=x"
    large = client.post("/imports/look", data=b"x" * 3 * 1024**2, content_type=kind)
    assert large.status_code == 413


def test_a_failed_import_is_looked_at_and_run_again_without_javascript(
    client: FlaskClient,
) -> None:
    row = create(CREME, active=False)
    runs.run(row.id)
    there = f"/imports/{row.id}/look"
    shown = client.get(f"/imports/{row.id}").text
    assert there in shown
    before = client.get(there).text
    assert "cp1250" in before and "crčme" in before
    fields = {
        "csrf_token": csrf(before),
        "encoding": "cp1252",
        "map_sku": "#1",
        "map_name": "#2",
    }
    again = client.post(there, data=fields)
    assert again.status_code == 200 and "à la crème" in again.text
    answer = client.post(there, data=fields | {"again": "yes"})
    assert (answer.status_code, answer.location) == (303, f"/imports/{row.id}")
    runs.run(row.id)
    assert catalog() == [("A1", "à la crème", "", None, False, {})]
    db.session.expire_all()
    ended = imports.get(row.id)
    assert ended is not None and ended.understood["how"] == "chosen"
    assert client.get(there).status_code == 404


@pytest.mark.browser
def test_the_wizard_by_keyboard_with_a_file_whose_every_guess_is_wrong(
    page: Page,
    address: str,
    complaints: list[str],
    tmp_path: Path,
) -> None:
    """Encoding, header and columns are set right with the keyboard alone; the start is blocked until they are."""
    path = tmp_path / "liste.csv"
    path.write_bytes("x;à la crème;A1;5\ny;brûlée à chaud;A2;6\n".encode("cp1252"))
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(path)
    start = page.get_by_role("button", name="Start import")
    expect(page.locator("[data-look]")).to_be_visible()
    expect(start).to_be_disabled()
    assert Axe().run(page).violations_count == 0
    for label, letters, shown in (
        ("Encoding", "Windows-1252", "chosen"),
        ("Header", "None", "column 3"),
        ("sku (required)", "3", "sku"),
        ("name (required)", "2", "name"),
        ("price", "4", "price"),
    ):
        page.get_by_label(label, exact=True).focus()
        with page.expect_response("**/imports/look"):
            page.keyboard.type(letters)
            page.keyboard.press("Tab")
        expect(page.locator("[data-look]")).to_contain_text(shown)
    expect(start).to_be_enabled()
    start.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(IMPORT_PAGE)
    expect(page.get_by_role("link", name="See products")).to_be_visible(timeout=30_000)
    assert [row[:2] for row in catalog()] == [
        ("A1", "à la crème"),
        ("A2", "brûlée à chaud"),
    ]
    assert complaints == []
