"""Eight suppliers send a file at the same time, to one, two and four workers.

The catalogs are equal, and both web hosts follow all files. HOSTS_ROWS is the number of rows of each file; 5,000 by
default. The time for each number of workers is printed.
"""

import os
import re
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg2
import pytest
import urllib3

from tests.hosts.conftest import WEBS, Shop
from tests.support.hosts.landscape import EMAIL, PASSWORD

pytestmark = pytest.mark.long

ROWS = int(os.environ.get("HOSTS_ROWS", "5000"))
SUPPLIERS, WORKERS = 8, (1, 2, 4)
SHOWN_SECONDS = 1.0
TOOK = "SELECT extract(epoch FROM max(finished_at) - min(queued_at))::float8 FROM imports"
NOW = "SELECT id, progress_version FROM imports WHERE state IN ('reading', 'applying')"
Seen = list[tuple[float, int]]  # when, and which version of the progress


def file_of(supplier: int) -> bytes:
    """The file of a supplier, with SKUs of its own and some twice."""
    rows = (f"S{supplier}-{n % (ROWS - ROWS // 20)},Lamp {n} of {supplier},{n}.50\n" for n in range(ROWS))
    return b"sku,name,price\n" + "".join(rows).encode()


def signed_in(shop: Shop) -> str:
    """The cookie of a browser that has signed in on one web host: it holds on all."""
    http = urllib3.PoolManager(retries=False)
    page = http.request("GET", f"{shop.address}/login")
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page.data)
    assert token is not None
    fields = {"email": EMAIL, "password": PASSWORD, "csrf_token": token[1].decode()}
    answer = http.request(
        "POST",
        f"{shop.address}/login",
        fields=fields,
        headers={"Cookie": cookie},
        redirect=False,
        encode_multipart=False,
    )
    http.clear()
    assert answer.status == 303, answer.status
    return answer.headers["Set-Cookie"].partition(";")[0]


class Watched:
    """What a web host shows of an import, as its stream sends it, and when."""

    def __init__(self, url: str, cookie: str, number: int) -> None:
        self.seen: Seen = []
        self._url, self._cookie = f"{url}/imports/{number}/events", cookie
        self._thread = threading.Thread(target=self._follow)
        self._thread.start()

    def _follow(self) -> None:
        with urllib3.PoolManager(retries=False) as http:
            answer = http.request("GET", self._url, headers={"Cookie": self._cookie}, preload_content=False)
            assert answer.status == 200
            for data in answer.stream(1 << 16):
                self.seen += [(time.monotonic(), int(one)) for one in re.findall(rb"^id: (\d+)$", data, re.MULTILINE)]
            answer.release_conn()

    def lags(self, facts: Seen) -> list[float]:
        """How long after each fact it was shown, or something newer. Facts before the first picture are no news."""
        self._thread.join(60)
        facts = [(at, version) for at, version in facts if at > self.seen[0][0]]
        shown = [(next((at for at, v in self.seen if v >= version), None), at0) for at0, version in facts]
        assert all(at is not None for at, _ in shown), (facts[-1], self.seen[-1])
        return [max(0.0, at - at0) for at, at0 in shown if at is not None]


@contextmanager
def facts(shop: Shop) -> Iterator[dict[int, Seen]]:
    """The versions of all progress that the database has, and when they were first there."""
    found: dict[int, Seen] = defaultdict(list)
    stop = threading.Event()

    def look() -> None:
        with closing(psycopg2.connect(shop.hosts.settings.libpq_url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while not stop.wait(0.05):
                cursor.execute(NOW)
                now = time.monotonic()
                for number, version in cursor.fetchall():
                    if not found[number] or found[number][-1][1] < version:
                        found[number].append((now, version))

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def imported(shop: Shop, cookie: str) -> tuple[float, list[float]]:
    """Import all files; returns the seconds, and how late progress was shown."""
    shop.empty()
    with facts(shop) as found:
        numbers = [shop.send(file_of(supplier)) for supplier in range(SUPPLIERS)]
        watched = {(web, n): Watched(shop.hosts.url(web), cookie, n) for web in WEBS for n in numbers}
        for number in numbers:
            assert shop.pages.ended(number, 600)["state"] == "completed"
    lags = [lag for (_, number), one in watched.items() for lag in one.lags(found[number])]
    return float(str(shop.query(TOOK)[0][0])), lags


@pytest.fixture
def further(shop: Shop) -> Iterator[None]:
    """Afterwards there are the usual hosts again."""
    yield
    for host in ("work-e", "work-f"):
        shop.net.kill(host)
    shop.again("work-d")


@pytest.mark.usefixtures("further")
@pytest.mark.timeout(1800)
def test_many_suppliers_at_once_make_the_same_catalog_on_any_number_of_workers(shop: Shop) -> None:
    cookie = signed_in(shop)
    digests = []
    for workers in WORKERS:
        for host in ("work-d", "work-e", "work-f")[: workers - 1]:
            shop.again(host)
        if workers == 1:
            shop.net.kill("work-d")
        seconds, lags = imported(shop, cookie)
        digests.append(shop.digest())
        late = statistics.quantiles(lags, n=20)[-1]
        print(
            f"{SUPPLIERS} x {ROWS:,} rows, {workers} workers: {seconds:.1f} s;"
            f" shown after {late:.2f} s (p95), {max(lags):.2f} s (most)"
        )
        assert late < SHOWN_SECONDS
    assert digests[0] == digests[1] == digests[2]
