"""How a request came to us: https, proxies, host names, other sites; and what every answer carries."""

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from catalog.app import create_app
from catalog.people import COMMAND_LINE, sessions, users
from catalog.runtime import Settings
from catalog.web.http import redirects
from catalog.web.http.routes import SAFE
from tests.conftest import EMAIL, PASSWORD, Visitor, csrf

HTTPS = {"base_url": "https://shop.example"}


def sign_in(client: FlaskClient, **how: object):
    """Sign in the way that `how` says."""
    page = client.get("/login", **how).text
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(page)}
    referrer = {"Referer": f"{how.get('base_url', 'http://localhost')}/login"}
    return client.post("/login", data=data, headers=referrer, **how)


@pytest.fixture
def behind_a_proxy(app: Flask, settings: Settings) -> Iterator[FlaskClient]:
    """A browser on the other side of one proxy, which Catalog knows, and of which it believes the host shop.example."""
    known = {"proxies": 1, "trusted_hosts": ["shop.example", ".shops.example"]}
    other = create_app(settings.model_copy(update=known))
    other.testing, other.test_client_class = True, Visitor
    users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    yield other.test_client()
    with other.app_context():
        users.db.engine.dispose()


# ---- the cookie ----


def test_over_https_the_cookie_is_bound_to_this_host_and_to_https(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    client = app.test_client()
    cookie = sign_in(client, **HTTPS).headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=")
    assert all(word in cookie for word in ("Secure", "HttpOnly", "Path=/", "SameSite"))
    assert "Domain" not in cookie
    assert client.get("/products", **HTTPS).status_code == 200


def test_a_cookie_without_its_prefix_is_none_over_https(client: FlaskClient) -> None:
    cookie = client.get_cookie("session")
    client.set_cookie("session", cookie.value, domain="shop.example")
    assert client.get("/products", **HTTPS).status_code == 303


def test_a_request_that_changes_nothing_leaves_the_cookie_alone(client: FlaskClient) -> None:
    """Or a slow response would delete the message that a later request left for the next page."""
    client.get("/products")
    for path in ("/products", "/products?q=lamp", "/imports"):
        assert "Set-Cookie" not in client.get(path).headers


def test_over_https_browsers_are_told_to_stay_there(app: Flask) -> None:
    client = app.test_client()
    over = client.get("/login", **HTTPS).headers
    assert over["Strict-Transport-Security"] == "max-age=31536000"
    assert "Strict-Transport-Security" not in client.get("/login").headers


# ---- proxies and hosts ----


def test_headers_of_proxies_are_believed_only_if_there_are_proxies(app: Flask) -> None:
    lie = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "198.51.100.7"}
    answer = app.test_client().get("/login", headers=lie)
    assert "Strict-Transport-Security" not in answer.headers


def test_behind_a_proxy_address_scheme_and_request_id_are_those_that_it_tells(behind_a_proxy: FlaskClient) -> None:
    told = {
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.1, 198.51.100.7",  # the first was sent by the browser
        "X-Forwarded-Host": "shop.example",
        "X-Request-ID": "edge-0123456789",
        "Referer": "https://shop.example/login",
    }
    page = behind_a_proxy.get("/login", headers=told)
    assert page.headers["X-Request-ID"] == "edge-0123456789"
    assert "Strict-Transport-Security" in page.headers
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(page.text)}
    behind_a_proxy.set_cookie("__Host-session", _cookie(page), secure=True)
    answer = behind_a_proxy.post("/login", data=data, headers=told)
    assert answer.status_code == 303
    user = users.by_email(EMAIL)
    (session,) = sessions.of_user(user.id)
    assert session.address == "198.51.100.7"


def _cookie(answer) -> str:
    return answer.headers["Set-Cookie"].split("=", 1)[1].split(";")[0]


