"""An import in a real browser: first look, rejected rows, several files, a review; by keyboard, by impatient people."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect
from sqlalchemy import select, text

from catalog.changes import log as change_log
from catalog.imports import control
from catalog.imports.intake import import_templates
from catalog.imports.waiting import rows as waiting_rows
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, users
from tests.conftest import EMAIL, PASSWORD, catalog, create
from tests.support.browsing import enter, import_it, visit
from tests.support.looks import audit, look
from tests.support.shop import SHOP, edit, names

pytestmark = pytest.mark.browser
Run = Callable[..., Import]
LOOK = "**/imports/*/look"
LONG = " ".join(f"word{n}" for n in range(60))
SPRING = f"sku,name,description\nA,Lamp,{LONG} new\nB,Chair,\nD,Desk,\n,x,\n"
REFUSED = "sku,name,price\nA1,Lamp,1\nA2,Chair,2 or so\nA3,Desk,3 or so\n,Sofa,4\nA5,Bed,free\n"

CUT = "cells => cells.map(one => one.scrollWidth > one.clientWidth)"
"""Whether the end of a text is out of sight."""


@pytest.fixture
def page(browser: Browser, address: str, app: Flask, complaints: list[str]) -> Iterator[Page]:
    """A page that is signed in, and has complained of nothing when its test is over."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, complaints, base_url=address, reduced_motion="reduce") as context:
        yield enter(context, address, app)


HAS_FOCUS = "it => it.isConnected ? it === document.activeElement : null"


def tab_to(page: Page, target: Locator) -> None:
    """Walk there as a user without a mouse does; what can't be reached fails.

    To look the target up by its role costs more than a step. It is looked up again only when its part was drawn anew.
    """
    element = target.element_handle()
    for _ in range(60):
        page.keyboard.press("Tab")
        has_focus = element.evaluate(HAS_FOCUS)
        if has_focus is None:
            element = target.element_handle()
            has_focus = element.evaluate(HAS_FOCUS)
        if has_focus:
            return
    raise AssertionError(f"{target} is not reached")


def go(page: Page, target: Locator) -> None:
    """Walk to a link or a button, and press it."""
    tab_to(page, target)
    page.keyboard.press("Enter")


def test_rejected_rows_are_corrected_and_run_again_by_keyboard(page: Page) -> None:
    page.goto("/imports/new")
    file = {"name": "prices.csv", "mimeType": "text/csv", "buffer": REFUSED.encode()}
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.locator("[data-look]")).to_be_visible(timeout=30_000)
    go(page, page.get_by_role("button", name="Continue"))
    tab_to(page, page.locator("[name=anyway]"))  # four of five rows are rejected
    page.keyboard.press("Space")
    go(page, page.get_by_role("button", name="Import 1 product"))
    rejected = page.locator("#rejected")
    expect(rejected.locator("tbody tr")).to_have_count(4, timeout=30_000)
    assert look(page, "rejected rows") == []
    with page.expect_download() as errors:
        go(page, rejected.get_by_role("link", name="Download as CSV"))
    assert errors.value.path().read_text(encoding="utf-8-sig").count("price_invalid") == 3
    # All of one reason.
    reason = rejected.get_by_role("link", name=re.compile("3.*Unreadable price"))
    go(page, reason)
    expect(reason).to_have_attribute("aria-current", "true")  # the page before has a cell that is wrong, too
    tab_to(page, rejected.get_by_text("Another fix"))
    page.keyboard.press("Enter")
    tab_to(page, rejected.get_by_label("What to do"))
    page.keyboard.type("Find")
    tab_to(page, rejected.get_by_label("Find", exact=True))
    page.keyboard.type(" or so")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("2 rows changed.")
    expect(rejected.get_by_text("Ready to import")).to_have_count(2)
    expect(rejected.get_by_role("gridcell", name="2", exact=True)).to_be_visible()
    assert look(page, "some corrected", "#rejected") == []
    # One in its place.
    every = rejected.get_by_role("link", name="all 4")
    go(page, every)
    expect(every).to_have_attribute("aria-current", "true")  # or the keys would go to the page that is left
    tab_to(page, rejected.locator("[data-bad]").first)
    page.keyboard.type("A4")
    page.keyboard.press("Enter")
    expect(page.locator("#grid-says")).to_have_text("Saved.")
    expect(rejected).to_contain_text("3 fixed rows ready")
    # Only these.
    rejected.get_by_role("button", name="Import fixed rows").focus()
    page.keyboard.press("Enter")
    expect(rejected.locator("tbody tr")).to_have_count(1, timeout=30_000)
    expect(rejected).to_contain_text("free")
    assert [row[0] for row in catalog()] == ["A1", "A2", "A3", "A4"]
    with page.expect_download() as errors:
        go(page, rejected.get_by_role("link", name="Download as CSV"))
    assert errors.value.path().read_text(encoding="utf-8-sig").count("\n") == 2


