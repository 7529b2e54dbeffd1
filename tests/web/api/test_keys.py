"""`catalog keys rotate` finds whatever lies encrypted: the columns say it, and these tests find those that do not."""

import re
from pathlib import Path

import pyotp
import pytest
from flask import Flask
from sqlalchemy import text

from catalog import importer
from catalog.imports.sources import links, registry
from catalog.models import SEALED, Base, IdempotencyKey, ImportSource, db
from catalog.people import COMMAND_LINE, Actor, second_factor, users
from catalog.runtime import sealing
from catalog.webhooks import endpoints
from tests.conftest import EMAIL
from tests.support.programs import Program

CATALOG = Path(__file__).resolve().parents[3] / "catalog"
CIPHERTEXT = "gAAAAA"  # how Fernet's begins


@pytest.fixture
def secrets(app: Flask, admin: Program) -> ImportSource:
    """Something in every place that holds secrets."""
    user = users.by_email(EMAIL)
    assert user is not None
    totp = second_factor.new_secret()
    assert second_factor.turn_on(COMMAND_LINE, user, totp, pyotp.TOTP(totp).now())
    hook = {"url": "https://example.com/", "events": ["product.*"]}
    made = admin.ask("POST", "/webhooks", hook, headers={"Idempotency-Key": "12345678"})
    assert made.status_code == 201
    endpoints.rotate(Actor("page", user.id), made.json["id"], overlap=True)
    url = "https://ann:secret@example.com/a.csv"
    row = ImportSource(name="a", shown_url="a", options=importer.Options().to_json())
    row.url = sealing.encrypt(url, sealing.keys(), registry.PURPOSE)
    db.session.add(row)
    db.session.commit()
    links.begin(Actor("page", user.id), url)
    return row


def encrypted() -> set[tuple[str, str]]:
    """Every column of every table that holds something encrypted now."""
    found = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            query = text(f'SELECT count(*) FROM {table.name} WHERE "{column.name}"::text LIKE :like')
            if db.session.execute(query, {"like": f"%{CIPHERTEXT}%"}).scalar_one():
                found.add((table.name, column.name))
    return found


def test_every_column_that_holds_something_encrypted_says_so(secrets: ImportSource) -> None:
    said = {(column.table.name, column.name) for column in sealing.sealed()}
    assert encrypted() == said and len(said) == 6


def test_every_purpose_is_that_of_a_column() -> None:
    """A secret of another kind would need a purpose of its own, which the tables do not know."""
    made = {match for path in CATALOG.rglob("*.py") for match in re.findall(r'b"(catalog: [^"]+)"', path.read_text())}
    assert made == {column.info[SEALED].decode() for column in sealing.sealed()}


def test_after_a_rotation_nothing_needs_the_old_key(
    app: Flask, secrets: ImportSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = app.config["SECRET_KEY"]
    monkeypatch.setitem(app.config, "SECRET_KEY", "a new key")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [before])
    assert sealing.rotate() == sealing.Resealed(6)
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", [])
    db.session.expire_all()
    assert registry.url_of(secrets) == "https://ann:secret@example.com/a.csv"
    for column in sealing.sealed():
        query = text(f"SELECT {column.name} FROM {column.table.name} WHERE {column.name} IS NOT NULL")
        for sealed in db.session.scalars(query).all():
            assert sealing.decrypt(sealed, sealing.keys(), column.info[SEALED])
    assert db.session.query(IdempotencyKey).count() == 1
