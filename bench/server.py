"""A separate `catalog up` for the benchmark: with a new home and free ports, and deleted at the end."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.database import Database

READY_SECONDS = 90
STOP_SECONDS = 20
CATALOG = Path(sys.executable).with_name("catalog")


@dataclass(frozen=True)
class Imported:
    """One `catalog import --json`: its output, its wall time, and the phases that the worker logged."""

    result: dict[str, Any]
    wall: float
    timings: dict[str, float]

    @property
    def seconds(self) -> float:
        """The seconds from the start (queued) to the end (completed)."""
        return float(self.result["seconds"])


@dataclass(frozen=True)
class Server:
    """A running Catalog."""

    pid: int
    port: int
    work: Path  # has the home, the log and the files
    environment: dict[str, str]
    database: Database

    def start_import(self, file: Path, *options: str) -> "subprocess.Popen[str]":
        """Start `catalog import --json FILE`."""
        return subprocess.Popen(
            [CATALOG, "import", "--json", *options, file],
            env=self.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `catalog` with these arguments."""
        return subprocess.run([CATALOG, *arguments], env=self.environment, text=True, capture_output=True, check=False)

    def run_import(self, file: Path, *options: str) -> Imported:
        """Run `catalog import --json FILE`."""
        begun = time.perf_counter()
        return self.end_import(self.start_import(file, *options), begun)

    def end_import(self, command: "subprocess.Popen[str]", begun: float) -> Imported:
        """Wait for the end of an import. If it did not complete, the benchmark ends."""
        output, _ = command.communicate()
        wall = time.perf_counter() - begun
        result = json.loads(output.splitlines()[-1]) if output.strip() else {"state": "silent"}
        if result["state"] != "completed":
            raise SystemExit(f"An import ended {result['state']}: {result.get('error')}. See {self.work / 'up.log'}.")
        timings = self.database.one("SELECT timings FROM imports WHERE id = %s", result["id"])
        return Imported(result, wall, timings)


@contextmanager
def running(folder: Path, *, keep: bool = False, home: Path | None = None) -> Iterator[Server]:
    """Start Catalog in `folder`. At the end, stop it and delete the folder, unless `keep`. An existing `home` stays."""
    work = Path(tempfile.mkdtemp(prefix="catalog-bench-", dir=folder))
    port, environment, up_log = (_free_port(), _environment(home or work / "home"), work / "up.log")
    with up_log.open("wb") as log:
        up = subprocess.Popen([CATALOG, "up", "--port", str(port)], env=environment, stdout=log, stderr=log)
        try:
            _wait_until_ready(up, up_log)
            if home:
                user = ["user", "create", environment["CATALOG_ADMIN_EMAIL"], "--role", "admin"]
                subprocess.run([CATALOG, *user], env=environment, check=True)
            url = subprocess.run(
                [CATALOG, "url", "database"], env=environment, check=True, capture_output=True, text=True
            ).stdout.strip()
            yield Server(up.pid, port, work, environment, Database(url))
        finally:
            _stop(up)
            if not keep:
                shutil.rmtree(work, ignore_errors=True)


def _environment(home: Path) -> dict[str, str]:
    """The environment of the commands. It never names servers of the user, because the benchmark empties tables."""
    theirs = {
        name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL", "PORT", "HOST")
    }
    return theirs | {
        "CATALOG_HOME": str(home.resolve()),
        "CATALOG_ADMIN_EMAIL": f"bench-{secrets.token_hex(8)}@example.com",
        "CATALOG_PASSWORD": secrets.token_urlsafe(16),
        "CATALOG_WEBHOOK_ALLOW": "127.0.0.0/8",
    }


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait_until_ready(up: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "Catalog is ready" not in (said := log.read_text(errors="replace")):
        if up.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"`catalog up` did not get ready:\n{said[-3000:]}")
        time.sleep(0.1)


def _stop(up: "subprocess.Popen[bytes]") -> None:
    up.send_signal(signal.SIGTERM)
    try:
        up.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        up.kill()
        up.wait()
