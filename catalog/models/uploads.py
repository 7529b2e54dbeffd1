"""Files that are still being sent, or that were not imported yet."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class PartialUpload(Base):
    """A file that comes in parts. How much of it is there, only the file itself knows."""

    __tablename__ = "partial_uploads"

    id: Mapped[str] = mapped_column(primary_key=True)  # its key in storage
    user_id: Mapped[int] = mapped_column(
        ForeignKey("users.id", ondelete="CASCADE"), index=True
    )  # who began it alone may continue
    filename: Mapped[str]  # as the sender called it: shown, never opened
    size: Mapped[int] = mapped_column(BigInteger)  # bytes, when it is whole
    sha256: Mapped[str | None]  # once it is whole
    details: Mapped[str] = mapped_column(server_default=text("''"))  # Upload-Metadata
    created_at: Mapped[datetime] = mapped_column(server_default=func.now())
    expires_at: Mapped[datetime] = mapped_column(index=True)  # later with every part
