"""Servers that stay between runs of single tests, as `make test T=path` asks for with CATALOG_TESTS_KEPT.

The first run starts them in a process of their own (`python -m tests.support.servers`); they end after an hour.
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from catalog.ops import discovery, embedded_servers, machine
from catalog.runtime import Settings

HOME = Path(__file__).resolve().parents[2] / "var" / "tests"
KEPT = "CATALOG_TESTS_KEPT"
SECONDS = 3600
LOOK_SECONDS = 0.05


def kept() -> Settings | None:
    """Settings with the URLs of the servers that stay, which run from now on; None where they are not wanted."""
    known = Settings()
    if KEPT not in os.environ or known.database_url or known.redis_url:
        return None
    return _running() or _started()


def _running() -> Settings | None:
    found = discovery.discover(Settings(home=HOME))
    return found if found.database_url else None


def _started() -> Settings:
    command = [sys.executable, "-m", "tests.support.servers"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (found := _running()):
        if process.poll() is not None:
            sys.exit("The servers for tests do not start; see var/tests/run/servers.log.")
        time.sleep(LOOK_SECONDS)
    process.returncode = 0  # it keeps running: no process waits for its end
    return found


def main() -> None:
    """Run them for an hour, until SIGTERM, or until one of them ends: the next run starts both anew."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())  # so that the servers end too
    with embedded_servers.embedded(Settings(home=HOME)) as settings, discovery.announced(settings):
        both, end = psutil.Process().children(), time.monotonic() + SECONDS
        while time.monotonic() < end and all(map(machine.alive, both)):
            time.sleep(1)


if __name__ == "__main__":
    main()