@pytest.mark.long
def test_a_rejected_row_has_its_form_where_there_is_no_script(
    browser: Browser, address: str, app: Flask, run_import: Run
) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    row = run_import(REFUSED)
    with visit(browser, base_url=address, java_script_enabled=False) as context:
        page = enter(context, address, app)
        page.goto(f"/imports/{row.id}")
        page.get_by_role("link", name="Edit line 5").click()
        page.get_by_label("sku", exact=True).fill("A4")
        page.get_by_role("button", name="Save fix").click()
        page.locator(".chip", has_text="Unreadable price").click()
        page.get_by_role("button", name="Import them without price").click()
        expect(page.locator("#rejected")).to_contain_text("4 fixed rows ready")


def test_cells_are_pasted_instead_of_a_file(page: Page) -> None:
    page.goto("/imports/new")
    paste = """text => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", text);
        document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }"""
    page.evaluate(paste, "a word")
    page.evaluate(paste, "SKU\tName\r\nZ1\tLamp\r\n")
    expect(page.locator("h1")).to_contain_text(re.compile(r"Pasted cells, \d+ \w{3} \d\d:\d\d"))
    expect(page.locator("[data-look]")).to_contain_text("The only row is ready.")
    # The same from the field; then it starts.
    page.goto("/imports/new")
    page.get_by_text("Or paste cells").click()
    page.get_by_label("Cells, including the row of column names").fill("SKU\tName\nZ2\tChair\nZ3\tDesk\n")
    page.get_by_role("button", name="Check these cells").click()
    expect(page.locator("[data-look]")).to_contain_text("Both rows are ready.")
    import_it(page)
    expect(page.locator("h1")).to_contain_text("Completed", timeout=30_000)
    assert [row[0] for row in catalog()] == ["Z2", "Z3"]


PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
TWO = {"a.csv": b"sku,name\nA1,Lamp\n", "list.pdf": PDF, "b.csv": b"sku,name\nA1,Lamp 2\nB1,Bed\n"}


def choose(page: Page, files: dict[str, bytes]) -> Locator:
    """Choose files; the list of them."""
    page.locator('input[type="file"]').set_input_files(
        [{"name": n, "mimeType": "", "buffer": data} for n, data in files.items()]
    )
    return page.locator("[data-files] li")


