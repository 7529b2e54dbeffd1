"""Secrets of webhook endpoints, and signatures: Standard Webhooks 1.0, https://www.standardwebhooks.com.

`sealing` encrypts them for the database.
"""

import base64
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from standardwebhooks import Webhook

from catalog.models import WEBHOOK_SECRETS
from catalog.runtime import sealing

SECRET_BYTES = 32
PURPOSE = WEBHOOK_SECRETS


Unreadable = sealing.Unreadable
keys = sealing.keys


def new_secret() -> str:
    """A new secret in the form for receivers: `whsec_` and base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode("ascii")


def encrypt(secret: str, keys: Sequence[str]) -> str:
    """The value as the database stores it."""
    return sealing.encrypt(secret, keys, PURPOSE)


def decrypt(stored: str, keys: Sequence[str]) -> str:
    """The secret itself. Raises Unreadable."""
    return sealing.decrypt(stored, keys, PURPOSE)


def is_readable(stored: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys is the one that it was encrypted with."""
    try:
        decrypt(stored, keys)
    except Unreadable:
        return False
    return True


def headers(secrets: Sequence[str], message_id: str, body: bytes, moment: datetime | None = None) -> dict[str, str]:
    """The headers with the id, the time of this attempt, and a signature for each secret."""
    moment = (moment or datetime.now(UTC)).astimezone(UTC)
    text = body.decode()
    signatures = [Webhook(secret).sign(msg_id=message_id, timestamp=moment, data=text) for secret in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
