"""Links by which the first admin and invited users choose a password. One signer, a salt for each kind."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from itsdangerous import BadSignature, URLSafeTimedSerializer
from sqlalchemy import delete, text, update
from sqlalchemy.exc import IntegrityError

from catalog.models import User, UserSession, db
from catalog.people import audit, emails, passwords, users
from catalog.people.actors import Actor

WELCOME, INVITATION = "welcome", "invitation"
SECONDS = {WELCOME: 24 * 3600, INVITATION: 7 * 24 * 3600}


class InvalidLink(Exception):
    """The link is expired, used or forged, or no longer needed."""


class Taken(Exception):
    """Another user has this address."""

    def __init__(self) -> None:
        super().__init__("A user with this email address already exists.")


def welcome_token(secret_key: str) -> str:
    """The token in the link for the first admin. It is valid as long as there is no user."""
    return _signer(secret_key, WELCOME).dumps("first admin")


def check_welcome(secret_keys: Sequence[str], token: str) -> None:
    """Raises InvalidLink unless the token may make the first admin now."""
    if users.any_exist():
        raise InvalidLink
    _loaded(secret_keys, WELCOME, token)


def create_first_admin(actor: Actor, email: str, password: str) -> User:
    """The first user. Raises InvalidLink if another request or host was faster."""
    if users.any_exist():
        db.session.rollback()
        raise InvalidLink
    # Another host may hold it while it hashes the password: longer than a page waits for a lock.
    db.session.execute(text("SET LOCAL lock_timeout = '60s'; LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE"))
    if users.any_exist():
        db.session.rollback()
        raise InvalidLink
    return users.create(actor, email, password, "admin")


def invite(actor: Actor, email: str, role: str) -> User:
    """Create a user who chooses a password with a link. Raises Taken, emails.NotAnAddress."""
    user = User(email=emails.tidy(email), role=role, invite=secrets.token_hex())
    try:
        db.session.add(user)
        db.session.flush()
        audit.write(actor, "user invited", f"{user.email}, {role}", db.session)
        db.session.commit()
    except IntegrityError:
        db.session.rollback()
        raise Taken from None
    return user


def renew_link(actor: Actor, user: User) -> None:
    """Create a new link to choose a password. The previous link is no longer valid."""
    user.invite = secrets.token_hex()
    audit.write(actor, "link renewed", user.email, db.session)
    db.session.commit()


def link_token(user: User, secret_key: str) -> str:
    """The token in the link of an invited user: signed, for one use, for seven days."""
    return _signer(secret_key, INVITATION).dumps([user.id, user.invite])


def invited(secret_keys: Sequence[str], token: str) -> User:
    """The user of this link. Raises InvalidLink if it is used, renewed, expired or forged, or the user disabled."""
    user_id, nonce = _loaded(secret_keys, INVITATION, token)
    user = users.get(user_id)
    if user and user.invite and user.invite == nonce and not user.disabled_at:
        return user
    raise InvalidLink


def accept(actor: Actor, user: User, password: str) -> None:
    """Set the password that the link is for; earlier sessions end. Raises InvalidLink if another request was faster."""
    nonce = user.invite
    if nonce is None:  # else every user without a link would match
        raise InvalidLink
    query = (
        update(User)
        .where(User.id == user.id, User.invite == nonce, User.disabled_at.is_(None))
        .values(password_hash=passwords.hashed(password), invite=None)
    )
    changed = db.session.scalars(query.returning(User.id)).all()
    db.session.execute(delete(UserSession).where(UserSession.user_id == user.id))
    if changed:
        audit.write(replace(actor, user_id=user.id, email=user.email), "invitation accepted", "", db.session)
    db.session.commit()
    if not changed:
        raise InvalidLink


def _loaded(secret_keys: Sequence[str], kind: str, token: str) -> Any:
    """The content of a link that any of the keys signed. Raises InvalidLink if it is forged or expired."""
    for key in secret_keys:
        with suppress(BadSignature):
            return _signer(key, kind).loads(token, max_age=SECONDS[kind])
    raise InvalidLink


def _signer(secret_key: str, kind: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret_key, salt=kind)
