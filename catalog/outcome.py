"""How an import went, for a terminal. Loads nothing: a command that talks to another server should start at once."""

from typing import Any

COUNTS = (
    "created",
    "updated",
    "unchanged",
    "deleted",
    "skipped",
    "duplicates",
    "rejected",
    "blank",
)
"""The counts that add up to the rows, as in `models`, which is slow to load."""


def sentence(told: dict[str, Any]) -> str:
    """What `--json` prints, in words."""
    if told["state"] != "completed":
        why = told["error"] or "Nothing was changed."
        return f"Import {told['id']} {told['state']}. {why}"
    parts = ", ".join(f"{told[name]:,} {name}" for name in COUNTS if told[name])
    return f"Import {told['id']} completed in {told['seconds']:.1f} s: {told['rows']:,} rows = {parts or 'nothing'}."
