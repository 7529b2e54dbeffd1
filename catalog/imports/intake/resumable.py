"""Uploads that survive a broken connection, a reload and a restart of the web process; each becomes one import.

The row has the name, the size and the user of the file. How many bytes have arrived is the size of the stored file.
Knows no request: the protocol (tus) is `web/http/tus`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from flask import current_app
from sqlalchemy import select, text

from catalog import importer
from catalog.imports.intake import receive, uploads
from catalog.imports.waiting.turn import NORMAL, Turn
from catalog.models import Import, PartialUpload, db
from catalog.people import Actor
from catalog.runtime import Settings

BEGIN = text("""
INSERT INTO partial_uploads (id, user_id, filename, size, details, source_url, expires_at)
VALUES (:id, :user_id, :filename, :size, :details, :source_url, now() + make_interval(secs => :seconds))
""")
GO_ON = text("""
UPDATE partial_uploads SET sha256 = coalesce(:sha256, sha256), expires_at = now() + make_interval(secs => :seconds)
WHERE id = :id
""")
EXPIRED = text("DELETE FROM partial_uploads WHERE expires_at < now() RETURNING id")


class Unfinished(Exception):
    """Parts of the file are still missing."""


@dataclass(frozen=True)
class Part:
    """An upload as it is now: `offset` bytes of `size` have come."""

    id: str
    filename: str
    size: int
    offset: int
    details: str
    expires_at: datetime


def begin(user_id: int, filename: str, size: int, details: str = "", source_url: str | None = None) -> str:
    """A new upload of `size` bytes, perhaps to be fetched from `source_url` (encrypted). Raises uploads.TooLarge.

    Returns its id.
    """
    settings = _settings()
    if size > settings.max_upload_bytes:
        raise uploads.TooLarge
    key = uploads.start()
    row = {"id": key, "user_id": user_id, "filename": receive.readable(filename), "size": size}
    more = {"details": details, "source_url": source_url, "seconds": settings.upload_hours * 3600}
    with db.engine.begin() as connection:
        connection.execute(BEGIN, row | more)
    return key


def find(upload_id: str, user_id: int) -> Part | None:
    """This user's upload; None if there is none. No connection to the database is held after it."""
    query = select(PartialUpload).where(PartialUpload.id == upload_id, PartialUpload.user_id == user_id)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        return None
    try:
        offset = uploads.storage().size(row.id)
    except FileNotFoundError:  # the folder was emptied
        return None
    part = Part(row.id, row.filename, row.size, offset, row.details, row.expires_at)
    db.session.rollback()
    return part


def append(part: Part, offset: int, stream: BinaryIO, checksum: uploads.Checksum | None = None) -> int:
    """Receive more bytes of a file, and finish it if complete; returns its size. Raises what uploads.go_on raises."""
    if part.offset == part.size == offset:
        return offset
    try:
        with uploads.go_on(part.id, offset, part.size, checksum) as upload:
            upload.take(stream)
    finally:
        _remember(part.id)
    if upload.size == part.size:
        # The hash of a file that came in one part is known. The state of a hash can't be stored between parts.
        _remember(part.id, uploads.seal(part.id, "" if offset else upload.sha256()).sha256)
    return upload.size


def forget(upload_id: str) -> None:
    """Delete an upload."""
    row = db.session.get(PartialUpload, upload_id)
    if row:
        db.session.delete(row)
        db.session.commit()
        uploads.storage().delete(upload_id)


def take(
    actor: Actor,
    upload_id: str,
    options: importer.Options,
    *,
    if_same: receive.IfSame = "import",
    held: bool = False,
    turn: Turn = NORMAL,
) -> Import | None:
    """Create an import of a complete upload, once; a second call returns the same import. None: there is no such one.

    Raises Unfinished, and what receive.receive raises.
    """
    query = select(PartialUpload).where(PartialUpload.id == upload_id, PartialUpload.user_id == actor.user_id)
    row = db.session.scalars(query.with_for_update()).one_or_none()
    if row is None:
        made = select(Import).where(Import.storage_key == upload_id, Import.user_id == actor.user_id)
        return db.session.scalars(made.order_by(Import.id).limit(1)).one_or_none()
    if uploads.storage().size(row.id) != row.size:
        db.session.rollback()
        raise Unfinished
    whole, filename = _Whole(row), row.filename
    return receive.receive(actor, whole, filename, options, if_same=if_same, held=held, turn=turn)


def prune() -> int:
    """Delete expired uploads; returns how many. The steward calls it."""
    with db.engine.begin() as connection:
        expired = connection.execute(EXPIRED).scalars().all()
    for key in expired:
        uploads.storage().delete(key)
    return len(expired)


def checksum(algorithm: str, digest: bytes) -> uploads.Checksum | None:
    """The expected checksum of a part; None for an unknown algorithm."""
    known = algorithm in CHECKSUMS and len(digest) == hashlib.new(algorithm).digest_size
    return uploads.Checksum(algorithm, digest) if known else None


class _Whole:
    """A complete upload."""

    def __init__(self, row: PartialUpload) -> None:
        self._row = row
        self._stored = uploads.seal(row.id, row.sha256 or "")

    def sha256(self) -> str:
        """The sha256 of its bytes, in hex."""
        return self._stored.sha256

    def finish(self) -> uploads.Stored:
        """Delete the row of the upload, in the transaction of the import."""
        db.session.delete(self._row)
        return self._stored


CHECKSUMS = ("sha1", "sha256")


def _remember(upload_id: str, sha256: str | None = None) -> None:
    seconds = _settings().upload_hours * 3600
    values = {"id": upload_id, "sha256": sha256, "seconds": seconds}
    with db.engine.begin() as connection:
        connection.execute(GO_ON, values)


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings
