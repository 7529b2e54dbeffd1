"""The grid of rejected rows in a real browser: typed, pasted, undone, and never lost."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from catalog.imports.rejected import rows
from catalog.models import Import
from catalog.people import users
from catalog.people.actors import COMMAND_LINE
from tests.conftest import EMAIL, PASSWORD
from tests.support.browsing import enter, visit
from tests.support.looks import look

pytestmark = pytest.mark.browser
Run = Callable[..., Import]
MANY = "sku,name,price\nA0,Lamp,1\n" + "".join(f",Chair {n},{n}\n" for n in range(1, 121))
PASTE = """text => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", text);
    const paste = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
    document.activeElement.dispatchEvent(paste);
}"""


@pytest.fixture
def row(run_import: Run) -> Import:
    """An import with 120 rows without a SKU."""
    return run_import(MANY, columns={"sku": "sku"})


@pytest.fixture
def page(browser: Browser, address: str, app: Flask, row: Import) -> Iterator[Page]:
    """Its page, for a user who is signed in."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, base_url=address, reduced_motion="reduce") as context:
        page = enter(context, address, app)
        page.goto(f"/imports/{row.id}")
        yield page


def cells(row: Import, number: int) -> list[str]:
    """The cells of a rejected row as they are kept."""
    error = rows.get(row.id, number)
    assert error is not None
    return rows.cells(row, error)


def test_the_grid_works_as_a_spreadsheet_does(page: Page, row: Import) -> None:
    grid, says = page.locator("#grid"), page.locator("#grid-says")
    assert look(page, "the grid") == []
    expect(grid.locator("tbody tr")).to_have_count(50)  # of 120: the others are on the next pages
    grid.locator("td").first.click()
    page.keyboard.type("A2")
    expect(says).to_have_text("This row can be imported.")  # checked before it is kept
    assert cells(row, 2)[0] == ""
    page.keyboard.press("Tab")
    expect(says).to_have_text("Saved.")
    assert cells(row, 2)[0] == "A2"
    page.keyboard.press("ArrowRight")
    page.keyboard.type("much")
    expect(says).to_contain_text("'much' is not a plain number")
    expect(grid.locator("tbody tr").first.locator("td").nth(2)).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    expect(grid.locator("tbody tr").first).to_contain_text("Ready to import")
    # Five cells over two pages, with a line break and quotes as spreadsheets write them.
    page.keyboard.press("Control+End")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowUp")
    page.evaluate(PASTE, 'B1\t"a ""b""\nc"\r\nB2\tx\r\nB3\ty\r\n')
    expect(says).to_have_text("3 rows saved.")
    assert [cells(row, n)[:2] for n in (50, 51, 52)] == [["B1", 'a "b"\nc'], ["B2", "x"], ["B3", "y"]]
    expect(page.locator("#grid-ready")).to_contain_text("4 fixed rows ready")
    page.keyboard.press("Control+z")
    expect(page.locator("#grid-ready")).to_contain_text("1 fixed row ready")
    assert cells(row, 52) == ["", "Chair 51", "51"]
    # One value into all that is selected.
    page.keyboard.press("Control+Home")
    page.keyboard.press("Shift+ArrowDown")
    page.evaluate(PASTE, "same")
    expect(says).to_have_text("2 rows saved.")
    assert [cells(row, n)[0] for n in (2, 3)] == ["same", "same"]
    # Out of the grid, by keys alone.
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('#grid')") is None
    page.get_by_role("link", name="Next rows").click()
    expect(grid.locator(".grid-number").first).to_have_text("53")


def test_nothing_that_was_typed_is_lost(page: Page, row: Import) -> None:
    grid, says = page.locator("#grid"), page.locator("#grid-says")
    other = page.context.new_page()
    other.goto(page.url)
    page.bring_to_front()
    # No connection: it is kept here and sent again.
    page.route("**/errors/cells", lambda route: route.abort())
    grid.locator("td").first.click()
    page.keyboard.type("A2")
    page.keyboard.press("Enter")
    expect(says).to_contain_text("Not saved yet.")
    # The page is reloaded while a cell is typed in.
    page.keyboard.type("A3")
    page.unroute("**/errors/cells")
    page.reload()
    expect(says).to_contain_text("2 cells that were not saved before are saved now.")
    assert [cells(row, n)[0] for n in (2, 3)] == ["A2", "A3"]
    # The other tab has seen it.
    expect(other.locator("#grid tbody tr").nth(1).locator("td").first).to_have_text("A3")
    other.close()
    # The session ends.
    page.context.clear_cookies()
    grid.locator("td").nth(3).click()
    page.keyboard.type("B3")
    page.keyboard.press("Enter")
    expect(says).to_contain_text("you are signed out")
    assert page.evaluate("localStorage.getItem('catalog:fixes:1')") == '{"3":{"0":"B3"}}'
