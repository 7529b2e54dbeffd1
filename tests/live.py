"""The whole of Catalog as a user starts it, for the tests that need its processes."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalog.config import Settings
from tests.conftest import EMAIL, PASSWORD

COMMAND = [str(Path(sys.executable).with_name("catalog"))]
READY_SECONDS = 60


def environment(settings: Settings) -> dict[str, str]:
    """What a command needs to work on the servers and in the home of a test process."""
    return os.environ | {
        "CATALOG_HOME": str(settings.home),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": settings.secret_key,
        "CATALOG_ADMIN_EMAIL": EMAIL,
        "CATALOG_PASSWORD": PASSWORD,
        "CATALOG_LEASE_SECONDS": "2",
        "CATALOG_HEARTBEAT_SECONDS": "0.3",
        "CATALOG_STEWARD_SECONDS": "0.5",
    }


@contextmanager
def running(settings: Settings) -> Iterator[str]:
    """`catalog up`; gives the address of its pages."""
    process = subprocess.Popen(
        [*COMMAND, "up", "--port", "0"],
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log: list[str] = []
    reader = threading.Thread(
        target=lambda: log.extend(process.stderr or ()), daemon=True
    )
    reader.start()
    watchdog = threading.Timer(READY_SECONDS, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    watchdog.cancel()
    try:
        match = re.fullmatch(r"Catalog is ready: (http://\S+)\n", line)
        assert match, "".join(log)
        yield match[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        reader.join(5)
        process.stdout.close()
        assert process.stderr is not None
        process.stderr.close()
