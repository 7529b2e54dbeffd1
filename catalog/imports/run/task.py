"""What a worker has to do with an import, and how far it is: every step of a run gets its task, and writes what it reached into it."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from json import dumps
from typing import Any

from psycopg2.extras import Json

from catalog import importer
from catalog.config import Settings
from catalog.models import ABSENT_COUNTS, COUNTS, Import
from catalog.runtime.work import Lease

SHOWN = ("recent_errors", "columns", "understood", "warnings", "timings", "cures")  # kept as JSON


@dataclass
class Working:
    """How far the worker is with its file. The worker writes it, the lease's thread shows it."""

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
        """As the statements of SQLAlchemy want them: what is JSON as text."""
        return asdict(self) | {name: dumps(getattr(self, name)) for name in SHOWN}

    def counts(self) -> dict[str, int]:
        """The rows, and what became of them."""
        return {name: getattr(self, name) for name in ("rows", *COUNTS, *ABSENT_COUNTS)}

    def results(self) -> dict[str, Any]:
        """The counts and all that the row shows beside them, as psycopg2 wants them."""
        return self.counts() | {name: Json(getattr(self, name)) for name in SHOWN}

    def count(self, done: importer.Applied | importer.Planned) -> None:
        """Take the counts of a plan, or of what was written of it."""
        for name, count in asdict(done).items():
            if name in (*COUNTS, *ABSENT_COUNTS):
                setattr(self, name, count)

    def time(self, name: str, value: float) -> None:
        """Keep a figure; the lease's thread may be reading the others."""
        self.timings = self.timings | {name: value}

    def resume(self, row: Import) -> None:
        """Continue where the plan of this import was made."""
        self.state = self.phase = "applying"
        for name in ("percent", "rows", *COUNTS, *ABSENT_COUNTS, *SHOWN):
            setattr(self, name, getattr(row, name))

    def restart(self) -> None:
        """As if nothing had been done yet; the bar stays where it is."""
        for name, value in vars(Working(percent=self.percent)).items():
            setattr(self, name, value)


@dataclass(frozen=True)
class Bar:
    """Where the bar is after each step, in per cent: near enough to where the time goes."""

    read: float
    checked: float
    planned: float
    applied: float


@dataclass(frozen=True)
class Task:
    """An import that a worker holds: its file, its options, for whom, and where its scratch tables are."""

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
        """The task that the row of an import tells. Raises importer.Rejected for options that are not known here."""
        options = importer.Options.from_json(row.options)
        scratch = f"import_{row.id}_{lease.epoch}"
        user = row.source, row.user_id
        return cls(lease, bar, settings, row.filename, row.storage_key, max(row.size, 1), options, *user, scratch)

    @property
    def id(self) -> int:
        """The import's."""
        return self.lease.id

    @property
    def working(self) -> Working:
        """How far the worker is."""
        return self.lease.working

    @contextmanager
    def phase(self, name: str, reaches: float, *, timing: str = "") -> Iterator[None]:
        """One phase of the bar, from where it is to `reaches` per cent; its seconds are kept, and added up."""
        working = self.working
        working.phase = name
        begun = time.monotonic()
        yield
        before = working.timings.get(timing or name, 0)
        working.time(timing or name, round(before + time.monotonic() - begun, 3))
        working.percent = reaches
        self.lease.check()
        self.lease.show()
