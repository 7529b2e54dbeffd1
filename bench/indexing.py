"""The delay of search after an import, and its cost: seconds, CPU of the builder and its backends, memory, disk."""

import time
from contextlib import suppress
from dataclasses import dataclass, field

import psutil

from bench.files import Files
from bench.report import Report
from bench.server import Server

LOOK_SECONDS = 0.1
SEARCHABLE_SECONDS, MOST_BYTES = 15, 400 * 1000**2  # seconds for 500,000 rows; bytes for any number of rows
BUILDER = "catalog.products.search.building.process"
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


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return float(times.user + times.system)


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