@pytest.mark.long
def test_several_files_have_a_verdict_each_and_one_that_is_none_stops_nothing(page: Page) -> None:
    page.goto("/imports/new")
    lines = choose(page, TWO | {"c.csv": b"glow,tint\nwarm,red\n"})
    title = page.locator("[data-files-title]")
    expect(title).to_have_text("4 files, 2 ready, 2 to check", timeout=30_000)
    expect(title).to_be_focused()
    expect(lines.nth(0)).to_contain_text("The only row is ready.")
    expect(lines.nth(1)).to_contain_text("not a CSV file but a PDF document")
    expect(lines.nth(2)).to_contain_text("Both rows are ready.")
    assert look(page, "several files") == []
    page.get_by_role("button", name="Import 2 files").dblclick()
    expect(lines.nth(2)).to_contain_text("Import started.")
    assert [row.held for row in db.session.scalars(select(Import).order_by(Import.id))] == [False, True, False, True]
    # The others ask on the page of their import.
    lines.nth(3).get_by_role("link").press("Enter")
    expect(page.locator("[data-look]")).to_contain_text("SKU")
    page.go_back()
    expect(page).to_have_url(re.compile("/imports/new[?]imports=1,2,3,4$"))
    expect(lines).to_have_count(4)
    expect(lines.nth(1)).to_contain_text("not a CSV file but a PDF document")
    expect(page.get_by_text("Choose a file", exact=True)).to_be_visible()


@pytest.mark.long
def test_a_reload_in_the_middle_of_several_goes_on_with_the_one_that_was_cut(page: Page, tmp_path: Path) -> None:
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    for file in files:
        file.write_text(f"sku,name\n{file.stem},Lamp\n")
    held: list[Route] = []
    begun: list[str] = []
    page.on("dialog", lambda dialog: dialog.accept())  # leave although it is being sent
    page.on("request", lambda r: begun.append(r.url) if r.url.endswith("/begin") else None)
    page.goto("/imports/new")
    chosen, lines = page.locator('input[type="file"]'), page.locator("[data-files] li")
    page.route("**/uploads/*", lambda route: held.append(route) if len(begun) == 2 else route.continue_())
    with page.expect_event("request", lambda r: r.method == "HEAD" and len(begun) == 2):
        chosen.set_input_files(files)
    expect(lines.nth(0)).to_contain_text("The only row is ready.")
    expect(lines.nth(1).get_by_role("progressbar")).to_be_visible()
    page.reload()
    page.unroute("**/uploads/*")
    expect(lines.nth(1)).to_contain_text("The upload of this file is not complete.")
    chosen.set_input_files(files)
    expect(page.locator("[data-files-title]")).to_have_text("2 files, all ready", timeout=30_000)
    assert len(begun) == 3  # b.csv was begun once, before the reload
    assert control.get(4) is None


@pytest.mark.long
def test_a_double_click_on_any_button_of_an_import_does_it_once(page: Page, run_import: Run) -> None:
    made = run_import("sku,name\nA,Lamp\n")
    b, c = (run_import(f"sku,name\n{sku},Bed\n", review=True).id for sku in "BC")
    failed = run_import('sku,name\nA,"open\n').id
    undo = f"changes/{made.change_set_id}/undo"
    posts: list[str] = []
    page.on("request", lambda r: posts.append(r.url.split("/", 3)[3]) if r.method == "POST" else None)

    def twice(place: str, button: str, then: str) -> None:
        page.goto(place)
        with page.expect_response(lambda r: r.request.redirected_from is not None):
            page.get_by_role("button", name=button, exact=True).dblclick()
        expect(page.locator("main")).to_contain_text(then, timeout=30_000)

    twice(f"/imports/{b}/plan", "Apply 1 change", "1 product created")
    twice(f"/imports/{c}/plan", "Discard", "The import was discarded")
    twice(f"/imports/{failed}", "Import again", "The import failed")
    twice(f"/{undo}", "Undo now", "no longer in the catalog")
    db.session.remove()
    with db.engine.connect() as writer:
        writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
        late = create("sku,name\nD,Door\n").id
        page.goto(f"/imports/{late}")
        expect(page.locator("#progress")).to_contain_text("Comparing with the catalog")
        page.get_by_role("button", name="Cancel import").dblclick()
        page.locator("#cancel-dialog").get_by_role("button", name="Cancel import").dblclick()
        # It does not wait for who writes; "Cancelling" may be over before it is seen.
        expect(page.locator("main")).to_contain_text(re.compile("Cancelling|was cancelled"))
    expect(page.locator("main")).to_contain_text("The import was cancelled", timeout=30_000)
    assert posts == [
        f"imports/{b}/apply",
        f"imports/{c}/discard",
        f"imports/{failed}/retry",
        undo,
        f"imports/{late}/cancel",
    ]
    assert [row[0] for row in catalog()] == ["B"]


