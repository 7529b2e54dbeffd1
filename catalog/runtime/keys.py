"""A new SECRET_KEY for what lies encrypted: every column of the tables that says so (`info={SEALED: purpose}`).

How they are sealed stands in `sealing`.
"""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, text

from catalog.models import SEALED, Base, db
from catalog.runtime import sealing

# The place of a row holds as long as the row is locked.
READ = "SELECT ctid::text, {name}, {column} FROM {table} WHERE {column} IS NOT NULL FOR UPDATE"
WRITE = "UPDATE {table} SET {column} = :sealed WHERE ctid = CAST(:place AS tid)"


@dataclass
class Resealed:
    """How many secrets were written anew, and those that no key could read: `webhook_endpoints 5: secret`."""

    count: int = 0
    unreadable: list[str] = field(default_factory=list)


def rotate() -> Resealed:
    """Write every secret anew with SECRET_KEY, all or none; those that no key can read stay as they are."""
    done = Resealed()
    with db.engine.begin() as connection:
        for column in sealed():
            names = {
                "table": column.table.name,
                "column": column.name,
                "name": next(iter(column.table.primary_key)).name,
            }
            _reseal(connection, names, column.info[SEALED], done)
    return done


def sealed() -> list[Column[Any]]:
    """Every column that holds secrets."""
    tables = Base.metadata.sorted_tables
    return [c for table in tables for c in table.columns if SEALED in c.info]


def _reseal(connection: Connection, names: dict[str, str], purpose: bytes, done: Resealed) -> None:
    for place, name, sealed in connection.execute(text(READ.format(**names))).all():
        try:
            plain = sealing.decrypt(sealed, sealing.keys(), purpose)
        except sealing.Unreadable:
            done.unreadable.append(f"{names['table']} {name}: {names['column']}")
            continue
        again = sealing.encrypt(plain, sealing.keys(), purpose)
        values = {"sealed": again, "place": place}
        connection.execute(text(WRITE.format(**names)), values)
        done.count += 1