@pytest.mark.parametrize(
    "host, status",
    [
        ("shop.example", 200),
        ("shop.example:8000", 200),
        ("a.shops.example", 200),
        ("evil.example", 400),
        ("shop.example.evil.example", 400),
        ("shop.example@evil.example", 400),
        ("", 400),
    ],
)
def test_only_the_hosts_that_were_named_are_answered(behind_a_proxy: FlaskClient, host: str, status: int) -> None:
    answer = behind_a_proxy.get("/login", headers={"Host": host})
    assert answer.status_code == status and "evil" not in answer.text
    probe = behind_a_proxy.get("/healthz", headers={"Host": host})
    assert probe.status_code == 200


def test_a_host_that_lies_changes_no_link_of_a_page(client: FlaskClient) -> None:
    for path in ("/products", "/nowhere", "/login"):
        page = client.get(path, headers={"Host": "evil.example"})
        assert "evil.example" not in page.text + (page.location or "")


# ---- other sites ----

OURS = [{"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://localhost"}, {}]
THEIRS = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
]


@pytest.mark.parametrize("headers", OURS, ids=str)
def test_our_own_pages_may_send_forms(client: FlaskClient, headers: dict) -> None:
    data = {"csrf_token": csrf(client.get("/products").text)}
    assert client.post("/logout", data=data, headers=headers).status_code == 303


@pytest.mark.parametrize("headers", THEIRS, ids=str)
def test_other_sites_may_not_even_with_a_token(client: FlaskClient, headers: dict) -> None:
    data = {"csrf_token": csrf(client.get("/products").text)}
    assert client.post("/logout", data=data, headers=headers).status_code == 403
    assert client.get("/products").status_code == 200


def test_another_site_may_link_to_us(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://other.example"}
    assert client.get("/products", headers=headers).status_code == 200


def test_every_unsafe_method_of_every_route_needs_its_token(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        rules = list(app.url_map.iter_rules())
        tried = 0
        for rule in rules:
            if rule.rule.startswith("/api/v1/"):  # tokens, no cookies
                continue
            values = {name: 1 for name in rule.arguments}
            for method in (rule.methods or set()) - SAFE:
                path = url_for(rule.endpoint, **values)
                answer = client.open(path, method=method)
                assert answer.status_code == 400, (method, path)
                assert "This page has expired" in answer.text
                tried += 1
    assert tried > 30 and client.get("/products").status_code == 200


# ---- what every answer carries ----


@pytest.mark.parametrize("path", ["/products", "/nowhere", "/login", "/healthz"])
def test_every_answer_has_its_headers_and_a_number(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'") and "unsafe" not in policy
    assert policy.endswith("require-trusted-types-for 'script'; trusted-types htmx")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"
    assert len(headers["X-Request-ID"]) == 16


def test_a_request_id_of_strangers_is_not_taken(client: FlaskClient) -> None:
    given = {"X-Request-ID": "a" * 20}
    assert client.get("/login", headers=given).headers["X-Request-ID"] != "a" * 20


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil"])
def test_signing_in_leads_to_no_other_site(app: Flask, target: str) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    client = app.test_client()
    token = csrf(client.get("/login").text)
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", query_string={"next": target}, data=data)
    assert answer.location == "/products"


@pytest.mark.parametrize(
    "name, header",
    [
        ("a.csv", 'attachment; filename="a.csv"'),
        ('a"; x=\r\nSet-Cookie: b.csv', 'attachment; filename="a__ x=Set-Cookie: b.csv"'),
        ("Käse €.csv", "attachment; filename=\"K_se _.csv\"; filename*=UTF-8''K%C3%A4se%20%E2%82%AC.csv"),
        ("../../etc/passwd", 'attachment; filename=".._.._etc_passwd"'),
        ("\ud800\u202e.csv", 'attachment; filename=".csv"'),
    ],
)
def test_a_file_goes_out_under_any_name(name: str, header: str) -> None:
    assert redirects.attachment(name) == header
