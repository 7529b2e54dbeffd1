"""E-mail addresses: one function normalises them for look-ups, counting and forms. Knows no users."""

import re

LONGEST = 254
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class NotAnAddress(ValueError):
    """Text that can't be an address: it has invisible characters, or is too long."""


def plain(typed: str) -> str:
    """The address as Catalog compares and counts it. Raises NotAnAddress.

    Two texts that find the same user are the same here, and the other way around.
    """
    return tidy(typed).lower()


def tidy(typed: str) -> str:
    """The address as it is stored and shown: in the case in which it was typed. Raises NotAnAddress."""
    text = typed.strip()
    if not text.isprintable() or len(text) > LONGEST:
        raise NotAnAddress
    return text


def is_address(typed: str) -> bool:
    """Whether this can be the address of a new user."""
    try:
        return bool(ADDRESS.fullmatch(tidy(typed)))
    except NotAnAddress:
        return False
