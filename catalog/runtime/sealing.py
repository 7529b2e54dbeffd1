"""Secrets that must be read again are stored encrypted, with a key made from SECRET_KEY; older keys still decrypt.

A column declares that it holds secrets (`info={SEALED: purpose}`), and `rotate` encrypts all of them with a new key.
Each purpose has its own key: a key can neither sign sessions nor decrypt the secrets of another purpose.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from sqlalchemy import Column, Connection, text

from catalog.models import SEALED, Base, db

# The place of a row (ctid) does not change while the row is locked.
READ = "SELECT ctid::text, {name}, {column} FROM {table} WHERE {column} IS NOT NULL FOR UPDATE"
WRITE = "UPDATE {table} SET {column} = :sealed WHERE ctid = CAST(:place AS tid)"


class Unreadable(Exception):
    """A secret that was encrypted with a SECRET_KEY that is no longer known."""


@dataclass
class Resealed:
    """How many secrets were encrypted again, and those that no key could read: `webhook_endpoints 5: secret`."""

    count: int = 0
    unreadable: list[str] = field(default_factory=list)


def keys() -> tuple[str, ...]:
    """SECRET_KEY and its fallbacks, from the current application."""
    return (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])


def encrypt(secret: str, keys: Sequence[str], purpose: bytes) -> str:
    """The secret as it is stored in the database."""
    return _cipher(tuple(keys), purpose).encrypt(secret.encode()).decode("ascii")


def decrypt(stored: str, keys: Sequence[str], purpose: bytes) -> str:
    """The secret itself. Raises Unreadable."""
    try:
        return _cipher(tuple(keys), purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def rotate() -> Resealed:
    """Encrypt every secret again with SECRET_KEY, all or none; those that no key can read stay as they are."""
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
    for place, name, secret in connection.execute(text(READ.format(**names))).all():
        try:
            plain = decrypt(secret, keys(), purpose)
        except Unreadable:
            done.unreadable.append(f"{names['table']} {name}: {names['column']}")
            continue
        renewed = encrypt(plain, keys(), purpose)
        values = {"sealed": renewed, "place": place}
        connection.execute(text(WRITE.format(**names)), values)
        done.count += 1


@lru_cache(maxsize=16)
def _cipher(keys: Sequence[str], purpose: bytes) -> MultiFernet:
    """Encrypts with the first of the keys, decrypts with any."""
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
