"""How much of a file has arrived, whether a look is possible, and the page that waits for it, or for the look."""

from typing import Any

from flask import render_template

from catalog.imports import Import, arriving, looks, steps


def has_beginning(row: Import) -> bool:
    """Whether enough of a file has arrived for a look. A ZIP lists its files at its end, so it must be complete."""
    return arriving.so_far(row) >= looks.LOOK_BYTES and not looks.is_packed(row)


def waiting(row: Import, step: str = "file") -> str:
    """The page of an import that waits for more of its file; in a step after File, for a worker that looks at it."""
    return render_template(
        "imports/steps/waiting.html",
        import_=row,
        step=step,
        bar=steps.bar(row, step),
        is_read=step != "file",
        reading=reading(row),
        **sent(row),
    )


def reading(row: Import) -> str:
    """What a worker does with the file of an import, in words."""
    is_archive = row.filename.lower().endswith((".zip", ".gz"))
    return f"Reading the {'archive' if is_archive else 'workbook'}…"


def sent(row: Import) -> dict[str, Any]:
    """Whether the file is still being sent, and how many bytes have arrived."""
    return {"is_receiving": not row.sha256, "so_far": arriving.so_far(row)}
