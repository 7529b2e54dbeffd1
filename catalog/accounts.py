"""Who may sign in: users, passwords, sessions, and the link for the very first admin."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error
from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, exists, func, select, text

from catalog.models import User, UserSession, db

SHORTEST_PASSWORD = 12
WELCOME_SECONDS = 24 * 3600

_hasher = PasswordHasher()  # argon2id with the library's current parameters
_UNKNOWN = _hasher.hash(
    secrets.token_hex()
)  # so that an unknown address takes as long as a wrong password


class NotWelcome(Exception):
    """The first-run link is old, forged, or there is an admin already."""


def create(email: str, password: str) -> User:
    """A new user. Raises sqlalchemy's IntegrityError if the address is taken in any case."""
    user = User(email=email.strip(), password_hash=_hasher.hash(password))
    db.session.add(user)
    db.session.commit()
    return user


def by_email(email: str) -> User | None:
    """The user with this address, in any case."""
    email = email.replace("\0", "")
    return db.session.scalar(
        select(User).where(func.lower(User.email) == email.strip().lower())
    )


def authenticate(email: str, password: str) -> User | None:
    """The user whose address and password these are."""
    user = by_email(email)
    try:
        _hasher.verify(user.password_hash if user else _UNKNOWN, password)
    except Argon2Error:
        return None
    return user


def begin_session(user: User, days: int) -> str:
    """Sign a user in; returns the token that their browser keeps."""
    token = secrets.token_urlsafe(32)
    expires_at = datetime.now(UTC) + timedelta(days=days)
    db.session.add(
        UserSession(token_hash=_digest(token), user_id=user.id, expires_at=expires_at)
    )
    db.session.commit()
    return token


def session_user(token: str) -> User | None:
    """Whose session this is, if it has neither ended nor expired."""
    query = select(UserSession).where(
        UserSession.token_hash == _digest(token), UserSession.expires_at > func.now()
    )
    session = db.session.scalar(query)
    return session.user if session else None


def end_session(token: str) -> None:
    """Sign out: the token is worth nothing from now on."""
    db.session.execute(
        delete(UserSession).where(UserSession.token_hash == _digest(token))
    )
    db.session.commit()


def delete_expired_sessions() -> int:
    """Forget sessions that are over; returns how many."""
    with db.engine.begin() as connection:
        return connection.execute(
            delete(UserSession).where(UserSession.expires_at < func.now())
        ).rowcount


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
    return create(email, password)


def _signed(secret_key: str, token: str) -> bool:
    try:
        _serializer(secret_key).loads(token, max_age=WELCOME_SECONDS)
    except BadSignature:
        return False
    return True


def _serializer(secret_key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt="welcome")


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
