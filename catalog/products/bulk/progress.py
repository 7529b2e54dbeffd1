"""The progress of a bulk job for its page, read from its row."""

from dataclasses import dataclass
from datetime import UTC, datetime

from catalog.models import BulkJob

BULK_COUNTS = ("created", "updated", "deleted", "unchanged", "skipped")
NOTES = {
    "queued": "Waiting for a worker.",
    "completed": "Every product is accounted for.",
    "failed": "Nothing was changed.",
    "cancelled": "Cancelled. Nothing was changed.",
}


@dataclass(frozen=True)
class Progress:
    """The progress of a bulk job. `percent` is 100 only after success; times are in seconds."""

    job_id: int
    version: int
    state: str
    percent: float
    total: int
    done: int
    elapsed: float
    seconds_left: float | None
    counts: dict[str, int]
    error: str | None
    finished: bool
    note: str


def of(row: BulkJob) -> Progress:
    """The progress in a row of `bulk_jobs`."""
    begun = row.started_at or row.created_at
    elapsed = ((row.finished_at or datetime.now(UTC)) - begun).total_seconds()
    sure = row.state == "applying" and row.takes == 1 and row.percent >= 5
    return Progress(
        job_id=row.id,
        version=row.progress_version,
        state=row.state,
        percent=row.percent,
        total=row.total,
        done=row.done,
        elapsed=max(elapsed, 0.0),
        seconds_left=elapsed * (100 - row.percent) / row.percent if sure else None,
        counts={name: getattr(row, name) for name in BULK_COUNTS},
        error=row.error,
        finished=row.finished_at is not None,
        note=_note(row),
    )


def _note(row: BulkJob) -> str:
    if row.state == "applying" and not row.total:
        return "Waiting for another change to finish."
    if row.state == "applying":
        note = " A worker stopped. Another worker started over." if row.takes > 1 else ""
        return f"Working.{note}"
    return NOTES[row.state]
