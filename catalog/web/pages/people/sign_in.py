"""Sign in, sign out, the welcome page of the first admin, and the link with which users choose a password."""

import time

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user
from flask_wtf import FlaskForm
from wtforms import Field

from catalog.notation import plural
from catalog.people import User, emails, invitations, passwords, second_factor, sessions, throttle, users
from catalog.runtime import sealing
from catalog.web.http import redirects, request_log
from catalog.web.http.access_control import is_local, sign_in
from catalog.web.http.request_log import actor
from catalog.web.http.requests import current_settings
from catalog.web.http.routes import PERSON_ONLY, Blueprint
from catalog.web.pages.forms.people import CodeForm, InvitationForm, LoginForm, WelcomeForm

bp = Blueprint("accounts", __name__)

PENDING_SECONDS = 5 * 60  # between password and code
WRONG = "The email address or the password is wrong."
FORGET = '"cache", "storage"'
"""What Clear-Site-Data deletes in the browser. No cookies: that would also delete those of the domain's other hosts."""
RETRY_AFTER = {"Retry-After": str(throttle.WINDOW_SECONDS)}


@bp.route("/login", methods=["GET", "POST"], role="public", audit="sign-in")
def login() -> ResponseReturnValue:
    """Sign in. Then ask for the second factor, if there is one, and redirect to the requested page."""
    form = LoginForm()
    if not form.validate_on_submit():
        return _again("people/sign_in/login.html", form)
    key = throttle.sign_in(emails.plain(form.email.data))
    try:
        throttle.begin(key, _address(), current_settings().login_failures)
    except throttle.TooMany:
        return _too_many("people/sign_in/login.html", form, form.password, users.by_email(form.email.data))
    user = users.authenticate(form.email.data, form.password.data)
    if user is None:
        # The typed text is only logged if it is an address, because it could be a password.
        request_log.note("sign-in failed", user=users.by_email(form.email.data))
        form.password.errors = [WRONG]
        return _again("people/sign_in/login.html", form)
    throttle.succeed(key)
    return _enter(user) if not user.totp_secret else _ask_for_code(user)


@bp.route("/login/code", methods=["GET", "POST"], role="public", audit="sign-in")
def code() -> ResponseReturnValue:
    """The second factor: a code of the app, or a recovery code."""
    user = _pending()
    if user is None:
        return redirects.say("That took too long. Sign in again.", url_for("accounts.login"), "info")
    form = CodeForm()
    if not form.validate_on_submit():
        return _again("people/sign_in/code.html", form)
    key, most = f"code of {user.id}", current_settings().login_failures
    try:
        throttle.begin(key, _address(), most, everywhere=most)
    except throttle.TooMany:
        return _too_many("people/sign_in/code.html", form, form.code, user)
    used = second_factor.check(user, form.code.data)
    if not used:
        request_log.note("factor failed", user=user)
        form.code.errors = ["This code is wrong, or was already used."]
        return _again("people/sign_in/code.html", form)
    throttle.succeed(key)
    if used == "recovery code":
        request_log.note("recovery code used", user=user)
        left = second_factor.recovery_codes_left(user)
        flash(f"You have {plural(left, 'recovery code')} left.", "info")
    return _enter(user)


@bp.post("/logout", role="viewer", api=PERSON_ONLY, without_factor=True, audit="sign-out")
def logout() -> ResponseReturnValue:
    """Sign out. The session ends on the server too."""
    sessions.sign_out(actor(), current_user.token)
    logout_user()
    session.clear()
    answer = redirect(url_for("accounts.login"), 303)
    answer.headers["Clear-Site-Data"] = FORGET
    return answer


@bp.route("/welcome/<token>", methods=["GET", "POST"], role="public", audit="user created")
def welcome(token: str) -> ResponseReturnValue:
    """The first admin chooses a password. The link works while there is no user."""
    try:
        invitations.check_welcome(list(sealing.keys()), token)
        form = WelcomeForm()
        if not form.validate_on_submit():
            return _again("people/sign_in/welcome.html", form)
        user = invitations.create_first_admin(actor(), form.email.data, form.password.data)
        return _enter(user)
    except invitations.InvalidLink:
        return _not_welcome()


@bp.route("/invitation/<token>", methods=["GET", "POST"], role="public", audit="invitation accepted")
def invitation(token: str) -> ResponseReturnValue:
    """An invited user, or one who forgot the password, chooses a password. The link works once."""
    try:
        user = invitations.invited(sealing.keys(), token)
        form = InvitationForm()
        form.email = user.email
        if not form.validate_on_submit():
            return _again("people/sign_in/invitation.html", form)
        invitations.accept(actor(), user, form.password.data)
    except invitations.InvalidLink:
        return _not_welcome()
    return _enter(user) if not user.totp_secret else _ask_for_code(user)


def _not_welcome() -> ResponseReturnValue:
    words = "This link was already used or has expired. Sign in instead."
    return redirects.say(words, url_for("accounts.login"), "info")


def _again(template: str, form: FlaskForm) -> ResponseReturnValue:
    page = render_template(template, form=form, rule=passwords.RULE)
    return page, 422 if form.is_submitted() else 200


def _too_many(template: str, form: FlaskForm, field: Field, user: User | None) -> ResponseReturnValue:
    request_log.note("sign-in throttled", user=user)
    field.errors = [throttle.TOO_MANY]
    return render_template(template, form=form), 429, RETRY_AFTER


def _ask_for_code(user: User) -> ResponseReturnValue:
    """Redirect to the page for the code, after the password was right or chosen."""
    session.clear()
    session["pending"] = [user.id, time.time()]
    return redirect(url_for("accounts.code", next=request.args.get("next")), 303)


def _pending() -> User | None:
    """The user who gave the password within the last minutes and must still give a code. None if there is none."""
    user_id, since = session.get("pending", (0, 0))
    if time.time() - since > PENDING_SECONDS:
        return None
    user = users.get(user_id)
    return user if user and user.totp_secret and not user.disabled_at else None


def _enter(user: User) -> ResponseReturnValue:
    flashed = session.get("_flashes")
    sign_in(user)
    if flashed:
        session["_flashes"] = flashed
    request_log.note("sign-in", user=user)
    target = request.args.get("next", "")
    return redirect(target if is_local(target) else url_for("products.index"), 303)


def _address() -> str:
    return request.remote_addr or ""
