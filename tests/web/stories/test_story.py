"""The whole story in a real browser, on the processes that a user would start."""

import hashlib
import os
import re
import signal
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
import urllib3
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect
from sqlalchemy import text

from catalog import importer
from catalog.changes import log as change_log
from catalog.imports import control
from catalog.imports.intake import receive, sample, uploads
from catalog.models import Import, User, db
from catalog.ops import children
from catalog.people import COMMAND_LINE, Actor, tokens, users
from catalog.products import editing
from tests.conftest import EMAIL, PASSWORD, catalog, counts, create
from tests.importer.test_formats import workbook
from tests.support.browsing import enter, import_it, visit
from tests.support.live import COMMAND, environment
from tests.support.looks import audit, look
from tests.support.proxy import proxy
from tests.support.sessions import soon

pytestmark = pytest.mark.browser

IMPORT_PAGE = re.compile(r"/imports/\d+$")
DROP = """([zone, name, text]) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], name, {type: "text/csv"}));
    for (const type of ["dragenter", "dragover", "drop"])
        zone.dispatchEvent(new DragEvent(type, {dataTransfer: transfer, bubbles: true, cancelable: true}));
}"""


@pytest.fixture
def context(browser: Browser, address: str, app: Flask, complaints: list[str]) -> Iterator[BrowserContext]:
    """A browser profile that is signed in."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, complaints, viewport={"width": 1440, "height": 900}) as context:
        enter(context, address, app)
        yield context


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """The page that has just signed in."""
    return context.pages[-1]


def sign_in(page: Page, address: str, email: str = EMAIL) -> None:
    """Through the form, as anybody would."""
    page.goto(f"{address}/login")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("Password").press("Enter")
    page.wait_for_url(f"{address}/products")


def csv_of(rows: int, tmp_path: Path) -> Path:
    """A sample file."""
    path = tmp_path / "spring.csv"
    with path.open("wb") as file:
        sample.write(file, rows)
    return path


def ended(import_id: int = 1, seconds: float = 60) -> Import:
    """The import once it has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        row = control.get(import_id)
        db.session.rollback()
        if row is not None and row.finished_at is not None:
            return row
        time.sleep(0.05)
    raise AssertionError("the import does not end")


