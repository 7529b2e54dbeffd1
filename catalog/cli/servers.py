"""The servers that a command works on: those that run, or its own."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from catalog.config import Settings

if TYPE_CHECKING:
    from flask import Flask


def running() -> Settings | None:
    """The settings with the URLs of what runs, None if nothing does."""
    from catalog import servers

    settings = servers.discover(Settings())
    return settings if settings.database_url and settings.redis_url else None


@contextmanager
def application() -> "Iterator[Flask]":
    """The application on the servers that run, or on its own ones, its tables up to date."""
    from catalog import logs, servers
    from catalog.app import create_app

    try:
        with servers.embedded(running() or Settings()) as settings:
            app = create_app(settings)
            logs.configure(logging.WARNING)  # the bar is what one wants to see
            with app.app_context():
                migrate()
            yield app
    except servers.ServerError as error:
        raise click.ClickException(str(error)) from None


def migrate() -> None:
    import flask_migrate
    from sqlalchemy import text

    from catalog.models import db

    version = db.session.execute(
        text("SELECT current_setting('server_version_num')::integer")
    ).scalar_one()
    db.session.rollback()
    if version < 170000:
        raise click.ClickException(
            f"Catalog needs PostgreSQL 17 or newer; this is {version // 10000}."
        )
    flask_migrate.upgrade()
