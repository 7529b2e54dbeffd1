"""The whole of Catalog as a user starts it, for the tests that need its processes."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

from catalog.runtime import PROJECT, Settings
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
        "CATALOG_WEBHOOK_ALLOW": "127.0.0.0/8",
        "CATALOG_WEBHOOK_RETRY_SECONDS": "0,1,600",
    }


@contextmanager
def running(settings: Settings, *options: str, **more: str) -> Iterator[str]:
    """`catalog up` with these options and `more` settings (`host_name="a"`); gives the address of its pages."""
    known = {f"CATALOG_{name.upper()}": value for name, value in more.items()}
    process = subprocess.Popen(
        [*COMMAND, "up", "--port", "0", *options],
        env=environment(settings) | known,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    log: list[str] = []
    reader = threading.Thread(target=lambda: log.extend(process.stderr or ()), daemon=True)
    reader.start()
    watchdog = threading.Timer(READY_SECONDS, process.kill)
    watchdog.start()
    assert process.stdout is not None
    line = process.stdout.readline()
    watchdog.cancel()
    try:
        match = re.fullmatch(r"Catalog is ready: (.+)\n", line)
        assert match, "".join(log)
        yield match[1]
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(15)
        reader.join(5)
        process.stdout.close()
        assert process.stderr is not None
        process.stderr.close()


@contextmanager
def web_server(settings: Settings, code: Path = PROJECT, **more: object) -> Iterator[tuple[str, int]]:
    """The web server alone, of this code, with these settings (`body_seconds=2`) beside; gives its address."""
    known = {f"CATALOG_{name.upper()}": str(value) for name, value in more.items()}
    with socket.create_server(("127.0.0.1", 0), backlog=1024) as port:
        options = ["--config", "python:catalog.gunicorn", "--bind", f"fd://{port.fileno()}"]
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", *options, "wsgi:app"],
            env=environment(settings) | known,
            cwd=code,
            pass_fds=[port.fileno()],
        )
        try:
            host, number = port.getsockname()
            answers(host, number, "/healthz", READY_SECONDS)
            yield host, number
        finally:
            process.terminate()
            process.wait(15)


def answers(host: str, port: int, path: str, seconds: float = 2) -> float:
    """How long a page takes to answer, at most `seconds`."""
    begun = time.monotonic()
    connection = HTTPConnection(host, port, timeout=seconds)
    try:
        connection.request("GET", path)
        assert connection.getresponse().status == 200
    finally:
        connection.close()
    return time.monotonic() - begun
