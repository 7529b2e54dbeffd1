"""The product list in a real browser: keys, editing in a row, selection, trouble, and what others do meanwhile."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from catalog.models import Import
from catalog.people import COMMAND_LINE, users
from catalog.products import editing
from tests.conftest import EMAIL, PASSWORD
from tests.support.browsing import enter, import_it, visit
from tests.support.looks import STILL, look
from tests.web.stories.test_story import DROP, IMPORT_PAGE, sign_in

pytestmark = pytest.mark.browser
Run = Callable[..., Import]

SHOP = "sku,name,description,price\n" + "".join(f"L{n:03},Lamp {n},warm light {n},{n}.50\n" for n in range(120))


@pytest.fixture
def page(browser: Browser, address: str, app: Flask, run_import: Run, complaints: list[str]) -> Iterator[Page]:
    """A user who looks at 120 lamps."""
    run_import(SHOP)
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, complaints, viewport={"width": 1440, "height": 900}, base_url=address) as context:
        page = enter(context, address, app)
        ready(page)
        yield page


@pytest.fixture
def empty_list(browser: Browser, address: str, app: Flask, complaints: list[str]) -> Iterator[Page]:
    """A user who has no products yet."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, complaints) as context:
        yield enter(context, address, app)


def ready(page: Page) -> None:
    """Wait until htmx listens."""
    page.wait_for_function("() => document.querySelector('[data-htmx-powered]')")


def skus(page: Page) -> list[str]:
    """The SKUs of the list in the order of the page."""
    return page.locator(".sku code").all_inner_texts()


def test_back_brings_the_list_before_with_its_words(page: Page, complaints: list[str]) -> None:
    page.get_by_role("searchbox").press_sequentially("lamp 1", delay=60)
    expect(page.locator(".chip-value")).to_have_text("lamp 1")
    page.get_by_role("link", name="Price").click()
    expect(page).to_have_url(re.compile(r"q=lamp\+1&sort=price$"))
    page.get_by_role("link", name="L001", exact=True).focus()
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=lamp\+1$"))
    expect(page.get_by_role("searchbox")).to_have_value("lamp 1")
    expect(page.locator("th[aria-sort]")).to_contain_text("SKU")
    page.go_back()
    expect(page).to_have_url(re.compile(r"/products$"))
    expect(page.get_by_role("searchbox")).to_have_value("")
    expect(page.locator("#found")).to_have_text("120 products")
    assert complaints == []


def test_the_next_page_begins_at_the_top_and_back_where_one_was(page: Page) -> None:
    first = skus(page)
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()
    assert not set(skus(page)) & set(first)
    assert page.evaluate("() => scrollY") < 300
    page.go_back()
    expect(page.locator(".sku code").first).to_have_text(first[0])
    page.wait_for_function("() => scrollY > 300")


def test_a_chip_takes_its_filter_and_the_forms_value_away(page: Page) -> None:
    page.get_by_text("Filters", exact=True).click()
    page.get_by_label("SKU", exact=True).fill("l00")
    expect(page.locator("#found")).to_contain_text("10 of 120")
    page.get_by_text("Inactive", exact=True).click()
    expect(page.get_by_role("heading", name="No products match")).to_be_visible()
    page.get_by_role("link", name="Remove: Only inactive").click()
    expect(page.locator("#found")).to_contain_text("10 of 120")
    expect(page.get_by_role("radio", name="All")).to_be_checked()
    page.get_by_role("link", name="Remove: SKU l00").click()
    expect(page.get_by_label("SKU", exact=True)).to_have_value("")
    expect(page.locator("#found")).to_have_text("120 products")


def test_all_of_it_by_keyboard(page: Page, complaints: list[str]) -> None:
    for key in ("j", "j", "j", "k", "x"):
        page.keyboard.press(key)
    expect(page.get_by_role("checkbox", name="Select L001")).to_be_checked()
    page.keyboard.press("e")
    name = page.locator("[data-editing]").get_by_label("Name")
    expect(name).to_be_focused()
    name.fill("Lantern")
    page.keyboard.press("Escape")
    expect(page.locator("[data-editing]")).to_have_count(0)
    page.keyboard.press("e")
    expect(name).to_be_focused()
    expect(name).to_have_value("Lamp 1")
    name.fill("Lantern")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("L001 was saved.")
    expect(page.get_by_role("checkbox", name="Select L001")).to_be_checked()
    expect(page.get_by_role("link", name="L001", exact=True)).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("j?n")
    expect(page.get_by_role("searchbox")).to_have_value("j?n")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert complaints == []


