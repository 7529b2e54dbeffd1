"""A new SECRET_KEY for what lies encrypted: secrets of webhooks and second factors, answers that are kept for a day.

How they are sealed stands in `sealing`.
"""

from dataclasses import dataclass, field

from sqlalchemy import Connection, text

from catalog import factor, sealing
from catalog.models import db
from catalog.webhooks import signing

# Table, column, what the row is called, and for what the key is.
SEALED = (
    ("webhook_endpoints", "secret", "id", signing.PURPOSE),
    ("webhook_endpoints", "previous_secret", "id", signing.PURPOSE),
    ("users", "totp_secret", "id", factor.PURPOSE),
    ("idempotency_keys", "body", "token_id", signing.PURPOSE),
)
# The place of a row holds as long as the row is locked.
READ = "SELECT ctid::text, {name}, {column} FROM {table} WHERE {column} IS NOT NULL FOR UPDATE"  # fmt: skip
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
        for table, column, name, purpose in SEALED:
            names = {"table": table, "column": column, "name": name}
            _reseal(connection, names, purpose, done)
    return done


def _reseal(
    connection: Connection, names: dict[str, str], purpose: bytes, done: Resealed
) -> None:
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
