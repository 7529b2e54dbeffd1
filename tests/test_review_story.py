"""A review in a real browser: the page stops by itself at the plan, the diff is searched, a conflict is decided."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright

from catalog import accounts
from tests.conftest import EMAIL, PASSWORD
from tests.find_browser import installed
from tests.live import running
from tests.looks import look
from tests.test_review import SHOP, Run, edit, names
from tests.test_story import QUIET, sign_in

pytestmark = pytest.mark.browser
LONG = " ".join(f"word{n}" for n in range(60))
FILE = f"sku,name,description\nA,Lamp,{LONG} new\nB,Chair,\nD,Desk,\n,x,\n"


@pytest.fixture(scope="module")
def address(migrated_app: Flask) -> Iterator[str]:
    """Catalog, running."""
    with running(migrated_app.config["SETTINGS"]) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=QUIET)
        yield browser
        browser.close()


def test_from_the_file_over_its_plan_to_the_catalog(
    browser: Browser, address: str, run_import: Run
) -> None:
    run_import(SHOP)
    run_import(f"sku,name,description\nA,Lamp,{LONG} old\n")
    accounts.create(EMAIL, PASSWORD)
    context = browser.new_context(bypass_csp=True, base_url=address, reduced_motion="reduce")  # fmt: skip
    page = context.new_page()
    sign_in(page, address)
    page.goto("/imports/new")
    page.get_by_label("Show me the plan").check()
    file = {"name": "spring.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.locator('input[type="file"]').set_input_files(file)
    page.get_by_role("button", name="Start import").click()
    page.get_by_role("link", name="Review the plan").click()
    expect(page.locator("mark")).to_have_text(["old", "new"])
    page.get_by_label("SKU or name").fill("desk")
    page.get_by_label("SKU or name").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    edit("B", name="Sofa")
    page.goto("/imports/3/plan")
    expect(page.get_by_text("Changed since", exact=True)).to_be_visible()
    assert look(page, "plan") == []
    page.get_by_label("Overwritten by the file").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()
    assert names()["B"] == "Chair"
    context.close()
