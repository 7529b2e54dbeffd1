"""Users, one's own account, and hostile words, in a real browser."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from catalog.models import db
from catalog.people import COMMAND_LINE, invitations, sessions, tokens, users
from tests.conftest import EMAIL, PASSWORD
from tests.support.browsing import visit
from tests.support.looks import audit
from tests.web.stories.test_story import sign_in

pytestmark = pytest.mark.browser

BOB = "bob@example.com"


@pytest.fixture
def context(browser: Browser, app: Flask, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """The admin's browser."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    with visit(browser, complaints, base_url=address, viewport={"width": 1280, "height": 900}) as context:
        yield context


@pytest.fixture
def others(browser: Browser, address: str, complaints: list[str]) -> Iterator[BrowserContext]:
    """The browser of another user."""
    with visit(browser, complaints, base_url=address) as context:
        yield context


@pytest.fixture
def page(context: BrowserContext, address: str) -> Page:
    """The admin, signed in."""
    page = context.new_page()
    sign_in(page, address)
    return page


def test_invite_somebody_who_turns_the_second_factor_on_and_comes_back_with_it(
    page: Page, others: BrowserContext, address: str, complaints: list[str]
) -> None:
    page.get_by_role("link", name="Users").first.click()
    page.get_by_label("Email").fill(BOB)
    page.get_by_label("Role").select_option("editor")
    page.get_by_role("button", name="Create invite link").click()
    link = page.locator(".code-box code").inner_text()
    assert link.startswith(f"{address}/invitation/")

    bob = others.new_page()
    bob.goto(urlsplit(link).path)
    bob.get_by_label("Password").fill(PASSWORD)
    bob.get_by_role("button", name="Set the password").click()
    expect(bob).to_have_url(re.compile("/products$"))  # signed in
    expect(bob.get_by_role("link", name="Users")).to_have_count(0)

    bob.get_by_role("link", name=BOB).click()
    bob.get_by_role("link", name="Turn it on").click()
    expect(bob.get_by_alt_text("QR code of the secret")).to_be_visible()
    assert bob.evaluate("() => document.querySelector('.qr').naturalWidth") > 100
    secret = bob.locator(".copyable code").inner_text()
    bob.get_by_role("textbox", name="Code").fill(pyotp.TOTP(secret).now())
    bob.get_by_label("Current password").fill(PASSWORD)
    bob.get_by_role("button", name="Turn it on").click()
    expect(bob.locator(".recovery-codes code")).to_have_count(10)
    codes = bob.locator(".recovery-codes code").all_inner_texts()
    bob.get_by_role("button", name="Sign out").first.click()

    bob.get_by_label("Email").fill(BOB)
    bob.get_by_label("Password").fill(PASSWORD)
    bob.get_by_role("button", name="Sign in").click()
    bob.get_by_role("textbox", name="Code").fill(codes[0])
    bob.get_by_role("button", name="Sign in").click()
    expect(bob).to_have_url(re.compile("/products$"))
    page.goto("/audit")
    expect(page.get_by_text("Recovery code used")).to_be_visible()
    assert complaints == []


def test_a_viewer_finds_no_way_to_change_anything(
    page: Page, others: BrowserContext, address: str, run_import, complaints: list[str]
) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Tea\n")
    users.create(COMMAND_LINE, "eve@example.com", PASSWORD, "viewer")
    eve = others.new_page()
    sign_in(eve, address, "eve@example.com")
    expect(eve.get_by_text("Lamp")).to_be_visible()
    expect(eve.get_by_role("checkbox")).to_have_count(0)
    expect(eve.get_by_role("switch")).to_have_count(0)
    state = eve.locator("td.cell-state .pill").first.bounding_box()
    updated = eve.locator("td.cell-when").first.bounding_box()
    assert state and updated and state["x"] + state["width"] <= updated["x"]
    for key in ("n", "j", "x", "e"):
        eve.keyboard.press(key)
    expect(eve).to_have_url(re.compile("/products$"))
    eve.get_by_role("radio", name="Active", exact=True).check(force=True)
    expect(eve).to_have_url(re.compile("active=true"))
    assert complaints == []


def test_a_role_that_was_taken_away_is_told_in_the_corner(page: Page, run_import, complaints: list[str]) -> None:
    run_import("sku,name\nA1,Lamp\n")
    page.goto("/products")
    user = users.by_email(EMAIL)
    user.role = "viewer"
    db.session.commit()
    page.get_by_role("switch").click()
    expect(page.locator("#toasts")).to_contain_text("This is not allowed")
    expect(page.locator("tbody tr")).to_contain_text("Lamp")
    assert [text for text in complaints if "403" not in text] == []
    complaints.clear()


