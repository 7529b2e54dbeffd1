"""The modules that the room offers beside its own, and where each of them lives."""

from catalog.changes import as_json as change_json, log as change_log
from catalog.changes.undo import (
    marks as undo_marks,
    preview as undo_preview,
    restore as undo_restore,
    rules as undo_rules,
    slices as undo_slices,
)

__all__ = [
    "change_json",
    "change_log",
    "undo_marks",
    "undo_preview",
    "undo_restore",
    "undo_rules",
    "undo_slices",
]
