"""Users as admins manage them: invited by a link, given a role, sent away; and never without an admin."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog.models import ApiToken, AuditEvent, User, db
from catalog.people import COMMAND_LINE, invitations, passwords, users
from catalog.runtime.core import create_core
from tests.conftest import EMAIL, PASSWORD, browser_of, csrf, signed_in

BOB = "bob@example.com"
OTHER = "another long sentence"


def post(browser: FlaskClient, path: str, **data: str):
    """Send a form as a page would."""
    token = csrf(browser.get("/account", follow_redirects=True).text)
    return browser.post(path, data=data | {"csrf_token": token})


def invite(client: FlaskClient, email: str = BOB, role: str = "editor") -> str:
    """The path of the link that an admin gets for another user."""
    answer = post(client, "/users", email=email, role=role)
    assert answer.status_code == 303 and answer.location.endswith("/link")
    return link_on(client.get(answer.location).text)


def link_on(page: str) -> str:
    """The path of the link that a page shows."""
    return "/invitation/" + unescape(page).split("/invitation/")[1].split("<")[0]


def choose(app: Flask, link: str, password: str = PASSWORD):
    """Open a link in a new browser and choose a password."""
    browser = app.test_client()
    page = browser.get(link)
    if page.status_code != 200:
        return page
    data = {"password": password, "csrf_token": csrf(page.text)}
    return browser.post(link, data=data)


def bob() -> User:
    """Bob as he is now."""
    db.session.expire_all()
    user = users.by_email(BOB)
    assert user is not None
    return user


def test_an_invited_user_chooses_a_password_and_has_the_role(app: Flask, client: FlaskClient) -> None:
    link = invite(client)
    assert "Invited" in client.get("/users").text
    browser = app.test_client()
    page = browser.get(link).text
    assert unescape(passwords.RULE) in unescape(page)  # before one chooses
    data = {"password": PASSWORD, "csrf_token": csrf(page)}
    assert browser.post(link, data=data).location == "/products"
    assert browser.get("/imports/new").status_code == 200
    assert browser.get("/users").status_code == 403


def test_a_link_works_once(app: Flask, client: FlaskClient) -> None:
    link = invite(client)
    choose(app, link)
    assert choose(app, link, OTHER).location == "/login"
    assert users.authenticate(BOB, OTHER) is None


def test_a_link_that_was_renewed_is_forged_or_too_old_opens_nothing(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = invite(client)
    new = link_on(client.get(post(client, f"/users/{bob().id}/link").location).text)
    token = new.removeprefix("/invitation/")
    with pytest.raises(invitations.InvalidLink):
        invitations.invited(["another secret"], token)
    assert choose(app, old).location == "/login" and not bob().password_hash
    monkeypatch.setitem(invitations.SECONDS, invitations.INVITATION, -1)
    assert choose(app, new).location == "/login" and not bob().password_hash


def test_an_invited_password_must_be_good(app: Flask, client: FlaskClient) -> None:
    link = invite(client)
    for password in ("short", "password123456", BOB):
        assert choose(app, link, password).status_code == 422


def test_nobody_is_invited_twice_or_as_something_that_does_not_exist(client: FlaskClient) -> None:
    invite(client)
    for email, role in ((BOB.upper(), "viewer"), ("x", "viewer"), ("c@d.e", "king")):
        answer = post(client, "/users", email=email, role=role)
        assert answer.status_code == 422
    assert db.session.query(User).count() == 2


def test_a_user_who_was_invited_and_chose_nothing_cannot_sign_in(app: Flask, client: FlaskClient) -> None:
    invite(client)
    assert users.authenticate(BOB, "") is None


def test_a_link_for_a_forgotten_password_signs_the_user_out(app: Flask, client: FlaskClient) -> None:
    choose(app, invite(client))
    browser = signed_in(app, BOB)
    link = link_on(client.get(post(client, f"/users/{bob().id}/link").location).text)
    assert choose(app, link, OTHER).location == "/products"
    assert browser.get("/products").status_code == 303
    assert users.authenticate(BOB, OTHER) and not users.authenticate(BOB, PASSWORD)


def test_a_disabled_user_is_out_at_once_and_in_again_when_enabled(app: Flask, client: FlaskClient) -> None:
    choose(app, invite(client))
    browser, path = signed_in(app, BOB), f"/users/{bob().id}"
    post(client, f"{path}/disable")
    assert browser.get("/products").status_code == 303
    assert signed_in(app, BOB).get("/products").status_code == 303
    assert "Disabled" in client.get("/users").text
    post(client, f"{path}/enable")
    assert signed_in(app, BOB).get("/products").status_code == 200


def test_the_last_admin_can_neither_be_disabled_nor_be_something_else(app: Flask, client: FlaskClient) -> None:
    invite(client, role="admin")  # who has no password yet is no admin to rely on
    answer = post(client, "/users/1/disable")
    assert answer.status_code == 303
    post(client, "/users/1/role", role="viewer")
    page = client.get("/users/1").text
    assert "This is the last admin" in page and "/users/1/disable" not in page
    assert client.get("/users").status_code == 200


def test_one_of_two_admins_can_step_down(app: Flask, client: FlaskClient) -> None:
    choose(app, invite(client, role="admin"))
    post(client, "/users/1/role", role="viewer")
    assert client.get("/users").status_code == 403
    assert signed_in(app, BOB).get("/users").status_code == 200


def test_two_admins_who_disable_each_other_leave_one(app: Flask) -> None:
    ann = users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    other = users.create(COMMAND_LINE, BOB, PASSWORD, "admin")
    users.disable(COMMAND_LINE, ann)
    with pytest.raises(users.LastAdmin):
        users.disable(COMMAND_LINE, other)


def test_an_admin_ends_somebodys_sessions_but_not_the_own_one(app: Flask, client: FlaskClient) -> None:
    editor = browser_of(app, "editor")
    user = users.by_email("editor@example.com")
    post(client, f"/users/{user.id}/sessions/end")
    assert editor.get("/products").status_code == 303
    post(client, "/users/1/sessions/end")
    assert client.get("/products").status_code == 200


def test_what_admins_do_with_users_is_in_the_audit_log(app: Flask, client: FlaskClient) -> None:
    choose(app, invite(client))
    post(client, f"/users/{bob().id}/role", role="admin")
    post(client, f"/users/{bob().id}/disable")
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    told = [(event.action, event.email, event.subject) for event in events]
    assert told == [
        ("user created", "command line", f"{EMAIL}, admin, on the command line"),
        ("sign-in", EMAIL, ""),
        ("user invited", EMAIL, f"{BOB}, editor, on a page"),
        ("invitation accepted", BOB, "on a page"),
        ("sign-in", BOB, ""),
        ("role changed", EMAIL, f"{BOB}, admin, on a page"),
        ("user disabled", EMAIL, f"{BOB}, on a page"),
    ]
    assert all(event.address == "127.0.0.1" for event in events[1:])
    page = client.get("/audit").text
    assert "Role changed" in page and f"{BOB}, admin" in page


def test_a_number_that_is_nobodys_is_a_page(client: FlaskClient) -> None:
    for number in ("7", "99999999999999999999"):
        assert client.get(f"/users/{number}").status_code == 404
        assert post(client, f"/users/{number}/disable").status_code == 404
    assert post(client, "/users/1/role", role="king").status_code == 400


# ---- the password again ----


def later(client: FlaskClient) -> None:
    """The password was given more than ten minutes ago."""
    with client.session_transaction() as cookie:
        cookie["confirmed"] = [cookie["confirmed"][0], time.time() - 601]


@pytest.mark.parametrize(
    "path, data",
    [
        ("/users/{}/link", {}),
        ("/users/{}/role", {"role": "admin"}),
        ("/users/{}/factor/off", {}),
        ("/users", {"email": "eve@example.com", "role": "admin"}),
        ("/tokens", {"name": "eve", "scope": "admin", "days": "0"}),
    ],
)
def test_an_open_browser_lets_nobody_in_without_the_password(
    app: Flask, client: FlaskClient, path: str, data: dict
) -> None:
    choose(app, invite(client))
    user = bob()
    user.totp_secret = "on"
    db.session.commit()
    later(client)
    path = path.format(user.id)

    def state() -> tuple[object, ...]:
        now = bob()
        made = db.session.query(User).count() + db.session.query(ApiToken).count()
        return now.invite, now.role, now.totp_secret, made

    before = state()
    page = post(client, path, **data)
    assert page.status_code == 200 and "Enter your password" in page.text
    wrong = post(client, path, **data, current="not my password")
    assert wrong.status_code == 422 and "This is not your password." in wrong.text
    assert state() == before
    kept = dict(re.findall(r'type="hidden" name="(?!csrf|username)(\w+)" value="([^"]*)"', page.text))
    assert kept == data
    assert post(client, path, **kept, current=PASSWORD).status_code in (201, 303)
    assert state() != before
    assert post(client, f"/users/{user.id}/role", role="viewer").status_code == 303
    assert bob().role == "viewer"  # for ten minutes it is not asked for again


def test_a_link_that_waits_is_not_shown_at_an_open_browser(client: FlaskClient) -> None:
    link = invite(client)
    later(client)
    path = f"/users/{bob().id}/link"
    asked = client.get(path, follow_redirects=True)
    assert asked.request.path == "/account/confirm" and link not in asked.text
    answer = post(client, f"/account/confirm?next={path}", current=PASSWORD)
    assert answer.location == path and link_on(client.get(path).text)


def test_ones_own_password_and_factor_are_changed_on_the_account_page_alone(client: FlaskClient) -> None:
    me = users.by_email(EMAIL)
    assert me is not None
    me.totp_secret, me.invite = "on", "a nonce"
    db.session.commit()
    for answer in (
        post(client, f"/users/{me.id}/link"),
        post(client, f"/users/{me.id}/factor/off"),
        client.get(f"/users/{me.id}/link"),
    ):
        assert (answer.status_code, answer.location) == (303, "/account")
    db.session.expire_all()
    me = users.by_email(EMAIL)
    assert me is not None and (me.totp_secret, me.invite) == ("on", "a nonce")
    page = client.get(f"/users/{me.id}").text
    assert "factor/off" not in page and f"{me.id}/link" not in page.split("doors-title")[1].replace(
        f'href="/users/{me.id}/link"', ""
    )


def test_the_password_is_not_asked_of_another_session(app: Flask, client: FlaskClient) -> None:
    """What one session knows says nothing of the next."""
    with client.session_transaction() as cookie:
        cookie["confirmed"] = [cookie["confirmed"][0] + 1, time.time()]
    answer = post(client, "/users", email="eve@example.com", role="admin")
    assert "Enter your password" in answer.text


def test_a_link_of_somebody_who_has_none_opens_nothing(app: Flask, client: FlaskClient) -> None:
    choose(app, invite(client))
    token = invitations.link_token(bob(), app.config["SECRET_KEY"])  # of no nonce
    with pytest.raises(invitations.InvalidLink):
        invitations.invited([app.config["SECRET_KEY"]], token)
    with pytest.raises(invitations.InvalidLink):
        invitations.accept(COMMAND_LINE, bob(), OTHER)
    assert users.authenticate(BOB, PASSWORD)


def test_a_link_does_not_pass_the_second_factor(app: Flask, client: FlaskClient) -> None:
    link = invite(client)
    bob().totp_secret = "on"
    db.session.commit()
    answer = choose(app, link)
    assert answer.location == "/login/code"


def test_of_hosts_that_start_together_one_creates_the_first_admin_and_the_others_wait(app: Flask) -> None:
    """A password takes long to hash on a busy machine: longer than a page waits for a lock."""
    impatient = create_core(app.config["SETTINGS"].model_copy(update={"lock_seconds": 0.05}))

    def create() -> None:
        with impatient.app_context():
            try:
                invitations.create_first_admin(COMMAND_LINE, EMAIL, PASSWORD)
            finally:
                db.session.remove()
                db.engine.dispose()

    waits = text("""
SELECT FROM pg_locks WHERE relation = 'users'::regclass AND waitstart < clock_timestamp() - interval '0.2 s'
""")
    with db.engine.connect() as other, ThreadPoolExecutor(1) as pool:
        other.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
        second = pool.submit(create)
        deadline = time.monotonic() + 20
        while not other.execute(waits).all():
            assert not second.done() and time.monotonic() < deadline
            time.sleep(0.02)
        other.execute(text("INSERT INTO users (email, password_hash) VALUES ('ben@example.com', 'x')"))
        other.commit()
        with pytest.raises(invitations.InvalidLink):
            second.result()
    impatient.extensions["redis"].close()
