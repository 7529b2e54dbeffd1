"""Saved choices for the files of a supplier."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, func, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalog.models.base import Base
from catalog.models.people import User


class ImportTemplate(Base):
    """Saved choices of an import: used with the template, and offered for files with the same header."""

    __tablename__ = "import_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    options: Mapped[dict[str, Any]]  # importer.Options, with columns by name
    fingerprint: Mapped[str | None] = mapped_column(index=True)  # hash of the header of its file: importer.fingerprint
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    updated_at: Mapped[datetime] = mapped_column(server_default=func.now())

    user: Mapped[User | None] = relationship(lazy="joined")

    __table_args__ = (Index("import_templates_name", text("lower(name)"), unique=True),)
