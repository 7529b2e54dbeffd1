"""Files on their way into the catalog, and the rows that were rejected."""

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
    """The import of one file. This row is the truth; the queue and the progress channel only announce it."""

    __tablename__ = "imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[str] = mapped_column(server_default="queued")
    filename: Mapped[str]  # as the sender called it: shown, never opened
    storage_key: Mapped[str]  # as we call it
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)  # bytes
    options: Mapped[dict[str, Any]]  # importer.Options
    source: Mapped[str]  # page, cli
    held: Mapped[bool] = mapped_column(
        server_default=text("false")
    )  # queued, but no worker takes it until a user has looked at its file
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    change_set_id: Mapped[int | None] = mapped_column(ForeignKey("change_sets.id"))
    same_as_id: Mapped[int | None] = mapped_column(
        ForeignKey("imports.id", ondelete="SET NULL")
    )  # the last import of exactly the same bytes that was completed before
    first_id: Mapped[int | None] = mapped_column(
        ForeignKey("imports.id", ondelete="SET NULL")
    )  # the import of the first table of the archive that it came in with others; the first has its own id
    rerun: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # corrected rows wait or are worked on: who asked, the times and the end to go back to
    reran: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # what the last run of corrected rows came to: rows, taken, rejected, and these by their codes

    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    queued_at: Mapped[datetime] = mapped_column(
        server_default=func.now()
    )  # again at a retry: durations count from here
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    error: Mapped[str | None]  # why it failed, for people
    cures: Mapped[list[str]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # choices that would let the file in, by their names in importer.Options
    questions: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # importer.Question: what a person has to say before the file can be read; then it is held
    stopped: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # wording.Stop: why it waits in review, failed or was cancelled
    outcome: Mapped[str | None]  # all, part, none: how far the rows of a file that was read to its end were taken

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

    # Review: the plan that waits, and what a user decided about it.
    plan_epoch: Mapped[int | None]  # the lease under which the plan was made that is kept; none: no plan is
    review: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # why it waits, what the plan counts, up to where it knows the catalog
    decision: Mapped[
        str | None
    ]  # apply, skip or overwrite: write the plan, and what becomes of conflicts; again: plan again, for another review

    draft: Mapped[dict[str, Any] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # imports.drafts.Draft: what a person chose for its next run and did not start yet

    # Progress: what the page shows. The version grows with every step, over retries and take-overs too.
    phase: Mapped[str] = mapped_column(server_default="received")
    percent: Mapped[float] = mapped_column(server_default=text("0"))
    progress_version: Mapped[int] = mapped_column(server_default=text("0"))
    recent_errors: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=text("'[]'"))
    columns: Mapped[dict[str, Any]] = mapped_column(
        JSON, server_default=text("'{}'")
    )  # what each column was taken for; not JSONB, which loses their order
    understood: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # importer.opening.Understood: encoding, delimiter, header as they were taken
    warnings: Mapped[list[dict[str, Any]]] = mapped_column(
        JSONB, server_default=text("'[]'")
    )  # importer.FileWarning: what looks wrong in rows that were taken
    timings: Mapped[dict[str, Any]] = mapped_column(
        server_default=text("'{}'")
    )  # seconds a phase, peak memory of the worker

    # The lease: who works on it. A worker whose epoch is not the row's any more may not commit.
    lease_epoch: Mapped[int] = mapped_column(server_default=text("0"))
    lease_expires_at: Mapped[datetime | None]
    lease_owner: Mapped[str | None]
    takes: Mapped[int] = mapped_column(server_default=text("0"))  # workers that took it since it was queued by a person
    cancel_requested_at: Mapped[datetime | None]
    pruned_at: Mapped[datetime | None]  # its stored file went, after a time

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (
        Index("imports_active", "id", postgresql_where=text("state IN ('queued', 'reading', 'review', 'applying')")),
        Index("imports_sha256", "sha256", "id"),
        Index("imports_first", "first_id", "id", postgresql_where=text("first_id IS NOT NULL")),
        Index("imports_unpruned", "finished_at", postgresql_where=text("pruned_at IS NULL")),
    )


class RowError(Base):
    """A rejected row and its reason. Kept without a cap: every rejected row comes back."""

    __tablename__ = "row_errors"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)  # 1 is the first row after the header
    line: Mapped[int]  # line of the file on which the row begins
    column: Mapped[str | None]  # none: the row as a whole
    code: Mapped[str]
    value: Mapped[str | None]  # what stood there, cut to a readable length
    message: Mapped[str]
    cells: Mapped[list[str] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # as in the file; one cell with all of it where it can't be cut, none where it is too long
    corrected: Mapped[list[str] | None] = mapped_column(
        JSONB(none_as_null=True)
    )  # the corrected cells, until they are run again

    __table_args__ = (Index("row_errors_code", "import_id", "code", "row"),)


class RowCorrection(Base):
    """A row that was rejected, corrected, and then accepted: what was imported in its place, and by which change set.

    With these the rows of the file stay known: a later run still sees which row of a SKU is the last. While the file is to be
    read again, these are the corrections that it is read with; `cells` are none where whatever stands in the row is replaced.
    """

    __tablename__ = "row_corrections"

    import_id: Mapped[int] = mapped_column(ForeignKey("imports.id", ondelete="CASCADE"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True)
    line: Mapped[int]
    code: Mapped[str]  # why it had been rejected
    cells: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    corrected: Mapped[list[str]] = mapped_column(JSONB)
    change_set_id: Mapped[int | None]  # none: it changed nothing


class ImportEvent(Base):
    """A step in the life of an import, for its log: `kind` says which, `details` what else is known of it."""

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
