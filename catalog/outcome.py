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


ABSENT_COUNTS = ("deactivated", "removed")
"""What a sync does beside the rows."""


def sentence(told: dict[str, Any]) -> str:
    """What `--json` prints, in words."""
    number, counted = told["id"], _counted(told)
    if told["state"] == "review":
        why = " ".join(told.get("reasons", ()))
        return (
            f"Import {number} waits for review; nothing was changed: {counted}.\n"
            f"{why}\n"
            f"`catalog apply {number}` carries it out, `catalog discard {number}` lets it go; /imports/{number}/plan shows every change."
        )
    if told["state"] == "undone":
        return f"Import {number} was undone; what nobody changed since is as before. It had done: {counted}."
    if told["state"] != "completed":
        why = told["error"] or "Nothing was changed."
        return f"Import {number} {told['state']}. {why}"
    return f"Import {number} completed in {told['seconds']:.1f} s: {counted}."


def _counted(told: dict[str, Any]) -> str:
    parts = ", ".join(f"{told[name]:,} {name}" for name in COUNTS if told[name])
    absent = [f"{told[name]:,} {name}" for name in ABSENT_COUNTS if told.get(name)]
    beside = f"; not in the file: {', '.join(absent)}" if absent else ""
    return f"{told['rows']:,} rows = {parts or 'nothing'}{beside}"
