"""Turns errors of services into failures of a command. Remote commands use some services too."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.cli.backend.failure import Failure
from catalog.errors import meanings


@contextmanager
def reported() -> Iterator[None]:
    """Raise the errors in the table of `errors.meanings` as Failure."""
    try:
        yield
    except tuple(meanings.TABLE) as error:
        raise Failure(meanings.words(error), meanings.of(error).kind) from None
