"""What programs need that people do not: tokens, and answers that are given once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import SEALED, WEBHOOK_SECRETS, Base
from catalog.models.people import User


class ApiToken(Base):
    """A key to the API: a user's, for one purpose, with a scope that their role may narrow."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    scope: Mapped[str]  # read, write, admin: each holds the ones before
    hash: Mapped[str] = mapped_column(unique=True)  # sha256 of 32 random bytes: who reads the table can't call with it
    prefix: Mapped[str]  # its first characters, so that people know which one it is
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime | None]  # none: it does not
    last_used_at: Mapped[datetime | None]  # a minute exactly enough
    revoked_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class IdempotencyKey(Base):
    """A POST that came with an Idempotency-Key, and its answer once there is one: the same again gets the same."""

    __tablename__ = "idempotency_keys"

    token_id: Mapped[int] = mapped_column(ForeignKey("api_tokens.id", ondelete="CASCADE"), primary_key=True)
    key: Mapped[str] = mapped_column(Text(collation="C"), primary_key=True)
    fingerprint: Mapped[str]  # sha256 of where it went and what it said
    created_at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    status: Mapped[int | None]  # none: a call works on it right now
    headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))
    body: Mapped[str | None] = mapped_column(info={SEALED: WEBHOOK_SECRETS})  # it may hold the secret of a new webhook
