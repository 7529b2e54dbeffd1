"""Secrets of webhook endpoints and what is signed with them: Standard Webhooks 1.0, https://www.standardwebhooks.com.

Secrets lie encrypted in the database, with a key made from SECRET_KEY; older keys still decrypt.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app
from standardwebhooks import Webhook

SECRET_BYTES = 32
PURPOSE = b"catalog: secrets of webhooks"


class Unreadable(Exception):
    """A secret that was encrypted with a SECRET_KEY that is not known any more."""


def new_secret() -> str:
    """A secret as receivers want it: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode(
        "ascii"
    )


def keys() -> tuple[str, ...]:
    """SECRET_KEY and its fallbacks, of the application that runs."""
    return (
        current_app.config["SECRET_KEY"],
        *current_app.config["SECRET_KEY_FALLBACKS"],
    )


@lru_cache(maxsize=8)
def cipher(keys: Sequence[str]) -> MultiFernet:
    """Encrypts with the first of the keys, decrypts with any."""
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A key for this purpose alone: who has it can't sign sessions."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))


def encrypt(secret: str, keys: Sequence[str]) -> str:
    """As it lies in the database."""
    return cipher(tuple(keys)).encrypt(secret.encode()).decode("ascii")


def decrypt(stored: str, keys: Sequence[str]) -> str:
    """The secret itself. Raises Unreadable."""
    try:
        return cipher(tuple(keys)).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


def headers(
    secrets: Sequence[str], message_id: str, body: bytes, moment: datetime | None = None
) -> dict[str, str]:
    """What makes a request believable: id, time of this attempt, and a signature for each secret."""
    moment = (moment or datetime.now(UTC)).astimezone(UTC)
    text = body.decode()
    signatures = [
        Webhook(secret).sign(msg_id=message_id, timestamp=moment, data=text)
        for secret in secrets
    ]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
