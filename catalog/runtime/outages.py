"""The errors of servers that are not available, and their message in one line."""

import psycopg2
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

DATABASE = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
AWAY = (*DATABASE, RedisError)


def reason(error: BaseException) -> str:
    """The message of the server or its driver, in one line."""
    return str(getattr(error, "orig", error)).strip().split("\n")[0]
