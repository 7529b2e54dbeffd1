"""Sessions: where users are signed in. Sessions start, are found by their token, and end."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import contains_eager

from catalog.models import User, UserSession, db
from catalog.people import audit
from catalog.people.actors import Actor

SEEN_SECONDS = 60  # precision of the last use of a session
LONGEST_AGENT = 300


@dataclass(frozen=True)
class Visitor:
    """Where a request came from."""

    address: str = ""
    user_agent: str = ""


def begin(user: User, days: int, visitor: Visitor | None = None) -> tuple[str, UserSession]:
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


def find(token: str, idle: timedelta) -> UserSession | None:
    """The valid session with this token."""
    query = (
        select(UserSession)
        .join(UserSession.user)
        .options(contains_eager(UserSession.user))
        .where(UserSession.token_hash == _digest(token), *_is_valid(idle))
    )
    return db.session.scalar(query)


def valid(ids: set[int], idle: timedelta) -> frozenset[int]:
    """Those of these sessions that are still valid, by id."""
    query = select(UserSession.id).join(User).where(UserSession.id.in_(ids))
    with db.engine.connect() as connection:
        return frozenset(connection.scalars(query.where(*_is_valid(idle))))


def touch(session: UserSession) -> None:
    """Note that the session is used now; written at most once a minute.

    A host that writes it at this moment, or fell silent then, is not waited for.
    """
    if datetime.now(UTC) - session.last_seen_at < timedelta(seconds=SEEN_SECONDS):
        return
    free = select(UserSession.id).where(UserSession.id == session.id).with_for_update(skip_locked=True)
    query = update(UserSession).where(UserSession.id.in_(free))
    with db.engine.begin() as connection:
        connection.execute(query.values(last_seen_at=func.now()))


def of_user(user_id: int) -> Sequence[UserSession]:
    """Where a user is signed in, the latest use first."""
    query = select(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at > func.now())
    return db.session.scalars(query.order_by(UserSession.last_seen_at.desc())).all()


def sign_out(actor: Actor, token: str) -> None:
    """Sign out: the token is no longer valid."""
    audit.write(actor, "sign-out", "", db.session)
    end(token)


def end(token: str) -> None:
    """End a session: its token is no longer valid."""
    db.session.execute(delete(UserSession).where(UserSession.token_hash == _digest(token)))
    db.session.commit()


def end_all(actor: Actor, user: User, *, only: int | None = None, keep: int = 0) -> int:
    """End a user's sessions: all, or only the one with this id; never the one to keep. Returns how many."""
    query = delete(UserSession).where(UserSession.user_id == user.id, UserSession.id != keep)
    if only is not None:
        query = query.where(UserSession.id == only)
    ended = len(db.session.scalars(query.returning(UserSession.id)).all())
    whose = "one of their own" if only else "all but the current one" if keep else user.email
    if ended or not only:
        audit.write(actor, "session ended", whose if only else f"{whose}: {ended}", db.session)
    db.session.commit()
    return ended


def keep_newest(user_id: int, most: int) -> None:
    """End the sessions of a user beyond the limit, the longest unused first."""
    newest = (
        select(UserSession.id)
        .where(UserSession.user_id == user_id, UserSession.expires_at > func.now())
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(most)
    )
    query = delete(UserSession).where(UserSession.user_id == user_id, UserSession.id.not_in(newest))
    db.session.execute(query)
    db.session.commit()


def delete_expired() -> int:
    """Delete expired sessions; returns how many."""
    with db.engine.begin() as connection:
        return connection.execute(delete(UserSession).where(UserSession.expires_at < func.now())).rowcount


def _is_valid(idle: timedelta) -> tuple[ColumnElement[bool], ...]:
    """Conditions of a valid session: not expired, not idle, user enabled."""
    return (
        UserSession.expires_at > func.now(),
        UserSession.last_seen_at > func.now() - idle,
        User.disabled_at.is_(None),
    )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
