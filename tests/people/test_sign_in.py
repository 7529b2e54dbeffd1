"""Who gets in, and who does not."""

import re
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog.imports.run import whole_file
from catalog.models import ChangeSet, User, UserSession, db
from catalog.people import COMMAND_LINE, invitations, sessions, users
from catalog.web.http.access_control import is_local
from catalog.web.http.routes import PUBLIC, access
from tests.conftest import EMAIL, PASSWORD, csrf


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every method and path of the application, with numbers filled in."""
    found = []
    for rule in app.url_map.iter_rules():
        path = re.sub(r"<[^>]+>", "1", rule.rule)
        found += [(method, path) for method in rule.methods or () if method in ("GET", "POST")]
    return found


def test_what_is_public_is_a_short_list(migrated_app: Flask) -> None:
    endpoints = migrated_app.view_functions
    assert {each for each in endpoints if access(each, migrated_app).role == PUBLIC} == {
        "accounts.login",
        "accounts.code",
        "accounts.invitation",
        "accounts.welcome",
        "health.healthz",
        "health.metrics",
        "health.readyz",
        "static",
    }


def test_every_other_page_sends_strangers_to_sign_in(app: Flask) -> None:
    client = app.test_client()
    public = (
        "/login",
        "/login/code",
        "/invitation/1",
        "/welcome/1",
        "/healthz",
        "/metrics",
        "/readyz",
        "/static/1",
        "/static/v-1/1",
    )
    for method, path in routes(app):
        answer = client.open(path, method=method)
        if path not in public and not path.startswith("/api/v1/"):
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/login"), path


def test_a_path_that_does_not_exist_tells_strangers_nothing(app: Flask) -> None:
    assert app.test_client().get("/nowhere").status_code == 303


def test_htmx_is_sent_to_sign_in_as_a_whole_page(app: Flask) -> None:
    answer = app.test_client().get("/products", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (401, "/login?next=/products&ended=1")


def test_a_form_sent_after_the_session_ended_stays_on_its_page(client: FlaskClient) -> None:
    token = csrf(client.get("/products/new").text)
    sessions.end_all(COMMAND_LINE, users.by_email(EMAIL))
    sent = {"csrf_token": token, "sku": "A1", "name": "Lamp"}
    answer = client.post("/products/new", data=sent, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert answer.status_code == 401 and "HX-Redirect" not in answer.headers
    assert "Your session has ended" in answer.text and 'hx-target="#session"' in answer.text
    assert answer.headers["HX-Reswap"] == "none"


def test_a_session_that_ends_leads_back_to_the_open_page(client: FlaskClient) -> None:
    here = {"HX-Request": "true", "HX-Current-URL": "https://catalog.example/imports/7?step=columns"}
    sessions.end_all(COMMAND_LINE, users.by_email(EMAIL))
    there = "/login?next=/imports/7?step%3Dcolumns&ended=1"
    assert client.get("/imports/7/plan", headers=here).headers["HX-Redirect"] == there
    assert "Your session has ended" in client.get(there).text
    changed = client.post("/imports/7/choose", headers=here | {"HX-Request-Type": "full"})
    asked = client.get("/products/news", headers=here)
    for answer in (changed, asked):
        assert answer.status_code == 401 and "HX-Redirect" not in answer.headers
        assert 'href="/login?next=/imports/7?step%3Dcolumns"' in answer.text and 'hx-target="#session"' in answer.text
    stream = client.get("/imports/7/events", headers=here | {"Accept": "text/event-stream"})
    assert stream.headers["HX-Redirect"] == there
    elsewhere = here | {"HX-Current-URL": "https://catalog.example//evil.example"}
    assert client.get("/products", headers=elsewhere).headers["HX-Redirect"] == "/login?ended=1"


def test_a_form_of_an_earlier_session_is_kept_and_sent_with_one_press(client: FlaskClient) -> None:
    old = {"csrf_token": csrf(client.get("/webhooks/new").text), "url": "https://a.example/<b>", "description": "Mine"}
    ours = {"Sec-Fetch-Site": "same-origin"}
    sessions.end_all(COMMAND_LINE, users.by_email(EMAIL))
    out = client.post("/webhooks/new", data=old, headers=ours)
    assert out.status_code == 401 and "Sign in in a new tab" in out.text and 'value="Mine"' in out.text
    token = csrf(client.get("/login").text)
    client.post("/login", data={"email": EMAIL, "password": PASSWORD, "csrf_token": token})
    late = client.post("/webhooks/new", data=old, headers=ours)
    assert late.status_code == 400 and "You have signed in again" in late.text
    assert 'name="url" value="https://a.example/&lt;b&gt;"' in late.text and old["csrf_token"] not in late.text
    sent = client.post("/webhooks/new", data=old | {"csrf_token": csrf(late.text.split("<main")[1])}, headers=ours)
    assert sent.status_code in (303, 422) and "This page has expired" not in sent.text
    part = client.post("/products/new", data=old, headers={"HX-Request": "true"})
    assert part.status_code == 400 and "press the button again" in part.text
    data = {"csrf_token": part.headers["X-CSRFToken"], "sku": "A1", "name": "Lamp"}
    assert client.post("/products/new", data=data).status_code == 303


def test_no_page_keeps_a_password_or_what_another_site_sent(client: FlaskClient) -> None:
    for path, data, site in (
        ("/account/password", {"current": "hush-hush", "password": "hush-hush"}, "same-origin"),
        ("/webhooks/new", {"url": "hush-hush"}, "none"),
    ):
        answer = client.post(path, data=data, headers={"Sec-Fetch-Site": site})
        assert answer.status_code in (400, 403), path
        assert "hush-hush" not in answer.text and "Send again" not in answer.text


def test_sign_in_goes_on_to_where_one_was_going_but_never_elsewhere(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    for target, expected in (("/imports?before=3", "/imports?before=3"), ("//evil.example", "/products")):
        client = app.test_client()
        data = {"email": EMAIL.upper(), "password": PASSWORD, "csrf_token": csrf(client.get("/login").text)}
        answer = client.post("/login", query_string={"next": target}, data=data)
        assert (answer.status_code, answer.location) == (303, expected)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "/\t\\evil.example",
        "javascript:1",
        "/a\r\nb",
    ],
)
def test_only_our_own_paths_are_local(target: str) -> None:
    assert not is_local(target)


@pytest.mark.parametrize("email, password", [(EMAIL, "wrong"), ("nobody@example.com", PASSWORD)])
def test_a_wrong_address_and_a_wrong_password_get_the_same_answer(app: Flask, email: str, password: str) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    client = app.test_client()
    data = {"email": email, "password": password, "csrf_token": csrf(client.get("/login").text)}
    answer = client.post("/login", data=data)
    assert answer.status_code == 422 and "The email address or the password is wrong." in answer.text
    assert client.get("/products").status_code == 303


def test_signing_out_ends_the_session_on_the_server(client: FlaskClient) -> None:
    stolen = client.get_cookie("session")
    assert stolen is not None
    client.post("/logout", data={"csrf_token": csrf(client.get("/products").text)})
    client.set_cookie("session", stolen.value)
    assert client.get("/products").status_code == 303


def test_an_expired_session_is_no_session(client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET expires_at = now()"))
    assert client.get("/products").status_code == 303
    assert sessions.delete_expired() == 1


def test_the_database_holds_neither_password_nor_session_token(client: FlaskClient) -> None:
    user = db.session.scalars(select(User)).one()
    session = db.session.scalars(select(UserSession)).one()
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    assert user.password_hash.startswith("$argon2id$") and PASSWORD not in user.password_hash
    assert token != session.token_hash and len(session.token_hash) == 64


def test_the_first_run_link_makes_one_admin_and_is_used_up(app: Flask) -> None:
    token = invitations.welcome_token("only for tests")
    client = app.test_client()
    page = client.get(f"/welcome/{token}")
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(page.text)}
    assert client.post(f"/welcome/{token}", data=data).location == "/products"
    assert client.get("/products").status_code == 200
    assert app.test_client().get(f"/welcome/{token}").location == "/login"


def test_a_forged_first_run_link_makes_nobody(app: Flask) -> None:
    token = invitations.welcome_token("another secret")
    assert app.test_client().get(f"/welcome/{token}").location == "/login"


def test_the_first_password_must_be_long(app: Flask) -> None:
    token = invitations.welcome_token("only for tests")
    client = app.test_client()
    data = {"email": EMAIL, "password": "short", "csrf_token": csrf(client.get(f"/welcome/{token}").text)}
    answer = client.post(f"/welcome/{token}", data=data)
    assert answer.status_code == 422 and "at least 12 characters" in answer.text
    assert not users.any_exist()


def test_a_post_without_its_token_is_denied(client: FlaskClient) -> None:
    for path in ("/logout", "/imports/new", "/imports/1/cancel", "/imports/1/retry"):
        assert client.post(path).status_code == 400


def test_an_import_knows_who_started_it_and_so_does_its_change_set(client: FlaskClient) -> None:
    token = csrf(client.get("/imports/new").text)
    data = {"file": (BytesIO(b"sku,name\nA1,Lamp\n"), "a.csv"), "csrf_token": token}
    assert client.post("/imports/new", data=data).location == "/imports/1"
    whole_file.run(1)
    change_set = db.session.scalars(select(ChangeSet)).one()
    assert change_set.user is not None and change_set.user.email == EMAIL


def test_every_page_carries_its_headers(client: FlaskClient) -> None:
    headers = client.get("/products").headers
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert (headers["X-Content-Type-Options"], headers["Cache-Control"]) == ("nosniff", "no-store")


def test_the_session_cookie_is_for_http_and_this_site_only(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    client = app.test_client()
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(client.get("/login").text)}
    cookie = client.post("/login", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
