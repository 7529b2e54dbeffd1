"""How a server that is away is told in one line."""

import psycopg2
from redis import ConnectionError as RedisGone
from sqlalchemy.exc import OperationalError

from catalog.runtime import outages


def test_the_driver_is_quoted_not_the_statement() -> None:
    cause = psycopg2.OperationalError("connection refused\n\tIs the server running?")
    assert outages.reason(OperationalError("SELECT 1", {}, cause)) == "connection refused"


def test_both_servers_may_be_away() -> None:
    assert isinstance(RedisGone("x"), outages.AWAY) and isinstance(psycopg2.InterfaceError("x"), outages.AWAY)
    assert not isinstance(psycopg2.IntegrityError("x"), outages.AWAY)
