"""After a save that failed, on every form: the focus is on the message, which is in sight, and all errors show."""

# ruff: noqa: F401 - the fixture of another story is used here

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from catalog.models import Import
from catalog.people import COMMAND_LINE, Actor, sessions, users
from catalog.products import editing
from tests.conftest import EMAIL, signed_in
from tests.web.stories.test_import_story import page

pytestmark = pytest.mark.browser
Run = Callable[..., Import]


def is_told(page: Page, *words: str) -> None:
    """The message has the focus, is in sight, and says all of it; what is wrong is described by it."""
    message = page.locator("[data-problems]").first
    expect(message).to_be_focused()
    expect(message).to_be_in_viewport()
    for text in words:
        expect(message).to_contain_text(text)
    for field in page.locator("[aria-invalid=true]").all():
        described = (field.get_attribute("aria-describedby") or "").split()
        assert described, field
        for id in described:
            expect(page.locator(f"[id='{id}']").first).not_to_be_empty()


def wrong(page: Page) -> int:
    """How many fields are marked as wrong."""
    return page.locator("[aria-invalid=true]").count()


def save(form: Locator) -> None:
    """Press the button that sends the form."""
    form.locator("button[type=submit]").last.click()


FORMS = [
    (
        "/products/new",
        "#product-form",
        {"SKU": "", "Name": "", "Price": "much"},
        ["SKU: Enter a SKU.", "Name: Enter a name.", "Price: “much”"],
    ),
    (
        "/products/new",
        "#product-form",
        {"SKU": "b1", "Name": ""},
        ["SKU: The SKU is already used", "Name: Enter a name."],
    ),
    ("/users", ".invite-form", {"Email": "nobody"}, ["Email: This is not an email address."]),
    ("/tokens", "main form.panel", {"Name": ""}, ["Name: Enter a name."]),
    ("/account", "form[action$=password]", {"Current password": "x", "New password": "short"}, ["New password:"]),
    (
        "/webhooks/new",
        "main form",
        {"URL": "nowhere", "Requests at once": "0", "Requests per second": "0"},
        ["URL:", "Requests at once:", "Requests per second:"],
    ),
    ("/imports/sources/new", "form.webhook-form", {"URL": ""}, ["URL: Enter the URL of a file."]),
    (
        "/imports/sources/new",
        "form.webhook-form",
        {"URL": "nowhere", "Schedule": "every day", "Time zone": "Shire"},
        ["URL:", "Schedule: A schedule has five fields", "Time zone: Not a time zone"],
    ),
    (
        "/account",
        "form[action$=password]",
        {"Current password": "wrong", "New password": "short"},
        ["Current password: ", "New password: "],
    ),
    (
        "/account/factor",
        "main form.form",
        {"Code": "000000", "Current password": "wrong"},
        ["Code: ", "Current password: "],
    ),
]


def test_a_form_says_all_that_is_wrong_where_it_is_seen(page: Page, run_import: Run, subtests: pytest.Subtests) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.set_viewport_size({"width": 500, "height": 400})
    for path, form, typed, words in FORMS:
        with subtests.test(path=path, typed=typed):
            page.goto(path)
            for label, text in typed.items():
                page.locator(form).get_by_label(label, exact=True).fill(text)
            save(page.locator(form))
            is_told(page, *words)
            assert wrong(page) >= len(words)
            page.locator("[data-problems] a").first.click()
            expect(page.locator("[aria-invalid=true]").first).to_be_focused()


def test_in_a_dialog_the_message_is_in_sight(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.set_viewport_size({"width": 500, "height": 400})
    page.goto("/products")
    page.get_by_role("link", name="New product").click()
    page.locator("#product-form").get_by_label("SKU").fill("b1")
    # A person makes the box larger. htmx would write its style into the new one, and the CSP refuse that.
    page.evaluate("() => { document.getElementById('description').style.height = '12rem'; }")
    for words in ("SKU: The SKU is already used", "Name: Enter a name."):
        save(page.locator("#product-form"))
        is_told(page, words)


def test_the_conflict_of_a_second_tab_is_told_in_sight(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.set_viewport_size({"width": 500, "height": 400})
    page.goto("/products/1/edit")
    editing.update(Actor("page"), 1, 1, {"name": "Table"})
    page.get_by_label("Name", exact=True).fill("Sofa")
    page.get_by_role("button", name="Save").click()
    is_told(page, "Someone changed this product while you edited it.")
    expect(page.locator("table.both")).to_contain_text("Table")


def test_a_form_is_kept_until_a_new_sign_in_in_another_tab(
    page: Page, address: str, app: Flask, complaints: list[str]
) -> None:
    page.goto("/products/new")
    page.get_by_label("SKU").fill("A1")
    page.get_by_label("Name", exact=True).fill("Lamp")
    sessions.end_all(COMMAND_LINE, users.by_email(EMAIL))
    create = page.get_by_role("button", name="Create product")
    create.click()
    ended = page.locator("#session")
    expect(ended).to_contain_text("Your session has ended.")
    expect(ended.get_by_role("link", name="Sign in again")).to_have_attribute("href", "/login?next=/products/new")
    cookie = signed_in(app, EMAIL).get_cookie("session")
    assert cookie is not None
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    create.click()
    expect(page.locator("#toasts")).to_contain_text("press the button again")
    expect(ended).to_be_empty()
    create.click()
    page.wait_for_url("**/products/1")
    complaints.clear()  # of the answers that came too late


def test_a_row_of_the_list_says_all_that_is_wrong(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\nB2,Chair\n")
    page.goto("/products")
    page.get_by_role("link", name="Edit B1").click()
    row = page.locator("tr.editing")
    row.get_by_label("SKU", exact=True).fill("b2")
    row.get_by_label("Price").fill("much")
    row.get_by_role("button", name="Save").click()
    is_told(page, "Price", "another product has it")
    row.get_by_label("Price").fill("5")
    row.get_by_role("button", name="Save").click()
    is_told(page, "another product has it")
    editing.update(Actor("page"), 1, 1, {"name": "Table"})
    row.get_by_label("SKU", exact=True).fill("B3")
    row.get_by_label("Name").fill("Sofa")
    row.get_by_role("button", name="Save").click()
    is_told(page, "Someone changed this product while you edited it.")


def test_the_question_before_everything_goes_is_asked_again_in_sight(page: Page, run_import: Run) -> None:
    run_import("sku,name\nB1,Desk\n")
    page.goto("/products/delete-all")
    page.get_by_label("Type").fill("yes")
    page.get_by_role("button", name="Delete all").click()
    is_told(page, "Type exactly")


def test_the_name_of_an_attribute_opens_by_its_button_alone(page: Page, run_import: Run) -> None:
    long = "word " * 200
    run_import(f"sku,name,colour,care\nB1,Desk,red,{long}\n")
    page.goto("/products/1")
    expect(page.locator(".pairs").nth(1)).to_contain_text(long.strip())
    page.goto("/products/1/edit")
    name = page.locator("input[name=key][value=colour]")
    assert name.evaluate("it => it.readOnly")
    page.get_by_role("button", name="Rename colour").click()
    expect(name).to_be_focused()
    name.fill("shade")
    care = page.get_by_label("Value of care")
    assert care.evaluate("it => it.scrollHeight <= it.clientHeight + 2")
    page.get_by_role("button", name="Remove care").click()
    page.get_by_role("button", name="Add attribute").click()
    page.keyboard.type("size")
    page.get_by_label("Value of attribute").last.fill("XL")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/products/1")
    product = editing.get(1)
    assert product is not None and product.attributes == {"shade": "red", "size": "XL"}
