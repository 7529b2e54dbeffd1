"""Sign in, sign out, and the first admin's welcome."""

from flask import (
    Blueprint,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user, logout_user

from catalog import accounts
from catalog.forms import LoginForm, WelcomeForm
from catalog.models import User
from catalog.views.guard import is_local, sign_in

bp = Blueprint("accounts", __name__)


@bp.route("/login", methods=["GET", "POST"])
def login() -> ResponseReturnValue:
    """Sign in and go on to where one was going."""
    form = LoginForm()
    if not form.validate_on_submit():
        return render_template(
            "login.html", form=form
        ), 422 if form.is_submitted() else 200
    user = accounts.authenticate(form.email.data, form.password.data)
    if user is None:
        form.password.errors = ["The email address or the password is wrong."]
        return render_template("login.html", form=form), 422
    return _enter(user)


@bp.post("/logout")
def logout() -> ResponseReturnValue:
    """Sign out: the session is over on the server too."""
    accounts.end_session(current_user.token)
    logout_user()
    return redirect(url_for("accounts.login"), 303)


@bp.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> ResponseReturnValue:
    """The first admin chooses a password; the link works as long as there is nobody."""
    try:
        keys = (
            current_app.config["SECRET_KEY"],
            *current_app.config["SECRET_KEY_FALLBACKS"],
        )
        accounts.welcome(list(keys), token)
        form = WelcomeForm()
        if not form.validate_on_submit():
            return render_template(
                "welcome.html", form=form
            ), 422 if form.is_submitted() else 200
        return _enter(accounts.create_first_admin(form.email.data, form.password.data))
    except accounts.NotWelcome:
        flash("This link has been used or is too old. Sign in instead.", "info")
        return redirect(url_for("accounts.login"), 303)


def _enter(user: User) -> ResponseReturnValue:
    sign_in(user)
    target = request.args.get("next", "")
    return redirect(target if is_local(target) else url_for("products.index"), 303)
