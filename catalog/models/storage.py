"""Files in a bucket: which objects a file consists of. Files in a folder have no rows."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, func, text
from sqlalchemy.orm import Mapped, mapped_column

from catalog.models.base import Base


class StoredFile(Base):
    """A file in a bucket: its parts, one after the other."""

    __tablename__ = "stored_files"

    key: Mapped[str] = mapped_column(primary_key=True)
    is_whole: Mapped[bool] = mapped_column(server_default=text("false"))  # it is complete, and never changes
    writer: Mapped[str | None]  # who writes it now, in whichever process
    written_until: Mapped[datetime | None]  # after that, another may write it, unless the writer gave a sign of life
    changed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class StoredPart(Base):
    """A part of a file: the first `size` bytes of an object. A copied file has the same objects."""

    __tablename__ = "stored_parts"

    key: Mapped[str] = mapped_column(ForeignKey("stored_files.key", ondelete="CASCADE"), primary_key=True)
    start: Mapped[int] = mapped_column(BigInteger, primary_key=True)  # its place in the file, in bytes
    size: Mapped[int] = mapped_column(BigInteger)
    object: Mapped[str] = mapped_column(index=True)  # its name in the bucket
