"""The servers for a command: those of a running `catalog up`, or its own."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from catalog import ops
from catalog.runtime import Settings

if TYPE_CHECKING:
    from flask import Flask

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 60  # `catalog up` needs a few seconds to start, and longer for a recovery


def settings() -> Settings:
    """The settings from the environment."""
    return Settings()


def running() -> Settings | None:
    """The settings with the URLs of the running servers. None if no servers run."""
    found = ops.discovery.discover(Settings())
    return found if found.database_url and found.redis_url else None


@contextmanager
def application() -> "Iterator[Flask]":
    """The application on the running servers, or on its own ones. Migrates the database. Raises ClickException."""
    from catalog.runtime import core, logs

    try:
        with ExitStack() as stack:
            app = core.create_core(_entered(stack))
            logs.configure(logging.WARNING)  # log lines would disturb the progress bar
            with app.app_context():
                migrate()
            yield app
    except ops.embedded_servers.ServerError as error:
        raise click.ClickException(str(error)) from None


def _entered(stack: ExitStack) -> Settings:
    """The settings of the running servers, or of our own, which end with the stack.

    While another command starts or stops its servers, wait for it.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return stack.enter_context(ops.embedded_servers.embedded(running() or Settings()))
        except ops.discovery.HomeInUse:
            if time.monotonic() > deadline:
                raise
        time.sleep(LOOK_SECONDS)


def migrate() -> None:
    """Bring the database of the pushed application up to date.

    Raises ClickException if PostgreSQL is too old, or the tables are too new.
    """
    from catalog.runtime import schema

    try:
        schema.migrate()
    except schema.WrongVersion as error:
        raise click.ClickException(str(error)) from None
