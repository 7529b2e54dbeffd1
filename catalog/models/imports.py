"""Imports of files, and rejected rows."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, ForeignKey, Index, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.people import User

ACTIVE_STATES = ("queued", "reading", "review", "applying")
END_STATES = ("completed", "failed", "cancelled", "undone")
COUNTS = ("created", "updated", "unchanged", "deleted", "skipped", "duplicates", "rejected", "blank")
"""The results of rows of a file. They add up to `rows`: no row is lost silently."""

ABSENT_COUNTS = ("deactivated", "removed")
"""What a sync does to products that are not in the file: no rows, so not part of the sum."""


class Import(Base):
    """The import of one file. This row holds its state; the queue and the progress channel only announce changes."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    filename: Mapped[str]  # the name given by the sender: shown, never used as a path
    storage_key: Mapped[str]  # our own name in storage
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    options: Mapped[dict[str, Any]]  # importer.Options
    source: Mapped[str]  # page, api, cli, url
    held: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # queued, but waiting for a user: no worker takes it
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))
    same_as_id: Mapped[int | None] = mapped_column(
        ForeignKey("imports.id", ondelete="SET NULL")
    )  # the last completed import of the same bytes
    first_id: Mapped[int | None] = mapped_column(
        ForeignKey("imports.id", ondelete="SET NULL")
    )  # the first import of its archive; the first import has its own id here
    rerun: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # a run of corrected rows waits or works: who requested it, and the state to return to
    reran: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # result of the last run of corrected rows: rows, taken, rejected, codes

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime] = mapped_column(
        server_default=func.now()
    )  # set again at a retry: durations count from here
    priority: Mapped[str] = mapped_column(server_default=text("'normal'"))  # imports.waiting.order.PRIORITIES
    supplier: Mapped[str] = mapped_column(
        server_default=text("''")
    )  # "source 7" or "template 3", where its file is from; workers serve suppliers in turn
    served_at: Mapped[datetime | None]  # when a worker took it last
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]  # why it failed, for people
    cures: Mapped[list[str]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # names of choices in importer.Options with which the file could be read
    questions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # importer.Question: open questions about the file; then it is held
    stopped: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # wording.Stop: why it waits in review, failed or was cancelled
    outcome: Mapped[str | None]  # all, part, none: how many rows were accepted, if the file was read to its end

    rows: Mapped[int] = mapped_column(server_default=text("0"))
    created: Mapped[int] = mapped_column(server_default=text("0"))
    updated: Mapped[int] = mapped_column(server_default=text("0"))
    unchanged: Mapped[int] = mapped_column(server_default=text("0"))
    deleted: Mapped[int] = mapped_column(server_default=text("0"))
    skipped: Mapped[int] = mapped_column(server_default=text("0"))
    duplicates: Mapped[int] = mapped_column(server_default=text("0"))
    rejected: Mapped[int] = mapped_column(server_default=text("0"))
    blank: Mapped[int] = mapped_column(server_default=text("0"))

    deactivated: Mapped[int] = mapped_column(server_default=text("0"))
    removed: Mapped[int] = mapped_column(server_default=text("0"))

    # Review: the waiting plan, and the decision about it.
    plan_epoch: Mapped[int | None]  # epoch of the lease that made the stored plan; NULL: there is none
    review: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # why it waits, the counts of the plan, and the last change that it knows
    decision: Mapped[
        str | None
    ]  # apply, skip, overwrite: apply the plan, and how to treat conflicts; again: make another plan for review

    draft: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # imports.drafts.Draft: choices for the next run, which was not started yet

    # Progress, as pages show it. The version grows with every step, also over retries and take-overs.
    phase: Mapped[str] = mapped_column(server_default="received")
    percent: Mapped[float] = mapped_column(server_default=text("0"))
    progress_version: Mapped[int] = mapped_column(server_default=text("0"))
    recent_errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    columns: Mapped[dict[str, Any]] = mapped_column(
        JSON, server_default=text("'{}'")
    )  # how each column was used; not JSONB, which loses the order
    understood: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # importer.opening.Understood: how the file was read
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # importer.FileWarning: warnings about accepted rows
    timings: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # seconds a phase, peak memory of the worker

    # The lease of its worker. A worker with an older epoch than the row may not commit.
    lease_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    lease_expires_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    takes: Mapped[int] = mapped_column(
        server_default=text("0")
    )  # number of workers that took it since a person queued it
    cancel_requested_at: Mapped[datetime | None]
    pruned_at: Mapped[datetime | None]  # when its stored file was deleted

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("imports_active", "id", postgresql_where=text("state IN ('queued', 'reading', 'review', 'applying')")),
        Index("imports_sha256", "sha256", "id"),
        Index("imports_first", "first_id", "id", postgresql_where=text("first_id IS NOT NULL")),
        Index("imports_served", "served_at"),
        Index("imports_unpruned", "finished_at", postgresql_where=text("pruned_at IS NULL")),
    )


class RowError(Base):
    """A rejected row and its reason. All rejected rows are stored, without a limit."""

    __tablename__ = "row_errors"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first row after the header
    line: Mapped[int]  # line of the file on which the row begins
    column: Mapped[str | None]  # NULL: the whole row
    code: Mapped[str]
    value: Mapped[str | None]  # the value, cut to a readable length
    message: Mapped[str]
    cells: Mapped[list[str] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # the cells of the file; one cell with the whole row if it can't be split; NULL if it is too long
    corrected: Mapped[list[str] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # the corrected cells, until they are run again

    __table_args__ = (Index("row_errors_code", "import_id", "code", "row"),)


class RowCorrection(Base):
    """A row that was rejected, corrected, and then accepted: what was imported in its place, and by which change set.

    So all rows of the file stay known: a later run still sees which row of a SKU is the last. If the file is read
    again, these corrections are applied to it. One with `cells` is applied only if the row still has these cells.
    """

    __tablename__ = "row_corrections"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    code: Mapped[str]  # why it was rejected
    cells: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    corrected: Mapped[list[str]] = mapped_column(JSONB)
    change_set_id: Mapped[int | None]  # NULL: it changed nothing


class ImportEvent(Base):
    """A step of an import, for its log, with its `kind` and `details`."""

    __tablename__ = "import_events"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    kind: Mapped[str]  # taken, ended, lost, let_go by Catalog; those that a user did are listed in imports/report/log
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    source: Mapped[str | None]  # page, api, cli
    details: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'"))

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (Index("import_events_import_id", "import_id", "id"),)