# ---- hostile words ----

TAGS = [
    "<script>alert({n})</script>",
    "<img src=x onerror=alert({n})>",
    "<svg/onload=alert({n})>",
    "<svg><script>alert({n})</script></svg>",
    "<body onload=alert({n})>",
    "<iframe srcdoc='<script>parent.alert({n})</script>'>",
    "<details open ontoggle=alert({n})>",
    "<input autofocus onfocus=alert({n})>",
    "<style>*{{background:url(//evil.example/{n})}}</style>",
    "<link rel=stylesheet href=//evil.example/{n}.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example/{n}'>",
    "<base href=//evil.example/{n}>",
    "<form action=//evil.example/{n}><input type=submit>",
    "<a href=javascript:alert({n})>x</a>",
    "<math><mtext></mtext><mglyph><style><img src=x onerror=alert({n})>",
    "<template hx type=partial hx-target=body>{n}</template>",
    '<hx-partial hx-target="body"><script>alert({n})</script></hx-partial>',
    '<div hx-get="/logout" hx-trigger="load">{n}</div>',
    '<div hx-on:load="alert({n})">',
    "<noscript><p title='</noscript><img src=x onerror=alert({n})>'>",
]
AROUND = [
    "{}",
    '">{}',
    "'>{}",
    "</strong></td>{}",
    "</textarea>{}",
    "</title>{}",
    "--></script>{}",
    "{{{{7*7}}}}{}",
    "${{7*7}}{}",
    "\u202e{}",
    "&lt;{}",
    "%3Cscript%3E{}",
    '" autofocus onfocus="alert(1)" x="{}',
    "' onmouseover='alert(1)' x='{}",
    "javascript:alert(1)//{}",
]


def hostile() -> list[str]:
    """Three hundred names, each with a number, that want to be more than text."""
    names = [around.format(tag) for tag in TAGS for around in AROUND]
    return [name.replace("{n}", str(n)).strip() for n, name in enumerate(names)]


@pytest.mark.long
def test_hostile_names_are_text_wherever_they_stand(page: Page, run_import, complaints: list[str]) -> None:
    names = hostile()
    assert len(names) == 300

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    lines = [f"X{n:03},{cell(name)},{cell(name)}" for n, name in enumerate(names)]
    row = run_import("sku,name,description\n" + "\n".join(lines) + "\n" + f"{cell(names[0])},,\n")
    assert row.created == 300
    outside: list[str] = []
    page.on("request", lambda r: outside.append(r.url) if "evil.example" in r.url else None)
    seen: list[str] = []
    page.goto("/products")
    while True:
        cells = page.locator(".cell-name strong")
        seen += [" ".join(text.split()) for text in cells.all_text_contents()]
        following = page.get_by_role("link", name="Next")
        if not following.count():
            break
        first = cells.first.text_content()
        following.click()
        expect(cells.first).not_to_have_text(first or "")
    assert seen == [" ".join(name.split()) for name in names]
    for path in ("/products/1", "/products/1/edit", "/changes/1", "/imports/1"):
        page.goto(path)
    page.goto("/products")
    page.locator("#q").fill("<script>alert")
    expect(page).to_have_url(re.compile("q="))
    expect(page.locator(".cell-name mark").first).to_be_visible()
    assert (complaints, outside) == ([], [])


@pytest.mark.long
@pytest.mark.long
def test_axe_finds_nothing_on_the_pages_of_people(app: Flask, open_to_axe: BrowserContext, address: str) -> None:
    """Nor does a page scroll sideways for an address that has no place to break."""
    ann = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    sessions.begin(ann, 1)
    bob = invitations.invite(COMMAND_LINE, f"{'b' * 60}@example.com", "editor")
    tokens.create(COMMAND_LINE, ann, "t" * 60, "read")
    link = f"/invitation/{invitations.link_token(bob, app.config['SECRET_KEY'])}"
    page = open_to_axe.new_page()
    sign_in(page, address)
    found = []
    for path in (
        "/users",
        f"/users/{bob.id}",
        f"/users/{bob.id}/link",
        "/account",
        "/account/factor",
        "/account/sessions/end-others",
        "/tokens",
        "/status",
        "/audit",
        link,
    ):
        found += audit(page, f"{address}{path}")
    assert found == []
