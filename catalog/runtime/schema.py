"""The version of the tables: what the database has, what the code needs, and the way from one to the other.

Hosts are upgraded one after the other, so older code runs on newer tables for a while. A migration adds first (expand);
what only older code needs is removed by a later one (contract). `works_from` in a migration names the code that its
tables still work with.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from flask import current_app
from sqlalchemy import text

from catalog.models import db
from catalog.runtime.core import MIGRATIONS

OLDEST_POSTGRES = 17
SAYS = re.compile(r'^(revision|down_revision|works_from) = "(\d+)"$', re.MULTILINE)
REMARK = "works from "
"""Before the version, in the comment of the table alembic_version: older code reads it there."""
FOUND = text("SELECT version_num, obj_description('alembic_version'::regclass) FROM alembic_version")


class WrongVersion(Exception):
    """PostgreSQL is too old, or the tables are too new; the message says which."""


@cache
def newest() -> str:
    """The version that the code needs: the number at the beginning of the name of the last migration."""
    return max(path.name.partition("_")[0] for path in Path(MIGRATIONS, "versions").glob("*.py"))


@cache
def works_from() -> str:
    """The oldest version whose code works with the newest tables. If a migration names none: the one before it."""
    said: Iterator[dict[str, str]] = (
        dict(SAYS.findall(path.read_text())) for path in Path(MIGRATIONS, "versions").glob("*.py")
    )
    return max(one.get("works_from") or one.get("down_revision", "") for one in said)


def remark() -> str:
    """The comment of the table alembic_version after the last migration."""
    return REMARK + works_from()


def fits(found: str, said: str | None) -> bool:
    """Whether this code works with tables of the version `found` and their comment, newer ones too."""
    oldest = (said or "").removeprefix(REMARK)
    return found == newest() or (found > newest() and bool(oldest) and oldest <= newest())


def too_new(found: str) -> str:
    """A sentence about tables that this code does not work with."""
    return f"The tables are of version {found}; this Catalog works with {newest()}. Upgrade this host."


def several(found: list[str]) -> str:
    """A sentence about a database that says it has tables of several versions."""
    return (
        f"The table alembic_version has {len(found)} rows ({', '.join(sorted(found))}); it must have one: "
        "restore a backup, or delete the rows that do not match the tables."
    )


def migrate() -> None:
    """Bring the database of the pushed application up to date; newer tables stay as they are. Raises WrongVersion.

    No door migrates while a host runs whose code does not work with the new tables.

    Alembic is loaded only if there is something to do: it takes longer to load than a short command takes to run.
    """
    found, said = _version()
    if found and found >= newest():
        if not fits(found, said):
            raise WrongVersion(too_new(found))
        return
    import flask_migrate

    from catalog.runtime import hosts

    hosts.require_recent(current_app)
    flask_migrate.Migrate(current_app, db, directory=MIGRATIONS)
    flask_migrate.upgrade()


def _version() -> tuple[str | None, str | None]:
    """The version of the tables, and their comment; None if there are none. Raises WrongVersion."""
    with db.engine.connect() as connection:
        number = connection.execute(text("SELECT current_setting('server_version_num')::integer")).scalar_one()
        if number < OLDEST_POSTGRES * 10_000:
            raise WrongVersion(f"Catalog needs PostgreSQL {OLDEST_POSTGRES} or newer; this is {number // 10_000}.")
        if connection.execute(text("SELECT to_regclass('alembic_version')")).scalar_one() is None:
            return None, None
        rows = connection.execute(FOUND).all()
        if len(rows) > 1:
            raise WrongVersion(several([row[0] for row in rows]))
        return (rows[0][0], rows[0][1]) if rows else (None, None)
