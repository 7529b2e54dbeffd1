"""Tokens of the API: create, show once, find by hash, revoke. Sign-ins of browsers are `sessions`."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from catalog.models import ApiToken, User, db
from catalog.people import audit, second_factor
from catalog.people.actors import Actor

SCOPES = ("read", "write", "admin")
"""What a token may do; each scope includes the ones before it."""

PREFIX = "cat_"  # so that people and secret scanners recognise it
SHOWN = 8  # characters by which people recognise a token
LONGEST_NAME = 100
DAYS = (30, 90, 365)
"""The lifetimes that the page offers, in days, beside an unlimited one."""

# The largest scope of a role: a viewer's token can only read, whatever its scope.
ROLE_SCOPES = {"viewer": "read", "editor": "write", "admin": "admin"}

OLD_ANSWERS = text("DELETE FROM idempotency_keys WHERE created_at < now() - interval '1 day'")

EXACTLY = timedelta(minutes=1)  # precision of the last use of a token
USED = text("UPDATE api_tokens SET last_used_at = now() WHERE id = :id")
REVOKE = text("""
UPDATE api_tokens SET revoked_at = now() WHERE id = :id AND user_id = coalesce(:user_id, user_id) AND revoked_at IS NULL
""")


class NoToken(Exception):
    """The user has no such token, or it was revoked."""


def create(
    actor: Actor, user: User, name: str, scope: str, days: int = 0, latest: datetime | None = None
) -> tuple[ApiToken, str]:
    """A token of this user, good for so many days (0: until it is revoked) but not beyond `latest`.

    Returns its row and the token itself. Raises ValueError for an unknown scope.
    """
    if scope not in SCOPES:
        raise ValueError(f"There is no scope {scope}.")
    ends = [datetime.now(UTC) + timedelta(days=days)] if days else []
    ends += [latest] if latest else []
    token = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken(
        user_id=user.id,
        name=name.replace("\0", "").strip()[:LONGEST_NAME] or "token",
        scope=scope,
        hash=_digest(token),
        prefix=token[: len(PREFIX) + SHOWN],
        expires_at=min(ends, default=None),
    )
    db.session.add(row)
    whose = "" if actor.user_id == user.id else f"{user.email}: "
    audit.write(actor, "token created", f"{whose}{row.name}, {scope}", db.session)
    db.session.commit()
    return row, token


def find(token: str) -> ApiToken | None:
    """The token, if it is valid: neither revoked nor expired. Notes that it was used."""
    query = select(ApiToken).where(ApiToken.hash == _digest(token))
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None or not is_good(row):
        return None
    if row.last_used_at is None or datetime.now(UTC) - row.last_used_at > EXACTLY:
        with db.engine.begin() as connection:
            connection.execute(USED, {"id": row.id})
    return row


def is_good(row: ApiToken) -> bool:
    """Whether a token is valid now: not revoked, not expired, user enabled."""
    expired = row.expires_at is not None and row.expires_at <= datetime.now(UTC)
    gone = row.revoked_at is not None or row.user.disabled_at is not None
    return not gone and not expired


def may(row: ApiToken, scope: str) -> bool:
    """Whether the token and the role of its user include this scope. Never without a required second factor."""
    if second_factor.is_missing(row.user):
        return False
    return SCOPES.index(scope) <= SCOPES.index(reach(row))


def reach(row: ApiToken) -> str:
    """The scope of a token, limited by the role of its user."""
    return min(row.scope, ROLE_SCOPES[row.user.role], key=SCOPES.index)


def listed(user_id: int | None) -> list[ApiToken]:
    """A user's tokens, or those of all users, the newest first; the revoked ones too."""
    query = select(ApiToken).order_by(ApiToken.id.desc())
    if user_id is not None:
        query = query.where(ApiToken.user_id == user_id)
    return list(db.session.scalars(query))


def revoke(actor: Actor, token_id: int, user_id: int | None = None) -> None:
    """Revoke a token. Raises NoToken if this user (none: any user) has no such token, or it was already revoked."""
    with db.engine.begin() as connection:
        if not connection.execute(REVOKE, {"id": token_id, "user_id": user_id}).rowcount:
            raise NoToken
        audit.write(actor, "token revoked", f"token {token_id}", connection)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def prune_answers() -> int:
    """Delete stored responses of Idempotency-Keys after a day; returns how many. The steward calls it."""
    with db.engine.begin() as connection:
        return connection.execute(OLD_ANSWERS).rowcount
