"""One's own account: sessions, password, second factor; and how often a stranger may try."""

import re
import time
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog.models import AuditEvent, RecoveryCode, User, UserSession, db
from catalog.people import COMMAND_LINE, audit, second_factor, sessions, throttle, users
from catalog.web.rendering import filters
from tests.conftest import EMAIL, PASSWORD, browser_of, csrf, signed_in
from tests.people.test_users import post

OTHER = "another long sentence"


def try_to_sign_in(app: Flask, email: str = EMAIL, password: str = "wrong"):
    """One attempt of a new browser."""
    browser = app.test_client()
    token = csrf(browser.get("/login").text)
    data = {"email": email, "password": password, "csrf_token": token}
    return browser.post("/login", data=data)


def actions() -> list[str]:
    """What the audit log holds."""
    query = select(AuditEvent.action).order_by(AuditEvent.id)
    return list(db.session.scalars(query))


# ---- sessions ----


def test_signing_in_makes_a_new_session_and_ends_the_one_before(client: FlaskClient) -> None:
    with client.session_transaction() as cookie:
        before = dict(cookie)
    page = client.get("/login").text
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": csrf(page)}
    client.post("/login", data=data)
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before["_user_id"]
    assert sessions.find(before["_user_id"], timedelta(days=1)) is None
    assert db.session.query(UserSession).count() == 1


