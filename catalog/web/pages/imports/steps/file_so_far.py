"""How much of a file is here, whether that is enough for a look, and the page of an import whose look has to wait."""

from typing import Any

from flask import render_template

from catalog.imports import arriving, steps, uploads
from catalog.models import Import

LOOK_BYTES = 1024**2  # of a file that is still being sent
SLOW_BYTES = 1024**2 // 2  # of a workbook
PACKED = (b"PK", b"\x1f\x8b")


def has_beginning(row: Import) -> bool:
    """Whether enough has come of a file to look at. What is packed says at its end what it holds."""
    return arriving.so_far(row) >= LOOK_BYTES and not _is_packed(row)


def is_slow(row: Import) -> bool:
    """Whether a look takes seconds, so that the page is there before it: a workbook is read whole."""
    return bool(row.sha256) and row.size > SLOW_BYTES and _is_packed(row)


def _is_packed(row: Import) -> bool:
    """Whether it is a workbook or an archive, by its first bytes."""
    try:
        with uploads.storage().open_so_far(row.storage_key) as file:
            return file.read(2) in PACKED
    except FileNotFoundError:
        return False


def waiting(row: Import, look_at: str = "") -> str:
    """The page of an import of which not enough has come to look at, or whose look is fetched from an address."""
    at = "columns" if look_at else "file"
    page = "imports/steps/waiting.html"
    return render_template(page, import_=row, step=at, bar=steps.bar(row, at), look_at=look_at, **sent(row))


def sent(row: Import) -> dict[str, Any]:
    """How much of a file is here, and where the rest goes."""
    return {"is_receiving": not row.sha256, "so_far": arriving.so_far(row)}
