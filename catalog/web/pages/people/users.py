"""Pages of users: invite, change, disable. For admins."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from catalog.people import ROLES, User, find, invitations, second_factor, sessions, users
from catalog.web.http import redirects
from catalog.web.http.request_log import actor
from catalog.web.http.routes import Blueprint
from catalog.web.pages.forms.people import InviteForm
from catalog.web.pages.people import confirming

bp = Blueprint("users", __name__, url_prefix="/users")


@bp.get("", role="admin", api="GET /users")
def index() -> ResponseReturnValue:
    """List all users, with a form to invite one."""
    return _page(InviteForm(formdata=None))


@bp.post("", role="admin", api="POST /users", audit="user invited")
def invite() -> ResponseReturnValue:
    """Invite a user. The next page has the link with which the user chooses a password."""
    form = InviteForm()
    if not form.validate_on_submit():
        return _page(form), 422
    if answer := confirming.asked("To invite a user", url_for("users.index")):
        return answer
    try:
        user = invitations.invite(actor(), form.email.data, form.role.data)
    except invitations.Taken as error:
        form.email.errors = [str(error)]
        return _page(form), 422
    return redirect(url_for("users.link", user_id=user.id), 303)


@bp.get("/<int:user_id>", role="admin", api="GET /users/{user_id}")
def show(user_id: int) -> ResponseReturnValue:
    """Show a user and the actions."""
    user = find(User, user_id)
    return render_template(
        "people/users/show.html",
        user=user,
        roles=ROLES,
        sessions=sessions.of_user(user.id),
        last_admin=users.is_last_admin(user),
        factor_missing=second_factor.is_missing(user),
    )


@bp.get("/<int:user_id>/link", role="admin", api="GET /users/{user_id}/link")
def link(user_id: int) -> ResponseReturnValue:
    """Show the link for the user, if it has not been used."""
    user = find(User, user_id)
    if not user.invite or user.disabled_at:
        return _back(user)
    if user.id == current_user.id:
        return _to_account()
    if not confirming.is_recent():
        return redirect(url_for("account.confirm", next=request.path), 303)
    token = invitations.link_token(user, current_app.config["SECRET_KEY"])
    address = url_for("accounts.invitation", token=token, _external=True)
    return render_template("people/users/link.html", user=user, address=address)


@bp.post("/<int:user_id>/link", role="admin", api="POST /users/{user_id}/link", audit="link renewed")
def renew_link(user_id: int) -> ResponseReturnValue:
    """Create a new link, for a lost invitation or a forgotten password."""
    user = find(User, user_id)
    if user.id == current_user.id:
        return _to_account()
    if answer := confirming.asked(f"To create a link for {user.email}", _address(user)):
        return answer
    invitations.renew_link(actor(), user)
    return redirect(url_for("users.link", user_id=user.id), 303)


@bp.post("/<int:user_id>/role", role="admin", api="PATCH /users/{user_id}", audit="role changed")
def role(user_id: int) -> ResponseReturnValue:
    """Change the role of a user."""
    user, wanted = find(User, user_id), request.form.get("role", "")
    if wanted not in ROLES:
        abort(400)
    if wanted == user.role:
        return _back(user)
    if answer := confirming.asked(f"To change the role of {user.email}", _address(user)):
        return answer
    with redirects.saying(users.LastAdmin):
        users.change_role(actor(), user, wanted)
        flash(f"{user.email} is {_a(wanted)} now.", "success")
    return _back(user)


@bp.post("/<int:user_id>/disable", role="admin", api="PATCH /users/{user_id}", audit="user disabled")
def disable(user_id: int) -> ResponseReturnValue:
    """Disable a user, and end all sessions."""
    user = find(User, user_id)
    with redirects.saying(users.LastAdmin):
        users.disable(actor(), user)
        flash(f"{user.email} can't sign in any more.", "success")
    return _back(user)


@bp.post("/<int:user_id>/enable", role="admin", api="PATCH /users/{user_id}", audit="user enabled")
def enable(user_id: int) -> ResponseReturnValue:
    """Enable a user again."""
    user = find(User, user_id)
    users.enable(actor(), user)
    return redirects.say(f"{user.email} can sign in again.", _address(user))


@bp.post("/<int:user_id>/sessions/end", role="admin", api="POST /users/{user_id}/sessions/end", audit="session ended")
def end_sessions(user_id: int) -> ResponseReturnValue:
    """Sign a user out everywhere. For the current user, ask for the password first."""
    user = find(User, user_id)
    if user.id == current_user.id:
        return redirect(url_for("account.end_others"), 303)  # asks for the password
    sessions.end_all(actor(), user)
    return redirects.say(f"{user.email} is signed out everywhere.", _address(user))


@bp.post("/<int:user_id>/factor/off", role="admin", api="PATCH /users/{user_id}", audit="factor off")
def factor_off(user_id: int) -> ResponseReturnValue:
    """Turn off the second factor of a user who lost the device and the recovery codes."""
    user = find(User, user_id)
    if user.id == current_user.id:
        return _to_account()
    if answer := confirming.asked(f"To turn off the second factor of {user.email}", _address(user)):
        return answer
    users.forget_factor(actor(), user)
    return redirects.say(f"{user.email} now signs in with only a password.", _address(user))


def _page(form: InviteForm) -> str:
    return render_template("people/users/index.html", people=users.summaries(), form=form)


def _a(role: str) -> str:
    return f"{'a' if role == 'viewer' else 'an'} {role}"


def _address(user: User) -> str:
    return url_for("users.show", user_id=user.id)


def _back(user: User) -> ResponseReturnValue:
    return redirect(_address(user), 303)


def _to_account() -> ResponseReturnValue:
    """Redirect to the account page: it asks for the password before it changes the current user."""
    return redirect(url_for("account.show"), 303)