def test_a_session_that_somebody_planted_is_not_the_one_after_signing_in(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    attacker = app.test_client()
    attacker.get("/login")
    planted = attacker.get_cookie("session")
    victim = app.test_client()
    victim.set_cookie("session", planted.value)
    token = csrf(victim.get("/login").text)
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    assert victim.post("/login", data=data).status_code == 303
    assert victim.get("/products").status_code == 200
    assert attacker.get("/products").status_code == 303


def test_a_session_that_lies_idle_is_over(client: FlaskClient) -> None:
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE sessions SET last_seen_at = now() - interval '49 hours'"))
    assert client.get("/products").status_code == 303


def test_a_page_that_polls_by_itself_does_not_keep_a_session_alive(client: FlaskClient) -> None:
    age = text("UPDATE sessions SET last_seen_at = now() - interval '1 hour'")
    seen = text("SELECT now() - last_seen_at < interval '1 minute' FROM sessions")
    with db.engine.begin() as connection:
        connection.execute(age)
    for path, fresh in (("/products/news", False), ("/products", True)):
        client.get(path)
        with db.engine.begin() as connection:
            assert connection.execute(seen).scalar() is fresh


def test_own_sessions_are_listed_with_where_and_when_and_can_be_ended(app: Flask, client: FlaskClient) -> None:
    other, third = signed_in(app, EMAIL), signed_in(app, EMAIL)
    page = client.get("/account").text
    assert "Werkzeug" in page and "127.0.0.1" in page and "This one" in page
    (_, ended) = re.findall(r"/account/sessions/(\d+)/end", page)
    one = f"/account/sessions/{ended}/end"
    assert "Werkzeug" in client.get(one).text
    assert post(client, one, current="no").status_code == 422
    assert post(client, "/account/sessions/end-others", current="").status_code == 422
    assert {b.get("/products").status_code for b in (other, third)} == {200}
    post(client, one, current=PASSWORD)
    left = [other.get("/products").status_code, third.get("/products").status_code]
    assert sorted(left) == [200, 303]
    post(client, "/account/sessions/end-others", current=PASSWORD)
    assert {b.get("/products").status_code for b in (other, third)} == {303}
    assert client.get("/products").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(app: Flask, client: FlaskClient) -> None:
    users.create(COMMAND_LINE, "bob@example.com", PASSWORD, "viewer")
    browser = signed_in(app, "bob@example.com")
    post(browser, "/account/sessions/1/end", current=PASSWORD)
    assert client.get("/products").status_code == 200


def test_the_longest_unused_session_gives_way_to_one_too_many(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = app.config["SETTINGS"].model_copy(update={"sessions_each": 2})
    monkeypatch.setitem(app.config, "SETTINGS", two)
    second, third = signed_in(app, EMAIL), signed_in(app, EMAIL)
    here = [b.get("/products").status_code for b in (client, second, third)]
    assert here == [303, 200, 200]


def test_signing_out_clears_what_the_browser_holds(client: FlaskClient) -> None:
    answer = post(client, "/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'


# ---- password ----


def test_another_password_needs_the_old_one_and_ends_the_other_sessions(app: Flask, client: FlaskClient) -> None:
    other = signed_in(app, EMAIL)
    wrong = post(client, "/account/password", current="no", password=OTHER)
    weak = post(client, "/account/password", current=PASSWORD, password="short")
    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert "This is not your password" in wrong.text and "at least 12" in weak.text
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    answer = post(client, "/account/password", current=PASSWORD, password=OTHER)
    assert answer.status_code == 303 and client.get("/account").status_code == 200
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before
    assert other.get("/products").status_code == 303
    assert users.authenticate(EMAIL, OTHER) is not None


# ---- second factor ----


def turn_on(client: FlaskClient) -> tuple[str, list[str]]:
    """Turn the second factor on; gives the secret and the recovery codes."""
    page = client.get("/account/factor").text
    secret = page.split('data-copy="')[1].split('"')[0]
    code = pyotp.TOTP(secret).now()
    answer = post(client, "/account/factor", code=code, current=PASSWORD)
    with db.engine.begin() as connection:  # as if it had been half a minute ago
        connection.execute(text("UPDATE users SET totp_step = 0"))
    assert answer.status_code == 200, answer.text
    assert 'href="/products"' in answer.text and "/imports" in answer.text
    return secret, re.findall(r"<li><code>([a-z2-7-]+)</code>", answer.text)


def second_step(app: Flask, code: str):
    """Give the password, then the code; gives the browser and the last answer."""
    browser = app.test_client()
    token = csrf(browser.get("/login").text)
    data = {"email": EMAIL, "password": PASSWORD, "csrf_token": token}
    answer = browser.post("/login?next=/imports", data=data)
    assert answer.location == "/login/code?next=/imports"
    assert browser.get("/products").status_code == 303
    token = csrf(browser.get(answer.location).text)
    data = {"code": code, "csrf_token": token}
    return browser, browser.post(answer.location, data=data)


def test_with_a_second_factor_the_password_alone_opens_nothing(app: Flask, client: FlaskClient) -> None:
    secret, _ = turn_on(client)
    browser, answer = second_step(app, "000000")
    assert answer.status_code == 422 and browser.get("/products").status_code == 303
    code = pyotp.TOTP(secret).now()
    browser, answer = second_step(app, f"{code[:3]} {code[3:]}")
    assert answer.location == "/imports" and browser.get("/products").status_code == 200
    _, again = second_step(app, code)
    assert again.status_code == 422 and "already used" in again.text
    assert actions().count("factor failed") == 2


def test_a_recovery_code_works_once(app: Flask, client: FlaskClient) -> None:
    _, codes = turn_on(client)
    assert len(set(codes)) == 10
    browser, answer = second_step(app, codes[0].upper().replace("-", " "))
    assert answer.location == "/imports"
    assert "You have 9 recovery codes left" in browser.get("/imports").text
    _, again = second_step(app, codes[0])
    assert again.status_code == 422


def test_secret_and_recovery_codes_are_not_in_the_database(client: FlaskClient) -> None:
    secret, codes = turn_on(client)
    user = db.session.scalars(select(User)).one()
    kept = {row.code_hash for row in db.session.scalars(select(RecoveryCode))}
    assert secret not in (user.totp_secret or "") and not kept & set(codes)
    assert second_factor.unseal(user.totp_secret) == secret


def test_a_wrong_code_or_password_turns_nothing_on(client: FlaskClient) -> None:
    page = client.get("/account/factor").text
    secret = page.split('data-copy="')[1].split('"')[0]
    assert "data:image/svg+xml" in page and "otpauth://totp/" in page
    right = pyotp.TOTP(secret).now()
    wrong_code = post(client, "/account/factor", code="000000", current=PASSWORD)
    wrong_password = post(client, "/account/factor", code=right, current="no")
    assert (wrong_code.status_code, wrong_password.status_code) == (422, 422)
    assert secret in wrong_code.text
    assert db.session.scalars(select(User)).one().totp_secret is None


def test_a_password_cannot_be_tried_without_end_at_an_open_browser(client: FlaskClient) -> None:
    for _ in range(10):
        post(client, "/account/password", current="no", password=OTHER)
    answer = post(client, "/account/password", current=PASSWORD, password=OTHER)
    assert answer.status_code == 422 and "Too many failed attempts" in answer.text
    assert users.authenticate(EMAIL, PASSWORD) is not None


def test_turning_it_off_and_new_codes_need_the_password(client: FlaskClient) -> None:
    _, codes = turn_on(client)
    assert post(client, "/account/factor/off", current="no").status_code == 422
    answer = post(client, "/account/factor/codes", current=PASSWORD)
    fresh = re.findall(r"<li><code>([a-z2-7-]+)</code>", answer.text)
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert post(client, "/account/factor/off", current=PASSWORD).status_code == 303
    db.session.expire_all()
    user = db.session.scalars(select(User)).one()
    assert user.totp_secret is None and second_factor.recovery_codes_left(user) == 0


def test_the_code_page_without_a_password_before_it_is_no_way_in(app: Flask) -> None:
    assert app.test_client().get("/login/code").location == "/login"


def test_a_minute_after_five_the_password_must_be_given_again(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    turn_on(client)
    browser, _ = second_step(app, "000000")
    with browser.session_transaction() as cookie:
        cookie["pending"] = [cookie["pending"][0], time.time() - 301]
    assert browser.get("/login/code").location == "/login"


def test_codes_cannot_be_tried_without_end(app: Flask, client: FlaskClient) -> None:
    secret, _ = turn_on(client)
    statuses = [second_step(app, "000000")[1].status_code for _ in range(11)]
    assert statuses == [422] * 10 + [429]
    _, answer = second_step(app, pyotp.TOTP(secret).now())
    assert answer.status_code == 429


# ---- throttling ----


def test_after_ten_failures_not_even_the_right_password_is_looked_at(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    answers = [try_to_sign_in(app) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {422}
    answer = try_to_sign_in(app, password=PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "900")
    assert "Too many failed attempts" in answer.text
    assert actions() == ["user created"] + ["sign-in failed"] * 3 + ["sign-in throttled"]


@pytest.mark.parametrize(
    "typed",
    [
        "a\0nn@example.com",
        "ann@example.com\0",
        "\0 ann@example.com",
        "ann\x1f@example.com",
        "ann\u200b@example.com",
        "ann\u00ad@example.com",
        "\u202eann@example.com",
        "a\u2028nn@example.com",
    ],
)
def test_an_address_in_disguise_is_rejected_before_it_counts(app: Flask, typed: str) -> None:
    """A locked account is not entered by another spelling, which would have another counter."""
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    for _ in range(10):
        try_to_sign_in(app)
    answer = try_to_sign_in(app, typed, PASSWORD)
    assert answer.status_code == 422 and "not an email address" in answer.text
    attempts = text("SELECT count(*), count(DISTINCT account) FROM login_attempts")
    assert tuple(db.session.execute(attempts).one()) == (10, 1)
    assert users.by_email(typed) is None


@pytest.mark.parametrize("typed", ["ANN@example.com", " ann@EXAMPLE.com ", "\u00a0Ann@example.com\u3000"])
def test_every_spelling_of_an_address_is_one_counter(app: Flask, typed: str) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    for _ in range(10):
        try_to_sign_in(app)
    assert try_to_sign_in(app, typed, PASSWORD).status_code == 429


def test_nobody_is_locked_out_of_the_second_factor_from_the_sign_in(app: Flask, client: FlaskClient) -> None:
    """Codes are counted by a name of their own, which no address can be."""
    secret, _ = turn_on(client)
    for _ in range(10):
        try_to_sign_in(app, "code of 1")
        try_to_sign_in(app, "password of 1")
    _, answer = second_step(app, pyotp.TOTP(secret).at(time.time() + 30))
    assert answer.status_code == 303


def test_what_strangers_try_has_a_few_rows_and_a_count(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    for _ in range(25):
        try_to_sign_in(app)
    try_to_sign_in(app, "nobody@example.com")
    assert actions()[1:] == ["sign-in failed"] * 3 + ["sign-in throttled"] * 3 + ["sign-in failed"]
    assert audit.close() == 0  # the quarter of an hour is not over
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE audit_tallies SET quarter = quarter - 1"))
    assert (audit.close(), audit.close()) == (2, 0)
    failed, throttled = sorted(audit.page().rows[:2], key=lambda event: event.action)
    assert (failed.action, failed.email, failed.count) == ("sign-in failed", EMAIL, 7)
    assert (throttled.action, throttled.count) == ("sign-in throttled", 12)
    assert failed.address == "127.0.0.1"


def test_what_is_denied_over_and_over_has_a_few_rows(app: Flask) -> None:
    browser = browser_of(app, "viewer")
    for _ in range(9):
        assert browser.get("/users").status_code == 403
    assert actions().count("denied") == 3


def test_an_unknown_address_is_throttled_the_same(app: Flask) -> None:
    answers = [try_to_sign_in(app, "nobody@example.com") for _ in range(11)]
    assert [a.status_code for a in answers] == [422] * 10 + [429]


def test_what_was_typed_as_an_address_is_written_down_nowhere(app: Flask) -> None:
    try_to_sign_in(app, "my secret password")
    for table in ("audit_events", "login_attempts"):
        rows = db.session.execute(text(f"SELECT t::text FROM {table} t")).scalars()
        assert "my secret password" not in "".join(rows)


def test_a_success_forgives_and_time_does_too(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)
    for _ in range(9):
        try_to_sign_in(app)
    assert try_to_sign_in(app, password=PASSWORD).status_code == 303
    assert try_to_sign_in(app).status_code == 422
    age = text("UPDATE login_attempts SET at = at - interval '16 minutes'")
    with db.engine.begin() as connection:
        connection.execute(age)
    assert throttle.prune() == 1


def test_a_stranger_elsewhere_cannot_lock_somebody_out(app: Flask) -> None:
    for _ in range(10):
        throttle.begin(EMAIL, "198.51.100.7", 10)
    with pytest.raises(throttle.TooMany):
        throttle.begin(EMAIL, "198.51.100.7", 10)
    throttle.begin(EMAIL, "203.0.113.9", 10)


def test_one_network_cannot_try_one_password_on_everybody(app: Flask) -> None:
    for number in range(50):
        throttle.begin(f"user{number}@example.com", f"2001:db8::{number:x}", 10)
    with pytest.raises(throttle.TooMany):
        throttle.begin("last@example.com", "2001:db8::ffff", 10)
    throttle.begin("last@example.com", "2001:db8:0:1::1", 10)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(app: Flask) -> None:
    users.create(COMMAND_LINE, EMAIL, PASSWORD)

    def seconds(email: str) -> float:
        began = time.perf_counter()
        users.authenticate(email, "wrong")
        return time.perf_counter() - began

    seconds(EMAIL), seconds("warm@example.com")
    pairs = [(seconds(EMAIL), seconds("nobody@example.com")) for _ in range(20)]
    known, unknown = map(min, zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


@pytest.mark.parametrize(
    "agent, words",
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/150.0 Safari/537.36",
            "Chrome on Linux",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/150.0 Safari/537.36 Edg/150.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("", "Unknown"),
    ],
)
def test_a_browser_is_called_as_people_call_it(agent: str, words: str) -> None:
    assert filters.browser(agent) == words
