"""The log of an import, step by step: which worker took or lost it, how each run ended, and the decisions of users.

The statement that performs a step also writes it (`states`). `log` returns all steps with all else that is known.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from catalog.imports.report import wording
from catalog.models import COUNTS, ChangeSet, Import, ImportEvent, User, db
from catalog.notation import clock, number, plural

PHASES = {
    "reading": "Read the file.",
    "checking": "Verified that no row was lost.",
    "waiting": "Waited for another change to finish.",
    "planning": "Compared with the catalog.",
    "keeping": "Prepared the review.",
    "applying": "Wrote the changes.",
}
LOST = "The review was lost in a crash before it was applied. The file is read again."
DECIDED = {
    "cancelled": "Cancel was pressed",
    "discarded": "The review was discarded",
    "retried": "Queued again",
    "started": "Checked and started",
    "applied": "The review was applied",
    "again": "A new review was requested",
    "corrections": "The fixed rows were queued",
    "prioritized": "The priority was changed",
}
AGAIN = ("again", "retried")  # the next run reads the file again
CHOICES = {
    "skip": "products that changed since keep their values",
    "overwrite": "products that changed since are overwritten",
}


@dataclass(frozen=True)
class Line:
    """One line of the log."""

    at: datetime
    words: str


def log(row: Import) -> list[Line]:
    """All lines of the log of an import, oldest first."""
    received = f"Received {row.filename}, {number(row.size)} bytes,{_who(' from', row.user, row.source)}."
    lines = [Line(row.created_at, received), *_steps(row), *_undone(row)]
    if row.pruned_at:
        lines.append(Line(row.pruned_at, "The stored file was deleted after its retention time."))
    return sorted(lines, key=lambda line: line.at)


def _steps(row: Import) -> Iterator[Line]:
    """The stored steps, with the phases of each run."""
    begun: datetime | None = None
    # Seconds of the run whose plan waited: the next run includes them.
    before: dict[str, Any] = {}
    query = select(ImportEvent).where(ImportEvent.import_id == row.id)
    for event in db.session.scalars(query.order_by(ImportEvent.id)):
        if event.kind == "taken":
            begun = event.at
            yield Line(event.at, _taken(event.details))
        elif event.kind == "ended":
            timings = event.details["timings"]
            if not event.details["rerun"]:  # its timings are those of the whole file
                own = _own(timings, before)
                yield from _phases(begun, event.at, own, event.details)
            yield Line(event.at, _ended(row, event.details))
            begun = None
            before = timings if event.details["state"] == "review" else {}
        elif event.kind == "lost":
            yield Line(event.at, LOST)
            begun, before = event.at, {}
        elif event.kind == "asked":
            yield Line(event.at, _asked(event.details["questions"]))
            begun = None
        elif event.kind == "let_go":
            yield Line(event.at, str(event.details["error"]))
        else:
            yield Line(event.at, _decided(event))
            before = {} if event.kind in AGAIN else before
    if begun and row.rerun is None:  # a worker is on it now
        yield from _phases(
            begun,
            datetime.now(UTC),
            _own(row.timings, before),
            {"rows": row.rows, "rejected": row.rejected, "blank": row.blank},
        )


def _taken(details: dict[str, Any]) -> str:
    """Which worker took the import, and which one lost it."""
    words = f"Worker {details['owner']} started."
    lost = details.get("lost")
    if not lost:
        return words
    silent = datetime.fromisoformat(lost["silent_since"])
    return (
        f"Worker {lost['owner']} stopped responding ({lost['phase']}, {lost['percent']:.0f}%; its lease ended at"
        f" {clock(silent)}). Worker {details['owner']} took over and started from the beginning."
    )


def _asked(questions: list[dict[str, Any]]) -> str:
    """The questions about the file, in words."""
    asked = " ".join(one["message"] for one in questions)
    return f"Waiting for an answer: {asked}"


def _own(timings: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    """The seconds of a run alone, without those of the run whose plan it applied."""
    took = {n: round(timings[n] - before.get(n, 0), 3) for n in PHASES if n in timings}
    return {n: seconds for n, seconds in took.items() if seconds > 0 or n not in before}


def _phases(begun: datetime | None, until: datetime, timings: dict[str, Any], counts: dict[str, Any]) -> Iterator[Line]:
    """The phases of a finished run with their seconds, counted from its start."""
    at = begun
    for name, words in PHASES.items():
        seconds = timings.get(name)
        if at is None or seconds is None:
            continue
        at = min(at + timedelta(seconds=seconds), until)
        if name == "reading":
            rejected, blank = number(counts["rejected"]), number(counts["blank"])
            words = f"Read {plural(counts['rows'], 'row')}; {rejected} rejected, {blank} blank."
        yield Line(at, f"{words} {seconds:.3f} s.")


def _ended(row: Import, details: dict[str, Any]) -> str:
    """How a run ended. Older runs have no counts of their own and use those of the row."""
    state, error = details["state"], details["error"]
    if details["rerun"]:
        reran = details.get("reran")
        left = f"{plural(details['rejected'], 'row')} still rejected"
        words = wording.rerun(reran) if reran else f"The fixed rows were imported: {left}"
        return f"{words}." if reran or not error else str(error)
    if state == "completed":
        counts = {name: getattr(row, name) for name in ("rows", *COUNTS)}
        counts = details if counts.keys() <= details.keys() else counts
        parts = [f"{number(counts[n])} {wording.named(n, counts[n])}" for n in COUNTS if counts[n]]
        return f"Completed: {plural(counts['rows'], 'row')} = {' + '.join(parts) or 'nothing'}."
    if state == "review":
        return "Waiting for review."
    return f"{state.capitalize()}. {error or 'Nothing was changed.'}"


def _decided(event: ImportEvent) -> str:
    choice = event.details.get("priority") or CHOICES.get(event.details.get("choice", ""), "")
    by = _who(" by", event.user, event.source or "")
    return f"{DECIDED[event.kind]}{by}" + (f": {choice}." if choice else ".")


def _who(word: str, user: User | None, source: str) -> str:
    """The user, if known, and whether by page, API or command."""
    return wording.who(word, user.email if user else None, source)


def _undone(row: Import) -> Iterator[Line]:
    """Who undid the import, and who undid the undo."""
    found = select(ChangeSet.id).where(ChangeSet.import_id == row.id)
    ids, words = list(db.session.scalars(found)), "Undone"
    while ids:
        query = select(ChangeSet).where(ChangeSet.undoes_id.in_(ids))
        undos = list(db.session.scalars(query.order_by(ChangeSet.id)))
        for undo in undos:
            who = _who(" by", undo.user, undo.source)
            yield Line(undo.created_at, f"{words}{who}: change {undo.id}.")
        ids = [undo.id for undo in undos]
        words = "Restored" if words == "Undone" else "Undone"
