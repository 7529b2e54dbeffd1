"""A real Chromium for each test process, and visits to it: what they complain of, and who is signed in.

A visit has a browser context that an earlier one with the same options has left, with an empty page and nothing stored.
That page keeps the process and the cache: a new context starts a process and reads all scripts and styles again, which
doubles what a short test costs. To set the storage state costs more than that, so what is stored is deleted by hand.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, WebError, expect, sync_playwright

from tests.conftest import EMAIL, signed_in
from tests.support.find_browser import installed

if TYPE_CHECKING:
    from flask import Flask

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SECONDS = 30
"""How long what is awaited may take: on a busy machine, Playwright's five seconds end before an answer is drawn."""
expect.set_options(timeout=SECONDS * 1000)
EXPECTED = re.compile(r"responded with a status of (409|422) ")
ORIGIN = re.compile(r"https?://[^/]+")


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=installed(), args=ARGUMENTS)
        yield browser
        _left.clear()
        browser.close()


_left: dict[str, BrowserContext] = {}
"""The contexts of visits that are over, by their options."""


@contextmanager
def visit(
    browser: Browser, complaints: list[str] | None = None, is_last: bool = False, **options: Any
) -> Iterator[BrowserContext]:
    """A context with these options; what goes wrong in it is added to `complaints`. The last visit leaves none."""
    name = repr(sorted(options.items()))
    context = _left.pop(name, None) or browser.new_context(**options)
    found: list[str] = [] if complaints is None else complaints
    # Pages of the visit before close when the browser finds the time: what they say of a finished test counts no more.
    before = context.pages[:-1]
    told, failed = partial(_hear, found, before), partial(_note, found, before)
    context.on("console", told)
    context.on("weberror", failed)
    yield context
    if is_last:
        context.close()
        return
    context.remove_listener("console", told)
    context.remove_listener("weberror", failed)
    _forget(context)
    _left[name] = context


def _forget(context: BrowserContext) -> None:
    before = context.pages
    origins = {found[0] for page in before if (found := ORIGIN.match(page.url))}
    context.unroute_all()
    context.clear_cookies()
    devtools = context.new_cdp_session(context.new_page())
    for page in before:
        # Told, not waited for: a busy browser may take its time, and Playwright would wait for ever.
        target = context.new_cdp_session(page).send("Target.getTargetInfo")["targetInfo"]["targetId"]
        devtools.send("Target.closeTarget", {"targetId": target})
    for origin in origins:
        devtools.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": "local_storage,indexeddb"})
    devtools.detach()


def _hear(complaints: list[str], not_of: list[Page], message: ConsoleMessage) -> None:
    """Errors, warnings, what the CSP refused, answers that are no success.

    The browser calls a form that comes back with its errors (422) or a conflict (409) a failure; that is an answer.
    """
    if message.page in not_of:
        return
    if message.type in ("error", "warning") and not EXPECTED.search(message.text):
        complaints.append(f"{message.text} {message.location.get('url', '')}")


def _note(complaints: list[str], not_of: list[Page], error: WebError) -> None:
    if error.page not in not_of:
        complaints.append(str(error.error))


def enter(context: BrowserContext, address: str, app: "Flask") -> Page:
    """The first page of who signed in elsewhere: the form and a hash of full price are for the tests about them."""
    cookie = signed_in(app, EMAIL).get_cookie("session")
    assert cookie is not None
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    page = context.pages[-1] if context.pages else context.new_page()
    page.goto(f"{address}/products")
    return page


def import_it(page: Page) -> None:
    """From the step at which a chosen file is, on to its import."""
    on, start = page.get_by_role("button", name="Continue"), page.locator("#foot [name=again]")
    expect(on.or_(start)).to_be_visible(timeout=30_000)
    if on.is_visible():
        on.click()
    start.click()
    expect(start).to_have_count(0)
