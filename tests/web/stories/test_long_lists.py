"""A list that has more than its page shows says so, and the empty home has one next step."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, expect
from sqlalchemy import text

from catalog import importer
from catalog.imports.sources import registry
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, users
from tests.conftest import EMAIL, PASSWORD, create
from tests.support.browsing import enter, visit

Run = Callable[..., Import]

TEMPLATES = Path(__file__).parents[3] / "templates"
GOES_ON = "{} shown; there are more"


def test_every_list_with_further_pages_says_that_it_goes_on() -> None:
    pages = {path: path.read_text() for path in TEMPLATES.rglob("*.html")}
    paged = {path for path, page in pages.items() if 'class="pager"' in page or "{{ pager(" in page}
    silent = {path.name for path in paged if not re.search(r"\{\{ (goes_on|pager)\(", pages[path])}
    assert len(paged) >= 8 and not silent


def test_a_page_of_products_changes_and_rejected_rows_says_so(client: FlaskClient, run_import: Run) -> None:
    lines = [f"A{n},Lamp {n},1" for n in range(51)] + [f"B{n},B,x" for n in range(61)]
    run_import("sku,name,price\n" + "\n".join(lines) + "\n")
    for page in ("/products", "/changes/1"):
        assert GOES_ON.format(50) in client.get(page).text
    assert GOES_ON.format(50) in client.get("/imports/1").text
    assert "; there are more" not in client.get("/imports/1?after=110").text
    assert "; there are more" not in client.get("/changes").text


def test_a_page_of_imports_and_of_the_audit_log_says_so(client: FlaskClient) -> None:
    for _ in range(51):
        create("sku,name\n")  # and its line in the audit log
    for page in ("/imports", "/audit"):
        assert GOES_ON.format(50) in client.get(page).text
    assert "; there are more" not in client.get("/imports?before=2").text


def test_the_runs_of_a_source_end_with_words(client: FlaskClient) -> None:
    draft = registry.Draft(name="A", url="https://example.com/a.csv", options=importer.Options())
    source = registry.create(COMMAND_LINE, draft)
    add = text(
        "INSERT INTO import_source_runs (source_id, by_hand, outcome, finished_at)"
        " SELECT :id, true, 'unchanged', now() FROM generate_series(1, :count)"
    )
    words = "The latest 50 runs are shown"
    for count, said in ((50, False), (1, True)):
        db.session.execute(add, {"id": source.id, "count": count})
        db.session.commit()
        assert (words in client.get(f"/imports/sources/{source.id}").text) is said


@pytest.mark.browser
@pytest.mark.parametrize("scripts", [True, False])
def test_the_empty_home_has_one_primary_button(browser: Browser, address: str, app: Flask, scripts: bool) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, java_script_enabled=scripts) as context:
        page = enter(context, address, app)
        primary = page.locator(".btn:not([data-variant]):visible")
        expect(primary).to_have_count(1)
        expect(primary).to_have_text("Choose a file" if scripts else "Continue")