# ---- the first look ----


def test_the_wizard_by_keyboard_with_a_file_whose_every_guess_is_wrong(
    page: Page, address: str, tmp_path: Path
) -> None:
    """Encoding, header and columns are set right with the keyboard alone; the start is blocked until they are."""
    path = tmp_path / "liste.csv"
    file = "x;à la crème;a1;5.000;1\ny;brûlée à chaud;a2;6.000;2\n".encode("cp1252")
    path.write_bytes(file)
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(path)
    on = page.get_by_role("button", name="Continue")
    expect(page.locator("[data-look]")).to_be_visible()
    expect(on).to_be_disabled()
    for choices, shown in (
        ((("Encoding", "Windows-1252"), ("Column names", "No header")), "column 3"),
        (
            (
                ("column 3 is imported as", "SKU"),
                ("column 2 is imported as", "Name"),
                ("column 4 is imported as", "Price"),
            ),
            "in two ways",
        ),
        ((("Number format", "1.2"),), "Both rows are ready."),
    ):
        for label, letters in choices:
            say(page, label, letters)
        expect(page.locator("[data-look]")).to_contain_text(shown, timeout=30_000)
    for title, rows in (
        ("Clean up: column 5", [("Name of column 5 as an attribute", "stock")]),
        ("Clean up: column 3", [("Step 1 of column 3", "UP")]),
        (
            "Combine columns",
            [("Combine 1: field or attribute", "label"), ("Combine 1: column 1", "1"), ("Combine 1: column 2", "2")],
        ),
        (
            "Add a fixed value",
            [("Value 1: field or attribute", "source"), ("Value 1: the same in every row", "spring")],
        ),
    ):
        page.locator("summary", has_text=title).focus()
        page.keyboard.press("Enter")
        for label, letters in rows:
            say(page, label, letters)
    for row in ("Step 2 of column 3", "Combine 2: column 1", "Value 2: field or attribute"):
        expect(page.get_by_label(row, exact=True)).to_be_visible()
    assert look(page, "columns") == []
    expect(on).to_be_enabled()
    page.reload()  # what is chosen is kept
    expect(page.get_by_label("Name of column 5 as an attribute")).to_have_value("stock")
    page.locator("summary", has_text="Save as template").focus()
    page.keyboard.press("Enter")
    say(page, "Template name", "Crémier")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved as the template “Crémier”")
    on.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check what will be imported")).to_be_visible()
    assert look(page, "check") == []
    go(page, page.get_by_role("button", name="Import 2 products"))
    expect(page.get_by_role("link", name="See products")).to_be_visible(timeout=30_000)
    assert [(*row[:2], row[3], row[5]) for row in catalog()] == [
        ("A1", "à la crème", 5000, {"stock": "1", "label": "x à la crème", "source": "spring"}),
        ("A2", "brûlée à chaud", 6000, {"stock": "2", "label": "y brûlée à chaud", "source": "spring"}),
    ]
    (kept,) = import_templates.listed()
    assert kept.name == "Crémier" and kept.options["numbers"] == "comma"


def say(page: Page, label: str, letters: str) -> None:
    """Go to a control and type, as fast as a person could."""
    control = page.get_by_label(label, exact=True)
    control.and_(page.locator(":not([type=radio])")).focus()
    page.keyboard.type(letters)
    page.keyboard.press("Tab")


