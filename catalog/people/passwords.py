"""Passwords: rules, hashing and comparison. Knows no users."""

import secrets
from functools import cache
from itertools import pairwise
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error

from catalog.people import guessable

SHORTEST, LONGEST = 12, 1000
RULE = f"At least {SHORTEST} characters; not your email address, and not easy to guess. A sentence works well."
"""What `problem` asks for, before a user chooses."""

COMMON = Path(__file__).with_name("common_passwords.txt")
FEWEST_CHARACTERS = 4  # different ones
BEST_SCORE = 4  # of zxcvbn: more than 10^10 guesses
LOOKED_AT = 72  # characters: zxcvbn takes no more, and its time grows with them

_hasher = PasswordHasher()  # argon2id with the library's current parameters


def problem(password: str, email: str = "") -> str:
    """A sentence that says why this password is not accepted; empty if it is."""
    plain = password.lower().strip()
    if len(password) < SHORTEST:
        return f"Use at least {SHORTEST} characters; a sentence works well."
    if len(password) > LONGEST:
        return f"Use at most {LONGEST} characters."
    if len(set(plain)) < FEWEST_CHARACTERS:
        return "This password repeats itself too much. Choose another."
    if plain in _common() or _is_sequence(plain) or guessable.is_guessable(plain):
        return "This password, or its pattern, is on the lists that attackers try first. Choose another."
    if email and _names(plain, email.lower().strip()):
        return "The password must not be your email address. Choose another."
    if _score(password, email) < BEST_SCORE:
        return "This password is easy to guess: names, common words or dates. Choose another; a sentence works well."
    return ""


def _score(password: str, email: str) -> int:
    """The score of zxcvbn, from 0 (easy to guess) to 4."""
    from zxcvbn import zxcvbn  # its word lists load slowly, and most processes never check a password

    return int(zxcvbn(password[:LOOKED_AT], user_inputs=[email] if email else None)["score"])


def hashed(password: str) -> str:
    """The hash of a password: argon2id, with its parameters."""
    return _hasher.hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether a password matches its hash. Without a hash the answer is no, after the same time."""
    dummy = _dummy()  # computed at the first comparison, whether the user exists or not
    try:
        _hasher.verify(kept or dummy, password)
    except Argon2Error:
        return False
    return kept is not None


def is_dated(kept: str) -> bool:
    """Whether a hash has outdated parameters."""
    return _hasher.check_needs_rehash(kept)


def _names(plain: str, email: str) -> bool:
    """Whether the password is the address, or its first part with at most a few characters more."""
    local = email.partition("@")[0]
    rest = plain.replace(email, "").replace(local, "") if local else plain
    return len(rest) < len(plain) and len(rest) <= FEWEST_CHARACTERS


def _is_sequence(plain: str) -> bool:
    """Whether the password is a sequence: abcdefghijkl, 345678901234, also downwards."""
    steps = {ord(b) - ord(a) for a, b in pairwise(plain)}
    return steps <= {1, -9} or steps <= {-1, 9}


@cache
def _dummy() -> str:
    """A hash to compare with if there is none, made when first needed: most processes never compare a password."""
    return _hasher.hash(secrets.token_hex())


@cache
def _common() -> frozenset[str]:
    lines = COMMON.read_text().splitlines()
    return frozenset(line for line in lines if not line.startswith("#"))
