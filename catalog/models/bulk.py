"""Edits of many products at once."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.people import User


class BulkJob(Base):
    """A change of many products at once, run by a worker: bulk edit, bulk delete, delete all, a large undo."""

    __tablename__ = "bulk_jobs"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]  # set, delete, delete_all, undo
    selection: Mapped[dict[str, Any]]  # {"ids": [...]} or {"filter": {...}} or {}
    values: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))  # set: field -> value
    undoes_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))  # undo: which change set
    source: Mapped[str]  # page, cli, api
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))

    state: Mapped[str] = mapped_column(server_default="queued")  # queued, applying, completed, failed, cancelled
    error: Mapped[str | None]  # why it failed, for people
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    total: Mapped[int] = mapped_column(server_default=text("0"))  # number of products
    done: Mapped[int] = mapped_column(server_default=text("0"))  # products that were processed so far
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # an undo: products that were changed since and stay as they are
    percent: Mapped[float] = mapped_column(server_default=text("0"))
    progress_version: Mapped[int] = mapped_column(server_default=text("0"))

    lease_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    lease_expires_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    takes: Mapped[int] = mapped_column(server_default=text("0"))
    cancel_requested_at: Mapped[datetime | None]

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (Index("bulk_jobs_active", "id", postgresql_where=text("state IN ('queued', 'applying')")),)
