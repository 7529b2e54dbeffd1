"""Uploads that are not complete, or not imported yet."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import SEALED, SOURCE_URLS, Base


class PartialUpload(Base):
    """A file that is uploaded in parts. The number of received bytes is the size of the stored file."""

    __tablename__ = "partial_uploads"

    id: Mapped[str] = mapped_column(primary_key=True)  # its key in storage
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )  # only this user may continue it
    filename: Mapped[str]  # the name given by the sender: shown, never used as a path
    size: Mapped[int] = mapped_column(BigInteger)  # bytes of the complete file
    sha256: Mapped[str | None]  # NULL until it is complete
    details: Mapped[str] = mapped_column(server_default=text("''"))  # Upload-Metadata
    source_url: Mapped[str | None] = mapped_column(
        info={SEALED: SOURCE_URLS}
    )  # the link to fetch it from; NULL: it is sent
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)  # moved with every part
