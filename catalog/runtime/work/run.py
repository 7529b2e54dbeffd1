"""One worker's run of one job. It is completed, given up with a reason, or left to the next worker."""

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Protocol

import psycopg2
import psycopg2.errors
import structlog
from psycopg2.extensions import connection as Connection
from sqlalchemy.exc import DBAPIError

from catalog.runtime import outages, storage
from catalog.runtime.work.lease import Cancelled, Lease, LeaseLost

log = structlog.get_logger()

MOST_TAKES = 3  # workers that may die over one piece of work

FAULT = "This is an error in Catalog. See the log of the worker."
TOO_MANY_TAKES = f"{MOST_TAKES} workers stopped during this job. Nothing was changed."
DISK_FULL = "The disk of the database is full, so nothing was changed. Free disk space and retry."


@dataclass(frozen=True)
class Reason:
    """Why work ends without a change: `state` is the end, `error` says it to people, `kind` to programs."""

    state: str
    error: str | None
    kind: str


CANCELLED = Reason("cancelled", None, "cancelled")


def failed(error: str, kind: str = "fault") -> Reason:
    """The reason of work that failed."""
    return Reason("failed", error, kind)


class Work(Protocol):
    """A kind of work: how to do it, how to give it up, and the messages for what may stop it."""

    @property
    def fault(self) -> str:
        """The message for an unknown error."""
        ...

    @property
    def too_many_takes(self) -> str:
        """The message if several workers died during this work."""
        ...

    def carry_out(self, connection: Connection) -> None:
        """Do all of it, the commit included."""
        ...

    def reason(self, error: Exception) -> Reason | None:
        """The reason why the work can't be done, if this error is one; None if it is a fault."""
        ...

    def give_up(self, reason: Reason) -> None:
        """End without a change, unless another worker has the work."""
        ...


def run(work: Work, lease: Lease[Any], takes: int) -> None:
    """Work under the lease until it is done. `takes` is the number of workers that had the work, this one included."""
    with lease, structlog.contextvars.bound_contextvars(**{f"{lease.leased.kind}_id": lease.id}):
        reason = failed(work.too_many_takes) if takes > MOST_TAKES else _carry_out(work, lease)
        if reason:
            work.give_up(reason)


def _carry_out(work: Work, lease: Lease[Any]) -> Reason | None:
    """Do the work; returns why it must be given up. None: it is done, or another worker has it."""
    try:
        with closing(lease.connect()) as connection:
            work.carry_out(connection)
    except LeaseLost:
        log.warning("another worker took this over")
    except Cancelled:
        return CANCELLED
    except storage.Away as away:
        log.warning("the storage of uploads does not answer; another run continues", error=str(away))
        lease.forgive()
    except (psycopg2.Error, DBAPIError) as error:
        return _stopped_by_database(work, lease, error)
    except Exception as error:
        reason = work.reason(error)
        if reason is None:
            log.exception("the work failed")
        return reason or failed(work.fault)
    return None


def _stopped_by_database(work: Work, lease: Lease[Any], error: psycopg2.Error | DBAPIError) -> Reason | None:
    """Why the work must be given up after an error of a statement. None: another worker, or another run, continues."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    try:
        lease.check()
    except LeaseLost:
        log.warning("another worker took this over")
        return None
    except Cancelled:
        return CANCELLED
    full = isinstance(cause, psycopg2.errors.DiskFull)
    if not full and _went_away(cause):
        log.warning("the database connection was lost; another run continues", error=outages.reason(error))
        return None
    log.exception("the work failed")
    return failed(DISK_FULL, "disk_full") if full else failed(work.fault)


def _went_away(cause: BaseException | None) -> bool:
    """Whether the server, the connection or only the transaction was lost, by the error code: another run may succeed.

    https://www.postgresql.org/docs/current/errcodes-appendix.html
    """
    code = getattr(cause, "pgcode", None) or "08000"
    lost = isinstance(cause, psycopg2.OperationalError | psycopg2.InterfaceError)
    # A server that dies in the middle of a statement says nothing more, and psycopg2 has no better class for that.
    lost = lost or type(cause) is psycopg2.DatabaseError
    return lost and code.startswith(("08", "57P", "40"))  # 40: a deadlock
