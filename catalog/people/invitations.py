"""Links that let a user choose a password: of the first admin, and of users who were invited. One signer, a salt for each kind."""

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
from catalog.people.accounts import anybody, create


WELCOME_SECONDS = 24 * 3600


class NotWelcome(Exception):
    """The first-run link is old, forged, or there is an admin already."""


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
