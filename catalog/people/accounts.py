"""Who may sign in: users, their sessions, and the link for the very first admin."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import ColumnElement, delete, exists, func, select, text, update
from sqlalchemy.orm import contains_eager

from catalog.models import ROLES, User, UserSession, db
from catalog.people import emails, passwords

WELCOME_SECONDS = 24 * 3600
SEEN_SECONDS = 60  # how exactly a session knows when it was used last
LONGEST_AGENT = 300


class NotWelcome(Exception):
    """The first-run link is old, forged, or there is an admin already."""


@dataclass(frozen=True)
class Visitor:
    """Where a request came from."""

    address: str = ""
    user_agent: str = ""


def may(role: str, least: str) -> bool:
    """Whether a role is at least the other."""
    return ROLES.index(role) >= ROLES.index(least)


def create(email: str, password: str, role: str = "") -> User:
    """A new user; by default the first is an admin, the others are viewers.

    Raises emails.NotAnAddress, and sqlalchemy's IntegrityError if the address is taken in any case.
    """
    role = role or ("viewer" if anybody() else "admin")
    user = User(email=emails.tidy(email), password_hash=passwords.hashed(password), role=role)
    db.session.add(user)
    db.session.commit()
    return user


def by_email(email: str) -> User | None:
    """The user with this address, in any case."""
    try:
        plain = emails.plain(email)
    except emails.NotAnAddress:
        return None
    return db.session.scalar(select(User).where(func.lower(User.email) == plain))


def authenticate(email: str, password: str) -> User | None:
    """The user whose address and password these are. Whatever is wrong, it takes as long."""
    user = by_email(email)
    if not passwords.matches(password, user.password_hash if user else None):
        return None
    if user is None or user.disabled_at:
        return None
    if user.password_hash and passwords.is_dated(user.password_hash):
        user.password_hash = passwords.hashed(password)
        db.session.commit()
    return user


def set_password(user_id: int, password: str, *, keep: int | None = None) -> None:
    """A new password. Every session of the user ends, but the one with the id to `keep`."""
    db.session.execute(update(User).where(User.id == user_id).values(password_hash=passwords.hashed(password)))
    db.session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id.is_distinct_from(keep)))
    db.session.commit()


# ---- sessions ----


def begin_session(user: User, days: int, visitor: Visitor | None = None) -> tuple[str, UserSession]:
    """Sign a user in; returns the token that their browser keeps, and the session."""
    token, visitor = secrets.token_urlsafe(32), visitor or Visitor()
    row = UserSession(
        token_hash=_digest(token),
        user_id=user.id,
        expires_at=datetime.now(UTC) + timedelta(days=days),
        address=visitor.address,
        user_agent=visitor.user_agent.replace("\0", "")[:LONGEST_AGENT],
    )
    db.session.add(row)
    db.session.commit()
    return token, row


def find_session(token: str, idle: timedelta) -> UserSession | None:
    """The session with this token, if it has neither ended nor expired nor lain idle, and its user may be here."""
    query = (
        select(UserSession)
        .join(UserSession.user)
        .options(contains_eager(UserSession.user))
        .where(UserSession.token_hash == _digest(token), *_good(idle))
    )
    return db.session.scalar(query)


def good_sessions(ids: set[int], idle: timedelta) -> frozenset[int]:
    """Those of these sessions whose token would still be let in."""
    query = select(UserSession.id).join(User).where(UserSession.id.in_(ids))
    with db.engine.connect() as connection:
        return frozenset(connection.scalars(query.where(*_good(idle))))


def seen(session: UserSession) -> None:
    """Somebody uses this session now; written at most once a minute."""
    if datetime.now(UTC) - session.last_seen_at < timedelta(seconds=SEEN_SECONDS):
        return
    query = update(UserSession).where(UserSession.id == session.id)
    with db.engine.begin() as connection:
        connection.execute(query.values(last_seen_at=func.now()))


def sessions(user_id: int) -> Sequence[UserSession]:
    """Where a user is signed in, the latest use first."""
    query = select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > func.now())
    return db.session.scalars(query.order_by(UserSession.last_seen_at.desc())).all()


def end_session(token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    db.session.execute(delete(UserSession).where(UserSession.token_hash == _digest(token)))
    db.session.commit()


def end_sessions(user_id: int, *, only: int | None = None, keep: int = 0) -> int:
    """End a user's sessions: all, or only the one with this id; never the one to keep. Returns how many."""
    query = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != keep)
    if only is not None:
        query = query.where(UserSession.id == only)
    ended = db.session.scalars(query.returning(UserSession.id)).all()
    db.session.commit()
    return len(ended)


def keep_newest(user_id: int, most: int) -> None:
    """End the sessions of a user that are more than may be, the longest unused first."""
    newest = (
        select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.expires_at > func.now())
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(most)
    )
    query = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id.not_in(newest))
    db.session.execute(query)
    db.session.commit()


def delete_expired_sessions() -> int:
    """Forget sessions that are over; returns how many."""
    with db.engine.begin() as connection:
        return connection.execute(delete(UserSession).where(UserSession.expires_at < func.now())).rowcount


# ---- the first admin ----


def anybody() -> bool:
    """Whether there is a user at all."""
    return bool(db.session.scalar(select(exists().select_from(User))))


def welcome_token(secret_key: str) -> str:
    """What the first-run link holds; it is worth something as long as there is no user."""
    return _serializer(secret_key).dumps("first admin")


def welcome(secret_keys: list[str], token: str) -> None:
    """Raises NotWelcome unless the token may make the first admin now."""
    if anybody() or not any(_signed(key, token) for key in secret_keys):
        raise NotWelcome


def create_first_admin(email: str, password: str) -> User:
    """The first user. Raises NotWelcome if somebody else was faster."""
    db.session.execute(text("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    if anybody():
        db.session.rollback()
        raise NotWelcome
    return create(email, password, "admin")


def _signed(secret_key: str, token: str) -> bool:
    try:
        _serializer(secret_key).loads(token, max_age=WELCOME_SECONDS)
    except BadSignature:
        return False
    return True


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="welcome")


def _good(idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    """What makes a session one, beside its token."""
    return (
        UserSession.expires_at > func.now(),
        UserSession.last_seen_at > func.now() - idle,
        User.disabled_at.is_(None),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
