"""The whole screen of webhooks in a real browser, on the processes that a user would start."""

import re
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from catalog import webhooks
from catalog.people import COMMAND_LINE, users
from tests.conftest import EMAIL, PASSWORD
from tests.support.browsing import enter, visit
from tests.support.looks import audit
from tests.web.stories.test_story import sign_in
from tests.webhooks.conftest import Receiver, reply

pytestmark = pytest.mark.browser

WEBHOOK = re.compile(r"/webhooks/\d+$")


@pytest.fixture
def context(browser: Browser, address: str, app: Flask, complaints: list[str]) -> Iterator[BrowserContext]:
    """A browser profile that is signed in."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    with visit(browser, complaints, viewport={"width": 1280, "height": 900}) as context:
        enter(context, address, app)
        yield context


def make(page: Page, address: str, receiver: Receiver, name: str) -> None:
    """A webhook, through the form; the receiver gets the secret that the page shows."""
    page.goto(f"{address}/webhooks/new")
    page.get_by_label("URL").fill(receiver.url)
    page.get_by_label("Description").fill(name)
    page.get_by_role("button", name="Create webhook").click()
    page.wait_for_url(WEBHOOK)
    receiver.secrets = [page.locator("#new-secret").inner_text()]


def happen(app: Flask, count: int) -> None:
    """So many events."""
    url = app.config["SETTINGS"].libpq_url
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        for number in range(count):
            webhooks.record(cursor, "product.created", {"id": number})
        connection.commit()


def test_make_one_and_test_it(context: BrowserContext, address: str, receiver: Receiver, complaints: list[str]) -> None:
    page = context.pages[-1]
    page.goto(f"{address}/webhooks")
    page.get_by_role("link", name="Create a webhook").click()
    make(page, address, receiver, "Search index")
    page.get_by_role("link", name="Test").click()
    page.get_by_label("Event").select_option("product.updated")
    expect(page.locator("#sample")).to_contain_text('"old"')
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Delivered")).to_be_visible()
    assert complaints == [] and receiver.problems == []


def test_watch_select_and_send_again(
    context: BrowserContext, app: Flask, address: str, receiver: Receiver, complaints: list[str]
) -> None:
    page = context.pages[-1]
    make(page, address, receiver, "Search index")
    receiver.answer = lambda handler, _: reply(handler, 503)
    page.goto(f"{address}/webhooks/deliveries")
    happen(app, 3)
    log = page.locator("#log")
    expect(log.get_by_text("Retrying").first).to_be_visible(timeout=15_000)
    receiver.answer = lambda handler, _: reply(handler, 200)
    box = page.get_by_role("checkbox").first
    box.check()
    page.wait_for_timeout(2500)
    expect(box).to_be_checked()  # the log waits while the user selects
    page.get_by_role("button", name="Send selected again").click()
    expect(log.get_by_text("Delivered").first).to_be_visible(timeout=15_000)
    page.locator(".row-link").first.click()
    page.get_by_role("link", name="Request").click()
    expect(page.locator("#request-body")).to_contain_text("product.created")
    assert complaints == [] and receiver.problems == []


def test_switch_rotate_and_delete(context: BrowserContext, address: str, receiver: Receiver) -> None:
    page = context.pages[-1]
    make(page, address, receiver, "Shop")
    page.get_by_role("switch").click()
    expect(page.get_by_role("switch")).not_to_be_checked()
    page.get_by_role("button", name="Rotate").click()
    expect(page.locator("#new-secret")).not_to_have_text(receiver.secrets[0])
    expect(page.get_by_text("The old secret is also used")).to_be_visible()
    page.get_by_role("link", name="Delete this webhook").click()
    page.get_by_role("button", name="Delete webhook").click()
    expect(page.get_by_text("No webhooks yet")).to_be_visible()


@pytest.mark.long
def test_axe_finds_nothing_on_any_page(browser: Browser, address: str, app: Flask, receiver: Receiver) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    page = browser.new_context(bypass_csp=True).new_page()  # the only one of its kind here
    sign_in(page, address)
    found = audit(page, f"{address}/webhooks")
    make(page, address, receiver, "Search index")
    receiver.answer = lambda handler, _: reply(handler, 410)
    happen(app, 3)
    page.goto(f"{address}/webhooks/deliveries")
    expect(page.locator("#log").get_by_text("Failed").first).to_be_visible(timeout=15_000)
    page.locator(".row-link").first.click()
    delivery = page.url.removeprefix(address)
    paths = ["", "/new", "/1", "/1/edit", "/1/test", "/1/delete", "/deliveries"]
    everywhere = [f"/webhooks{path}" for path in paths]
    for path in (*everywhere, delivery, f"{delivery}?tab=request"):
        found += audit(page, address + path)
    page.context.close()
    assert found == []
