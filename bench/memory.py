"""The peak memory of the worker for a file and for ten times its rows, as reported and as measured from outside."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.files import Files
from bench.report import Report
from bench.server import Imported, Server

MOST_BYTES = 300 * 1000**2
MOST_GROWTH = 1.1
LOOK_SECONDS = 0.1
NOT_WORKERS = ("postgres", "redis-server", "gunicorn")


@dataclass
class Seen:
    """The highest measured memory of any worker process."""

    peak_bytes: int = 0


def measure(server: Server, files: Files, report: Report, *, large: bool) -> None:
    """Import the file into an empty catalog. With `large`, import ten times the rows too."""
    sizes = [(files.rows, files.original)]
    if large:
        sizes.append((10 * files.rows, files.large))
    lines, peaks = [], []
    for rows, file in sizes:
        imported, seen = _import(server, file)
        said = int(imported.timings.get("peak_memory_bytes", 0))
        peaks.append(max(said, seen))
        lines.append([f"{rows:,}", _megabytes(said), _megabytes(seen), f"{imported.seconds:.1f} s", _verdict(peaks)])
    report.table("Peak memory of the worker", ["rows", "it says", "seen", "import", "asked for"], lines)


def _import(server: Server, file: Path) -> tuple[Imported, int]:
    server.database.reset(None)
    with _watching(server.pid) as seen:
        imported = server.run_import(file)
    return imported, seen.peak_bytes


@contextmanager
def _watching(pid: int) -> Iterator[Seen]:
    """Measure the processes below `pid` again and again."""
    seen, over = Seen(), threading.Event()

    def look() -> None:
        while not over.wait(LOOK_SECONDS):
            for process in psutil.Process(pid).children(recursive=True):
                with suppress(psutil.Error):
                    if not any(name in " ".join(process.cmdline()) for name in NOT_WORKERS):
                        seen.peak_bytes = max(seen.peak_bytes, process.memory_info().rss)

    watcher = threading.Thread(target=look, name="memory")
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def _verdict(peaks: list[int]) -> str:
    if len(peaks) == 1:
        return f"{_megabytes(MOST_BYTES)}: {'reached' if peaks[0] <= MOST_BYTES else 'NOT REACHED'}"
    growth = peaks[1] / peaks[0]
    return f"{MOST_GROWTH} x the first: {growth:.2f} x, {'reached' if growth <= MOST_GROWTH else 'NOT REACHED'}"


def _megabytes(size: float) -> str:
    return f"{size / 1000**2:.0f} MB"
