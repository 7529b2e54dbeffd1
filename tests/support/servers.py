"""Servers that stay between runs of single tests: `python -m tests.support.servers` sees to it that they run.

They are used where CATALOG_TESTS_KEPT is set, as `make test T=path` does, and end after an hour.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

from catalog.config import Settings
from catalog.ops import discovery, embedded

HOME = Path(__file__).resolve().parents[2] / "var" / "tests"
KEPT = "CATALOG_TESTS_KEPT"
STAYS = "--stay"
SECONDS = 3600


def kept() -> Settings | None:
    """Settings with the URLs of the servers that stay; None where they do not run, or are not wanted."""
    known = Settings()
    if KEPT not in os.environ or known.database_url or known.redis_url:
        return None
    found = discovery.discover(Settings(home=HOME))
    return found if found.database_url else None


def main() -> None:
    """Start them in a process of their own, if they do not run, and return once they answer."""
    os.environ[KEPT] = "1"
    if STAYS in sys.argv:
        with embedded.embedded(Settings(home=HOME)) as settings, discovery.announced(settings):
            time.sleep(SECONDS)
    elif kept() is None:
        command = [sys.executable, "-m", "tests.support.servers", STAYS]
        process = subprocess.Popen(
            command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while kept() is None:
            if process.poll() is not None:
                sys.exit("The servers for tests do not start; see var/tests/run/servers.log.")
            time.sleep(0.05)


if __name__ == "__main__":
    main()
