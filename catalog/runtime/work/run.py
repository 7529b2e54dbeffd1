"""One worker's run of one piece of work, whatever it is: to the end, or given up with a reason, or left to the next worker."""

from contextlib import closing
from typing import Any, Generic, TypeVar

import psycopg2
import psycopg2.errors
import structlog
from psycopg2.extensions import connection as Connection
from sqlalchemy.exc import DBAPIError

from catalog.runtime import outages
from catalog.runtime.work.lease import Cancelled, Lease, LeaseLost, Working

log = structlog.get_logger()

MOST_TAKES = 3  # workers that may die over one piece of work

FAULT = "A fault of Catalog; the log of the worker has the details."
DISK_FULL = "The disk of the database is full, so nothing was changed. Make room and retry."

W = TypeVar("W", bound=Working)


class Work(Generic[W]):
    """What a kind of work fills in: `_carry_out`, `give_up`, and the words for what may stop it."""

    fault = FAULT

    def __init__(self, lease: Lease[W], takes: int) -> None:
        self.lease = lease
        self.working = lease.working
        self.takes = takes

    def run(self) -> None:
        """Work under the lease until there is nothing more to do."""
        with self.lease, structlog.contextvars.bound_contextvars(**{f"{self.lease.leased.kind}_id": self.lease.id}):
            if self.takes > MOST_TAKES:
                self.give_up("failed", self._too_many_takes())
            else:
                self._carry_out_or_give_up()

    def _carry_out(self, connection: Connection) -> None:
        """All of it, up to the commit."""
        raise NotImplementedError

    def give_up(self, state: str, error: str | None) -> None:
        """End without a change, if the work is still ours to end."""
        raise NotImplementedError

    def _too_many_takes(self) -> str:
        return f"{MOST_TAKES} workers stopped over this. Nothing was changed."

    def _reason(self, error: Exception) -> str | None:
        """Why it can't be done, in words, if this error is such a reason; None if it is a fault."""
        return None

    def _carry_out_or_give_up(self) -> None:
        """Whatever stops it becomes a state and a reason, except what another worker will take up."""
        try:
            with closing(self.lease.connect()) as connection:
                self._carry_out(connection)
        except LeaseLost:
            log.warning("another worker took this over")
        except Cancelled:
            self.give_up("cancelled", None)
        except (psycopg2.Error, DBAPIError) as error:
            self._stopped_by_database(error)
        except Exception as error:
            reason = self._reason(error)
            if reason is None:
                log.exception("the work failed")
            self.give_up("failed", reason or self.fault)

    def _stopped_by_database(self, error: Exception) -> None:
        """A statement ended in an error: by our own doing, because the server went away, or for a reason that stays."""
        cause = error.orig if isinstance(error, DBAPIError) else error
        try:
            self.lease.check()
        except LeaseLost:
            log.warning("another worker took this over")
        except Cancelled:
            self.give_up("cancelled", None)
        else:
            full = isinstance(cause, psycopg2.errors.DiskFull)
            if not full and _went_away(cause):
                log.warning("the database went away; another run goes on", error=outages.reason(error))
                return
            log.exception("the work failed")
            self.give_up("failed", DISK_FULL if full else self.fault)

    def _end(self, cursor: Any, statement: str, values: dict[str, Any]) -> None:
        """The fence, as the last statement before the commit: 0 rows mean that it is not ours to end, or was cancelled."""
        here = {"id": self.lease.id, "epoch": self.lease.epoch}
        cursor.execute(statement, values | here)
        if cursor.rowcount:
            return
        table = self.lease.leased.table
        cursor.execute(f"SELECT lease_epoch FROM {table} WHERE id = %(id)s", here)  # nosec B608  # one of our tables
        raise Cancelled if cursor.fetchone() == (self.lease.epoch,) else LeaseLost


def _went_away(cause: BaseException | None) -> bool:
    """Whether the server, the way to it, or this one transaction is gone, by its code (or none): another run may go well.

    https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    code = getattr(cause, "pgcode", None) or "08000"
    lost = isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError)
    # A server that dies in the middle of a statement says nothing more, and psycopg2 has no better class for that.
    lost = lost or type(cause) is psycopg2.DatabaseError
    return lost and code.startswith(("08", "57P", "40"))  # 40: a deadlock
