"""Tokens of the API, and stored responses for Idempotency-Key."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import SEALED, WEBHOOK_SECRETS, Base
from catalog.models.people import User


class ApiToken(Base):
    """A token of a user for the API, with a scope, which the role of the user may narrow."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    scope: Mapped[str]  # read, write, admin: each includes the ones before
    hash: Mapped[str] = mapped_column(unique=True)  # sha256 of 32 random bytes: a reader of the table can't use it
    prefix: Mapped[str]  # its first characters, so that people recognise it
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]  # NULL: it does not expire
    last_used_at: Mapped[datetime | None]  # updated once a minute
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class IdempotencyKey(Base):
    """A POST with an Idempotency-Key, and its response: a repeat gets the same response."""

    __tablename__ = "idempotency_keys"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    fingerprint: Mapped[str]  # sha256 of its URL and body
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    status: Mapped[int | None]  # NULL: the request is still running
    headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    body: Mapped[str | None] = mapped_column(
        info={SEALED: WEBHOOK_SECRETS}
    )  # encrypted, because it may contain the secret of a new webhook
