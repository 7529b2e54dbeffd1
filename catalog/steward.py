"""The clock: sees to it that work in the rows is done although queues forget and workers die. One beats at a time."""

import signal
import threading
import time
from collections.abc import Callable

import structlog
from redis import RedisError
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from catalog import imports, uploads
from catalog.app import create_app
from catalog.config import Settings
from catalog.models import db

log = structlog.get_logger()

STEWARD_LOCK = 0x6361_7402
ABANDONED_UPLOAD_SECONDS = 24 * 3600


def tick() -> dict[str, int]:
    """Look once at everything that may have been forgotten; returns what was done, by name."""
    done: dict[str, Callable[[], int]] = {
        "rung": imports.ring_abandoned,
        "tables_dropped": imports.sweep,
        "uploads_deleted": lambda: uploads.storage().delete_abandoned(
            time.time() - ABANDONED_UPLOAD_SECONDS
        ),
    }
    return {name: look() for name, look in done.items()}


def run(settings: Settings, stop: threading.Event) -> None:
    """Tick until told to stop, while no other steward does."""
    while not stop.is_set():
        try:
            with db.engine.connect() as connection:
                _tick_while_alone(connection, settings, stop)
        except (OperationalError, RedisError) as error:
            log.warning("a server is away", error=str(error).splitlines()[0])
        stop.wait(settings.steward_seconds)


def _tick_while_alone(
    connection: Connection, settings: Settings, stop: threading.Event
) -> None:
    """The lock lives as long as this connection: when either dies, another steward takes over."""
    alone = connection.execute(
        text(f"SELECT pg_try_advisory_lock({STEWARD_LOCK})")
    ).scalar()
    connection.commit()
    while alone and not stop.is_set():
        done = {name: count for name, count in tick().items() if count}
        if done:
            log.info("steward", **done)
        stop.wait(settings.steward_seconds)
        connection.execute(text("SELECT 1"))
        connection.commit()


def main() -> None:
    """The process `python -m catalog.steward`."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    app = create_app()
    with app.app_context():
        run(app.config["SETTINGS"], stop)


if __name__ == "__main__":
    main()