def test_the_toast_undoes(page: Page) -> None:
    page.locator("td.cell-price").first.dblclick()
    price = page.locator("[data-editing]").get_by_label("Price")
    expect(price).to_be_focused()
    price.fill("77")
    page.keyboard.press("Enter")
    expect(page.locator("td.cell-price").first).to_have_text("77.00")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Undone")
    page.goto("/products")
    expect(page.locator("td.cell-price").first).to_have_text("0.50")


def test_help_and_palette(page: Page) -> None:
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Find a page or an action")
    expect(box).to_be_focused()
    box.fill("imp")
    page.keyboard.press("ArrowDown")
    current = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{current}")).to_have_text("New import")
    page.keyboard.press("Enter")
    page.wait_for_url("**/imports/new")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox").fill("warm light 7")
    page.keyboard.press("Enter")
    page.wait_for_url("**/products?q=warm+light+7")


def test_a_range_then_all_that_match(page: Page) -> None:
    boxes = page.locator('[name="ids"]')
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    expect(page.locator("[data-picked]")).to_have_text("4 selected")
    page.get_by_role("checkbox", name="Select all on this page").check()
    page.get_by_role("button", name="Select all 120 that match").click()
    expect(page.locator("[data-picked]")).to_have_text("120 selected")
    page.get_by_role("button", name="Delete…").click()
    expect(page.get_by_role("dialog")).to_contain_text("Delete 120 products?")
    page.get_by_role("button", name="Cancel").click()
    page.get_by_role("button", name="Clear the selection").click()
    expect(page.locator("#bulk")).to_be_hidden()


def test_what_was_selected_is_switched_off(page: Page) -> None:
    for number in (0, 2):
        page.locator('[name="ids"]').nth(number).check()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.locator("#toasts")).to_contain_text("2 products were deactivated.")
    shown = page.locator(".switch")
    expect(shown.nth(0)).to_have_attribute("aria-checked", "false")
    expect(shown.nth(1)).to_have_attribute("aria-checked", "true")


def test_setting_an_attribute_of_the_selected(page: Page) -> None:
    page.locator('[name="ids"]').first.check()
    page.get_by_role("button", name="Set a field…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Field", exact=True).select_option(label="Attribute…")
    dialog.get_by_label("Name of the attribute").fill("colour")
    dialog.get_by_label("New value").fill("red")
    dialog.get_by_role("button", name="Set for 1 product").click()
    expect(page.locator("#toasts")).to_contain_text("1 product was changed.")
    assert editing.by_sku("L000").attributes == {"colour": "red"}


def test_trouble_keeps_the_old_list_and_offers_retry(page: Page, complaints: list[str]) -> None:
    def broken(route: Route) -> None:
        route.fulfill(status=503, body="<h1>Busy</h1>")

    address = re.compile(r"/products\?.*q=lamp")
    page.route(address, broken)
    page.get_by_role("searchbox").fill("lamp 7")
    trouble = page.locator("#trouble")
    expect(trouble).to_contain_text("error 503")
    assert len(skus(page)) == 50 and page.url.endswith("/products")
    page.unroute(address)
    page.route(address, lambda route: route.abort())
    trouble.get_by_role("button", name="Try again").click()
    expect(trouble).to_contain_text("no connection")
    page.unroute(address)
    trouble.get_by_role("button", name="Try again").click()
    expect(trouble).to_be_hidden()
    complaints.clear()  # of the answers that were broken on purpose
    expect(page.locator(".chip-value")).to_have_text("lamp 7")


def test_an_import_elsewhere_is_news_and_the_list_waits(page: Page, run_import: Run) -> None:
    run_import("sku,name\nA000,First of all\n")
    notice = page.locator("#news")
    expect(notice).to_contain_text("An import changed 1 product", timeout=12_000)
    assert skus(page)[0] == "L000"
    notice.get_by_role("link", name="Show").click()
    expect(page.locator(".sku code").first).to_have_text("A000")
    expect(notice).to_be_empty()


