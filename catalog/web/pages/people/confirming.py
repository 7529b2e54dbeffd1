"""Ask for the password before an action that gives access, so that an open browser is not enough."""

import time

from flask import render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.exceptions import NotFound

from catalog.people import User, passwords, throttle, users
from catalog.web.http import request_log
from catalog.web.http.requests import current_settings
from catalog.web.pages.forms.people import CurrentPasswordForm

RECENT_SECONDS = 10 * 60
WRONG = "This is not your password."
NOT_KEPT = ("csrf_token", "current")


def asked(what: str, back: str) -> ResponseReturnValue | None:
    """The page that asks for the password and then repeats this request. None if it was given in the last ten minutes.

    `what` is the reason in words, `back` the page to return to.
    """
    if is_recent():
        return None
    given = "current" in request.form
    form = CurrentPasswordForm() if given else CurrentPasswordForm(formdata=None)
    if given and form.validate() and is_mine(form, me()):
        remember()
        return None
    kept = [(k, v) for k, v in request.form.items(multi=True) if k not in NOT_KEPT]
    page = render_template("people/account/confirm.html", form=form, what=what, back=back, kept=kept)
    return page, 422 if given else 200


def is_recent() -> bool:
    """Whether the user gave the password in this session in the last ten minutes, for example to sign in."""
    session_id, at = session.get("confirmed", (0, 0))
    mine = session_id == current_user.session_id
    return bool(mine and time.time() - at < RECENT_SECONDS)


def remember() -> None:
    """Note in the session that the password was given now."""
    session["confirmed"] = [current_user.session_id, time.time()]


def is_mine(form: CurrentPasswordForm, user: User) -> bool:
    """Whether the password of the form is the user's. The number of attempts is limited."""
    settings = current_settings()
    key, most = f"password of {user.id}", settings.login_failures
    try:
        throttle.begin(key, request.remote_addr or "", most, everywhere=most)
    except throttle.TooMany:
        request_log.note("sign-in throttled", user=user)
        form.current.errors = [throttle.TOO_MANY]
        return False
    right = passwords.matches(form.current.data, user.password_hash)
    if right:
        throttle.succeed(key)
    else:
        form.current.errors = [WRONG]
    return right


def me() -> User:
    """The row of the current user."""
    user = users.get(current_user.id)
    if user is None:
        raise NotFound
    return user
