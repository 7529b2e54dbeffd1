"""One worker's run of some work: how it ends, whatever stops it."""

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import psycopg2
import psycopg2.errors
import pytest

from catalog.runtime.work import run as work
from catalog.runtime.work.lease import Cancelled, LeaseLost
from catalog.runtime.work.run import CANCELLED, DISK_FULL, MOST_TAKES, Reason, failed


class Connection:
    """One that is only closed."""

    def close(self) -> None:
        """It goes back to no pool."""


class Held(nullcontext[Any]):
    """A lease that is lost or cancelled when a test says so."""

    id = 7
    leased = SimpleNamespace(kind="import")
    ended: type[Exception] | None = None

    def connect(self) -> Connection:
        """A connection to work on."""
        return Connection()

    def check(self) -> None:
        """What the lease's thread has seen."""
        if self.ended:
            raise self.ended


class Work:
    """Work that ends in an error, or well."""

    fault = "A fault."
    too_many_takes = "Too many."

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.given_up: list[Reason] = []

    def carry_out(self, connection: object) -> None:
        """Do it."""
        if self.error:
            raise self.error

    def reason(self, error: Exception) -> Reason | None:
        """A KeyError is no fault."""
        return failed("No key.", "key") if isinstance(error, KeyError) else None

    def give_up(self, reason: Reason) -> None:
        """Remember why."""
        self.given_up.append(reason)


def run(error: Exception | None, takes: int = 1, ended: type[Exception] | None = None) -> list[Reason]:
    """How work ends that is stopped by this error, under a lease that is as it is."""
    held, job = Held(), Work(error)
    held.ended = ended
    work.run(job, held, takes)  # type: ignore[arg-type]  # as much of a lease as it uses
    return job.given_up


@pytest.mark.parametrize(
    "error, reasons",
    [
        (None, []),
        (LeaseLost(), []),
        (Cancelled(), [CANCELLED]),
        (KeyError(), [failed("No key.", "key")]),
        (ValueError(), [failed("A fault.")]),
        (psycopg2.errors.DiskFull(), [failed(DISK_FULL, "disk_full")]),
        (psycopg2.errors.UniqueViolation(), [failed("A fault.")]),
        (psycopg2.OperationalError(), []),  # the server went away: another run goes on
    ],
)
def test_what_stops_work_becomes_its_end_or_is_left_to_another_run(
    error: Exception | None, reasons: list[Reason]
) -> None:
    assert run(error) == reasons


@pytest.mark.parametrize("ended, reasons", [(LeaseLost, []), (Cancelled, [CANCELLED])])
def test_a_statement_that_was_interrupted_tells_nothing_but_the_lease_does(
    ended: type[Exception], reasons: list[Reason]
) -> None:
    assert run(psycopg2.errors.QueryCanceled(), ended=ended) == reasons


def test_work_over_which_too_many_workers_died_is_not_tried() -> None:
    assert run(ValueError(), takes=MOST_TAKES) == [failed("A fault.")]
    assert run(ValueError(), takes=MOST_TAKES + 1) == [failed("Too many.")]
