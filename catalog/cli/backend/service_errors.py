"""Errors of services as the failure of a command, here and where a remote command uses a service."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.cli.backend.failure import Failure
from catalog.errors import meanings


@contextmanager
def reported() -> Iterator[None]:
    """An error of the table is raised as Failure."""
    try:
        yield
    except tuple(meanings.TABLE) as error:
        raise Failure(meanings.words(error), meanings.of(error).kind) from None
