"""Secrets that are stored encrypted."""

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.models import db
from catalog.runtime import sealing
from catalog.runtime.sealing import Unreadable


def test_a_secret_comes_back_with_the_key_and_its_fallbacks() -> None:
    stored = sealing.encrypt("s3cret", ("old",), b"a")
    assert "s3cret" not in stored
    assert sealing.decrypt(stored, ("new", "old"), b"a") == "s3cret"


@pytest.mark.parametrize(("keys", "purpose"), [(("new",), b"a"), (("old",), b"another purpose")])
def test_another_key_or_purpose_does_not_read_it(keys: tuple[str, ...], purpose: bytes) -> None:
    with pytest.raises(Unreadable):
        sealing.decrypt(sealing.encrypt("s3cret", ("old",), b"a"), keys, purpose)


def test_a_rotation_leaves_and_names_what_no_key_reads(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    column = next(c for c in sealing.sealed() if c.table.name == "webhook_endpoints")
    purpose = column.info["sealed"]
    insert = text(
        f"INSERT INTO webhook_endpoints (url, events, {column.name}) VALUES ('https://example.com/', '{{}}', :sealed)"
    )
    with db.engine.begin() as connection:
        for key in ("old", "lost"):
            connection.execute(insert, {"sealed": sealing.encrypt("s3cret", (key,), purpose)})
    monkeypatch.setitem(app.config, "SECRET_KEY", "new")
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["old"])
    done = sealing.rotate()
    assert (done.count, done.unreadable) == (1, [f"webhook_endpoints 2: {column.name}"])
    with db.engine.connect() as connection:
        first = connection.execute(text(f"SELECT {column.name} FROM webhook_endpoints WHERE id = 1")).scalar_one()
    assert sealing.decrypt(first, ("new",), purpose) == "s3cret"
