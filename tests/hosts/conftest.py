"""Four hosts for the tests here: web-a, web-b, work-c and work-d.

Only work-d sends webhooks. It and work-c are stewards, of which one is at work.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil
import psycopg2
import pytest

from catalog.models import db
from catalog.ops.process_marks import NAME_MARK
from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime.core import create_core
from tests.support.hosts import landscape
from tests.support.hosts.landscape import EMAIL, PASSWORD, Landscape
from tests.support.remote import Remote

WEBS = ("web-a", "web-b")
ROLES = dict.fromkeys(WEBS, "web") | {"work-c": "worker,steward", "work-d": "worker,steward,webhooks"}
LOG = Path(os.environ.get("CATALOG_HOSTS_LOG", os.devnull))
ROWS = 60_000
FILE = ("sku,name,price\n" + "".join(f"A{n},Lamp number {n},{n}.50\n" for n in range(ROWS))).encode()
DIGEST = """
SELECT count(*), md5(string_agg(
    concat_ws('|', sku, name, description, price, active, attributes, source_line), E'\\n' ORDER BY sku COLLATE "C"
))
FROM products
"""
# What a test leaves to the next one.
EMPTY = """
SET lock_timeout = '20s';
TRUNCATE imports, products, product_changes, change_sets, bulk_jobs, partial_uploads CASCADE;
UPDATE catalog_total SET products = 0
"""


class Shop:
    """All hosts, and what a program with a token sees of them. `pages` is the balancer."""

    def __init__(self, hosts: Landscape) -> None:
        self.hosts, self.net = hosts, hosts.network
        for wait in [hosts.begin(host, roles) for host, roles in ROLES.items()]:
            wait()
        self.address = hosts.balance(WEBS)
        self.token = token_of(hosts, EMAIL)
        self.pages = Remote(self.address, self.token)
        self.web_a, self.web_b = (Remote(hosts.url(web), self.token) for web in WEBS)

    def again(self, host: str, **more: str) -> None:
        """Start a host anew, whether it is dead or alive, with `more` settings."""
        self.net.kill(host)
        self.hosts.start(host, ROLES.get(host, "worker"), **more)

    def send(self, file: bytes = FILE, **choices: str) -> int:
        """Send a file as a form to the balancer; returns the id of its import."""
        return int(self.pages.form("/imports", file=("spring.csv", file), **choices)["id"])

    @contextmanager
    def waiting(self, *hosts: str) -> Iterator[None]:
        """No worker of these hosts takes an import."""
        workers = [
            one for host in hosts for one in self.net.processes(host) if one.environ().get(NAME_MARK) == "imports"
        ]
        send_all(workers, signal.SIGSTOP)
        yield
        send_all(workers, signal.SIGCONT)

    def wait_for(self, web: str) -> None:
        """Wait until the balancer sends requests to this web host."""
        until(lambda: self.pages.send("GET", "/products?limit=1").headers.get("X-Served-By") == web)

    def digest(self) -> object:
        """The number of products, and a hash of all that they are."""
        return self.query(DIGEST)

    def empty(self) -> None:
        """Delete all imports and products."""
        self.query(EMPTY)

    def query(self, statement: str, *values: object) -> list[tuple[object, ...]]:
        """The rows of a statement, on a connection of its own."""
        with (
            closing(psycopg2.connect(self.hosts.settings.libpq_url)) as connection,
            connection,
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []


def send_all(processes: list[psutil.Process], number: signal.Signals) -> None:
    """Send a signal to processes; that of a job may have ended."""
    for one in processes:
        with suppress(psutil.NoSuchProcess):
            one.send_signal(number)


def until(holds: Callable[[], object], seconds: float = 60) -> float:
    """Wait until something holds; returns the seconds that it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + seconds
        time.sleep(0.05)
    return time.monotonic() - begun


def token_of(hosts: Landscape, email: str) -> str:
    """A token of the person with this address, who is created if need be."""
    app = create_core(hosts.settings)
    with app.app_context():
        user = users.by_email(email) or users.create(COMMAND_LINE, email, PASSWORD, "editor")
        token = tokens.create(COMMAND_LINE, user, "hosts", user.role if user.role == "admin" else "write")[1]
        for engine in db.engines.values():
            engine.dispose()
    app.extensions["redis"].close()
    return token


@pytest.fixture(scope="session")
def started() -> Iterator[Shop]:
    """All hosts; they start once a run."""
    if reason := landscape.missing():
        pytest.skip(f"hosts: {reason}")
    with LOG.open("a") as logs, landscape.landscape(logs) as hosts:
        yield Shop(hosts)


@pytest.fixture
def shop(started: Shop) -> Shop:
    """All hosts, plugged in, with an empty catalog."""
    for host in ROLES:
        started.net.plug(host)
    started.empty()
    return started


@pytest.fixture(scope="session")
def undisturbed(started: Shop) -> object:
    """The digest of the catalog after an import of FILE in which nothing happens."""
    started.empty()
    assert started.pages.ended(started.send())["state"] == "completed"
    return started.digest()
