"""Turns errors of services into failures of a command. Remote commands use some services too."""

from collections.abc import Iterator
from contextlib import contextmanager

from catalog.cli.backend.failure import Failure


@contextmanager
def reported() -> Iterator[None]:
    """Raise the errors in the table of `errors.meanings` as Failure. It loads every room, so only an error loads it."""
    try:
        yield
    except Exception as error:
        from catalog.errors import meanings

        if not isinstance(error, tuple(meanings.TABLE)):
            raise
        raise Failure(meanings.words(error), meanings.of(error).kind) from None
