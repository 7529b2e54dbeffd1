"""The scheduler: starts work again that queues lost or dead workers left. One steward runs at a time."""

import signal
import threading
from collections.abc import Callable
from contextlib import closing

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from catalog import webhooks
from catalog.changes import old_values
from catalog.imports import arriving, control, due_sources, resumable, retention, scratch_tables
from catalog.models import db
from catalog.ops import discovery
from catalog.people import audit, sessions, throttle, tokens
from catalog.products import bulk_jobs, search_indexing
from catalog.runtime import Settings, core, hosts, outages

log = structlog.get_logger()

STEWARD_LOCK = 0x6361_7402


def tick() -> dict[str, int]:
    """Run every check once. Returns how much each did, by name."""
    looks: dict[str, Callable[[], int]] = {
        "rung": control.ring_abandoned,
        "bulk_rung": bulk_jobs.ring_abandoned,
        "tables_dropped": scratch_tables.sweep,
        "webhook_events_deleted": webhooks.prune,
        "sessions_deleted": sessions.delete_expired,
        "login_attempts_deleted": throttle.prune,
        "audit_tallies_closed": audit.close,
        "audit_events_deleted": audit.prune,
        "idempotency_keys_deleted": tokens.prune_answers,
        "uploads_taken": arriving.sweep,
        "uploads_expired": resumable.prune,
        "uploads_deleted": retention.prune_parts,
        "plans_pruned": retention.prune_plans,
        "files_pruned": retention.prune_files,
        "orphans_deleted": retention.prune_orphans,
        "strays_deleted": retention.prune_strays,
        "old_values_pruned": old_values.prune_values,
    }
    return {name: _look(name, look) for name, look in looks.items()}


def _look(name: str, look: Callable[[], int]) -> int:
    """Run one check. Its errors are logged and do not stop the other checks."""
    try:
        return look()
    except Exception as error:  # noqa: BLE001 - the clock continues; the next tick tries again
        log.warning("a check of the steward failed", at=name, error=outages.reason(error))
        return 0


def run(settings: Settings, stop: threading.Event) -> None:
    """Tick until `stop`, while no other steward runs."""
    while not stop.is_set():
        try:
            with closing(db.engine.connect()) as connection:
                connection.detach()  # the lock ends with this connection, which does not return to the pool
                _tick_while_alone(connection, settings, stop)
        except DBAPIError as error:
            log.warning("the database is not available", error=outages.reason(error))
        stop.wait(settings.steward_seconds)


def _tick_while_alone(connection: Connection, settings: Settings, stop: threading.Event) -> None:
    """Tick while this connection has the lock. When the connection or the process ends, another steward takes over."""
    lock = text(f"SELECT pg_try_advisory_lock({STEWARD_LOCK})")
    alone = connection.execute(lock).scalar()
    connection.commit()
    while alone and not stop.is_set():
        done = {name: count for name, count in tick().items() if count}
        if done:
            log.info("steward", **done)
        stop.wait(settings.steward_seconds)
        connection.execute(text("SELECT 1"))
        connection.commit()


def work(settings: Settings) -> None:
    """Run the scheduler until SIGINT or SIGTERM."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    app = core.create_core(settings)
    discovery.contact_or_exit(app)
    hosts.announce(app, "steward")
    search_indexing.start(settings, stop)
    due_sources.start(app, stop)
    with app.app_context():
        run(settings, stop)
