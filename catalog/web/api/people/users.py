"""Users: invite, change, sign out. For admins."""

from typing import Any

from flask import current_app, url_for

from catalog.people import User, find, invitations, sessions, users
from catalog.web.api.frame.auth import caller
from catalog.web.api.frame.blueprint import Blueprint
from catalog.web.api.frame.problems import Problem
from catalog.web.api.people import schemas
from catalog.web.http.request_log import actor

bp = Blueprint("users", "/users", "Users who may sign in.", scope="admin")


@bp.get("")
@bp.response(200, schemas.Users)
def index() -> dict[str, Any]:
    """List all users by email address."""
    return {"users": [_shown(person) for person in users.summaries()]}


@bp.post("", audit="user invited")
@bp.arguments(schemas.NewUser)
@bp.response(201, schemas.UserWithLink)
def invite(given: dict[str, Any]) -> tuple[dict[str, Any], int, dict[str, str]]:
    """Invite a teammate. Give them the link; they choose a password with it."""
    user = invitations.invite(actor(), given["email"], given["role"])
    return _with_link(user), 201, {"Location": f"{bp.url_prefix}/{user.id}"}


@bp.get("/<int:user_id>")
@bp.response(200, schemas.User)
def show(user_id: int) -> dict[str, Any]:
    """Get one user."""
    return _shown(users.summary(find(User, user_id)))


@bp.route("/<int:user_id>", methods=["PATCH"], problems=(409,), audit="role changed")
@bp.arguments(schemas.UserPatch)
@bp.response(200, schemas.User)
def change(given: dict[str, Any], user_id: int) -> dict[str, Any]:
    """Change the given fields: role, right to sign in, a lost second factor, formats of dates and numbers."""
    user = find(User, user_id)
    _change(user, given)
    return _shown(users.summary(find(User, user_id)))


@bp.get("/<int:user_id>/link")
@bp.response(200, schemas.UserWithLink)
def link(user_id: int) -> dict[str, Any]:
    """Get the link of a user, if it has not been used yet."""
    user = _not_oneself(find(User, user_id))
    if not user.invite or user.disabled_at:
        raise Problem("not_found", "This user has no open invitation.")
    return _with_link(user)


@bp.post("/<int:user_id>/link", audit="link renewed")
@bp.response(201, schemas.UserWithLink)
def renew_link(user_id: int) -> tuple[dict[str, Any], int]:
    """Create a new link, for a lost invitation or a forgotten password."""
    user = _not_oneself(find(User, user_id))
    if user.disabled_at:
        raise Problem("ended", "This user is disabled.")
    invitations.renew_link(actor(), user)
    return _with_link(user), 201


@bp.post("/<int:user_id>/sessions/end", audit="session ended")
@bp.response(200, schemas.Ended)
def end_sessions(user_id: int) -> dict[str, int]:
    """Sign a user out everywhere. Tokens stay valid; revoke them or disable the user."""
    user = find(User, user_id)
    ended = sessions.end_all(actor(), user)
    return {"ended": ended}


def _change(user: User, given: dict[str, Any]) -> None:
    """Change the given fields of a user. Raises users.LastAdmin."""
    if "role" in given and given["role"] != user.role:
        if users.is_last_admin(user):
            raise users.LastAdmin
        users.change_role(actor(), _not_oneself(user), given["role"])
    if given.get("disabled") is True and not user.disabled_at:
        users.disable(actor(), user)
    if given.get("disabled") is False and user.disabled_at:
        users.enable(actor(), user)
    wanted = {name: given.get(name, getattr(user, name)) for name in ("locale", "time_zone")}
    if wanted != {name: getattr(user, name) for name in wanted}:
        users.choose_formats(actor(), user, **wanted)
    if given.get("second_factor") is False and user.totp_secret:
        users.forget_factor(actor(), _not_oneself(user))


def _not_oneself(user: User) -> User:
    """Deny a change of the token's own user: a token must not be enough to take over an account. Raises Problem."""
    if user.id == caller().user_id:
        raise Problem(
            "forbidden", "This is your own account. Change it on /account, where you are asked for your password."
        )
    return user


def _with_link(user: User) -> dict[str, Any]:
    token = invitations.link_token(user, current_app.config["SECRET_KEY"])
    address = url_for("accounts.invitation", token=token, _external=True)
    return _shown(users.summary(user)) | {"link": address}


def _shown(person: users.UserSummary) -> dict[str, Any]:
    user = person.user
    names = ("id", "email", "role", "created_at", "disabled_at", "locale", "time_zone")
    shown = {name: getattr(user, name) for name in names}
    return shown | {
        "sessions": person.sessions,
        "last_seen_at": person.last_seen_at,
        "second_factor": user.totp_secret is not None,
        "has_password": user.password_hash is not None,
    }
