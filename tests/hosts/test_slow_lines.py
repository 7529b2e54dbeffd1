"""A host whose lines to PostgreSQL, Redis and the bucket are slow, or are cut in the middle: the same catalog, later.

The servers are those of the test process; each line to them goes through a proxy. Unlike others here, it needs no root.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.engine import make_url

from catalog.models import db
from catalog.people import COMMAND_LINE, tokens, users
from catalog.runtime import Settings
from tests.conftest import EMAIL, PASSWORD, catalog
from tests.support import live
from tests.support.bucket import Faulty, bucket
from tests.support.proxy import Proxy, proxy
from tests.support.remote import Remote
from tests.support.sessions import viewer

pytestmark = pytest.mark.long

ROUND_TRIP_SECONDS = 0.05
ROWS = 30_000
FILE = b"sku,name,description\n" + b"".join(b"A%d,Lamp,%s\n" % (n, b"x" * 250) for n in range(ROWS))
MIB = 1024**2
PATIENCE = 120


def unix_socket(url: str) -> str:
    """The path of the socket in the URL of a server of these tests."""
    parsed = make_url(url)
    if parsed.drivername.startswith("postgresql"):
        return f"{parsed.query['host']}/.s.PGSQL.{parsed.query.get('port', 5432)}"
    return urlsplit(url).path


class Lines:
    """Proxies to the three servers, and the settings of a host that knows the servers by them."""

    def __init__(self, settings: Settings, storage: Faulty, stack: ExitStack, cuts: dict[str, Sequence[int]]) -> None:
        def line(server: tuple[str, int] | str, name: str) -> Proxy:
            made = proxy(
                server,
                cuts=cuts.get(f"to {name}", ()),
                cuts_back=cuts.get(f"from {name}", ()),
                round_trip=ROUND_TRIP_SECONDS,
            )
            return stack.enter_context(made)

        self.database = line(unix_socket(settings.libpq_url), "database")
        self.redis = line(unix_socket(settings.redis_url), "redis")
        self.bucket = line(("127.0.0.1", storage.server_port), "bucket")
        database = make_url(settings.libpq_url).set(host="127.0.0.1", port=self.database.port, query={})
        redis = re.search(r"db=(\d+)", settings.redis_url)
        self.settings = settings.model_copy(
            update={
                "database_url": database.render_as_string(hide_password=False),
                "redis_url": f"redis://127.0.0.1:{self.redis.port}/{redis[1] if redis else 0}",
            }
        )
        self.storage_url = storage.url.replace(str(storage.server_port), str(self.bucket.port))


@contextmanager
def slow_host(app: Flask, cuts: dict[str, Sequence[int]], faults: list[str]) -> Iterator[tuple[Remote, Lines, str]]:
    """All roles of Catalog behind slow lines; gives a program with a token, the lines, and the address."""
    user = users.by_email(EMAIL) or users.create(COMMAND_LINE, EMAIL, PASSWORD, "admin")
    token = tokens.create(COMMAND_LINE, user, "slow", "write")[1]
    db.session.remove()
    with ExitStack() as stack:
        storage = stack.enter_context(bucket())
        lines = Lines(app.config["SETTINGS"], storage, stack, cuts)
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("STORAGE_URL", lines.storage_url)
        address = stack.enter_context(live.running(lines.settings, "--roles", "web,worker,steward"))
        storage.faults += faults
        yield Remote(address, token), lines, address


def imported(host: Remote, address: str) -> dict[str, object]:
    """The import of the file, which was uploaded in pieces and whose progress was followed to its end."""
    upload = host.begin(len(FILE))
    for end in (3 * MIB, 6 * MIB, len(FILE)):
        host.resume(upload, FILE[:end])
    row = host.form("/imports", upload=upload)
    with viewer(address) as session:
        stream = session.get(f"{address}/imports/{row['id']}/events", stream=True, timeout=PATIENCE)
        with stream:
            assert b"event: done" in list(stream.iter_lines())
    done: dict[str, object] = host.ended(row["id"], PATIENCE)
    return done


@pytest.mark.parametrize(
    "cuts, faults",
    [
        ({}, []),
        ({"from bucket": [4 * MIB], "to bucket": [2 * MIB]}, ["slow_down", "cut"]),
        ({"to database": [3 * MIB]}, []),
        ({"to redis": [20_000], "from redis": [2_000]}, []),
    ],
    ids=["slow", "bucket", "database", "redis"],
)
def test_slow_and_cut_lines_make_the_same_catalog(
    app: Flask, cuts: dict[str, Sequence[int]], faults: list[str]
) -> None:
    with slow_host(app, cuts, faults) as (host, lines, address):
        done = imported(host, address)
        assert (done["state"], done["created"], done["sha256"]) == ("completed", ROWS, hashlib.sha256(FILE).hexdigest())
    broken = {
        f"{way} {name}": line.broken
        for name in ("database", "redis", "bucket")
        for way, line in (("to", getattr(lines, name).to_server), ("from", getattr(lines, name).to_client))
    }
    assert {name: count for name, count in broken.items() if count} == {name: len(at) for name, at in cuts.items()}
    assert sorted(row[0] for row in catalog()) == sorted(f"A{n}" for n in range(ROWS))
