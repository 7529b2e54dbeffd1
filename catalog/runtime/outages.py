"""The errors of servers that are not available, and their message in one line."""

import psycopg2
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
AWAY = (*DATABASE, RedisError)


def reason(error: BaseException) -> str:
    """What the server or its driver said."""
    return str(getattr(error, "orig", error)).strip().split("\n")[0]
