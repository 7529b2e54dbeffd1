"""A silent connection ends at both ends. The host that is unplugged is a network namespace whose link goes down."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from redis.connection import UnixDomainSocketConnection

from catalog.ops import embedded_servers
from catalog.runtime import PROJECT, Settings, connections
from tests.support.hosts.network import Network, apart, network, trouble
from tests.support.own_servers import own_servers

SILENT_SECONDS = 12  # ten, and the time that a busy machine takes to notice
LOCK = 4711

CLIENT = """
import sys, psycopg2
from catalog.runtime import connections
connection = psycopg2.connect(sys.argv[1], **connections.to_postgres("unplugged"))
cursor = connection.cursor()
cursor.execute("SELECT pg_advisory_lock(4711)")
print("locked", flush=True)
try:
    cursor.execute("SELECT pg_sleep(60)")
except psycopg2.OperationalError:
    print("lost", flush=True)
"""


def test_a_unix_socket_needs_no_probes() -> None:
    client = connections.to_redis("unix:///run/redis.sock", socket_timeout=2)
    assert client.connection_pool.connection_class is UnixDomainSocketConnection


def test_only_what_streams_to_people_may_leave_bytes_lying(settings: Settings) -> None:
    for waits, milliseconds in ((False, 8000), (True, 0)):
        given = connections.to_postgres("test", "lock_timeout=2000", waits=waits)
        assert given["tcp_user_timeout"] == milliseconds
        assert f"-c tcp_user_timeout={milliseconds} " in given["options"]
        with closing(psycopg2.connect(settings.libpq_url, **given)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout'), current_setting('application_name')")
            assert cursor.fetchone() == ("2s", "test")


@pytest.fixture
def net() -> Iterator[Network]:
    """A network with one more host."""
    if reason := trouble():
        pytest.skip(f"hosts: {reason}")
    with apart(), network() as made:
        made.add("unplugged")
        yield made


@pytest.fixture
def database(net: Network, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a PostgreSQL that also listens on the network, for that host."""
    monkeypatch.setitem(embedded_servers.POSTGRES_SETTINGS, "listen_addresses", net.here)
    with own_servers(Settings()) as servers:
        with (servers.home / "postgres" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {net.addresses} trust\n")
        servers.restart("postgres")
        yield servers.settings.libpq_url


def locks(database: str) -> int:
    """How many connections hold the lock."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", (LOCK,))
        return int((cursor.fetchone() or (0,))[0])


def test_an_unplugged_host_loses_its_locks_and_notices(net: Network, database: str) -> None:
    url = f"postgresql://catalog@{net.here}:5432/catalog"
    command = [sys.executable, "-c", CLIENT, url]
    client = net.boot("unplugged", command, os.environ, cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    assert client.stdout is not None
    assert client.stdout.readline() == "locked\n"
    net.unplug("unplugged")
    unplugged = time.monotonic()
    while locks(database):
        assert time.monotonic() < unplugged + SILENT_SECONDS, "the server keeps the lock of a host that is gone"
        time.sleep(0.2)
    assert client.stdout.readline() == "lost\n"
    assert time.monotonic() < unplugged + SILENT_SECONDS, "the client waits for a server that is gone"
