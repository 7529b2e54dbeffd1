"""What suppliers send, in a real browser: refused rows corrected by keyboard alone, several files, impatient people."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, Route, expect, sync_playwright
from sqlalchemy import text

from catalog import accounts, changes, imports
from catalog.models import Import, db
from tests.conftest import EMAIL, PASSWORD, catalog, create
from tests.find_browser import installed
from tests.live import running
from tests.looks import look
from tests.test_story import IMPORT_PAGE, QUIET, sign_in

pytestmark = pytest.mark.browser
Run = Callable[..., Import]
REFUSED = "sku,name,price\nA1,Lamp,1\nA2,Chair,2 EUR\nA3,Desk,3 EUR\n,Sofa,4\nA5,Bed,free\n"  # fmt: skip


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


@pytest.fixture
def page(browser: Browser, address: str, app: Flask) -> Iterator[Page]:
    """A page that is signed in, and has complained of nothing when its test is over."""
    accounts.create(EMAIL, PASSWORD)
    context = browser.new_context(bypass_csp=True, base_url=address, reduced_motion="reduce")  # fmt: skip
    complaints: list[str] = []
    context.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)  # fmt: skip
    context.on("weberror", lambda error: complaints.append(str(error.error)))
    page = context.new_page()
    sign_in(page, address)
    yield page
    context.close()
    assert complaints == []


def tab_to(page: Page, target: Locator) -> None:
    """Walk there as somebody without a mouse does; what can't be reached fails."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if target.evaluate("it => it === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached")


