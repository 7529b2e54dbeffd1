"""Every route, every role, and the strangers: one table says who may what, and the pages offer no more."""

import re
from itertools import product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from catalog.cli.commands.people import ROLES as CLI_ROLES
from catalog.models import ROLES, Import
from catalog.people import COMMAND_LINE, invitations, users
from catalog.web.http.access_control import API
from catalog.web.http.routes import PUBLIC, access
from tests.conftest import EMAIL, PASSWORD, browser_of, create, csrf, signed_in

SAFE = ("GET", "HEAD", "OPTIONS")


def routes(app: Flask) -> list[tuple[Rule, str, str]]:
    """Every rule with each of its methods and a path that it matches; not those that have a guard of their own."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        if not rule.rule.startswith(API):
            methods = sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
            found += [(rule, method, path) for method in methods]
    return found


def test_the_command_knows_the_same_roles() -> None:
    assert set(CLI_ROLES) == set(ROLES)


@pytest.mark.parametrize("role", ["", *ROLES])
def test_every_route_lets_in_who_may_and_nobody_else(app: Flask, role: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    # User 1 and session 1, which the paths name, belong to another user.
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    signed_in(app, EMAIL)
    browser = browser_of(app, role) if role else app.test_client()
    wrong = []
    for rule, method, path in routes(app):
        least = access(rule.endpoint, app).role
        if least == PUBLIC or rule.endpoint == "accounts.logout":
            continue
        answer = browser.open(path, method=method)
        to_sign_in = (answer.location or "").startswith("/login")
        if not role:
            right = answer.status_code == 303 and to_sign_in
        elif users.may(role, least):
            right = answer.status_code not in (401, 403) and not to_sign_in
        else:
            right = answer.status_code == 403
        if not right:
            wrong.append((method, path, answer.status))
    assert wrong == []


def test_a_route_that_declares_nothing_is_denied_to_all(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(app.view_functions["products.index"], "access")
    assert client.get("/products").status_code == 403


@pytest.mark.parametrize(
    "role, least, may", [(role, least, i >= j) for (i, role), (j, least) in product(enumerate(ROLES), repeat=2)]
)
def test_each_role_may_what_the_ones_before_it_may(role: str, least: str, may: bool) -> None:
    assert users.may(role, least) is may


# ---- pages offer nothing that would be refused ----

ATTRIBUTES = re.compile(r'(?:href|action|hx-get|hx-post|data-href)="(/[^"#]*)"')


def offered(page: str) -> set[str]:
    """Every address of ours that a page links to, sends to or fetches."""
    return {address.replace("&amp;", "&") for address in ATTRIBUTES.findall(page)}


@pytest.mark.parametrize("role", ROLES)
def test_no_page_offers_what_would_be_denied(
    app: Flask, role: str, run_import: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", False)
    _something_everywhere(run_import)
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    invitations.invite(COMMAND_LINE, "carl@example.com", "viewer")
    browser = browser_of(app, role)
    adapter = app.url_map.bind("localhost")
    refused, seen, todo = [], set(), ["/products"]
    while todo:
        page = todo.pop()
        answer = browser.get(page)
        if answer.status_code == 403:
            refused.append(page)
        for address in offered(answer.text) if answer.mimetype == "text/html" else ():
            path = address.partition("?")[0]
            least = access(_endpoint(adapter, path), app).role
            if least == PUBLIC or path in seen or path.startswith(API):
                continue
            seen.add(path)
            if not users.may(role, least):
                refused.append((page, address))
            elif ("GET" in adapter.allowed_methods(path)) and "events" not in path:
                todo.append(address)
    assert refused == [] and len(seen) > 12


def _something_everywhere(run_import) -> None:
    assert isinstance(run_import("sku,name\nA1,Lamp\nA2,Tea\n,x\n"), Import)
    run_import("sku,name\nA1,Lamp two\n")
    run_import("nonsense")
    create("sku,name\n")  # waits for its worker


def _endpoint(adapter, path: str) -> str:
    method = adapter.allowed_methods(path)[0]
    return adapter.match(path, method=method)[0]


def test_a_viewer_sees_no_checkbox_no_switch_and_no_form_but_search_and_sign_out(app: Flask, run_import) -> None:
    run_import("sku,name\nA1,Lamp\n")
    page = browser_of(app, "viewer").get("/products").text
    assert 'name="ids"' not in page and 'role="switch"' not in page
    assert page.count('method="post"') == 1 and "/logout" in page


@pytest.mark.parametrize(
    ("file", "step", "words"),
    [
        ("sku,name,price\nA1,Tea,1.234\n", "Columns", "can be read in two ways"),
        ("sku,name,price_cents\nA1,Tea,1299\n", "Columns", "There is 1 warning. An editor has to check the file"),
        ("sku,name,price\nA1,Tea,12.50\n", "Check", "The only row is ready. An editor has to check the file"),
    ],
)
def test_a_viewer_is_told_what_an_import_waits_for(app: Flask, file: str, step: str, words: str) -> None:
    number = create(file, held=True).id
    page = browser_of(app, "viewer").get(f"/imports/{number}").text
    current = page.split('aria-current="step"')[1].split("</li>")[0]
    assert step in current and words in page and ("nothing to do" in page) == (step == "Check")
    assert "?step=" not in page and "An editor has to" in page


def test_an_editor_who_selects_everything_to_delete_is_told_who_can(app: Flask, run_import) -> None:
    run_import("sku,name\nA1,Lamp\n")
    browser = browser_of(app, "editor")
    token = csrf(browser.get("/products").text)
    data = {"csrf_token": token, "action": "delete", "all": "1"}
    answer = browser.post("/bulk", data=data, follow_redirects=True)
    assert answer.status_code == 200 and "Only an admin can delete all" in answer.text


def test_a_role_holds_from_the_next_request_on(app: Flask, client: FlaskClient) -> None:
    assert client.get("/webhooks").status_code == 200
    user = users.by_email(EMAIL)
    user.role = "viewer"
    users.db.session.commit()
    assert client.get("/webhooks").status_code == 403
