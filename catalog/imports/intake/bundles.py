"""A replay bundle: a zip of an import's file, options, mapping and report, that another Catalog imports alike (`replays`)."""

import json
import tempfile
import zipfile
from dataclasses import replace
from typing import IO, Any

from catalog import importer
from catalog.imports import past
from catalog.imports.intake import uploads
from catalog.imports.intake.replays import BLOCK_BYTES, MANIFEST, VERSION, plain_name
from catalog.imports.rejected import rows
from catalog.models import COUNTS, Import

REPORTED = ("id", "state", "phase", "source", "error", "rows", *COUNTS, "timings", "columns", "understood")


def write(row: Import) -> IO[bytes]:
    """The bundle of an import as an open file, which goes when it is closed. Raises past_imports.Gone."""
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
        raise past.Gone from None
    target.seek(0)
    return target


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
    """The options with what had been recognised made a choice, so that it is not recognised otherwise."""
    options = importer.Options.from_json(row.options)
    read = row.understood
    if not read or read.get("how") == "workbook":
        return options
    if parts := read.get("members"):  # each in its own way, unless all are alike
        same = {name: len({part[name] for part in parts}) == 1 for name in ("delimiter", "skip")}
        return replace(options, **{name: read[name] for name, alike in same.items() if alike})
    return replace(
        options, encoding=read["encoding"], delimiter=read["delimiter"], header=read["header"], skip=read["skip"]
    )
