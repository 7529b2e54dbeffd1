"""A host whose cable is pulled while its processes run on: its work is taken over, and it may not commit what it comes back with.

The worker is frozen at a fail point, unplugged, and thawed: so it is there, and nowhere else, that the cable is pulled.
"""

import time
from collections.abc import Callable, Iterator

import psutil
import pytest

from catalog.ops.process_marks import NAME_MARK
from tests.hosts.conftest import Shop
from tests.support.remote import Remote

pytestmark = pytest.mark.long

PLACES = ("mid_copy", "after_copy", "after_plan", "mid_apply", "before_commit")
TAKEN_OVER_SECONDS, SILENT_SECONDS = 15, 12
ROWS = 60_000
FILE = "sku,name,price\n" + "".join(f"A{n},Lamp number {n},{n}.50\n" for n in range(ROWS))
DIGEST = """
SELECT count(*), md5(string_agg(concat_ws('|', sku, name, description, price, active, attributes, source_line), E'\\n' ORDER BY sku COLLATE "C"))
FROM products
"""


def until(holds: Callable[[], object], seconds: float = 60) -> float:
    """Wait until something holds; returns the seconds that it took."""
    begun = time.monotonic()
    while not holds():
        assert time.monotonic() < begun + seconds
        time.sleep(0.05)
    return time.monotonic() - begun


def frozen(shop: Shop, host: str) -> list[psutil.Process]:
    """The processes of a host that wait at a fail point."""
    return [one for one in shop.net.processes(host) if one.status() == psutil.STATUS_STOPPED]


def send(pages: Remote, **choices: str) -> int:
    """Send the file; returns the id of its import."""
    return int(pages.form("/imports", file=("spring.csv", FILE.encode()), **choices)["id"])


@pytest.fixture(scope="module")
def undisturbed(started: Shop) -> object:
    """The catalog after an import in which nothing happens."""
    started.empty()
    assert started.pages.ended(send(started.pages))["state"] == "completed"
    return started.query(DIGEST)


def frozen_at(shop: Shop, place: str) -> int:
    """An import that work-c has, and at which it is frozen at a place; returns its id. work-d takes none at that time."""
    shop.again("work-c", failpoint=f"{place}:pause")
    others = [one for one in shop.net.processes("work-d") if one.environ().get(NAME_MARK) == "imports"]
    for one in others:
        one.suspend()
    number = send(shop.pages)
    until(lambda: frozen(shop, "work-c"))
    for one in others:
        one.resume()
    return number


def connections_of(shop: Shop, host: str) -> int:
    """How many connections of a host PostgreSQL has."""
    ((count,),) = shop.query("SELECT count(*) FROM pg_stat_activity WHERE client_addr = %s", shop.net.address(host))
    return int(str(count))


@pytest.fixture(scope="module")
def mended(started: Shop) -> Iterator[None]:
    """Afterwards no host freezes any more."""
    yield
    started.net.plug("work-c")
    started.again("work-c")


@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize("place", PLACES)
def test_an_unplugged_worker_is_taken_over_and_may_not_commit(shop: Shop, undisturbed: object, place: str) -> None:
    number = frozen_at(shop, place)
    worker = frozen(shop, "work-c")[0]
    shop.net.unplug("work-c")
    worker.resume()
    begun = time.monotonic()
    until(lambda: owner(shop, number).startswith("work-d:"))
    took = time.monotonic() - begun
    print(f"unplugged at {place}: taken over after {took:.1f} s")
    assert took < TAKEN_OVER_SECONDS
    until(lambda: not connections_of(shop, "work-c"), SILENT_SECONDS)
    shop.net.plug("work-c")
    done = shop.pages.ended(number)
    until(lambda: not psutil.pid_exists(worker.pid))
    assert (done["state"], done["created"]) == ("completed", ROWS)
    assert shop.query(DIGEST) == undisturbed and shop.query("SELECT count(*) FROM change_sets") == [(1,)]
    assert owner(shop, number).startswith("work-d:")


def owner(shop: Shop, number: int) -> str:
    """The host and process that has an import, or had it last."""
    return str(shop.query("SELECT lease_owner FROM imports WHERE id = %s", number)[0][0])
