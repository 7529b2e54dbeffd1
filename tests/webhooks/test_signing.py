"""Signatures that others verify, and secrets that lie encrypted."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from catalog.webhooks import signing

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, MOMENT = "msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC)
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_vector_of_standard_webhooks() -> None:
    assert signing.headers([SECRET], ID, BODY, MOMENT) == {
        "webhook-id": ID,
        "webhook-timestamp": "1614265330",
        "webhook-signature": SIGNATURE,
    }


def test_each_secret_signs() -> None:
    other = signing.new_secret()
    signed = signing.headers([SECRET, other], ID, BODY, MOMENT)["webhook-signature"]
    alone = signing.headers([other], ID, BODY, MOMENT)["webhook-signature"]
    assert signed == f"{SIGNATURE} {alone}"


def test_secrets_are_new_long_and_as_receivers_want_them() -> None:
    made = {signing.new_secret() for _ in range(100)}
    assert len(made) == 100 and all(secret.startswith("whsec_") for secret in made)
    assert all(len(secret) == len("whsec_") + 44 for secret in made)


def test_an_old_key_still_decrypts_and_a_foreign_one_does_not() -> None:
    stored = signing.encrypt(SECRET, ["old"])
    assert SECRET not in stored
    assert signing.decrypt(stored, ["new", "old"]) == SECRET
    with pytest.raises(signing.Unreadable):
        signing.decrypt(stored, ["new"])


def test_the_keys_are_those_of_the_application(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "SECRET_KEY_FALLBACKS", ["before"])
    assert signing.keys() == ("only for tests", "before")
