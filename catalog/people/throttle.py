"""How often a sign-in may be tried, counted in PostgreSQL: without that there is no sign-in, so it never fails open."""

import hashlib
from ipaddress import IPv6Address, ip_address

from sqlalchemy import text

from catalog.models import db

WINDOW_SECONDS = 15 * 60
TOO_MANY = "Too many failed attempts. Wait 15 minutes, then try again."
NETWORK_TIMES = 5  # a network may have many users: it may fail this many times as often
ACCOUNT_TIMES = 10  # from everywhere at once, so that one stranger can't lock a user out
IPV6_SITE = 64  # bits: the owner of one address has all of its site

BEGIN = text("INSERT INTO login_attempts (account, network) VALUES (:account, :network) RETURNING id")
# Earlier running attempts count, so that a hundred at once are not all allowed.
COUNT = text(f"""
    SELECT count(*) FILTER (WHERE account = :account AND network = :network) AS both,
           count(*) FILTER (WHERE account = :account) AS account,
           count(*) FILTER (WHERE network = :network) AS network
    FROM login_attempts
    WHERE at > now() - interval '{WINDOW_SECONDS} seconds' AND id <= :id
      AND (account = :account OR network = :network)
""")  # nosec B608  # of a constant
FORGET = text("DELETE FROM login_attempts WHERE id = :id")
SUCCEED = text("DELETE FROM login_attempts WHERE account = :account")
PRUNE = text(
    f"DELETE FROM login_attempts WHERE at < now() - interval '{WINDOW_SECONDS} seconds'"  # nosec B608  # of a constant
)


class TooMany(Exception):
    """Too many failed attempts; this one is not checked."""


def begin(account: str, address: str, most: int, *, everywhere: int = 0) -> None:
    """An attempt begins, and has failed unless `succeed` is called. Raises TooMany.

    `account` says what is tried and whose it is, as `sign_in` does; it is compared byte for byte.
    `most`: failures of an account from one network; `everywhere`: from all of them, by default ten times as many.
    """
    values = {"account": _digest(account), "network": network(address)}
    with db.engine.begin() as connection:
        values["id"] = connection.execute(BEGIN, values).scalar_one()
    with db.engine.begin() as connection:
        tried = connection.execute(COUNT, values).one()
        limits = (most, everywhere or most * ACCOUNT_TIMES, most * NETWORK_TIMES)
        if all(count <= limit for count, limit in zip(tuple(tried), limits, strict=True)):
            return
        # Not counted, or an attacker who continues would lock others out for ever.
        connection.execute(FORGET, values)
    raise TooMany


def succeed(account: str) -> None:
    """The attempt succeeded: clear the failures."""
    with db.engine.begin() as connection:
        connection.execute(SUCCEED, {"account": _digest(account)})


def sign_in(email: str) -> str:
    """What is counted for an address that `emails` made plain. No other kind of account has such a name."""
    return f"sign-in of {email}"


def network(address: str) -> str:
    """The network of an address: an IPv4 address, or an IPv6 /64."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        ip = ip.ipv4_mapped or IPv6Address(int(ip) >> IPV6_SITE << IPV6_SITE)
    return str(ip)


def prune() -> int:
    """Delete attempts that no longer count; returns how many. The steward calls it."""
    with db.engine.begin() as connection:
        return int(connection.execute(PRUNE).rowcount)


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()
