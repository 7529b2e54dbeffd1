"""The speed of pages for a signed-in visitor: when the server is idle, and during an import."""

import time
from collections.abc import Callable

from bench import browser
from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server

PATHS = ("/products", "/imports")
PAUSE_SECONDS = 0.02
IDLE_ROUNDS = 100
MOST_SECONDS = 0.1
HEADER = ("page", "when", "p50", "p95", "longest", "pages read", "asked for: p95")

Took = dict[str, list[float]]


def measure(server: Server, files: Files, report: Report) -> None:
    """Read the pages of a full catalog in turn: first idle, then during an import that updates half of it."""
    visitor = browser.signed_in(server)
    server.database.reset(files.original)
    rounds = iter(range(IDLE_ROUNDS))
    idle = read(visitor, lambda: next(rounds, None) is not None)
    begun = time.perf_counter()
    command = server.start_import(files.half_changed)
    busy = read(visitor, lambda: command.poll() is None)
    server.end_import(command, begun)
    report.table(
        f"Pages of a full catalog, idle and during an import of {report.rows:,} rows that updates half of it",
        HEADER,
        [*lines("idle", idle), *lines("during the import", busy)],
    )


def read(visitor: browser.Browser, go_on: Callable[[], bool]) -> Took:
    """Read the pages in turn while `go_on` returns True. Returns the seconds of each reading by page."""
    took: Took = {path: [] for path in PATHS}
    while go_on():
        for path in PATHS:
            took[path].append(visitor.time(path))
            time.sleep(PAUSE_SECONDS)
    return took


def lines(when: str, took: Took) -> list[list[str]]:
    """The lines of the table, one for each page."""
    return [
        [
            path,
            when,
            f"{percentile(seconds, 0.5) * 1000:.0f} ms",
            f"{percentile(seconds, 0.95) * 1000:.0f} ms",
            f"{max(seconds) * 1000:.0f} ms",
            str(len(seconds)),
            (
                f"{MOST_SECONDS * 1000:.0f} ms: "
                f"{'reached' if percentile(seconds, 0.95) <= MOST_SECONDS else 'NOT REACHED'}"
            ),
        ]
        for path, seconds in took.items()
        if seconds
    ]
