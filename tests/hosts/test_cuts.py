"""Servers and hosts go away at random moments of an import and its undo, and come back: the end is the same.

CHAOS_CUTS is how often; `make chaos` does it 100 times. CHAOS_SEED chooses what happens when.
"""

import os
import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg2
import pytest
from urllib3.exceptions import HTTPError

from tests.hosts.conftest import FILE, ROLES, ROWS, Shop, until

pytestmark = pytest.mark.long

CUTS = int(os.environ.get("CHAOS_CUTS", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "7"))
BUCKET_AWAY_SECONDS = 60
REDIS_AWAY_SECONDS, STARTS_SECONDS = 17, 10
PATIENCE = 180
SERVERS = {"bucket": ("bucket away", "bucket back")} | {
    name: (f"stop {name} immediate", f"start {name}") for name in ("postgres", "redis")
}


def cut(shop: Shop, what: str, seconds: float) -> None:
    """Take a server or the cable of a host away for some seconds."""
    if what in SERVERS:
        away, back = (lambda order=order: shop.hosts.tell(order) for order in SERVERS[what])
    else:
        away, back = (lambda: shop.net.unplug(what)), (lambda: shop.net.plug(what))
    away()
    time.sleep(seconds)  # chosen by the test
    back()


def patiently(ask: Callable[[], object]) -> None:
    """Ask until the answer is true. What is away, or busy, is asked again."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with suppress(AssertionError, HTTPError, OSError, psycopg2.Error):
            if ask():
                return
        assert time.monotonic() < deadline
        time.sleep(0.3)


def imported(shop: Shop) -> int:
    """Upload and import the file, whatever happens; returns the id of the import."""
    made: list[str] = []
    patiently(lambda: made.append(shop.pages.begin(len(FILE))) or made)
    shop.pages.resume(made[-1], FILE, PATIENCE)
    rows: list[int] = []
    patiently(lambda: rows.append(shop.pages.form("/imports", upload=made[-1])["id"]) or rows)
    done = shop.pages.ended(rows[-1], PATIENCE)
    assert (done["state"], done["created"]) == ("completed", ROWS), done["error"]
    return rows[-1]


def undone(shop: Shop, number: int) -> None:
    """Undo an import, whatever happens."""

    def is_undone() -> bool:
        if shop.pages.look(number).get("state") != "undone":
            shop.pages.send("POST", f"/imports/{number}/undo", timeout=5)
        return bool(shop.pages.look(number).get("state") == "undone")

    patiently(is_undone)


def test_a_bucket_that_is_away_for_a_minute_loses_nothing(shop: Shop, undisturbed: object) -> None:
    begun = time.monotonic()
    with joined(threading.Thread(target=cut, args=(shop, "bucket", BUCKET_AWAY_SECONDS))):
        imported(shop)
        print(f"bucket away for {BUCKET_AWAY_SECONDS} s: imported after {time.monotonic() - begun:.0f} s")
    assert shop.digest() == undisturbed


def test_postgresql_that_is_away_delays_an_import_and_loses_nothing(shop: Shop, undisturbed: object) -> None:
    number = shop.send()
    cut(shop, "postgres", 10)
    begun = time.monotonic()
    assert shop.pages.ended(number, PATIENCE)["state"] == "completed"
    print(f"PostgreSQL away for 10 s: imported {time.monotonic() - begun:.0f} s after it was back")
    assert shop.digest() == undisturbed


def test_redis_that_was_away_delays_an_import_by_seconds(shop: Shop, undisturbed: object) -> None:
    """Workers ask again in pauses that grow: not to a minute, as RQ's own do."""
    shop.hosts.tell("stop redis immediate")
    number = shop.send()
    time.sleep(REDIS_AWAY_SECONDS)
    shop.hosts.tell("start redis")
    begun = time.monotonic()
    until(lambda: shop.query("SELECT 1 FROM imports WHERE id = %s AND started_at IS NOT NULL", number))
    took = time.monotonic() - begun
    print(f"Redis away for {REDIS_AWAY_SECONDS} s: the import started {took:.1f} s after it was back")
    assert shop.pages.ended(number, PATIENCE)["state"] == "completed" and took < STARTS_SECONDS
    assert shop.digest() == undisturbed


@pytest.mark.timeout(300 + 120 * CUTS)
def test_cut_at_random_every_import_and_undo_ends_the_same(shop: Shop, undisturbed: object) -> None:
    chance = random.Random(SEED)
    for number in range(CUTS):
        what = chance.choice([*ROLES, *SERVERS])
        before, seconds = chance.uniform(0, 6), chance.uniform(0.5, 15)
        begun = time.monotonic()
        with joined(threading.Timer(before, cut, args=(shop, what, seconds))):
            row = imported(shop)
            patiently(lambda: shop.digest() == undisturbed)
            undone(shop, row)
        print(f"cut {number}: {what} after {before:.1f} s for {seconds:.1f} s, all in {time.monotonic() - begun:.0f} s")
        assert shop.query("SELECT count(*) FROM products") == [(0,)], (what, before, seconds)


@contextmanager
def joined(thread: threading.Thread) -> Iterator[None]:
    """A thread that runs beside, and ends first."""
    thread.start()
    try:
        yield
    finally:
        thread.join()
