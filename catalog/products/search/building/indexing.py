"""The background work of search: changes are indexed soon, by one run at a time on all machines.

A thread of the steward, beside its clock, looks for waiting changes. A separate process builds the index: a run over
millions of products takes minutes, and neither abandoned imports nor pages can wait so long.
"""

import threading
import time
from contextlib import closing

import psycopg2
import structlog
from sqlalchemy import text

from catalog.models import db
from catalog.products.search.building import process, waiting
from catalog.runtime import Settings, outages, to_postgres

log = structlog.get_logger()

MARK = (
    "UPDATE search_segments SET outdated = true WHERE NOT retired AND id NOT IN (SELECT segment_id FROM search_builds)"
)

INDEX_LOCK = 0x6361_7404


class Stopped(Exception):
    """The steward ends; the next one starts this run again."""


def rebuild() -> int:
    """Mark the whole index to be built again; returns how many segments. Searches use them until it is complete."""
    with db.engine.begin() as connection:
        return connection.execute(text(MARK)).rowcount


def start(settings: Settings, stop: threading.Event) -> threading.Thread:
    """Index until `stop` is set."""
    thread = threading.Thread(target=_run, args=(settings, stop), name="index", daemon=True)
    thread.start()
    return thread


def _run(settings: Settings, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            with closing(psycopg2.connect(settings.libpq_url, **to_postgres("catalog index"))) as connection:
                _while_alone(connection, settings, stop)
        except Stopped:
            return
        except (psycopg2.Error, process.BuildFailed) as error:
            log.warning("indexing was interrupted", error=outages.reason(error))
        stop.wait(settings.steward_seconds)


def _while_alone(connection: "psycopg2.extensions.connection", settings: Settings, stop: threading.Event) -> None:
    """Run while this process has the lock, which ends with the connection."""

    def check() -> None:
        if stop.is_set():
            raise Stopped

    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (INDEX_LOCK,))
        ((alone,),) = cursor.fetchall()
    while alone and not stop.is_set():
        begun = time.monotonic()
        dropped = waiting.drop_retired(connection)  # first: builds that fail again and again must not fill the disk
        with connection, connection.cursor() as cursor:
            work = waiting.look(cursor)
        taken = process.run(settings.libpq_url, check) if work else 0
        if taken or dropped:
            log.info(
                "search index", products=taken, segments_dropped=dropped, seconds=round(time.monotonic() - begun, 1)
            )
        stop.wait(settings.steward_seconds)