def test_drop_a_file_watch_the_bar_find_a_product(page: Page, address: str, complaints: list[str]) -> None:
    rows = "".join(f'A{n},Lamp {n},"warm\nlight"\n' for n in range(30_000))
    page.goto(f"{address}/imports/new")
    zone = page.locator("[data-dropzone]").element_handle()
    file = f"sku,name,description\n{rows},no sku,x\n"
    db.session.remove()
    with db.engine.connect() as writer:  # the bar stands still until the test has seen it
        writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
        page.evaluate(DROP, [zone, "spring.csv", file])
        import_it(page)
        page.wait_for_url(IMPORT_PAGE)
        expect(page.get_by_role("heading", name="spring.csv")).to_be_visible()
        expect(page.locator("#progress progress").first).to_be_visible()
    expect(page.locator("#progress")).to_contain_text("30,000", timeout=30_000)
    expect(page.get_by_role("link", name="See products")).to_be_visible(timeout=30_000)
    expect(page.locator("main")).to_contain_text("Completed")
    expect(page.locator("#rejected-place")).to_contain_text("60,002")
    page.get_by_role("link", name="See products").first.click()
    page.get_by_role("searchbox").fill("lamp 29999")
    expect(page.get_by_role("link", name="A29999", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile("q=lamp"))
    assert complaints == []


def test_an_undo_shows_what_it_would_do_and_the_history_finds_the_import(
    page: Page, address: str, run_import: Callable[..., Import], complaints: list[str]
) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Chair\n")
    editing.update(Actor("page"), 1, 1, {"name": "My lamp"})
    page.goto(f"{address}/imports?q=test")
    page.get_by_role("link", name="test.csv").click()
    expect(page.locator("#log")).to_contain_text("Completed: 2 rows = 2 created.")
    page.get_by_role("link", name="Undo import").click()
    expect(page.locator("#would")).to_contain_text("1created: will be deleted")
    expect(page.get_by_role("table")).to_contain_text("My lamp")
    page.get_by_role("button", name="Undo now").click()
    expect(page.get_by_text("1 product was deleted").first).to_be_visible()
    page.goto(f"{address}/products/1")
    expect(page.locator("#origins")).to_contain_text("import 1, line 2 of test.csv")
    assert complaints == []


def test_without_javascript_everything_works_but_live(
    without_scripts: BrowserContext, address: str, app: Flask, tmp_path: Path
) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = without_scripts.new_page()
    sign_in(page, address)
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(csv_of(500, tmp_path))
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(IMPORT_PAGE)
    import_it(page)
    ended()
    page.reload()
    expect(page.locator("main")).to_contain_text("Completed")
    page.goto(f"{address}/products")
    page.get_by_role("searchbox").fill("nothing like this")
    page.get_by_role("searchbox").press("Enter")
    expect(page).to_have_url(re.compile("q=nothing"))


def test_a_stream_opens_however_late_its_script_comes(context: BrowserContext, address: str) -> None:
    """Found by a test that failed once in ten: htmx began before its extension was there, and the bar stood still."""
    page = context.new_page()

    def late(route: Route) -> None:
        time.sleep(0.5)  # of a slow line
        route.continue_()

    page.route("**/hx-sse-*", late)
    number = running_for_ever()
    with page.expect_request("**/imports/*/events"):
        page.goto(f"{address}/imports/{number}")


def running_for_ever() -> int:
    """The id of an import that looks as if a worker were at it, for as long as it takes."""
    row = create("sku,name\nA1,Lamp\n")
    ended(row.id)
    with db.engine.begin() as connection:
        connection.execute(
            text("UPDATE imports SET state = 'reading', finished_at = NULL, lease_expires_at = 'infinity'")
        )
    return row.id


def test_a_stream_that_falls_silent_is_opened_again(context: BrowserContext, address: str) -> None:
    """A web host that lost its network ends no connection, and not every balancer does it then."""
    page, url = context.new_page(), urlsplit(address)
    number = running_for_ever()
    page.clock.install()
    with proxy((url.hostname or "", url.port or 0)) as line:
        with page.expect_response("**/imports/*/events"):
            page.goto(f"{line.url}/imports/{number}")
        line.freeze()
        with page.expect_request("**/imports/*/events"):
            page.clock.run_for(8_000)


def test_two_tabs_and_a_reload_show_the_same_truth(context: BrowserContext, address: str, tmp_path: Path) -> None:
    first, second = context.pages[-1], context.new_page()
    first.goto(f"{address}/imports/new")
    first.locator("input[type=file]").set_input_files(csv_of(20_000, tmp_path))
    first.wait_for_url(IMPORT_PAGE)
    second.goto(first.url)
    import_it(first)
    second.reload()
    ended()
    for page in (first, second):
        expect(page.get_by_role("link", name="See products")).to_be_visible(timeout=30_000)
    shown = first.locator("#progress").inner_text()
    second.reload()
    assert second.locator("#progress").inner_text() == shown


def test_an_upload_that_was_cut_goes_on_after_a_reload(
    context: BrowserContext, address: str, complaints: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "large.csv"
    line = "A{0},Lamp {0},{1}\n"
    path.write_text("sku,name,description\n" + "".join(line.format(n, "x" * 5000) for n in range(4000)))
    page = context.pages[-1]
    page.on("dialog", lambda dialog: dialog.accept())  # leave although it is being sent
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request) if request.method == "PATCH" else None)
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1}
    network = context.new_cdp_session(page)
    network.send("Network.emulateNetworkConditions", slow | {"uploadThroughput": 6_000_000})
    size = path.stat().st_size
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.locator("[data-percent]")).not_to_have_text("0%")

    def arrived() -> int:
        """The bytes that the server has. What the page says may be in the connection's buffers: all of it fits."""
        answer = context.request.head(sent[0].url, headers={"Tus-Resumable": "1.0.0"})
        return int(answer.headers["upload-offset"])

    soon(lambda: arrived() > size / 2)
    page.reload()
    page.goto(f"{address}/imports/new")
    page.route("**/uploads/*", lambda route: route.fulfill(status=503), times=1)  # busy for a moment
    page.locator("input[type=file]").set_input_files(path)
    import_it(page)
    complaints.clear()  # of that answer
    begun = [int(request.headers["upload-offset"]) for request in sent]
    assert begun[0] == 0 and len(begun) == 2 and size / 2 < begun[1] < size
    row = ended()
    assert (row.sha256, row.filename) == (hashlib.sha256(path.read_bytes()).hexdigest(), "large.csv")
    assert (row.state, row.created) == ("completed", 4000)


