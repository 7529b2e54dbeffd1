"""The errors of servers that are not available, and their message in one line."""

import ssl

import psycopg2
from redis import AuthenticationError, RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

from catalog.runtime.storage import Away

DATABASE = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
AWAY = (*DATABASE, RedisError, Away)
UNUSABLE = (ssl.SSLError, FileNotFoundError, NotADirectoryError, PermissionError)  # certificates
CLOSED = (ssl.SSLEOFError, ssl.SSLZeroReturnError)  # by a proxy whose server is away, for example
TLS = ("SSL", "certificate")  # words of libpq's messages about it


def server(error: BaseException) -> str:
    """Which server is not available, for a sentence."""
    if isinstance(error, Away):
        return "The storage of uploads"
    return "The database" if isinstance(error, DATABASE) else "Redis"


def reason(error: BaseException) -> str:
    """The message of the server or its driver, in one line; the most telling one if several addresses were tried."""
    lines = str(getattr(error, "orig", error)).strip().split("\n")
    return next((line for line in lines if any(word in line for word in TLS)), lines[0])


def advice(error: BaseException) -> str:
    """What to do if waiting does not help, because settings are wrong (certificate, password of Redis). Else empty."""
    if isinstance(error, AuthenticationError):
        return "Check the password in REDIS_URL."
    if (
        isinstance(error, RedisError)
        and isinstance(error.__context__, UNUSABLE)
        and not isinstance(error.__context__, CLOSED)
    ):
        return "" if "unix socket" in str(error) else "Check ssl_ca_certs in REDIS_URL: docs/scale.md."
    if isinstance(error, DATABASE) and _is_of_tls(reason(error)):
        return "Check sslmode and sslrootcert in DATABASE_URL: docs/scale.md."
    return ""


def _is_of_tls(line: str) -> bool:
    """Whether libpq's message is about TLS, and not about a connection over TLS that the server closed."""
    return any(word in line for word in TLS) and "closed unexpectedly" not in line and "SYSCALL" not in line
