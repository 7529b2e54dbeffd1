"""The account of the current user: sessions, password, and second factor."""

from datetime import UTC, datetime

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.people import User, UserSession, passwords, second_factor, sessions, users
from catalog.runtime import sealing
from catalog.web.http import redirects
from catalog.web.http.access_control import is_local, sign_in
from catalog.web.http.request_log import actor
from catalog.web.http.routes import NO_LINE_FOR_CONFIRMING, PAGE_ONLY, PERSON_ONLY, Blueprint
from catalog.web.pages.forms.people import ConfirmFactorForm, CurrentPasswordForm, FormatsForm, PasswordForm
from catalog.web.pages.people import confirming
from catalog.web.rendering import viewer

bp = Blueprint("account", __name__, url_prefix="/account")


@bp.get("", role="viewer", api="GET /account")
def show() -> ResponseReturnValue:
    """Show the account of the current user."""
    return _page()


@bp.post("/password", role="viewer", api=PERSON_ONLY, audit="password changed")
def password() -> ResponseReturnValue:
    """Change the password. All other sessions end, and this one gets a new token."""
    form, user = PasswordForm(), confirming.me()
    form.email = user.email
    is_valid = form.validate_on_submit()
    is_mine = bool(form.current.data) and confirming.is_mine(form, user)
    if not (is_valid and is_mine):
        return _page(password_form=form), 422
    users.set_password(actor(), user.id, form.password.data)
    sign_in(user)
    return _back("Your password was changed. You are signed out everywhere else.")


@bp.post("/formats", role="viewer", api=PAGE_ONLY, audit="user formats")
def formats() -> ResponseReturnValue:
    """Change how pages write dates, times and numbers."""
    form, user = FormatsForm(viewer.browser()), confirming.me()
    if not form.validate_on_submit():
        return _page(formats_form=form), 422
    users.choose_formats(actor(), user, form.locale.data or None, form.time_zone.data or None)
    return _back("The formats were saved.")


@bp.route("/confirm", methods=["GET", "POST"], role="viewer", api=PERSON_ONLY, audit=NO_LINE_FOR_CONFIRMING)
def confirm() -> ResponseReturnValue:
    """Ask for the password, then redirect to the page that needs it."""
    target = request.args.get("next", "")
    answer = confirming.asked("To see this page", url_for("users.index"))
    if answer is None and is_local(target):
        return redirect(target, 303)
    return answer or _back()


@bp.route(
    "/sessions/<int:session_id>/end", methods=["GET", "POST"], role="viewer", api=PERSON_ONLY, audit="session ended"
)
def end_session(session_id: int) -> ResponseReturnValue:
    """Ask for the password, then end another session."""
    mine = {row.id: row for row in sessions.of_user(current_user.id)}
    row, form = mine.get(session_id), CurrentPasswordForm()
    if row is None:
        return _back()
    if not form.validate_on_submit() or not confirming.is_mine(form, confirming.me()):
        return _ask_to_end(form, row, 1)
    sessions.end_all(actor(), confirming.me(), only=session_id)
    return _back()


@bp.route("/sessions/end-others", methods=["GET", "POST"], role="viewer", api=PERSON_ONLY, audit="session ended")
def end_others() -> ResponseReturnValue:
    """Ask for the password, then end all other sessions."""
    form, others = CurrentPasswordForm(), len(sessions.of_user(current_user.id)) - 1
    if not others:
        return _back()
    if not form.validate_on_submit() or not confirming.is_mine(form, confirming.me()):
        return _ask_to_end(form, None, others)
    sessions.end_all(actor(), confirming.me(), keep=current_user.session_id)
    return _back("You are signed out everywhere else.")


@bp.route("/factor", methods=["GET", "POST"], role="viewer", api=PERSON_ONLY, without_factor=True, audit="factor on")
def turn_factor_on() -> ResponseReturnValue:
    """Show the secret once. The second factor is on when the user enters a code of the app."""
    user = confirming.me()
    if user.totp_secret:
        return _back()
    form, secret = ConfirmFactorForm(), _offered_secret()
    if not form.is_submitted():
        return _offer(form, user, secret)
    is_valid = form.validate()
    is_mine = bool(form.current.data) and confirming.is_mine(form, user)
    if form.code.data and not second_factor.fits(secret, form.code.data):
        form.code.errors = ["This code is wrong. Check the clock of your device."]
        is_valid = False
    codes = second_factor.turn_on(actor(), user, secret, form.code.data) if is_valid and is_mine else []
    if not codes:
        return _offer(form, user, secret)
    session.pop("offered", None)
    current_user.lacks_factor = False  # the next page has all links again
    return render_template("people/account/codes.html", codes=codes)


@bp.post("/factor/off", role="viewer", api=PERSON_ONLY, audit="factor off")
def turn_factor_off() -> ResponseReturnValue:
    """Turn the second factor off."""
    form, user = CurrentPasswordForm(), confirming.me()
    if second_factor.is_required(user.role):
        return _back("Your role requires a second factor.", "info")
    if not form.validate_on_submit() or not confirming.is_mine(form, user):
        return _page(factor_form=form), 422
    users.forget_factor(actor(), user)
    return _back("The second factor is off. Sign-in now asks only for your password.")


@bp.post("/factor/codes", role="viewer", api=PERSON_ONLY, audit="recovery codes")
def recovery_codes() -> ResponseReturnValue:
    """Create new recovery codes. The old ones stop working."""
    form, user = CurrentPasswordForm(), confirming.me()
    if not user.totp_secret:
        return _back()
    if not form.validate_on_submit() or not confirming.is_mine(form, user):
        return _page(factor_form=form), 422
    codes = second_factor.renew_recovery_codes(actor(), user)
    return render_template("people/account/codes.html", codes=codes)


def _page(
    password_form: PasswordForm | None = None,
    factor_form: CurrentPasswordForm | None = None,
    formats_form: FormatsForm | None = None,
) -> str:
    user = confirming.me()
    chosen = {"locale": user.locale or "", "time_zone": user.time_zone or ""}
    return render_template(
        "people/account/show.html",
        user=user,
        sessions=sessions.of_user(user.id),
        codes_left=second_factor.recovery_codes_left(user),
        factor_required=second_factor.is_required(user.role),
        password_form=password_form or PasswordForm(formdata=None),
        factor_form=factor_form or CurrentPasswordForm(formdata=None),
        formats_form=formats_form or FormatsForm(viewer.browser(), formdata=None, data=chosen),
        now=datetime.now(UTC),
        rule=passwords.RULE,
    )


def _ask_to_end(form: CurrentPasswordForm, row: UserSession | None, others: int) -> ResponseReturnValue:
    page = render_template("people/account/end.html", form=form, session=row, others=others)
    return page, 422 if form.is_submitted() else 200


def _offer(form: ConfirmFactorForm, user: User, secret: str) -> ResponseReturnValue:
    uri = second_factor.uri(secret, user.email)
    page = render_template(
        "people/account/factor.html",
        form=form,
        secret=secret,
        uri=uri,
        picture=second_factor.picture(uri),
        required=second_factor.is_required(user.role),
    )
    return page, 422 if form.is_submitted() else 200


def _offered_secret() -> str:
    """The secret that this browser was shown, from its session cookie (encrypted). A new one if there is none."""
    try:
        return second_factor.unseal(session["offered"])
    except (KeyError, sealing.Unreadable):
        secret = second_factor.new_secret()
        session["offered"] = second_factor.seal(secret)
        return secret


def _back(words: str = "", category: str = "success") -> ResponseReturnValue:
    here = url_for("account.show")
    return redirects.say(words, here, category) if words else redirect(here, 303)