def go(page: Page, target: Locator) -> None:
    """Walk to a link or a button, and press it."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_refused_rows_are_corrected_and_run_again_by_keyboard(page: Page) -> None:
    page.goto("/imports/new")
    file = {"name": "prices.csv", "mimeType": "text/csv", "buffer": REFUSED.encode()}
    page.locator('input[type="file"]').set_input_files(file)
    start = page.get_by_role("button", name="Start import")
    expect(start).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(IMPORT_PAGE)
    refused = page.locator("#refused")
    expect(refused.locator("tbody tr")).to_have_count(4, timeout=30_000)
    assert look(page, "refused rows") == []
    with page.expect_download() as errors:
        go(page, refused.get_by_role("link", name="Download as CSV"))
    assert errors.value.path().read_text(encoding="utf-8-sig").count("price_invalid") == 3  # fmt: skip
    # All of one code.
    go(page, refused.get_by_role("link", name="price_invalid 3"))
    tab_to(page, refused.get_by_label("Find", exact=True))
    page.keyboard.type(" EUR")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 rows are corrected")
    expect(refused.get_by_text("Corrected")).to_have_count(2)
    expect(refused.locator(".cell-value").first).to_have_text("2 EUR → is now 2")
    assert look(page, "some corrected") == []
    # One in its place.
    go(page, refused.get_by_role("link", name="all 4"))
    go(page, refused.get_by_role("link", name="Edit line 5"))
    expect(page.get_by_label("sku", exact=True)).to_be_focused()
    assert look(page, "one refused row") == []
    page.keyboard.type("A4")
    page.keyboard.press("Enter")
    expect(refused).to_contain_text("3 rows wait to be run again")
    # Only these.
    go(page, refused.get_by_role("button", name="Run these rows again"))
    expect(refused.locator("tbody tr")).to_have_count(1, timeout=30_000)
    expect(refused).to_contain_text("free")
    assert [row[0] for row in catalog()] == ["A1", "A2", "A3", "A4"]
    with page.expect_download() as errors:
        go(page, refused.get_by_role("link", name="Download as CSV"))
    assert errors.value.path().read_text(encoding="utf-8-sig").count("\n") == 2


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
TWO = {"a.csv": b"sku,name\nA1,Lamp\n", "list.pdf": PDF, "b.csv": b"sku,name\nA1,Lamp 2\nB1,Bed\n"}  # fmt: skip


def choose(page: Page, files: dict[str, bytes]) -> Locator:
    """Choose files; the list of them."""
    page.locator('input[type="file"]').set_input_files(
        [{"name": n, "mimeType": "", "buffer": data} for n, data in files.items()]
    )
    return page.locator("[data-files] li")


def test_several_files_have_a_line_each_and_one_that_fails_stops_nothing(
    page: Page,
) -> None:
    page.goto("/imports/new")
    lines = choose(page, TWO | {"wrong.csv": b"x\n", "c.csv": b"code,name\nC1,Cup\n"})
    expect(lines).to_have_count(5)
    go(page, page.get_by_role("button", name="Remove wrong.csv"))
    expect(lines).to_have_count(4)
    assert look(page, "several files") == []
    page.get_by_role("button", name="Start import").dblclick()
    title = page.locator("[data-files-title]")
    expect(title).to_have_text("4 files: 3 imports, 1 not imported", timeout=30_000)
    expect(title).to_be_focused()
    expect(lines.nth(0)).to_contain_text("Import 1 ")
    expect(lines.nth(1)).to_contain_text("not a CSV file but a PDF document")
    expect(lines.nth(2)).to_contain_text("Import 2 ")
    assert look(page, "several files, sent") == []
    lines.nth(2).get_by_role("link").press("Enter")
    expect(page.get_by_role("heading", name="b.csv")).to_be_visible()
    assert imports.get(4) is None
    # Back: ready for others.
    page.go_back()
    expect(page.get_by_text("Choose a file", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Start import")).to_be_hidden()
    choose(page, {"d.csv": b"sku,name\nD1,Door\n"})
    page.get_by_role("button", name="Start import").press("Enter")
    page.wait_for_url("**/imports/4")
    expect(page.get_by_text("Completed", exact=True).first).to_be_visible(timeout=30_000)  # fmt: skip
    assert [row[:2] for row in catalog()][-3:] == [("A1", "Lamp 2"), ("B1", "Bed"), ("D1", "Door")]  # fmt: skip


def test_a_reload_in_the_middle_of_several_goes_on_with_the_one_that_was_cut(
    page: Page, tmp_path: Path
) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_text(f"sku,name\n{file.stem},Lamp\n")
    held: list[Route] = []
    posts: list[str] = []
    page.on("dialog", lambda dialog: dialog.accept())  # leave although it is being sent
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" and r.url.endswith("/uploads") else None)  # fmt: skip
    page.goto("/imports/new")
    chosen, lines = page.locator('input[type="file"]'), page.locator("[data-files] li")
    chosen.set_input_files(files)
    page.route("**/uploads/*", lambda route: held.append(route) if len(posts) == 2 else route.continue_())  # fmt: skip
    with page.expect_event("request", lambda r: r.method == "PATCH" and len(posts) == 2):  # fmt: skip
        page.get_by_role("button", name="Start import").press("Enter")
    expect(lines.nth(0)).to_contain_text("Import 1 ")
    expect(lines.nth(1).get_by_role("progressbar")).to_be_visible()
    page.reload()
    page.unroute("**/uploads/*")
    chosen.set_input_files(files)
    page.get_by_role("button", name="Start import").press("Enter")
    expect(page.locator("[data-files-title]")).to_have_text(
        "2 files: 2 imports", timeout=30_000
    )
    expect(lines.nth(0)).to_contain_text("Import 2 This file was imported before.")
    expect(lines.nth(1)).to_contain_text("Import 3 ")
    assert len(posts) == 3  # b.csv was begun once, before the reload
    assert imports.get(4) is None


def test_a_double_click_on_any_button_of_an_import_does_it_once(
    page: Page, run_import: Run
) -> None:
    run_import("sku,name\nA,Lamp\n")
    for sku in "BC":
        run_import(f"sku,name\n{sku},Bed\n", review=True)
    run_import('sku,name\nA,"open\n')
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url.split("/", 3)[3]) if r.method == "POST" else None)  # fmt: skip

    def twice(place: str, button: str, then: str) -> None:
        page.goto(place)
        page.get_by_role("button", name=button, exact=True).dblclick()
        expect(page.locator("main")).to_contain_text(then, timeout=30_000)

    twice("/imports/2/plan", "Apply", "1 product created")
    twice("/imports/3/plan", "Discard", "The import was cancelled")
    twice("/imports/4", "Retry", "The import failed")
    twice("/changes/1/undo", "Undo now", "not in the catalog now")
    db.session.remove()
    with db.engine.connect() as writer:
        writer.execute(text(f"SELECT pg_advisory_xact_lock({changes.WRITER_LOCK})"))
        create("sku,name\nD,Door\n")
        page.goto("/imports/5")
        expect(page.locator("#progress")).to_contain_text("Comparing with the catalog")
        page.get_by_role("button", name="Cancel import").dblclick()
        page.locator("#cancel-dialog").get_by_role("button", name="Cancel import").dblclick()  # fmt: skip
        expect(page.locator("main")).to_contain_text("Cancelling")
    expect(page.locator("main")).to_contain_text("The import was cancelled", timeout=30_000)  # fmt: skip
    assert posts == ["imports/2/apply", "imports/3/discard", "imports/4/retry", "changes/1/undo", "imports/5/cancel"]  # fmt: skip
    assert [row[0] for row in catalog()] == ["B"]


def test_of_several_that_were_cancelled_only_the_rest_is_tried_again(
    page: Page,
) -> None:
    held: list[Route] = []
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url) if r.method == "POST" and r.url.endswith("/uploads") else None)  # fmt: skip
    page.goto("/imports/new")
    lines = choose(page, {f"{n}.csv": f"sku,name\n{n},x\n".encode() for n in "abcd"})
    page.route("**/uploads/*", lambda route: held.append(route) if len(posts) == 2 else route.continue_())  # fmt: skip
    with page.expect_event("request", lambda r: r.method == "PATCH" and len(posts) == 2):  # fmt: skip
        page.get_by_role("button", name="Start import").press("Enter")
    page.get_by_role("button", name="Remove c.csv").press("Enter")
    expect(lines).to_have_count(3)
    page.get_by_role("button", name="Cancel the rest").press("Enter")
    title = page.locator("[data-files-title]")
    expect(title).to_have_text("3 files: 1 import, 2 not imported")
    expect(lines.nth(2)).to_contain_text("Not sent.")
    page.unroute("**/uploads/*")
    page.get_by_role("button", name="Start import").press("Enter")
    expect(title).to_have_text("2 files: 2 imports", timeout=30_000)
