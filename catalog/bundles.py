"""A replay bundle: a zip of an import's file, options, mapping and report, that another Catalog imports alike."""

import json
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from catalog import importer, past_imports, refusals, uploads
from catalog.models import COUNTS, Import

MANIFEST = "catalog-bundle.json"
VERSION = 1
BLOCK_BYTES = 1024**2
LARGEST_MANIFEST = 1024**2
REPORTED = ("id", "state", "phase", "source", "error", "rows", *COUNTS, "timings", "columns", "understood")  # fmt: skip


class Unreadable(ValueError):
    """It says that it is a bundle, but it is none that we can use."""


def write(row: Import) -> IO[bytes]:
    """The bundle of an import as an open file, which goes when it is closed. Raises past_imports.Gone."""
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        with zipfile.ZipFile(
            target, "w", zipfile.ZIP_DEFLATED, compresslevel=1
        ) as zip_:
            with zip_.open(MANIFEST, "w") as file:
                file.write(json.dumps(_manifest(row), indent=2, default=str).encode())
            with zip_.open("errors.csv", "w", force_zip64=True) as file:
                for piece in refusals.as_csv(row.id):
                    file.write(piece)
            with (
                uploads.storage().open(row.storage_key) as source,
                zip_.open(
                    f"file/{plain_name(row.filename)}", "w", force_zip64=True
                ) as file,
            ):
                while block := source.read(BLOCK_BYTES):
                    file.write(block)
    except FileNotFoundError:
        target.close()
        raise past_imports.Gone from None
    target.seek(0)
    return target


def plain_name(name: str) -> str:
    """A file name that can do no harm wherever it is unpacked."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in last if c.isprintable() and c not in '<>:"|?*')
    return kept.strip(". ")[-150:] or "file"


def _manifest(row: Import) -> dict[str, Any]:
    """All that is needed to do it again, and what came of it."""
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
    """The options with what had been recognised made a choice, so that nobody guesses otherwise."""
    options = importer.Options.from_json(row.options)
    read = row.understood
    if not read or read.get("how") == "workbook":
        return options
    return replace(options, encoding=read["encoding"], delimiter=read["delimiter"], header=read["header"], skip=read["skip"])  # fmt: skip


@contextmanager
def opened(file: Path) -> Iterator[tuple[Path, importer.Options] | None]:
    """The file in a bundle, unpacked for a while, and its options; None if `file` is no bundle. Raises Unreadable."""
    manifest = _read_manifest(file)
    if manifest is None:
        yield None
        return
    with (
        tempfile.TemporaryDirectory(prefix="catalog-bundle-") as folder,
        zipfile.ZipFile(file) as zip_,
    ):
        try:
            options = importer.Options.from_json(manifest["options"])
            target = Path(folder) / plain_name(manifest["filename"])
            with zip_.open(manifest["file"]) as source, target.open("wb") as out:
                while block := source.read(BLOCK_BYTES):
                    out.write(block)
        except (KeyError, TypeError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{file} is a damaged bundle: {error}.") from None
        yield target, options


def _read_manifest(file: Path) -> dict[str, Any] | None:
    """What a bundle says of itself; None if this is no bundle."""
    if not zipfile.is_zipfile(file):
        return None
    with zipfile.ZipFile(file) as zip_:
        if MANIFEST not in zip_.namelist():
            return None
        with zip_.open(MANIFEST) as part:
            text = part.read(LARGEST_MANIFEST)
    try:
        manifest = json.loads(text)
    except ValueError:
        raise Unreadable(f"{file} is a damaged bundle.") from None
    if not isinstance(manifest, dict) or manifest.get("bundle") != VERSION:
        raise Unreadable(f"{file} is a bundle of another version of Catalog.")
    return manifest
