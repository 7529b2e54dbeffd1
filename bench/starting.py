"""What it costs to start Catalog and to keep it at rest: seconds and CPU until it is ready, memory, a small command.

CPU seconds and memory are those of all processes. On a busy machine only they mean something.
"""

import re
import resource
import signal
import statistics
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.report import Report
from bench.server import CATALOG, READY_SECONDS, STOP_SECONDS, Server

TIMES = 3
REST_SECONDS = 10
LOOK_SECONDS = 1  # within which `up` has seen the end of a command
MOST_READY, MOST_COMMAND, MOST_BYTES = 4.0, 1.0, 450 * 1000**2
SMALL = "sku,name,price\n" + "".join(f"BENCH-{number},Lamp {number},{number}.50\n" for number in range(20))


@dataclass
class Measured:
    """The figures of all runs."""

    ready: list[float] = field(default_factory=list)
    ready_cpu: list[float] = field(default_factory=list)
    command: list[float] = field(default_factory=list)
    command_cpu: list[float] = field(default_factory=list)
    at_rest: list[int] = field(default_factory=list)


def measure(server: Server, report: Report) -> None:
    """Start another Catalog in a home that was used before, again and again; import a small file into it."""
    home, seen = server.work / "started", Measured()
    file = server.work / "small.csv"
    file.write_text(SMALL)
    with _up(server, home):
        pass  # makes the database
    for _ in range(TIMES):
        begun = time.perf_counter()
        with _up(server, home) as up:
            seen.ready.append(time.perf_counter() - begun)
            seen.ready_cpu.append(_cpu(up))
            time.sleep(REST_SECONDS)
            seen.at_rest.append(_memory(up))
            _import(server, up, home, file, seen)
    report.table("Start, rest, and a small command", ["what", "median", "CPU", "asked for"], _lines(seen))


def _lines(seen: Measured) -> list[list[str]]:
    ready, command, bytes_ = (statistics.median(each) for each in (seen.ready, seen.command, seen.at_rest))
    cpu, command_cpu = statistics.median(seen.ready_cpu), statistics.median(seen.command_cpu)
    return [
        ["catalog up until ready", f"{ready:.1f} s", f"{cpu:.1f} s", _verdict(ready, MOST_READY, "s")],
        ["catalog import of 20 rows", f"{command:.1f} s", f"{command_cpu:.1f} s", _verdict(command, MOST_COMMAND, "s")],
        ["all processes at rest", _megabytes(bytes_), "", _verdict(bytes_ / 1000**2, MOST_BYTES / 1000**2, "MB")],
    ]


@contextmanager
def _up(server: Server, home: Path) -> Iterator[psutil.Process]:
    """A `catalog up` in `home` that is ready."""
    environment = server.environment | {"CATALOG_HOME": str(home)}
    with subprocess.Popen(
        [CATALOG, "up", "--port", "0"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        begun = time.monotonic()
        try:
            line = process.stdout.readline()
            if "Catalog is ready" not in line or time.monotonic() - begun > READY_SECONDS:
                raise SystemExit("`catalog up` did not get ready.")
            yield psutil.Process(process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_SECONDS)


def _import(server: Server, up: psutil.Process, home: Path, file: Path, seen: Measured) -> None:
    """Import the file. The CPU is that of the command and of the fork of `up` that runs it, whose end `up` sees."""
    forks, before, begun = _ended(up), resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    environment = server.environment | {"CATALOG_HOME": str(home)}
    subprocess.run([CATALOG, "import", "--json", file], env=environment, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seen.command.append(time.perf_counter() - begun)
    time.sleep(LOOK_SECONDS)
    own = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    seen.command_cpu.append(own + _ended(up) - forks)


def _ended(up: psutil.Process) -> float:
    """CPU seconds of the processes that were children of `up` and have ended."""
    return float(sum(up.cpu_times()[2:4]))


def _family(up: psutil.Process) -> list[psutil.Process]:
    return [up, *up.children(recursive=True)]


def _cpu(up: psutil.Process) -> float:
    """CPU seconds of all processes, also of those that have ended."""
    total = 0.0
    for process in _family(up):
        with suppress(psutil.Error):
            total += sum(process.cpu_times()[:4])
    return total


def _memory(up: psutil.Process) -> int:
    """The memory of all processes in bytes; what several share counts once (PSS)."""
    total = 0
    for process in _family(up):
        with suppress(OSError):
            rollup = Path(f"/proc/{process.pid}/smaps_rollup").read_text()
            total += int(re.findall(r"^Pss: +(\d+)", rollup, re.MULTILINE)[0]) * 1024
    return total


def _verdict(value: float, most: float, unit: str) -> str:
    return f"{most:g} {unit}: {'reached' if value <= most else 'NOT REACHED'}"


def _megabytes(size: float) -> str:
    return f"{size / 1000**2:.0f} MB"
