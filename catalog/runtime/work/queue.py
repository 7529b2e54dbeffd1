"""Put names and ids of jobs into RQ. Redis may be down: the rows in PostgreSQL hold the state."""

import secrets

import structlog
from flask import current_app
from redis import Redis, RedisError
from rq import Queue, Worker
from rq.serializers import JSONSerializer

log = structlog.get_logger()

IMPORTS, QUICK = "imports", "quick"
JOB_SECONDS = 24 * 3600  # RQ's own limit; a lease ends what is dead long before


def connection() -> Redis:
    """The connections of this process to Redis, with a timeout of two seconds."""
    client: Redis = current_app.extensions["redis"]
    return client


def enqueue(queue: str, function: str, *row_ids: int) -> list[int] | None:
    """Put `jobs.function(row_id)` into the queue for each row, unless it is there.

    Returns the rows that were not there, or None without Redis: then the steward does it later.
    """
    try:
        rq_queue = Queue(queue, connection=connection(), serializer=JSONSerializer)
        queued = {one.rpartition("-")[0] for one in rq_queue.job_ids} if row_ids else set()
        new = [row_id for row_id in row_ids if f"{function}-{row_id}" not in queued]
        for row_id in new:
            _enqueue(rq_queue, function, row_id)
    except RedisError as error:
        log.warning("the queue is not available; the steward will queue this later", job=function, error=str(error))
        return None
    return new


def _enqueue(rq_queue: Queue, function: str, row_id: int) -> None:
    rq_queue.enqueue(
        f"catalog.jobs.{function}",
        row_id,
        # Not the id of a running job: its end would delete this one, too.
        job_id=f"{function}-{row_id}-{secrets.token_hex(4)}",
        job_timeout=JOB_SECONDS,
        result_ttl=0,
        failure_ttl=3600,
    )


def waiting(queue: str) -> int:
    """How many jobs wait in a queue. Raises RedisError."""
    return Queue(queue, connection=connection(), serializer=JSONSerializer).count


def workers(queue: str) -> int:
    """How many workers take jobs of a queue; 0 without Redis."""
    try:
        found = Worker.all(connection=connection())
    except (RedisError, ValueError):
        return 0
    return sum(queue in worker.queue_names() for worker in found)


def listened(redis: Redis | None = None) -> set[str]:
    """The queues that have workers; none without Redis."""
    try:
        workers = Worker.all(connection=redis or connection())
    except (RedisError, ValueError):
        return set()
    return {name for worker in workers for name in worker.queue_names()}
