"""The errors of servers that are not available, and their message in one line."""

import psycopg2
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError

from catalog.runtime.storage import Away

DATABASE = (OperationalError, InterfaceError, psycopg2.OperationalError, psycopg2.InterfaceError)
AWAY = (*DATABASE, RedisError, Away)


def server(error: BaseException) -> str:
    """Which server is not available, for a sentence."""
    if isinstance(error, Away):
        return "The storage of uploads"
    return "The database" if isinstance(error, DATABASE) else "Redis"


def reason(error: BaseException) -> str:
    """The message of the server or its driver, in one line."""
    return str(getattr(error, "orig", error)).strip().split("\n")[0]
