"""A replay bundle that comes in, by whatever way: recognised by its manifest, and unpacked to the file and the choices that are in it."""

import errno
import json
import zipfile
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from catalog import importer
from catalog.imports.intake import uploads

MANIFEST = "catalog-bundle.json"
VERSION = 1
BLOCK_BYTES = 1024**2
LARGEST_MANIFEST = 1024**2
ZIP = b"PK\x03\x04"
FULL = (errno.ENOSPC, errno.EDQUOT)


class Unreadable(ValueError):
    """It says that it is a bundle, but it is none that we can use; the message is for people."""


@dataclass(frozen=True)
class Replay:
    """What a bundle says of itself: its file by the name that it had, how it was imported, and what became of it."""

    filename: str
    member: str  # in the zip
    sha256: str
    size: int
    options: importer.Options
    report: dict[str, Any]


def plain_name(name: str) -> str:
    """A file name that can do no harm wherever it is unpacked."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')
    return kept.strip(". ")[-150:] or "file"


def read(file: BinaryIO) -> Replay | None:
    """The bundle in an open file, which stands at its beginning again; None if this is no bundle. Raises Unreadable."""
    beginning = file.read(len(ZIP))
    file.seek(0)
    if beginning != ZIP or not zipfile.is_zipfile(file):
        file.seek(0)
        return None
    try:
        with importer.open_zip(file) as zip_:
            return _told(zip_) if MANIFEST in zip_.namelist() else None
    except (zipfile.BadZipFile, importer.Refused):  # the importer says what is wrong with it
        return None
    finally:
        file.seek(0)


def beginning(file: BinaryIO, replay: Replay, size: int) -> bytes:
    """So many bytes of the file in a bundle. Raises Unreadable."""
    try:
        with _member(file, replay) as member:
            return member.read(size)
    except importer.DAMAGED as error:
        raise _in_words(error) from None


def unpacked(
    stored: uploads.Stored, filename: str, options: importer.Options
) -> tuple[uploads.Stored, str, importer.Options]:
    """What is to be imported: the file that is in a bundle with its own choices, in place of the bundle; any other as it is.

    Whether to ask first is a choice of the user who brings the bundle. Raises Unreadable, and then nothing of it is kept.
    """
    try:
        with uploads.storage().open(stored.key) as file:
            replay = read(file)
            if replay is None:
                return stored, filename, options
            kept = _keep(file, replay)
    except Exception:
        uploads.storage().delete(stored.key)
        raise
    uploads.storage().delete(stored.key)
    asked = {"review": options.review, "confirmed": options.confirmed}
    return kept, replay.filename, replay.options.with_reading(**asked)


def _told(zip_: zipfile.ZipFile) -> Replay:
    """The manifest of a bundle. Raises Unreadable."""
    try:
        with zip_.open(MANIFEST) as part:
            told = json.loads(part.read(LARGEST_MANIFEST))
        if told["bundle"] != VERSION:
            raise Unreadable("This bundle is of another version of Catalog.")
        options = importer.options_from(told["options"])
        if zip_.getinfo(told["file"]).is_dir():
            raise Unreadable("This bundle is damaged: its manifest names a folder as the file.")
        named = plain_name(str(told["filename"]))
        return Replay(named, told["file"], str(told["sha256"]), int(told["size"]), options, dict(told["report"]))
    except Unreadable:
        raise
    except importer.Refused as refusal:
        raise Unreadable(f"This bundle's manifest has choices that can't be: {refusal}") from None
    except (*importer.DAMAGED, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unreadable("This bundle is damaged: its manifest can't be read.") from None


def _keep(file: BinaryIO, replay: Replay) -> uploads.Stored:
    """The file of a bundle as an upload of its own, if it is the one that the manifest speaks of. Raises Unreadable."""
    upload = uploads.begin()
    meter = importer.Meter(file.tell)
    try:
        with _member(file, replay) as member:
            while block := member.read(BLOCK_BYTES):
                meter.add(len(block))
                upload.write(block)
        if upload.sha256() != replay.sha256:
            raise Unreadable("This bundle is damaged: its file is not the one that was imported.")
        return upload.finish()
    except (*importer.DAMAGED, uploads.TooLarge, Unreadable, importer.Refused) as error:
        upload.abort()
        raise _in_words(error) from None


def _member(file: BinaryIO, replay: Replay) -> IO[bytes]:
    return importer.open_zip(file).open(replay.member)


def _in_words(error: Exception) -> Unreadable:
    """Why a bundle could not be unpacked."""
    if isinstance(error, Unreadable):
        return error
    if isinstance(error, importer.Refused):
        return Unreadable(str(error))
    if isinstance(error, uploads.TooLarge):
        return Unreadable("The file in this bundle is larger than an upload may be.")
    if isinstance(error, OSError) and error.errno in FULL:
        return Unreadable("The disk for uploads is full. Nothing of the bundle was kept.")
    return Unreadable("This bundle is damaged: its file can't be unpacked.")
