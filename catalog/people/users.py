"""What an admin does with people: invite them, say what they may, send them away. There is always an admin left."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError

from catalog.models import RecoveryCode, User, UserSession, db
from catalog.people import emails, passwords
from catalog.people.accounts import NotWelcome

INVITATION_SECONDS = 7 * 24 * 3600
LARGEST_ID = 2**31 - 1


class Taken(Exception):
    """Somebody has this address already."""


class LastAdmin(Exception):
    """Nobody would be left who can manage users."""


@dataclass(frozen=True)
class Person:
    """A user as the list shows them."""

    user: User
    sessions: int
    last_seen_at: datetime | None


def everybody() -> Sequence[Person]:
    """All users by address, with their sessions."""
    query = _people().order_by(func.lower(User.email))
    return [Person(*row) for row in db.session.execute(query)]


def person(user: User) -> Person:
    """One of them, with their sessions."""
    row = db.session.execute(_people().where(User.id == user.id)).one()
    return Person(*row)


def _people() -> Select[User, int, datetime]:
    return (
        select(User, func.count(UserSession.id), func.max(UserSession.last_seen_at))
        .outerjoin(UserSession, (UserSession.user_id == User.id) & (UserSession.expires_at > func.now()))
        .group_by(User.id)
    )


def get(user_id: int) -> User | None:
    """The user with this number."""
    return db.session.get(User, user_id) if user_id <= LARGEST_ID else None


def invite(email: str, role: str) -> User:
    """A user who has yet to choose a password by their link. Raises Taken, emails.NotAnAddress."""
    user = User(email=emails.tidy(email), role=role, invite=secrets.token_hex())
    try:
        db.session.add(user)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Taken from None
    return user


def renew_link(user: User) -> None:
    """A new link to choose a password by; the one before it is worth nothing any more."""
    user.invite = secrets.token_hex()
    db.session.commit()


def link_token(user: User, secret_key: str) -> str:
    """What the link of an invited user holds: signed, for one use, for seven days."""
    return _serializer(secret_key).dumps([user.id, user.invite])


def invited(secret_keys: Sequence[str], token: str) -> User:
    """Whose link this is. Raises NotWelcome if it is used, renewed, old or forged, or the user disabled."""
    for key in secret_keys:
        try:
            user_id, nonce = _serializer(key).loads(token, max_age=INVITATION_SECONDS)
        except (BadSignature, ValueError):
            continue
        user = get(user_id)
        if user and user.invite and user.invite == nonce and not user.disabled_at:
            return user
    raise NotWelcome


def accept(user: User, password: str) -> None:
    """Choose the password that the link is for; sessions of before end. Raises NotWelcome if somebody was faster."""
    nonce = user.invite
    if nonce is None:  # else every user without a link would match
        raise NotWelcome
    query = (
        update(User)
        .where(User.id == user.id, User.invite == nonce, User.disabled_at.is_(None))
        .values(password_hash=passwords.hashed(password), invite=None)
    )
    changed = db.session.scalars(query.returning(User.id)).all()
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    db.session.commit()
    if not changed:
        raise NotWelcome


def change_role(user: User, role: str) -> None:
    """From the next request on they may what this role may. Raises LastAdmin."""
    if role != "admin":
        _keep_an_admin_beside(user)
    user.role = role
    db.session.commit()


def disable(user: User) -> None:
    """They can't sign in and are signed out; what they did stays theirs. Raises LastAdmin."""
    _keep_an_admin_beside(user)
    user.disabled_at = func.now()
    user.invite = None
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    db.session.commit()


def enable(user: User) -> None:
    """They can sign in again."""
    user.disabled_at = None
    db.session.commit()


def forget_factor(user: User) -> None:
    """No second factor any more: they lost it, or turned it off."""
    user.totp_secret, user.totp_step = None, 0
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    db.session.commit()


def is_last_admin(user: User) -> bool:
    """Whether nobody else could manage users."""
    others = select(func.count()).where(
        User.role == "admin", User.id != user.id, User.disabled_at.is_(None), User.password_hash.is_not(None)
    )
    return user.role == "admin" and not db.session.scalar(others)


def _keep_an_admin_beside(user: User) -> None:
    """Two admins who disable each other take turns: the table is locked until the end of the transaction."""
    db.session.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    db.session.refresh(user)
    if is_last_admin(user):
        db.session.rollback()
        raise LastAdmin


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="invitation")