def test_a_file_over_the_limit_is_rejected_before_it_is_sent(page: Page, address: str) -> None:
    page.goto(f"{address}/imports/new")
    page.evaluate("() => { document.querySelector('[data-upload]').dataset.maxBytes = 10; }")
    zone = page.locator("[data-dropzone]").element_handle()
    page.evaluate(DROP, [zone, "big.csv", "sku,name\nA1,Lamp\n"])
    expect(page.get_by_role("alert")).to_contain_text("2 GiB")
    assert page.url.endswith("/imports/new")


def test_a_failed_import_offers_retry_and_a_running_one_cancel(page: Page, address: str) -> None:
    rows = "".join(f"A{n},a good row\n" for n in range(5000))
    page.goto(f"{address}/imports/{create(f'sku,name{chr(10)}{rows}A0,{chr(34)}open{chr(10)}').id}")
    retry = page.get_by_role("button", name=re.compile("Retry|again"))
    expect(retry).to_be_visible(timeout=15_000)
    expect(page.locator("main")).to_contain_text("a quote opens a cell here and is not closed")
    retry.click()
    expect(page.locator("main")).to_contain_text("a quote opens a cell here and is not closed", timeout=15_000)
    assert ended().takes == 1


@pytest.mark.long
def test_a_killed_workers_import_is_taken_over_and_nothing_is_lost(app: Flask, address: str, tmp_path: Path) -> None:
    """SIGKILL of the process that runs the job, and of the worker above it, in the middle of an import."""
    file = csv_of(150_000, tmp_path)
    with file.open("rb") as stream:
        upload = uploads.begin()
        upload.take(stream)
    row = receive.receive(Actor("cli"), upload, "spring.csv", importer.Options())
    import_id = row.id
    db.session.rollback()
    owner = owner_of(import_id)
    parent = psutil.Process(owner).parent()
    os.kill(owner, signal.SIGKILL)
    if parent:
        parent.kill()
    done = ended(import_id, 90)
    assert (done.state, done.lease_epoch > 1) == ("completed", True)
    assert done.rows == 150_000 == sum(v for name, v in counts(done).items() if name != "rows")
    assert len(catalog()) == done.created
    with db.engine.connect() as connection:
        left = connection.execute(text("SELECT count(*) FROM pg_class WHERE relname ~ '^import_[0-9]'")).scalar()
    assert left == 0


@pytest.mark.long
def test_web_restarts_and_what_is_sent_and_what_is_watched_go_on(
    page: Page, address: str, app: Flask, complaints: list[str]
) -> None:
    """A deploy: half of a file has come, and a user watches another import."""
    file = b"sku,name\n" + b"".join(b"B%d,x\n" % number for number in range(1000))
    _, token = tokens.create(COMMAND_LINE, db.session.get_one(User, 1), "deploy", "write")
    tus = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    part = {"Content-Type": "application/offset+octet-stream"}

    def ask(method: str, path: str, **more: Any) -> urllib3.BaseHTTPResponse:
        headers = tus | more.pop("headers", {})
        return urllib3.request(method, address + path, headers=headers, **more)

    create("sku,name\nA,x\n")
    db.session.remove()
    with db.engine.connect() as writer:
        writer.execute(text(f"SELECT pg_advisory_xact_lock({change_log.WRITER_LOCK})"))
        page.goto(f"{address}/imports/1")
        expect(page.locator("#progress")).to_contain_text("Comparing with the catalog")
        place = ask("POST", "/api/v1/uploads", headers={"Upload-Length": str(len(file))}).headers["Location"]
        ask("PATCH", place, headers=part | {"Upload-Offset": "0"}, body=file[:2000])
        restart_web(app.config["SETTINGS"].home, address)
        assert ask("HEAD", place).headers["Upload-Offset"] == "2000"
        ask("PATCH", place, headers=part | {"Upload-Offset": "2000"}, body=file[2000:])
        named = {"upload": place.rsplit("/", 1)[1]}
        assert ask("POST", "/api/v1/imports", fields=named).status == 202
    expect(page.locator("#import-head")).to_contain_text("Completed", timeout=20_000)
    complaints.clear()  # of the stream that was cut
    assert [(ended(n).state, ended(n).takes) for n in (1, 2)] == [("completed", 1)] * 2


def restart_web(home: Path, address: str) -> None:
    """As a deploy does: SIGTERM, and another one begins."""
    old = children._marked(home, "web")
    min(old, key=psutil.Process.create_time).terminate()
    psutil.wait_procs(old, 20)
    # The port stays open: a client waits for the next one.
    assert urllib3.request("GET", f"{address}/healthz", timeout=30).status == 200


