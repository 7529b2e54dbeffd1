"""Errors of services as the failure of a command, here and where a remote command uses a service."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.cli.backend.failure import Failure
from catalog.errors import table


@contextmanager
def reported() -> Iterator[None]:
    """An error of the table is raised as Failure."""
    try:
        yield
    except tuple(table.TABLE) as error:
        raise Failure(table.words(error), table.of(error).kind) from None
