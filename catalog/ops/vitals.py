"""The health of Catalog in plain values: servers, disk, workers, queues and counts. Pages and /metrics show it."""

import math
import shutil
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from flask import current_app
from redis import RedisError
from rq import Worker
from rq.worker import BaseWorker
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from catalog.models import ACTIVE_STATES, END_STATES, db
from catalog.runtime import Host, Settings, by_host, living, queue, storage

LEAST_FREE = 512 * 1024**2  # bytes below which the next upload may not fit
ASK_SECONDS = 5.0
QUEUES = (queue.IMPORTS, queue.QUICK)
STEWARDS = 0x6361_7402  # the same number as in `steward`, which this layer must not import

FACTS = text("""
SELECT current_setting('server_version') AS version, pg_database_size(current_database()) AS size,
    (SELECT products FROM catalog_total) AS products,
    EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = 0 AND objid = :steward AND granted
            AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    ) AS steward
""")
COUNTS = {
    # Held ones wait for a person, not for a worker.
    "imports": text(
        "SELECT CASE WHEN held AND state = 'queued' THEN 'held' ELSE state END, count(*) FROM imports GROUP BY 1"
    ),
    "rows": text("""
SELECT name, sum(count) FROM imports CROSS JOIN LATERAL (VALUES
    ('created', created), ('updated', updated), ('unchanged', unchanged), ('deleted', deleted), ('skipped', skipped),
    ('duplicates', duplicates), ('rejected', rejected), ('blank', blank)
) AS counts (name, count)
WHERE state IN ('completed', 'undone') OR outcome = 'none' GROUP BY name
"""),
    "bulk_jobs": text("SELECT state, count(*) FROM bulk_jobs GROUP BY state"),
    "webhook_deliveries": text("SELECT state, count(*) FROM webhook_deliveries GROUP BY state"),
}
STATES = {
    "imports": ("held", *ACTIVE_STATES, *END_STATES),
    "bulk_jobs": ("queued", "applying", "completed", "failed", "cancelled"),
    "webhook_deliveries": ("pending", "sending", "delivered", "failed"),
}
"""The states of what is counted, also of those that nothing is in."""


@dataclass(frozen=True)
class WorkerState:
    """A worker as of its last heartbeat."""

    name: str
    host: str
    queues: list[str]
    state: str
    job: str
    heartbeat: datetime | None


@dataclass(frozen=True)
class Queues:
    """The queues, with the number of waiting jobs, and the workers."""

    waiting: dict[str, int] = field(default_factory=dict)
    workers: list[WorkerState] = field(default_factory=list)

    def served(self) -> set[str]:
        """The queues that have a worker."""
        return {name for worker in self.workers for name in worker.queues}


def database() -> dict[str, Any] | None:
    """Version, size in bytes, number of products, and whether a steward runs. None if the database does not answer."""
    try:
        row = db.session.execute(FACTS, {"steward": STEWARDS}).mappings().one()
    except SQLAlchemyError:
        db.session.rollback()
        return None
    return dict(row)


def counts() -> dict[str, dict[str, int]]:
    """Counts by state: imports, rows by their result, bulk jobs, webhook deliveries."""
    return {name: {state: int(count) for state, count in db.session.execute(query)} for name, query in COUNTS.items()}


def queues() -> Queues | None:
    """The queues and their workers; None if Redis does not answer."""
    try:
        waiting = {name: queue.waiting(name) for name in QUEUES}
        workers = [_seen(worker) for worker in Worker.all(connection=queue.connection())]
        return Queues(waiting, sorted(workers, key=lambda worker: (worker.host, worker.queues, worker.name)))
    except (RedisError, ValueError):
        return None


def hosts() -> list[Host]:
    """The hosts that run, by name; none without Redis."""
    try:
        return by_host(living(queue.connection()))
    except RedisError:
        return []


def free_bytes() -> int:
    """Free bytes on the disk of the uploads."""
    settings: Settings = current_app.config["SETTINGS"]
    folder = settings.uploads
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def storage_trouble() -> str:
    """Why the storage of uploads can't be used now; empty if it can. A bucket is asked every few seconds at most."""
    settings: Settings = current_app.config["SETTINGS"]
    known: tuple[float, str] = current_app.extensions.get("storage_trouble", (-math.inf, ""))
    if time.monotonic() - known[0] > ASK_SECONDS:
        known = time.monotonic(), storage.trouble(settings)
        current_app.extensions["storage_trouble"] = known
    return known[1]


def storage_kind() -> str:
    """What uploads are in: a bucket or a folder."""
    settings: Settings = current_app.config["SETTINGS"]
    return "bucket" if settings.bucket_url else "folder"


def _seen(worker: BaseWorker) -> WorkerState:
    heartbeat = worker.last_heartbeat
    if heartbeat is not None and heartbeat.tzinfo is None:
        heartbeat = heartbeat.replace(tzinfo=UTC)
    job = worker.get_current_job_id() or ""
    state = str(worker.get_state())
    return WorkerState(worker.name, worker.hostname or "", worker.queue_names(), state, job, heartbeat)
