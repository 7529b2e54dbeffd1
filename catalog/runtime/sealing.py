"""Secrets that must be read again lie encrypted in the database, with a key made from SECRET_KEY; older keys still decrypt.

Each purpose has a key of its own: who has one can neither sign sessions nor read the secrets of another.
"""

import base64
from collections.abc import Sequence
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import current_app


class Unreadable(Exception):
    """A secret that was encrypted with a SECRET_KEY that is not known any more."""


def keys() -> tuple[str, ...]:
    """SECRET_KEY and its fallbacks, of the application that runs."""
    return (current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"])


def encrypt(secret: str, keys: Sequence[str], purpose: bytes) -> str:
    """As it lies in the database."""
    return _cipher(tuple(keys), purpose).encrypt(secret.encode()).decode("ascii")


def decrypt(stored: str, keys: Sequence[str], purpose: bytes) -> str:
    """The secret itself. Raises Unreadable."""
    try:
        return _cipher(tuple(keys), purpose).decrypt(stored.encode()).decode()
    except InvalidToken:
        raise Unreadable from None


@lru_cache(maxsize=16)
def _cipher(keys: Sequence[str], purpose: bytes) -> MultiFernet:
    """Encrypts with the first of the keys, decrypts with any."""
    return MultiFernet([Fernet(_derived(key, purpose)) for key in keys])


def _derived(key: str, purpose: bytes) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
