"""A scheduler and workers of Dask as an administrator starts them, for engines and for the kill of one of them."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

PRELOADED = "catalog.imports.ranges.process"
DASK = str(Path(sys.executable).with_name("dask"))
READY_SECONDS = 120
IN_RANGES = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND query ~ '^COPY "?import_[0-9]+_[0-9]+_r[0-9]+_'
"""


@dataclass(frozen=True)
class Cluster:
    """One that is ready. `victims` are its first worker and its scheduler."""

    address: str
    victims: dict[str, "subprocess.Popen[bytes]"]

    def kill(self, victim: str) -> None:
        """SIGKILL to a worker or the scheduler, with its children."""
        os.killpg(self.victims[victim].pid, signal.SIGKILL)


@contextmanager
def standing(shape: str) -> Iterator[Cluster]:
    """A cluster of so many processes with so many threads: 2x1. Its environment is the one of this process."""
    import distributed

    processes, threads = shape.split("x")
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        told_in = folder / "scheduler.json"
        here = ["--host", "127.0.0.1", "--scheduler-file", str(told_in)]

        def start(*arguments: str) -> "subprocess.Popen[bytes]":
            process = subprocess.Popen([DASK, *arguments], stderr=subprocess.DEVNULL, start_new_session=True)
            stack.callback(_end, process)
            return process

        loaded = ["--preload", PRELOADED]
        port = ["--port", "0", "--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
        scheduler = start("scheduler", *here, *port, *loaded)
        until = time.monotonic() + READY_SECONDS
        while not (told_in.exists() and told_in.stat().st_size):
            if time.monotonic() > until:
                raise SystemExit("The scheduler of Dask does not start.")
            time.sleep(0.05)
        alone = [
            "--nthreads",
            threads,
            "--no-nanny",
            "--no-dashboard",
            "--local-directory",
            str(folder),
            "--memory-limit",
            "0",
        ]
        workers = [start("worker", *here, *alone, *loaded) for _ in range(int(processes))]
        address = json.loads(told_in.read_text())["address"]
        with distributed.Client(address, timeout=READY_SECONDS) as client:
            client.wait_for_workers(len(workers), timeout=READY_SECONDS)
        yield Cluster(address, {"worker": workers[0], "scheduler": scheduler})


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Stop the process and its children."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
