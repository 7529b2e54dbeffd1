"""Four hosts for the tests here: web-a, web-b, work-c and work-d. Only work-d sends webhooks; both are stewards, of which one is at work."""

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from catalog.models import db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime.core import create_core
from tests.support.hosts import landscape
from tests.support.hosts.landscape import EMAIL, Landscape
from tests.support.remote import Remote

WEBS = ("web-a", "web-b")
ROLES = dict.fromkeys(WEBS, "web") | {"work-c": "worker,steward", "work-d": "worker,steward,webhooks"}
LOG = Path(os.environ.get("CATALOG_HOSTS_LOG", os.devnull))
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
        self.token = _token(hosts)
        self.pages = Remote(self.address, self.token)
        self.web_a, self.web_b = (Remote(hosts.url(web), self.token) for web in WEBS)

    def again(self, host: str, **more: str) -> None:
        """Start a host anew, whether it is dead or alive, with `more` settings."""
        self.net.kill(host)
        self.hosts.start(host, ROLES[host], **more)

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


def _token(hosts: Landscape) -> str:
    app = create_core(hosts.settings)
    with app.app_context():
        user = users.by_email(EMAIL)
        assert user is not None
        token = tokens.create(COMMAND_LINE, user, "hosts", "admin")[1]
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
