"""Users, sessions, and the audit log."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import SEALED, SECOND_FACTORS, Base

ROLES = ("viewer", "editor", "admin")
"""Roles, from the fewest rights to the most: each includes the rights of those before it."""


class User(Base):
    """A user who may sign in."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    password_hash: Mapped[str | None]  # argon2id; NULL: invited, no password yet
    role: Mapped[str] = mapped_column(server_default="viewer")  # one of ROLES
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    disabled_at: Mapped[datetime | None]  # since when they may not sign in; their history stays
    invite: Mapped[str | None]  # nonce of the one link that may set a password now
    totp_secret: Mapped[str | None] = mapped_column(info={SEALED: SECOND_FACTORS})  # NULL: no second factor
    locale: Mapped[str | None]  # such as de-DE: how pages write dates and numbers; NULL: as the browser does
    time_zone: Mapped[str | None]  # such as Europe/Berlin; NULL: the browser's
    totp_step: Mapped[int] = mapped_column(
        BigInteger, server_default=text("0")
    )  # the newest time step used: a code works once

    __table_args__ = (
        Index("users_email_key", text("lower(email)"), unique=True),
        CheckConstraint("role IN ('viewer', 'editor', 'admin')", name="role"),
    )


class RecoveryCode(Base):
    """Instead of a code of the second factor, once. Random and long (120 bits), so a plain hash will do."""

    __tablename__ = "recovery_codes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    code_hash: Mapped[str]


class UserSession(Base):
    """One sign-in of one browser. A row of its own so that it can be ended on the server."""

    __tablename__ = "sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)  # sha256: a reader of the table can't sign in with it
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime]
    last_seen_at: Mapped[datetime] = mapped_column(server_default=func.now())
    address: Mapped[str] = mapped_column(server_default="")
    user_agent: Mapped[str] = mapped_column(server_default="")

    user: Mapped[User] = relationship(lazy="joined", innerjoin=True)


class LoginAttempt(Base):
    """A failed or running sign-in, which throttling counts. Contains no typed address."""

    __tablename__ = "login_attempts"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    account: Mapped[str]  # sha256 of the typed email: it may be a password by mistake
    network: Mapped[str]

    __table_args__ = (
        Index("login_attempts_account", "account", "at"),
        Index("login_attempts_network", "network", "at"),
    )


class AuditEvent(Base):
    """Who did what, when and from where, if it matters for security.

    Rows are only added, and deleted by age: a trigger of migration 0012 enforces this.
    """

    __tablename__ = "audit_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=func.now(), index=True)
    action: Mapped[str]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    email: Mapped[str] = mapped_column(server_default="")  # the address at that time
    subject: Mapped[str] = mapped_column(server_default="")  # what or who was affected
    address: Mapped[str] = mapped_column(server_default="")
    request_id: Mapped[str] = mapped_column(server_default="")
    count: Mapped[int] = mapped_column(server_default=text("1"))  # how often it happened


class AuditTally(Base):
    """Events that a stranger can cause without end, of one account and network in a quarter of an hour.

    Beyond the first few they are only counted.
    """

    __tablename__ = "audit_tallies"

    action: Mapped[str] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # a user's id, or 0
    network: Mapped[str] = mapped_column(primary_key=True)
    quarter: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)  # quarter hours since 1970
    count: Mapped[int]
