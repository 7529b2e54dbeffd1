"""What is said of a server that is away: to wait, or which setting is wrong."""

import ssl

import psycopg2
import pytest
from redis.exceptions import ConnectionError

from catalog.runtime import outages

TLS = "Check sslmode and sslrootcert in DATABASE_URL: docs/scale.md."


def of_redis(cause: Exception) -> ConnectionError:
    """The error of the client, as it comes of another one."""
    error = ConnectionError("Error connecting to redis:6379")
    error.__context__ = cause
    return error


@pytest.mark.parametrize("cause", [ssl.SSLEOFError(8, "EOF"), ssl.SSLZeroReturnError(6, "closed"), OSError("refused")])
def test_a_redis_that_a_proxy_cannot_reach_is_waited_for(cause: Exception) -> None:
    assert outages.advice(of_redis(cause)) == ""


def test_a_certificate_that_is_not_trusted_is_a_wrong_setting() -> None:
    error = of_redis(ssl.SSLCertVerificationError(1, "certificate verify failed"))
    assert outages.advice(error) == "Check ssl_ca_certs in REDIS_URL: docs/scale.md."


@pytest.mark.parametrize(
    "message, wanted",
    [
        ("SSL connection has been closed unexpectedly", ""),
        ("SSL SYSCALL error: EOF detected", ""),
        ("SSL error: certificate verify failed", TLS),
        ("server does not support SSL, but SSL was required", TLS),
    ],
)
def test_a_connection_that_a_database_closed_is_no_wrong_certificate(message: str, wanted: str) -> None:
    assert outages.advice(psycopg2.OperationalError(message)) == wanted
