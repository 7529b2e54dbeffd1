"""The version of the tables: what the database has, what the code needs, and the way from one to the other."""

from functools import cache
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from catalog.models import db
from catalog.runtime.core import MIGRATIONS

OLDEST_POSTGRES = 17


class TooOld(Exception):
    """The server's PostgreSQL is older than Catalog needs; the message says which it is."""


@cache
def newest() -> str:
    """The version that the code needs: the number at the beginning of the name of the last migration."""
    return max(path.name.partition("_")[0] for path in Path(MIGRATIONS, "versions").glob("*.py"))


def migrate() -> None:
    """Bring the database of the pushed application up to date. Raises TooOld.

    Alembic is loaded only if there is something to do: it takes longer to load than a short command takes to run.
    """
    if _version() == newest():
        return
    import flask_migrate

    flask_migrate.Migrate(current_app, db, directory=MIGRATIONS)
    flask_migrate.upgrade()


def _version() -> str | None:
    """The version of the tables; None if there are none. Raises TooOld."""
    with db.engine.connect() as connection:
        number = connection.execute(text("SELECT current_setting('server_version_num')::integer")).scalar_one()
        if number < OLDEST_POSTGRES * 10_000:
            raise TooOld(f"Catalog needs PostgreSQL {OLDEST_POSTGRES} or newer; this is {number // 10_000}.")
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found
