"""The delay of search after an import, and its cost: seconds, CPU of the builder and its backends, memory, disk.

Also how long searches take until then.
"""

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from urllib.parse import urlencode

import psutil

from bench import browser
from bench.files import Files
from bench.products import COMMON, MIDDLING, SHORT
from bench.report import Report, percentile
from bench.server import Server

LOOK_SECONDS = 0.1
SEARCHABLE_SECONDS, MOST_BYTES = 15, 400 * 1000**2  # seconds for 500,000 rows; bytes for any number of rows
BUILDER = "catalog.products.search.building.process"
RARE = ("zzzxq", "xylophone", "4711-", "kst-drl-0000")
BEHIND_SECONDS = {500_000: 0.3, 5_000_000: 1.5}  # asked for, by the rows that are not indexed
BEHIND = ("rows", "searches", "p50", "p95", "longest", "asked for: p95")
HEADER = ("rows", "searchable after", "first block after", "CPU: builder", "CPU: database", "peak memory", "disk")

WAITING = "SELECT count(*) FROM change_sets WHERE NOT indexed AND created + updated >= 2000"
PUBLISHED = "SELECT coalesce(sum(products), 0) FROM search_segments WHERE NOT retired"
BACKENDS = "SELECT coalesce(array_agg(pid), '{}') FROM pg_stat_activity WHERE application_name = 'catalog index'"
DISK = """
SELECT sum(pg_total_relation_size(name::regclass)) FROM unnest(ARRAY[
    'search_blocks', 'search_postings', 'search_orders'
]) AS name
"""


@dataclass
class Cost:
    """The measured cost of the processes of a build. CPU seconds are by process."""

    builder: dict[int, float] = field(default_factory=dict)
    database: dict[int, float] = field(default_factory=dict)
    peak_bytes: int = 0

    def look(self, server: Server) -> None:
        """Measure the processes once."""
        for process in psutil.Process(server.pid).children(recursive=True):
            with suppress(psutil.Error):
                if BUILDER in process.cmdline():
                    self.builder[process.pid] = _cpu(process)
                    self.peak_bytes = max(self.peak_bytes, process.memory_info().rss)
        for pid in server.database.one(BACKENDS):
            with suppress(psutil.Error):
                self.database[pid] = _cpu(psutil.Process(pid))


def measure(server: Server, files: Files, report: Report, *, large: bool) -> None:
    """Import the file into an empty catalog and wait for the index. With `large`, do it with ten times the rows too."""
    sizes = [(files.rows, files.original)]
    if large:
        sizes.append((10 * files.rows, files.large))
    lines = []
    for rows, file in sizes:
        server.database.reset(None)
        server.run_import(file)
        cost, begun, first = Cost(), time.perf_counter(), 0.0
        while server.database.one(WAITING):
            cost.look(server)
            if not first and server.database.one(PUBLISHED):
                first = time.perf_counter() - begun
            time.sleep(LOOK_SECONDS)
        took, most = time.perf_counter() - begun, SEARCHABLE_SECONDS * rows / 500_000
        lines.append(
            [
                f"{rows:,}",
                f"{took:.1f} s (asked for {most:.0f} s: {_verdict(took <= most)})",
                f"{first:.1f} s",
                f"{sum(cost.builder.values()):.1f} s",
                f"{sum(cost.database.values()):.1f} s",
                f"{cost.peak_bytes / 1000**2:.0f} MB ({_verdict(cost.peak_bytes <= MOST_BYTES)})",
                f"{int(server.database.one(DISK)) / 1000**2:.0f} MB",
            ]
        )
    report.table("How soon search knows an import", HEADER, lines)
    report.table(
        "Searches from the import until then, over HTTP", BEHIND, [_behind(server, rows, file) for rows, file in sizes]
    )


def _behind(server: Server, rows: int, file: Path) -> list[str]:
    """Import the file into an empty catalog and search, one search after the other, until the index has it."""
    server.database.reset(None)
    server.run_import(file)
    visitor, took = browser.signed_in(server), []
    for path in _searches():
        if not server.database.one(WAITING):
            break
        took.append(visitor.time(path))
    most = BEHIND_SECONDS.get(rows, 1.5)
    figures = [f"{seconds * 1000:.0f} ms" for seconds in (percentile(took, 0.5), percentile(took, 0.95), max(took))]
    return [f"{rows:,}", str(len(took)), *figures, f"{most * 1000:.0f} ms: {_verdict(percentile(took, 0.95) <= most)}"]


def _searches() -> Iterator[str]:
    """Searches for rare, middling, common and short words, in random order, one in four sorted by name. Without end."""
    chance = random.Random(1)
    kinds = cycle((RARE, MIDDLING, COMMON, SHORT))
    for words in kinds:
        asked = {"q": chance.choice(words)} | ({"sort": "name"} if chance.random() < 0.25 else {})
        yield f"/products?{urlencode(asked)}"


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
