"""How much of a file has arrived, whether that is enough for a look, and the page that waits for it."""

from typing import Any

from flask import render_template

from catalog.imports import arriving, steps, uploads
from catalog.models import Import

LOOK_BYTES = 1024**2  # of a file that is still being sent
SLOW_BYTES = 1024**2 // 2  # the size from which the look at a workbook is slow
PACKED = (b"PK", b"\x1f\x8b")


def has_beginning(row: Import) -> bool:
    """Whether enough of a file has arrived for a look. A ZIP lists its files at its end, so it must be complete."""
    return arriving.so_far(row) >= LOOK_BYTES and not _is_packed(row)


def is_slow(row: Import) -> bool:
    """Whether a look takes seconds, because a workbook is read completely. Then the page is shown first."""
    return bool(row.sha256) and row.size > SLOW_BYTES and _is_packed(row)


def _is_packed(row: Import) -> bool:
    """Whether the file is a workbook or an archive, by its first bytes."""
    try:
        with uploads.storage().open_so_far(row.storage_key) as file:
            return file.read(2) in PACKED
    except FileNotFoundError:
        return False


def waiting(row: Import, look_at: str = "") -> str:
    """The page of an import that waits for more of its file. With `look_at`, it fetches the look from that URL."""
    at = "columns" if look_at else "file"
    page = "imports/steps/waiting.html"
    return render_template(page, import_=row, step=at, bar=steps.bar(row, at), look_at=look_at, **sent(row))


def sent(row: Import) -> dict[str, Any]:
    """Whether the file is still being sent, and how many bytes have arrived."""
    return {"is_receiving": not row.sha256, "so_far": arriving.so_far(row)}
