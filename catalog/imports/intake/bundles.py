"""A replay bundle: a zip of an import's file, options, mapping and report. Another Catalog imports it in the same way.

It is written for a download, and recognised by its manifest wherever a file is received.
"""

import errno
import json
import tempfile
import zipfile
from dataclasses import dataclass
from typing import IO, Any, BinaryIO

from catalog import importer
from catalog.imports.intake import uploads
from catalog.imports.rejected import rows
from catalog.models import COUNTS, Import

REPORTED = ("id", "state", "phase", "source", "error", "rows", *COUNTS, "timings", "columns", "understood")
MANIFEST = "catalog-bundle.json"
VERSION = 1
BLOCK_BYTES = 1024**2
LARGEST_MANIFEST = 1024**2
ZIP = b"PK\x03\x04"
FULL = (errno.ENOSPC, errno.EDQUOT)
AGAIN = "Create the bundle again."


class Unreadable(ValueError):
    """A bundle that can't be used; the message is for people."""


@dataclass(frozen=True)
class Replay:
    """The manifest of a bundle: the name of its file, the options, and the report of the import."""

    filename: str
    member: str  # in the zip
    sha256: str
    size: int
    options: importer.Options
    report: dict[str, Any]


def plain_name(name: str) -> str:
    """A file name that is safe to unpack on every system."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')
    return kept.strip(". ")[-150:] or "file"


def write(row: Import) -> IO[bytes]:
    """The bundle of an import as an open file, which is deleted when it is closed. Raises uploads.Gone."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as zip_:
            with zip_.open(MANIFEST, "w") as file:
                file.write(json.dumps(_manifest(row), indent=2, default=str).encode())
            with zip_.open("errors.csv", "w", force_zip64=True) as file:
                for piece in rows.as_csv(row.id):
                    file.write(piece)
            with (
                uploads.storage().open(row.storage_key) as source,
                zip_.open(f"file/{plain_name(row.filename)}", "w", force_zip64=True) as file,
            ):
                while block := source.read(BLOCK_BYTES):
                    file.write(block)
    except FileNotFoundError:
        target.close()
        raise uploads.Gone from None
    target.seek(0)
    return target


def read(file: BinaryIO) -> Replay | None:
    """The bundle in an open file, or None; the file is at its start afterwards. Raises Unreadable."""
    beginning = file.read(len(ZIP))
    file.seek(0)
    if beginning != ZIP or not zipfile.is_zipfile(file):
        file.seek(0)
        return None
    try:
        with importer.open_zip(file) as zip_:
            return _opened(zip_) if MANIFEST in zip_.namelist() else None
    except (zipfile.BadZipFile, importer.Rejected):  # the importer says what is wrong with it
        return None
    finally:
        file.seek(0)


def beginning(file: BinaryIO, replay: Replay, size: int) -> bytes:
    """The first bytes of the file in a bundle. Raises Unreadable."""
    try:
        with _member(file, replay) as member:
            return member.read(size)
    except importer.DAMAGED as error:
        raise _in_words(error) from None


def unpacked(
    stored: uploads.Stored, filename: str, options: importer.Options
) -> tuple[uploads.Stored, str, importer.Options]:
    """What is to be imported: the file that is in a bundle, with its own choices; any other file as it is.

    Whether to ask first is chosen by the person who sends the bundle. Raises Unreadable, and then nothing is stored.
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


def _manifest(row: Import) -> dict[str, Any]:
    """Everything that is needed to repeat the import, and its result."""
    return {
        "bundle": VERSION,
        "file": f"file/{plain_name(row.filename)}",
        "filename": row.filename,
        "sha256": row.sha256,
        "size": row.size,
        "options": _as_read(row).to_json(),
        "created_at": row.created_at.isoformat(),
        "report": {name: getattr(row, name) for name in REPORTED},
    }


def _as_read(row: Import) -> importer.Options:
    """The options, with detected values as choices, so that another Catalog does not detect others."""
    options = importer.Options.from_json(row.options)
    read = row.understood
    if not read or read.get("how") == "workbook":
        return options
    if parts := read.get("members"):  # each table has its own values, unless all are equal
        same = {name: len({part[name] for part in parts}) == 1 for name in ("delimiter", "skip")}
        return options.with_reading(**{name: read[name] for name, alike in same.items() if alike})
    return options.with_reading(
        encoding=read["encoding"], delimiter=read["delimiter"], header=read["header"], skip=read["skip"]
    )


def _opened(zip_: zipfile.ZipFile) -> Replay:
    """The manifest of a bundle. Raises Unreadable."""
    try:
        with zip_.open(MANIFEST) as part:
            manifest = json.loads(part.read(LARGEST_MANIFEST))
        if manifest["bundle"] != VERSION:
            raise Unreadable(
                "This bundle was written by another version of Catalog. Create it again with this version."
            )
        options = importer.options_from(manifest["options"])
        if zip_.getinfo(manifest["file"]).is_dir():
            raise Unreadable(f"This bundle is damaged: its manifest names a folder as the file. {AGAIN}")
        named = plain_name(str(manifest["filename"]))
        return Replay(
            named, manifest["file"], str(manifest["sha256"]), int(manifest["size"]), options, dict(manifest["report"])
        )
    except Unreadable:
        raise
    except importer.Rejected as rejection:
        raise Unreadable(f"This bundle's manifest has invalid options: {rejection}") from None
    except (*importer.DAMAGED, TypeError, AttributeError, OverflowError, RecursionError):
        raise Unreadable(f"This bundle is damaged: its manifest can't be read. {AGAIN}") from None


def _keep(file: BinaryIO, replay: Replay) -> uploads.Stored:
    """Store the file of a bundle as an upload, if its checksum is that of the manifest. Raises Unreadable."""
    upload = uploads.begin()
    meter = importer.Meter(file.tell)
    try:
        with _member(file, replay) as member:
            while block := member.read(BLOCK_BYTES):
                meter.add(len(block))
                upload.write(block)
        if upload.sha256() != replay.sha256:
            raise Unreadable(f"This bundle is damaged: its file does not match its checksum. {AGAIN}")
        return upload.finish()
    except (*importer.DAMAGED, uploads.TooLarge, Unreadable, importer.Rejected) as error:
        upload.abort()
        raise _in_words(error) from None


def _member(file: BinaryIO, replay: Replay) -> IO[bytes]:
    return importer.open_zip(file).open(replay.member)


def _in_words(error: Exception) -> Unreadable:
    """The message for a bundle that could not be unpacked."""
    if isinstance(error, Unreadable):
        return error
    if isinstance(error, importer.Rejected):
        return Unreadable(str(error))
    if isinstance(error, uploads.TooLarge):
        return Unreadable("The file in this bundle is larger than an upload may be.")
    if isinstance(error, OSError) and error.errno in FULL:
        return Unreadable("The disk for uploads is full. No part of the bundle was kept.")
    return Unreadable(f"This bundle is damaged: its file can't be unpacked. {AGAIN}")