def owner_of(import_id: int) -> int:
    """The process that holds the lease, once one does and has read something."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        row = control.get(import_id)
        db.session.rollback()
        if row is not None and row.lease_owner and row.rows:
            return int(row.lease_owner.rsplit(":", 1)[1])
        time.sleep(0.02)
    raise AssertionError("no worker takes the import")


@pytest.mark.long
def test_the_command_line_imports_through_the_queue_of_what_runs(app: Flask, address: str, tmp_path: Path) -> None:
    file = csv_of(2_000, tmp_path)
    settings = app.config["SETTINGS"]
    result = subprocess.run(
        [*COMMAND, "import", "--json", str(file)],
        env=environment(settings),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert result.returncode == 0, result.stderr
    row = ended()
    assert f'"id": {row.id}, "state": "completed", "rows": 2000' in result.stdout
    assert row.lease_owner and "100%" in result.stderr


PAGES = (
    "/products",
    "/products?q=none",
    "/products?q=lamp&active=true&change_set=1&sort=-price",
    "/products/new",
    "/products/1",
    "/products/1/edit",
    "/products/1/delete",
    "/products/delete-all",
    "/changes",
    "/changes/1",
    "/changes/1/undo",
    "/imports",
    "/imports?q=nobody&mode=update",
    "/imports/new",
    "/imports/1",
    "/imports/2",
    "/tokens",
    "/api/docs",
    "/status",
    "/nowhere",
)


@pytest.mark.long
def test_axe_finds_nothing_on_any_page(open_to_axe: BrowserContext, address: str, app: Flask, run_import) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = open_to_axe.new_page()
    found = audit(page, f"{address}/login")
    sign_in(page, address)
    found += audit(page, f"{address}/products") + audit(page, f"{address}/imports")
    run_import("sku,name,price,active\nA1,Lamp,1.50,yes\nA2,Chair,,no\n,x,,\n")
    run_import('sku,name\nA1,"open\n')
    for path in PAGES if os.environ.get("LOOKS") == "all" else PAGES[::2]:
        found += audit(page, address + path)
    assert found == []


def big_archive(path: Path, **members: bytes) -> Path:
    """A ZIP, or a workbook, of more than 1 MiB, whose table of contents is beyond what the page sends first."""
    with zipfile.ZipFile(path, "a") as packed:
        packed.writestr("padding.bin", b"\0" + os.urandom(1_200_000))
        for name, data in members.items():
            packed.writestr(name.replace("__", "."), data)
    return path


@pytest.mark.long
def test_a_big_archive_and_a_big_workbook_are_looked_at_after_they_were_sent(
    page: Page, address: str, complaints: list[str], tmp_path: Path
) -> None:
    """They wait until a user has said what they are; then each table is an import, or all are one."""
    tables = {"a__csv": b"sku,name\nA1,Lamp\n", "b__csv": b"NAME,SKU\nBed,B1\n,B2\n"}
    seen = page.locator("[data-look]")
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(big_archive(tmp_path / "spring.zip", **tables))
    expect(seen).to_contain_text("This archive has 2 tables", timeout=30_000)
    expect(page.locator("#archive-files")).to_contain_text("padding.bin")
    assert look(page, "undecided") == []
    page.get_by_role("button", name="Import each on its own").click()
    expect(page.locator("#archive-files")).to_contain_text("import 2")
    expect(page.locator("[data-look-problem]")).to_have_count(0)
    import_it(page)
    batch = page.locator("#batch")
    expect(batch).to_contain_text("spring.zip: b.csv", timeout=30_000)
    expect(batch.get_by_text("Completed")).to_have_count(1, timeout=30_000)
    expect(batch.get_by_text("Partly imported")).to_have_count(1, timeout=30_000)
    assert look(page, "batch") == []
    batch.get_by_role("link", name="spring.zip: b.csv").click()
    expect(page.locator("#rejected")).to_contain_text("Line 3, NAME")
    # A workbook: the same way, the sheet that has a table.
    sheets = [[["x"]], [["sku", "name"], ["C1", "Cup"]]]
    path = tmp_path / "book.xlsx"
    path.write_bytes(workbook(*sheets))
    page.goto(f"{address}/imports/new")
    page.locator("input[type=file]").set_input_files(big_archive(path))
    expect(seen).to_contain_text("Cup", timeout=30_000)
    import_it(page)
    expect(page.get_by_role("link", name="See products")).to_be_visible(timeout=30_000)
    assert [row[:2] for row in catalog()] == [("A1", "Lamp"), ("B1", "Bed"), ("C1", "Cup")]
    assert complaints == []
