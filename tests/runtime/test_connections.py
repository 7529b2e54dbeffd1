"""A silent connection ends at both ends. The host that is unplugged is a network namespace whose link goes down."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest
from redis.connection import UnixDomainSocketConnection

from catalog.config import PROJECT, Settings
from catalog.ops import embedded_servers
from catalog.runtime import connections
from tests.support.own_servers import own_servers

SILENT_SECONDS = 12  # ten, and the time that a busy machine takes to notice
HOST, NAME, LINK = f"10.231.{os.getpid() % 250}", f"catalog-{os.getpid()}", f"cat{os.getpid()}"
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


def ip(*words: str) -> None:
    """Run `ip`."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture
def cable() -> Iterator[None]:
    """A second host with a cable to this one."""
    if os.geteuid() or not shutil.which("ip"):
        pytest.skip("network namespaces need root and iproute2")
    try:
        ip("netns", "add", NAME)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr!r}")
    try:
        ip("link", "add", LINK, "type", "veth", "peer", "name", "eth0", "netns", NAME)
        ip("address", "add", f"{HOST}.1/30", "dev", LINK)
        ip("link", "set", LINK, "up")
        ip("-n", NAME, "address", "add", f"{HOST}.2/30", "dev", "eth0")
        ip("-n", NAME, "link", "set", "eth0", "up")
        yield
    finally:
        ip("netns", "delete", NAME)  # its end of the cable goes with it, and so does ours


@pytest.fixture
def database(cable: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The URL of a PostgreSQL that also listens on the cable, for this host."""
    monkeypatch.setitem(embedded_servers.POSTGRES_SETTINGS, "listen_addresses", f"{HOST}.1")
    with own_servers(Settings()) as servers:
        with (servers.home / "postgres" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {HOST}.0/30 trust\n")
        servers.restart("postgres")
        yield servers.settings.libpq_url


def locks(database: str) -> int:
    """How many connections hold the lock."""
    with closing(psycopg2.connect(database)) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s", (LOCK,))
        return int((cursor.fetchone() or (0,))[0])


def test_an_unplugged_host_loses_its_locks_and_notices(database: str) -> None:
    url = f"postgresql://catalog@{HOST}.1:5432/catalog"
    inside = ["ip", "netns", "exec", NAME, sys.executable, "-c", CLIENT, url]
    with subprocess.Popen(inside, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "locked\n"
        ip("link", "set", LINK, "down")
        unplugged = time.monotonic()
        while locks(database):
            assert time.monotonic() < unplugged + SILENT_SECONDS, "the server keeps the lock of a host that is gone"
            time.sleep(0.2)
        assert client.stdout.readline() == "lost\n"
        assert time.monotonic() < unplugged + SILENT_SECONDS, "the client waits for a server that is gone"
