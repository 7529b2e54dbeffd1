"""The servers that a command works on: those that run, or its own."""

import logging
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

import click

from catalog.config import Settings

if TYPE_CHECKING:
    from flask import Flask

LOOK_SECONDS = 0.2
PATIENCE_SECONDS = 60  # `catalog up` needs a few to start, a recovery longer


def running() -> Settings | None:
    """The settings with the URLs of what runs, None if nothing does."""
    from catalog.ops import discovery

    settings = discovery.discover(Settings())
    return settings if settings.database_url and settings.redis_url else None


def deny_remote() -> None:
    """A command that needs the servers themselves must not begin a catalog here while another one is meant."""
    if Settings().url:
        name = click.get_current_context().command_path
        raise click.UsageError(f"`{name}` runs where Catalog runs, not on the one at CATALOG_URL: unset it.")


@contextmanager
def application() -> "Iterator[Flask]":
    """The application on the servers that run, or on its own ones, its tables up to date."""
    from catalog.ops import embedded
    from catalog.runtime import logs
    from catalog.runtime.core import create_core

    deny_remote()
    try:
        with _servers() as settings:
            app = create_core(settings)
            logs.configure(logging.WARNING)  # the bar is what one wants to see
            with app.app_context():
                migrate()
            yield app
    except embedded.ServerError as error:
        raise click.ClickException(str(error)) from None


@contextmanager
def _servers() -> Iterator[Settings]:
    """Those that run, or our own. While another command starts or ends its own, it is waited for."""
    from catalog.ops import discovery, embedded

    deadline = time.monotonic() + PATIENCE_SECONDS
    with ExitStack() as stack:
        while True:
            try:
                found = embedded.embedded(running() or Settings())
                settings = stack.enter_context(found)
                break
            except discovery.HomeInUse:
                if time.monotonic() > deadline:
                    raise
            time.sleep(LOOK_SECONDS)
        yield settings


def migrate() -> None:
    """Bring the database of the pushed application up to date. Raises ClickException if PostgreSQL is too old."""
    import flask_migrate
    from flask import current_app
    from sqlalchemy import text

    from catalog.models import db
    from catalog.runtime import core

    version = db.session.execute(text("SELECT current_setting('server_version_num')::integer")).scalar_one()
    db.session.rollback()
    if version < 170000:
        raise click.ClickException(f"Catalog needs PostgreSQL 17 or newer; this is {version // 10000}.")
    flask_migrate.Migrate(current_app, db, directory=core.MIGRATIONS)
    flask_migrate.upgrade()
