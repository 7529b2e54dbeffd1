"""Sources (URLs of files), and their runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import SEALED, SOURCE_URLS, Base
from catalog.models.people import User

OUTCOMES = ("running", "imported", "unchanged", "failed")
PAUSES = ("deleted", "disabled", "viewer")
"""Why the owner of a source may no longer import: what happened to the user."""


class ImportSource(Base):
    """A URL from which a file is fetched, by hand or on a schedule."""

    __tablename__ = "import_sources"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    url: Mapped[str] = mapped_column(info={SEALED: SOURCE_URLS})  # it may hold a password
    shown_url: Mapped[str]  # without what may be secret: user, password, query
    options: Mapped[dict[str, Any]]  # importer.Options
    schedule: Mapped[str] = mapped_column(server_default=text("''"))  # cron; empty: by hand
    time_zone: Mapped[str] = mapped_column(server_default=text("'UTC'"))
    enabled: Mapped[bool] = mapped_column(server_default=text("true"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    owner: Mapped[str] = mapped_column(server_default=text("''"))  # the user's address; empty: made by a command
    paused_reason: Mapped[str | None]  # why it may not run: one of PAUSES
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())

    next_run_at: Mapped[datetime | None]  # by the schedule; in the past if a run was missed
    wanted_at: Mapped[datetime | None]  # a user asked for a run
    retry_at: Mapped[datetime | None]  # the last run failed for a temporary reason: the time of the retry
    tries: Mapped[int] = mapped_column(server_default=text("0"))  # number of failed tries in a row

    # Of the last imported file: an unchanged file is not read again.
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    sha256: Mapped[str | None]
    last_import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))

    user: Mapped[User | None] = relationship()


class ImportSourceRun(Base):
    """One run of a source, and its result."""

    __tablename__ = "import_source_runs"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("import_sources.id", ondelete="CASCADE"))
    by_hand: Mapped[bool]
    outcome: Mapped[str] = mapped_column(server_default=text("'running'"))  # OUTCOMES
    started_at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    heard_at: Mapped[datetime | None]  # when the last bytes of the file arrived
    finished_at: Mapped[datetime | None]
    try_number: Mapped[int] = mapped_column(server_default=text("1"))
    retry_at: Mapped[datetime | None]  # when a failed run is tried again
    bytes: Mapped[int] = mapped_column(BigInteger, server_default=text("0"))  # fetched
    import_id: Mapped[int | None] = mapped_column(ForeignKey("imports.id", ondelete="SET NULL"))
    error: Mapped[str | None]  # why it failed, for people

    __table_args__ = (Index("import_source_runs_source", "source_id", "id"),)
