"""A worker's task with an import, and its progress. Each step of a run gets the task and writes its results into it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from json import dumps
from typing import Any

from psycopg2.extras import Json

from catalog import importer
from catalog.models import ABSENT_COUNTS, COUNTS, Import
from catalog.runtime import Lease, Settings

SHOWN = ("recent_errors", "columns", "understood", "warnings", "timings", "cures")  # stored as JSON


@dataclass
class Working:
    """The progress of a worker with its file: written by the worker, stored by the thread of the lease."""

    state: str = "reading"
    phase: str = "reading"
    percent: float = 0.0
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    deleted: int = 0
    skipped: int = 0
    duplicates: int = 0
    rejected: int = 0
    blank: int = 0
    deactivated: int = 0
    removed: int = 0
    recent_errors: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    understood: dict[str, Any] = field(default_factory=dict)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    cures: list[str] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """The parameters for SQLAlchemy's statements, with JSON as text."""
        return asdict(self) | {name: dumps(getattr(self, name)) for name in SHOWN}

    def counts(self) -> dict[str, int]:
        """The counts of the rows."""
        return {name: getattr(self, name) for name in ("rows", *COUNTS, *ABSENT_COUNTS)}

    def results(self) -> dict[str, Any]:
        """The counts and the other results, as parameters for psycopg2."""
        return self.counts() | {name: Json(getattr(self, name)) for name in SHOWN}

    def count(self, done: importer.Applied | importer.Planned) -> None:
        """Set the counts from a plan, or from what was written."""
        for name, count in asdict(done).items():
            if name in (*COUNTS, *ABSENT_COUNTS):
                setattr(self, name, count)

    def time(self, name: str, value: float) -> None:
        """Store a timing. The thread of the lease may be reading the others."""
        self.timings = self.timings | {name: value}

    def resume(self, row: Import) -> None:
        """Continue with the progress of the run that made the plan."""
        self.state = self.phase = "applying"
        for name in ("percent", "rows", *COUNTS, *ABSENT_COUNTS, *SHOWN):
            setattr(self, name, getattr(row, name))

    def restart(self) -> None:
        """As if nothing had been done yet; the bar stays where it is."""
        for name, value in vars(Working(percent=self.percent)).items():
            setattr(self, name, value)


@dataclass(frozen=True)
class Bar:
    """The position of the bar after each step, in per cent, roughly by the time that steps take."""

    read: float
    checked: float
    planned: float
    applied: float


@dataclass(frozen=True)
class Task:
    """An import of a worker: its file, options, user, and the names of its scratch tables."""

    lease: Lease[Working]
    bar: Bar
    settings: Settings
    filename: str
    storage_key: str
    size: int
    options: importer.Options
    source: str
    user_id: int | None
    scratch: str

    @classmethod
    def of(cls, row: Import, lease: Lease[Working], bar: Bar, settings: Settings) -> "Task":
        """The task for a row of `imports`. Raises importer.Rejected for unknown options."""
        options = importer.Options.from_json(row.options)
        scratch = f"import_{row.id}_{lease.epoch}"
        user = row.source, row.user_id
        return cls(lease, bar, settings, row.filename, row.storage_key, max(row.size, 1), options, *user, scratch)

    @property
    def id(self) -> int:
        """The id of the import."""
        return self.lease.id

    @property
    def working(self) -> Working:
        """The progress of the worker."""
        return self.lease.working

    @contextmanager
    def phase(self, name: str, reaches: float, *, timing: str = "") -> Iterator[None]:
        """One phase of the bar, up to `reaches` per cent. Its seconds are stored, and added to earlier ones."""
        working = self.working
        working.phase = name
        begun = time.monotonic()
        yield
        before = working.timings.get(timing or name, 0)
        working.time(timing or name, round(before + time.monotonic() - begun, 3))
        working.percent = reaches
        self.lease.check()
        self.lease.show()
