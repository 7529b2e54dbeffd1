"""The progress of an import for its page, read from its row."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from catalog.imports.report import wording
from catalog.imports.waiting import forecast
from catalog.models import ABSENT_COUNTS, ACTIVE_STATES, COUNTS, Import, db

PHASES = {
    "received": "Uploaded",
    "reading": "Reading rows",
    "checking": "Verifying",
    "planning": "Comparing with the catalog",
    "applying": "Writing changes",
}
NOTES = {
    "queued": "Waiting for a worker.",
    "review": "The review is ready and waits for your decision. Nothing has changed yet.",
    "completed": "Every row is accounted for.",
    "failed": "Nothing was changed.",
    "cancelled": "Cancelled. Nothing was changed.",
    "undone": "Undone. Products that were not changed later have their old values.",
}


@dataclass(frozen=True)
class Progress:
    """The progress of an import. `percent` is 100 only after success; times are in seconds."""

    import_id: int
    version: int
    state: str
    phase: str
    percent: float
    rows: int
    rows_per_second: float
    seconds_left: float | None
    elapsed: float  # from the queue to the end, as everywhere
    waited: float  # seconds of it in the queue
    counts: dict[str, int]
    phases: list[tuple[str, str, str]]  # name, label, and done | current | waiting | failed
    recent_errors: list[dict[str, Any]]
    error: str | None
    finished: bool
    resting: bool  # it has ended, or waits for a person
    face: str  # the state, or what is more exact: see `wording.face`
    words: str  # how many rows were imported, in words; empty if all were
    inside: str  # rows that may be inside cells, in words
    held: bool  # queued, and waits for a person
    questions: list[dict[str, Any]]  # that a person must answer
    note: str
    place: str  # in the queue, with the expected start, in words; empty if it does not wait
    reasons: list[str]  # why it waits
    absent: dict[str, int]  # products without a row, by what a sync does to them


def snapshot(import_id: int) -> Progress | None:
    """The current progress of an import; None if there is no such import."""
    row = db.session.get(Import, import_id, populate_existing=True)
    return of(row) if row else None


def of(row: Import) -> Progress:
    """The progress in a row of `imports`."""
    finished = row.state not in ACTIVE_STATES
    begun = row.started_at or row.queued_at
    worked = (row.finished_at or datetime.now(UTC)) - begun
    elapsed = worked.total_seconds()
    place = forecast.of(row)
    reading = row.timings.get("reading") or elapsed
    return Progress(
        import_id=row.id,
        version=row.progress_version,
        state=row.state,
        phase=row.phase,
        percent=row.percent,
        rows=row.rows,
        rows_per_second=row.rows / reading if reading > 0 else 0.0,
        seconds_left=_seconds_left(row, elapsed),
        elapsed=_took(row),
        waited=(begun - row.queued_at).total_seconds(),
        counts={name: getattr(row, name) for name in COUNTS},
        phases=_phases(row),
        recent_errors=row.recent_errors,
        error=row.error,
        finished=finished,
        resting=finished or row.held or row.state == "review",
        face=wording.face(row),
        words=_words(row),
        inside=wording.may_be_missing(row.warnings),
        held=row.held and row.state == "queued",
        questions=row.questions,
        note=f"{place.words}." if place else _note(row),
        place=place.words if place else "",
        reasons=row.review.get("reasons", []) if row.state == "review" else [],
        absent={name: getattr(row, name) for name in ABSENT_COUNTS},
    )


def _words(row: Import) -> str:
    """How many rows were imported, in words; empty if all were."""
    counts = {name: getattr(row, name) for name in ("rows", "rejected", "blank", "skipped")}
    tell = {"none": wording.nothing_taken, "part": wording.taken_in_part}
    return tell[row.outcome](counts) if row.outcome in tell else ""


def _took(row: Import) -> float:
    """Seconds since it was queued; if it waits for a person, the seconds of its worker."""
    if row.state == "review":
        return float(sum(v for name, v in row.timings.items() if "bytes" not in name))
    so_far = (datetime.now(UTC) - row.queued_at).total_seconds()
    took = wording.took(row)
    return max(so_far, 0.0) if took is None else took


def _note(row: Import) -> str:
    if row.held and row.state == "queued" and row.sha256:
        return "Waiting for an answer." if row.questions else "Waiting for a check."
    if not row.sha256 and row.state == "queued":
        return "The file is still being sent."
    if row.takes > 1 and row.state in ("reading", "applying"):
        return f"{PHASES[row.phase]}. A worker stopped. Another worker started over."
    if row.rerun and row.state != "queued":
        return f"Fixed rows: {PHASES[row.phase].lower()}."
    return NOTES.get(row.state) or f"{PHASES[row.phase]}."


def _seconds_left(row: Import, elapsed: float) -> float | None:
    """Estimated seconds that are left; None at the start, and while one long statement runs."""
    if (
        row.takes > 1  # the bar is where the previous worker left it
        or row.state not in ("reading", "applying")
        or row.phase == "planning"
        or row.percent < 5
    ):
        return None
    return elapsed * (100 - row.percent) / row.percent


def _phases(row: Import) -> list[tuple[str, str, str]]:
    names = list(PHASES)
    here = names.index(row.phase)
    read = row.held or (row.state, row.outcome) == ("failed", "none")
    current = (
        "done"
        if read
        else {"completed": "done", "undone": "done", "failed": "failed", "cancelled": "failed", "review": "done"}.get(
            row.state, "current"
        )
    )
    status = ["done"] * here + [current] + ["waiting"] * (len(names) - here - 1)
    return [(name, PHASES[name], status[i]) for i, name in enumerate(names)]
