"""The part of a run that has to do with review: where it stops and leaves its plan, and where a later run takes that up."""

import time
from dataclasses import asdict
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import connection as Connection
from psycopg2.extras import Json

from catalog import importer
from catalog.imports import reviews
from catalog.imports.report.wording import Stop
from catalog.imports.states import FORGET, READ_AGAIN, SHOWN, WAIT, WAIT_AGAIN, Working
from catalog.models import ABSENT_COUNTS, COUNTS, Import, db
from catalog.runtime.work.run import Work

log = structlog.get_logger()


class Reviewing(Work[Working]):
    """What `whole_file` adds: reading, planning and writing."""

    _options: importer.Options
    _scratch: str
    _decision: str | None = None  # what somebody decided about the plan that waited
    _lost = False  # that plan was not whole any more
    _waits = False  # the plan of this run was left to somebody to decide
    _words = "import completed"  # of the log, once the run is committed

    def _planned(self, cursor: Any) -> importer.Planned | None:
        """The plan of the file; None: there are reasons to ask first, and it waits."""
        raise NotImplementedError

    def _lock(self, cursor: Any) -> None:
        """Keep everybody else from writing."""
        raise NotImplementedError

    def _balance(self, cursor: Any) -> None:
        """Every row became exactly one thing."""
        raise NotImplementedError

    def _tell(
        self, cursor: Any, event: str, state: str, error: str | None, questions: list[dict[str, Any]] | None = None
    ) -> None:
        """The event for outsiders."""
        raise NotImplementedError

    def _resume(self, row: Import) -> None:
        """Take up the plan that waited."""
        self._decision = row.decision
        review = reviews.Review.of(row)
        self._kept, self._chosen = review.kept, review.chosen
        self._kept_scratch = reviews.scratch(row)
        self.working.resume(row)

    def _settled(self, cursor: Any) -> importer.Planned | None:
        """The plan that waited, as it is after the decision; None: it waits (again)."""
        self._lock(cursor)
        kept = self._kept
        if not importer.is_whole(cursor, self._kept_scratch, kept):
            return self._read_again(cursor)
        self._scratch = self._kept_scratch
        choice = str(self._decision)
        meaning = self.working.columns
        settled = importer.settle(cursor, self._scratch, kept, choice, self._options, meaning, self._chosen)
        if settled.conflicts and choice == reviews.APPLY:
            self._wait_again(cursor, settled.conflicts)
            return None
        told = [warning.to_json() for warning in settled.warnings]
        self.working.warnings = [*self.working.warnings, *told]
        planned = importer.count(cursor.connection, self._scratch)
        self._count(planned)
        return planned

    def _read_again(self, cursor: Any) -> importer.Planned | None:
        """A server that crashed lost the plan: make it anew, and ask once more."""
        cursor.connection.rollback()
        log.warning("the plan that waited is not whole; reading again")
        self.working.restart()
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        with db.engine.begin() as connection:
            connection.execute(READ_AGAIN, here)
            connection.execute(FORGET, {"id": self.lease.id})
        self._lost = True
        return self._planned(cursor)

    def _wait_again(self, cursor: Any, conflicts: int) -> None:
        """Products changed that nobody was asked about: the plan waits once more. All but the commit."""
        self.lease.stop()
        why = Stop("conflicts", str(reviews.Conflicts(conflicts)))
        review = reviews.Review([why.message], self._kept).to_json()
        values = {"review": Json(review), "stopped": Json([why.to_json()])}
        self._end(cursor, WAIT_AGAIN, values)
        self._words = "import waits for review"
        self._tell(cursor, "review", "review", why.message)

    def _wait(self, cursor: Any, planned: importer.Planned, why: list[Stop]) -> None:
        """Keep the plan and leave it to somebody to decide: all but the commit, with which the lock goes."""
        begun = time.monotonic()
        kept = importer.keep(cursor.connection, self._scratch, planned.duplicates)
        self._time("keeping", round(time.monotonic() - begun, 3))
        self._count(planned)
        self.lease.stop()
        self.lease.check()
        self._balance(cursor)
        messages = [one.message for one in why]
        values = {
            "review": Json(reviews.Review(messages, kept).to_json()),
            "stopped": Json([one.to_json() for one in why]),
            "percent": self.working.percent,
        }
        self._end(cursor, WAIT, self._counts() | self._shown() | values)
        self._tell(cursor, "review", "review", " ".join(messages))
        self._waits = True
        self._words = "import waits for review"

    def _speed_up(self, connection: Connection) -> None:
        """Once the plan that waits can be seen: make searching it quick. Nothing is wrong without."""
        begun = time.monotonic()
        try:
            importer.speed_up(connection, self._scratch)
            connection.commit()
        except psycopg2.Error as error:  # somebody decided already, or the disk is full
            log.info("plan is not made quick to search", error=str(error))
        else:
            seconds = round(time.monotonic() - begun, 3)
            log.info("plan is quick to search", seconds=seconds)

    def _count(self, done: importer.Applied | importer.Planned) -> None:
        for name, count in asdict(done).items():
            if name in (*COUNTS, *ABSENT_COUNTS):
                setattr(self.working, name, count)

    def _time(self, name: str, value: float) -> None:
        """Keep a figure; the lease's thread may be reading the others."""
        self.working.timings = self.working.timings | {name: value}

    def _shown(self) -> dict[str, Json]:
        """What the row tells beside the counts."""
        return {name: Json(getattr(self.working, name)) for name in SHOWN}

    def _counts(self) -> dict[str, int]:
        names = ("rows", *COUNTS, *ABSENT_COUNTS)
        return {name: getattr(self.working, name) for name in names}
