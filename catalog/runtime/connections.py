"""How connections to PostgreSQL and Redis are made, and how soon a silent one ends: at both ends, within ten seconds.

A host that is unplugged closes no connection. Until its connections end, it would keep its locks, and peers would wait.
"""

import socket
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection
    from redis import Redis

IDLE_SECONDS, PROBE_SECONDS, PROBES = 4, 2, 2  # a silent peer is asked, again, and then given up
SILENT_MILLISECONDS = 8000  # also with bytes under way
CONNECT_SECONDS = 10


def to_postgres(name: str, *options: str, waits: bool = False) -> dict[str, Any]:
    """Arguments for psycopg2 of a connection with a name and server `options` (`lock_timeout=2000`).

    With `waits`, the client may leave received bytes unread for long; then only keepalives check that the peer lives.
    """
    bytes_under_way = 0 if waits else SILENT_MILLISECONDS
    given = {
        "client_connection_check_interval": "1s",
        "tcp_keepalives_idle": IDLE_SECONDS,
        "tcp_keepalives_interval": PROBE_SECONDS,
        "tcp_keepalives_count": PROBES,
        "tcp_user_timeout": bytes_under_way,
        "timezone": "UTC",
    }
    return {
        "application_name": name,
        "options": " ".join(
            f"-c {option}" for option in (*(f"{key}={value}" for key, value in given.items()), *options)
        ),
        "connect_timeout": CONNECT_SECONDS,
        "keepalives_idle": IDLE_SECONDS,
        "keepalives_interval": PROBE_SECONDS,
        "keepalives_count": PROBES,
        "tcp_user_timeout": bytes_under_way,
    }


def is_pooled(connection: "Connection") -> bool:
    """Whether a pooler such as PgBouncer is in between: it makes up the process id that a new connection gets."""
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (real,) = cursor.fetchone() or (None,)
    return bool(real != connection.info.backend_pid)


def to_redis(url: str, **options: float) -> "Redis":
    """A client of Redis."""
    from redis import Redis  # not every process that has PostgreSQL needs it

    if urlsplit(url).scheme == "unix":
        return Redis.from_url(url, **options)
    probes = {
        socket.TCP_KEEPIDLE: IDLE_SECONDS,
        socket.TCP_KEEPINTVL: PROBE_SECONDS,
        socket.TCP_KEEPCNT: PROBES,
        socket.TCP_USER_TIMEOUT: SILENT_MILLISECONDS,
    }
    return Redis.from_url(url, socket_keepalive=True, socket_keepalive_options=probes, **options)
