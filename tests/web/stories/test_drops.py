"""A file that is dropped, on any page: it never opens in the browser, and never starts without a button."""

# ruff: noqa: F401 - the fixture of another story is used here

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from catalog.imports import control
from catalog.models import Import, db
from catalog.people import users
from tests.conftest import EMAIL
from tests.web.stories.test_import_story import page

pytestmark = pytest.mark.browser
Run = Callable[..., Import]
DROP = """([kind, name, text]) => {
    const transfer = new DataTransfer();
    if (kind === "text") transfer.setData("text/plain", text);
    else transfer.items.add(new File([text], name, {type: "text/csv"}));
    const target = document.querySelector("dialog[open]") ?? document.querySelector("main");
    return ["dragenter", "dragover", "drop"].map(type => {
        const event = new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true});
        target.dispatchEvent(event);
        if (type === "dragover")
            globalThis.veiled = Boolean(document.querySelector("[data-veil]")?.matches(":popover-open"));
        return event.defaultPrevented;
    });
}"""
FILE = "sku,name\nA1,Lamp\n"
TAKEN = [False, True, True]  # what the browser would do with the file is prevented


def drop(page: Page, kind: str = "file", name: str = "spring.csv") -> list[bool]:
    """Drop a file, or a text, on what is in front."""
    prevented: list[bool] = page.evaluate(DROP, [kind, name, FILE])
    return prevented


def is_looked_at(page: Page) -> None:
    """The file was sent and looked at, on the page of its import; nothing was imported."""
    expect(page).to_have_url(re.compile(r"/imports/\d+$"))
    expect(page.locator("h1")).to_contain_text("spring.csv")
    expect(page.locator("[data-look]")).to_contain_text("The only row is ready.")
    expect(page.get_by_role("button", name="Import 1 product")).to_be_enabled()
    db.session.rollback()
    assert [row.held for row in db.session.scalars(select(Import).where(Import.id > 1))].count(False) == 0


SOME = ["/products", "/imports/1", "/nowhere"]
EVERY = ["/products", "/products/1", "/imports/1", "/changes", "/users", "/webhooks", "/status", "/account", "/nowhere"]


@pytest.mark.parametrize("paths", [SOME, pytest.param(EVERY, marks=pytest.mark.long)], ids=["some", "every"])
def test_every_page_takes_a_file_and_waits_for_the_button(
    page: Page, run_import: Run, complaints: list[str], paths: list[str]
) -> None:
    run_import("sku,name\nB1,Desk\n")
    for path in paths:
        page.goto(path)
        assert drop(page) == TAKEN, path
        assert page.evaluate("veiled") and not page.locator("[data-veil]").is_visible()
        is_looked_at(page)
    page.go_back()
    expect(page).to_have_url(re.compile("/imports/new$"))
    page.go_back()
    expect(page).to_have_url(re.compile("/nowhere$"))
    complaints.clear()  # there is no such page
    page.goto("/imports/new")
    drop(page)
    is_looked_at(page)
    page.get_by_role("button", name="Import 1 product").click()
    expect(page.locator("#progress")).to_be_visible()


def test_what_is_typed_is_not_lost_unasked(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.goto("/products")
    page.get_by_role("link", name="New product").click()
    page.locator("#dialog").get_by_label("Name", exact=True).fill("Half a lamp")
    assert drop(page) == TAKEN
    asks = page.locator("#drop-dialog")
    expect(asks).to_contain_text("Leave this page to import spring.csv?")
    asks.get_by_role("button", name="Stay here").click()
    name = page.locator("#dialog").get_by_label("Name", exact=True)
    expect(name).to_have_value("Half a lamp")
    drop(page)
    asks.get_by_role("button", name="Leave this page").click()
    is_looked_at(page)
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_an_open_dialog_without_words_of_ones_own_stands_in_no_way(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.goto("/products")
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    assert drop(page) == TAKEN
    is_looked_at(page)


def test_a_text_that_is_dragged_is_left_alone(page: Page) -> None:
    page.goto("/account")
    assert drop(page, "text") == [False, False, False]
    expect(page).to_have_url(re.compile("/account$"))


def test_whoever_may_not_import_keeps_the_page(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    user = users.by_email(EMAIL)
    assert user is not None
    user.role = "viewer"
    db.session.commit()
    page.goto("/products")
    assert drop(page) == TAKEN
    expect(page).to_have_url(re.compile("/products$"))


def test_several_files_that_are_dropped_anywhere_are_listed(page: Page) -> None:
    page.goto("/changes")
    script = DROP.replace(
        "transfer.items.add(", "transfer.items.add(new File(['x'], 'other.csv')); transfer.items.add("
    )
    page.evaluate(script, ["file", "spring.csv", FILE])
    expect(page.locator("[data-files-title]")).to_have_text("2 files, 1 ready, 1 to check")
    assert control.get(1).state == control.get(2).state == "queued"
