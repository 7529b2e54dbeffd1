"""The speed of webhooks, whether a hanging receiver delays the others, and the cost for changes that make events."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import urlopen

import psycopg2

from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server
from catalog import webhooks
from catalog.webhooks import signing

RECEIVERS = 10
EVENTS = 600  # each is sent to all receivers
LEAST_RATE = 300
PACED_SECONDS, PACED_RATE = 15, 10
MOST_DELAY = 0.1
MANY_ENDPOINTS = 50
CREATED = 200
MOST_RATIO = 1.1

ENDPOINT = """
INSERT INTO webhook_endpoints (url, events, secret, rate, concurrency) VALUES (%s, %s, %s, 1000, 20)
"""
CREATE = """
INSERT INTO products (sku, name, created_change_set_id, change_set_id) VALUES (%s, 'Lamp', 0, 0)
"""


@dataclass
class Receivers:
    """The process of the receivers."""

    ports: list[int]
    control: int

    def heard(self) -> list[tuple[int, float]]:
        """The requests since the last call, as pairs: receiver, seconds since the event."""
        with urlopen(f"http://127.0.0.1:{self.control}/", timeout=10) as answer:
            return [(number, seconds) for number, seconds in json.load(answer)]


@contextmanager
def receiving(server: Server, events: list[str], hanging: int = 0, count: int = RECEIVERS) -> Iterator[Receivers]:
    """Run `count` receivers, each with a webhook endpoint. At the end, delete everything."""
    command = [sys.executable, "-m", "bench.receivers", str(count), str(hanging)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        *ports, control = json.loads(process.stdout.readline())
        key = (server.work / "home" / "secret").read_text().strip()
        secret = signing.encrypt(signing.new_secret(), [key])
        with server.database.cursor() as cursor:
            for port in ports:
                cursor.execute(ENDPOINT, (f"http://127.0.0.1:{port}/hook", events, secret))
        yield Receivers(ports, control)
    finally:
        with server.database.cursor() as cursor:
            cursor.execute("DELETE FROM webhook_endpoints")
            cursor.execute("DELETE FROM webhook_events")
        process.kill()
        process.wait()


def measure(server: Server, files: Files, report: Report) -> None:
    """Measure everything, with one table for each part."""
    _throughput(server, report)
    _hanging(server, report)
    _by_hand(server, report)
    _import(server, files, report)


def _throughput(server: Server, report: Report) -> None:
    with receiving(server, ["product.*"]) as receivers:
        begun = time.perf_counter()
        with _connected(server) as connection, connection.cursor() as cursor:
            for _ in range(EVENTS):
                _event(cursor)
            connection.commit()
        got = 0
        while got < EVENTS * RECEIVERS:
            time.sleep(0.05)
            got += len(receivers.heard())
        seconds = time.perf_counter() - begun
    rate = got / seconds
    report.table(
        f"{EVENTS:,} events at once to {RECEIVERS} receivers",
        ("deliveries", "took", "a second", f"asked for: {LEAST_RATE}"),
        [[f"{got:,}", f"{seconds:.1f} s", f"{rate:.0f}", _verdict(rate >= LEAST_RATE)]],
    )


def _connected(server: Server) -> closing[Any]:
    return closing(psycopg2.connect(server.database.url))


def _event(cursor: Any) -> None:
    webhooks.record(cursor, "product.created", {"sent": time.time()})


def _hanging(server: Server, report: Report) -> None:
    """Send at the same rate with and without one receiver that never responds. Measure only the others."""
    found = {}
    for name, hanging in (("all answer", 0), ("one hangs", 1)):
        with receiving(server, ["product.*"], hanging) as receivers:
            _paced(server)
            time.sleep(1)
            others = [s for number, s in receivers.heard() if number > 0]
        expected = PACED_SECONDS * PACED_RATE * (RECEIVERS - 1)
        if len(others) != expected:
            raise SystemExit(f"{len(others)} deliveries arrived, not {expected}.")
        found[name] = others
    added = percentile(found["one hangs"], 0.99) - percentile(found["all answer"], 0.99)
    verdicts = ["", f"{1000 * added:+.0f} ms: {_verdict(added < MOST_DELAY)}"]
    report.table(
        f"{PACED_RATE} events a second to {RECEIVERS} receivers for {PACED_SECONDS} s: from the event to the nine "
        "others",
        ("receivers", "p50", "p99", "longest", f"added to p99, asked for: < {1000 * MOST_DELAY:.0f} ms"),
        [
            [name, _ms(statistics.median(took)), _ms(percentile(took, 0.99)), _ms(max(took)), verdict]
            for (name, took), verdict in zip(found.items(), verdicts, strict=True)
        ],
    )


def _paced(server: Server) -> None:
    with _connected(server) as connection:
        begun = time.monotonic()
        for number in range(PACED_SECONDS * PACED_RATE):
            time.sleep(max(begun + number / PACED_RATE - time.monotonic(), 0))
            with connection, connection.cursor() as cursor:
                _event(cursor)


def _by_hand(server: Server, report: Report) -> None:
    """Create five products a second as a page does, each in a transaction: without webhooks and with fifty."""
    server.database.reset(None)
    without = _made(server, 0)
    with receiving(server, ["product.*"], count=MANY_ENDPOINTS):
        with_many = _made(server, CREATED)
    ratio = statistics.median(with_many) / statistics.median(without)
    report.table(
        f"A product made by hand, {CREATED} times",
        ("webhooks", "median", "p95", "ratio of the medians, asked for"),
        [
            ["none", _ms(statistics.median(without)), _ms(percentile(without, 0.95)), ""],
            [str(MANY_ENDPOINTS), _ms(statistics.median(with_many)), _ms(percentile(with_many, 0.95)), _ratio(ratio)],
        ],
    )


def _made(server: Server, start: int) -> list[float]:
    """Create the products. Returns the seconds of each."""
    took = []
    with _connected(server) as connection:
        for number in range(start, start + CREATED):
            begun = time.perf_counter()
            with connection, connection.cursor() as cursor:
                cursor.execute(CREATE, (f"HAND-{number}",))
                _event(cursor)
            took.append(time.perf_counter() - begun)
            time.sleep(0.2)
    return took


def _import(server: Server, files: Files, report: Report) -> None:
    """The time that `products.changed` adds to the transaction of an import, and the time of the import."""
    server.database.reset(None)
    imported = server.run_import(files.original)
    query = "SELECT change_set_id FROM imports WHERE id = %s"
    change_set_id = server.database.one(query, imported.result["id"])
    with receiving(server, ["products.changed"]), _connected(server) as connection:
        record = _recording(connection, change_set_id)
        seconds, count = min(record() for _ in range(3))
    ratio = (imported.seconds + seconds) / imported.seconds
    report.table(
        f"products.changed of an import of {report.rows:,} rows, {RECEIVERS} receivers",
        ("events", "import", "its events", "ratio, asked for"),
        [[f"{count:,}", f"{imported.seconds:.2f} s", f"{seconds:.2f} s", _ratio(ratio)]],
    )


def _recording(connection: Any, change_set_id: int) -> Callable[[], tuple[float, int]]:
    def record() -> tuple[float, int]:
        """Write the events, and roll back."""
        with connection.cursor() as cursor:
            begun = time.perf_counter()
            count = webhooks.record_changes(cursor, change_set_id)
            seconds = time.perf_counter() - begun
        connection.rollback()
        return seconds, count

    return record


def _ms(seconds: float) -> str:
    return f"{1000 * seconds:.1f} ms"


def _ratio(ratio: float) -> str:
    return f"{ratio:.2f}, {MOST_RATIO}: {_verdict(ratio <= MOST_RATIO)}"


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