def test_a_dialog_has_an_address_and_closing_goes_back(page: Page) -> None:
    page.goto("/products?q=lamp")
    ready(page)
    page.get_by_role("link", name="New product").click()
    dialog = page.get_by_role("dialog", name="New product")
    expect(dialog.get_by_label("SKU")).to_be_focused()
    expect(page).to_have_url(re.compile("/products/new$"))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(r"/products\?q=lamp$"))
    expect(page.get_by_role("searchbox")).to_have_value("lamp")
    page.keyboard.press("n")
    dialog.get_by_label("SKU").fill("NEW-1")
    dialog.get_by_label("Name", exact=True).fill("A lamp of our own")
    dialog.get_by_role("button", name="Create product").click()
    page.wait_for_url(re.compile(r"/products/\d+$"))


COLOUR = "one => getComputedStyle(one).color"
BACKGROUND = "one => getComputedStyle(one.closest('tr')).backgroundColor"


def test_the_name_leads_to_the_product(page: Page) -> None:
    page.get_by_role("link", name="Lamp 1", exact=True).click()
    page.wait_for_url(re.compile(r"/products/\d+$"))
    expect(page.get_by_role("heading", name="Lamp 1")).to_be_visible()


@pytest.mark.long
def test_selected_rows_differ_from_others_in_the_dark(page: Page) -> None:
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.reload()
    ready(page)
    page.get_by_role("checkbox", name="Select L000").check()
    page.get_by_role("checkbox", name="Select L002").check()
    page.get_by_role("link", name="L002", exact=True).hover()
    page.evaluate(STILL)
    rows = page.locator('[name="ids"]')
    other, chosen = (rows.nth(at).evaluate(BACKGROUND) for at in (1, 0))
    assert chosen != other
    assert rows.nth(2).evaluate(BACKGROUND) == chosen  # under the mouse too
    line = page.locator(".products .line")
    assert line.nth(0).evaluate(COLOUR) == line.nth(2).evaluate(COLOUR)
    assert line.nth(0).evaluate(COLOUR) != line.nth(1).evaluate(COLOUR)


def test_a_file_dropped_on_the_empty_list_is_imported(empty_list: Page) -> None:
    page = empty_list
    zone = page.locator("[data-dropzone]").element_handle()
    page.evaluate(DROP, [zone, "spring.csv", "sku,name\nA1,Lamp\n"])
    page.wait_for_url(IMPORT_PAGE)
    import_it(page)
    expect(page.get_by_role("heading", name="spring.csv")).to_be_visible()


def test_without_javascript_rows_are_switched_sorted_and_selected(
    without_scripts: BrowserContext, address: str, run_import: Run
) -> None:
    run_import(SHOP)
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = without_scripts.new_page()
    sign_in(page, address)
    page.get_by_role("switch", name="L000 is active").click()
    expect(page.get_by_role("switch", name="L000 is active")).not_to_be_checked()
    page.get_by_role("checkbox", name="Select L001").check()
    page.get_by_role("button", name="Deactivate").click()
    expect(page.get_by_role("switch", name="L001 is active")).not_to_be_checked()
    page.get_by_role("link", name="Name").click()
    expect(page.locator("th[aria-sort]")).to_contain_text("Name")
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("link", name="Previous")).to_be_visible()


@pytest.mark.long
def test_axe_finds_nothing_on_the_list(open_to_axe: BrowserContext, address: str, app: Flask, run_import: Run) -> None:
    run_import("\n".join(SHOP.splitlines()[:9]))  # more rows tell axe nothing new
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = enter(open_to_axe, address, app)
    page.goto("/products?q=warm&sku=l0&active=true&change_set=1")
    ready(page)
    found = look(page, "filtered")
    page.locator('[name="ids"]').first.check()
    page.locator("[data-edit]").nth(1).click()
    page.locator("[data-editing]").get_by_label("Name").fill(" ")
    page.keyboard.press("Enter")
    expect(page.locator(".field-error")).to_be_visible()
    found += look(page, "editing, with something selected", "main")
    page.locator("#more summary").click()
    found += look(page, "menu", "#more")
    page.get_by_role("button", name="Set a field…").click()
    found += look(page, "setting a field", "dialog[open]")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+k")
    found += look(page, "palette", "dialog[open]")
    page.keyboard.press("Escape")
    page.goto("/products?q=nothing")
    found += look(page, "no match")
    assert found == []