@pytest.mark.long
def test_nothing_typed_is_lost_however_late_answers_come(page: Page, tmp_path: Path) -> None:
    """Answers are held back while a user types; one to choices of before is not shown."""
    path = tmp_path / "list.csv"
    path.write_text("sku,name,a,b,c,d\nA1,Lamp,1,2,3,no\n")
    page.goto("/imports/new")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("[data-look]")).to_be_visible()
    page.goto(f"{page.url}?step=columns")
    held: list[Route] = []
    page.route(LOOK, lambda route: held.append(route))
    first, second = (page.get_by_label(f"Name of {n} as an attribute") for n in "ab")
    for letter in "ab":
        page.locator("summary", has_text=f"Clean up: {letter}").click()
    with page.expect_request(LOOK):
        say(page, "Name of a as an attribute", "colour")
    second.focus()
    page.keyboard.type("size xl")
    with page.expect_request(LOOK):  # the answer to the colour alone is not shown: the size is asked about
        held.pop(0).continue_()
    expect(second).to_be_focused()
    expect(second).to_have_value("size xl")
    with page.expect_response(LOOK):
        held.pop(0).continue_()
    page.unroute(LOOK)
    expect(page.locator(".as-stored")).to_contain_text("size xl")
    expect(first).to_have_value("colour")
    page.reload()
    expect(second).to_have_value("size xl")
    expect(first).to_have_value("colour")


# ---- a review ----


def test_from_the_file_over_its_plan_to_the_catalog(page: Page, run_import: Run) -> None:
    run_import(SHOP)
    run_import(f"sku,name,description\nA,Lamp,{LONG} old\n")
    page.goto("/imports/new")
    file = {"name": "spring.csv", "mimeType": "text/csv", "buffer": SPRING.encode()}
    page.locator('input[type="file"]').set_input_files(file)
    expect(page.locator("[data-look]")).to_be_visible()
    page.goto(f"{page.url}?step=check")
    page.get_by_label("Review changes first").check()
    page.locator("[name=anyway]").check()
    page.get_by_role("button", name="Prepare the review").click()
    page.get_by_role("link", name="Review changes").click()
    page.wait_for_url("**/plan")
    plan = page.url
    expect(page.locator("mark")).to_have_text(["old", "new"])
    page.get_by_label("SKU or name").fill("desk")
    page.get_by_label("SKU or name").press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{plan}?what=rejected")
    assert page.locator(".cell-reason").evaluate_all(CUT) == [False]
    edit("B", name="Sofa")
    page.goto(plan)
    expect(page.get_by_text("Changed since", exact=True)).to_be_visible()
    assert look(page, "plan") == []
    page.get_by_label("Use the file's values").check()
    page.get_by_role("button", name=re.compile(r"Apply \d changes")).click()
    expect(page.locator("#import-head")).to_contain_text("Partly imported")
    assert names()["B"] == "Chair"


@pytest.mark.long
def test_an_editor_moves_a_waiting_import_to_the_front_by_keyboard(
    open_to_axe: BrowserContext, address: str, app: Flask
) -> None:
    """No worker chooses: the test holds the lock under which they do."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = enter(open_to_axe, address, app)
    with db.engine.connect() as connection:
        connection.execute(text(f"SELECT pg_advisory_xact_lock({waiting_rows.TURN_LOCK})"))
        first, second = create("sku,name\nA,Lamp\n").id, create("sku,name\nB,Lamp\n").id
        found = audit(page, f"{address}/imports/{second}") + audit(page, f"{address}/imports")
        row = page.get_by_role("row").filter(has_text=f"#{second}")
        expect(row).to_contain_text("2nd in the queue")
        row.get_by_role("button", name="Move to front").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text(f"Import {second} has high priority now. Next in the queue")).to_be_visible()
        expect(page.get_by_role("row").filter(has_text=f"#{second}").get_by_role("button")).to_contain_text(
            "Back to normal"
        )
        page.goto(f"{address}/imports/{first}")
        expect(page.get_by_role("button", name="Move to front")).to_be_visible()
    expect(page.get_by_text("1 product created").first).to_be_visible()
    expect(page.get_by_role("button", name="Move to front")).to_have_count(0)
    assert found == []
