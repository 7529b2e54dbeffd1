"""Users: create, find, authenticate, list, change role, disable. One admin always remains."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Select, delete, exists, func, select, text, update

from catalog.models import ROLES, NotFound, RecoveryCode, User, UserSession, db
from catalog.people import audit, emails, passwords
from catalog.people.actors import Actor
from catalog.whole_numbers import LARGEST_ID


class LastAdmin(Exception):
    """No other user could manage users."""


def may(role: str, least: str) -> bool:
    """Whether a role may do all that the role `least` may."""
    return ROLES.index(role) >= ROLES.index(least)


def create(actor: Actor, email: str, password: str, role: str = "") -> User:
    """A new user; by default the first is an admin, the others are viewers.

    Raises emails.NotAnAddress, and sqlalchemy's IntegrityError if the address is taken in any case.
    """
    role = role or ("viewer" if any_exist() else "admin")
    user = User(email=emails.tidy(email), password_hash=passwords.hashed(password), role=role)
    db.session.add(user)
    db.session.flush()
    # The first admin creates themselves.
    who = actor if actor.email else replace(actor, user_id=user.id, email=user.email)
    audit.write(who, "user created", f"{user.email}, {role}", db.session)
    db.session.commit()
    return user


def by_email(email: str) -> User | None:
    """The user with this address, in any case."""
    try:
        plain = emails.plain(email)
    except emails.NotAnAddress:
        return None
    return db.session.scalar(select(User).where(func.lower(User.email) == plain))


def called(email: str) -> User:
    """The user with this address. Raises NotFound."""
    user = by_email(email)
    if user is None:
        raise NotFound("user", email)
    return user


def authenticate(email: str, password: str) -> User | None:
    """The user with this address and password, or None. A failure always takes the same time."""
    user = by_email(email)
    if not passwords.matches(password, user.password_hash if user else None):
        return None
    if user is None or user.disabled_at:
        return None
    if user.password_hash and passwords.is_dated(user.password_hash):
        user.password_hash = passwords.hashed(password)
        db.session.commit()
    return user


def set_password(actor: Actor, user_id: int, password: str, *, keep: int | None = None) -> None:
    """Set a password. All sessions of the user end, except the one with the id `keep`."""
    db.session.execute(update(User).where(User.id == user_id).values(password_hash=passwords.hashed(password)))
    db.session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id.is_distinct_from(keep)))
    audit.write(actor, "password changed", "", db.session)
    db.session.commit()


def any_exist() -> bool:
    """Whether there is a user."""
    return bool(db.session.scalar(select(exists().select_from(User))))


@dataclass(frozen=True)
class UserSummary:
    """A user as the list shows them."""

    user: User
    sessions: int
    last_seen_at: datetime | None


def summaries() -> Sequence[UserSummary]:
    """All users by address, with their sessions."""
    query = _summaries().order_by(func.lower(User.email))
    return [UserSummary(*row) for row in db.session.execute(query)]


def summary(user: User) -> UserSummary:
    """One user with their sessions."""
    row = db.session.execute(_summaries().where(User.id == user.id)).one()
    return UserSummary(*row)


def _summaries() -> Select[User, int, datetime]:
    return (
        select(User, func.count(UserSession.id), func.max(UserSession.last_seen_at))
        .outerjoin(UserSession, (UserSession.user_id == User.id) & (UserSession.expires_at > func.now()))
        .group_by(User.id)
    )


def get(user_id: int) -> User | None:
    """The user with this id."""
    return db.session.get(User, user_id) if user_id <= LARGEST_ID else None


def change_role(actor: Actor, user: User, role: str) -> None:
    """Change the role of a user, from their next request on. Raises LastAdmin."""
    if role != "admin":
        _keep_an_admin_beside(user)
    user.role = role
    audit.write(actor, "role changed", f"{user.email}, {role}", db.session)
    db.session.commit()


def disable(actor: Actor, user: User) -> None:
    """Disable a user: they are signed out and can't sign in; their history stays. Raises LastAdmin."""
    _keep_an_admin_beside(user)
    user.disabled_at = func.now()
    user.invite = None
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    audit.write(actor, "user disabled", user.email, db.session)
    db.session.commit()


def enable(actor: Actor, user: User) -> None:
    """Enable a user again."""
    user.disabled_at = None
    audit.write(actor, "user enabled", user.email, db.session)
    db.session.commit()


def choose_formats(actor: Actor, user: User, locale: str | None, time_zone: str | None) -> None:
    """How pages write dates and numbers for this user from now on; None: as the browser does."""
    user.locale, user.time_zone = locale, time_zone
    subject = f"{locale or 'browser'}, {time_zone or 'browser'}"
    audit.write(actor, "user formats", _of(actor, user, subject), db.session)
    db.session.commit()


def forget_factor(actor: Actor, user: User) -> None:
    """Turn the second factor of a user off, for example after a loss."""
    user.totp_secret, user.totp_step = None, 0
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    audit.write(actor, "factor off", _of(actor, user), db.session)
    db.session.commit()


def _of(actor: Actor, user: User, subject: str = "") -> str:
    """The subject of a line in the audit log. It begins with the user's address, unless the actor is this user."""
    whose = "" if actor.user_id == user.id else user.email
    return ": ".join(filter(None, [whose, subject]))


def is_last_admin(user: User) -> bool:
    """Whether no other user could manage users."""
    others = select(func.count()).where(
        User.role == "admin", User.id != user.id, User.disabled_at.is_(None), User.password_hash.is_not(None)
    )
    return user.role == "admin" and not db.session.scalar(others)


def _keep_an_admin_beside(user: User) -> None:
    """Raises LastAdmin if no other admin would remain. The table is locked until the end of the transaction."""
    db.session.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    db.session.refresh(user)
    if is_last_admin(user):
        db.session.rollback()
        raise LastAdmin("This is the last admin. Make another user an admin first.")
