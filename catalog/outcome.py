"""How an import went, for a terminal. Loads nothing: a command that talks to another server should start at once."""

from datetime import datetime
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

FLAGS = {
    "columns": "--map sku=1 --map name=2",
    "header": "--no-header",
    "encoding": "--encoding",
    "numbers": "--numbers point or comma",
    "members": "--members each or joined",
    "sheet": "--sheet",
}
"""A choice that would let a file in, as the command line says it. Pages have a control of the same meaning."""

SOURCES = {
    "page": "on a page",
    "cli": "on the command line",
    "api": "through the API",
    "url": "from a source",
}
"""By which way something came, by its `source`."""


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
        return " ".join([f"Import {number} {told['state']}. {why}", *_advice(told)])
    return f"Import {number} completed in {told['seconds']:.1f} s: {counted}."


def _advice(told: dict[str, Any]) -> list[str]:
    """How the choices that would let the file in are made on the command line."""
    flags = [FLAGS[cure] for cure in told.get("cures", ()) if cure in FLAGS]
    return [f"Try again with {' or '.join(flags)}."] if flags else []


def rows(count: int) -> str:
    """So many rows."""
    return f"{count:,} row" if count == 1 else f"{count:,} rows"


def who(word: str, email: str | None, source: str) -> str:
    """Who it was, if they have a name here, and by which way they came."""
    name = f"{word} {email}" if email else ""
    return f"{name} {SOURCES.get(source, source)}".rstrip()


def before(told: dict[str, Any], at: datetime) -> str:
    """Which import had the same file, when and by whom, as a sentence; `at` is in UTC."""
    by = who(" by", told["email"], told["source"])
    return f"The same file was imported on {at:%d %b %Y, %H:%M} UTC{by}, as import {told['id']} ({told['filename']})."


def _counted(told: dict[str, Any]) -> str:
    parts = ", ".join(f"{told[name]:,} {name}" for name in COUNTS if told[name])
    absent = [f"{told[name]:,} {name}" for name in ABSENT_COUNTS if told.get(name)]
    beside = f"; not in the file: {', '.join(absent)}" if absent else ""
    return f"{rows(told['rows'])} = {parts or 'nothing'}{beside}"
