"""RQ's worker, which registers again after Redis was emptied."""

import logging
from contextlib import suppress
from types import TracebackType
from typing import Any

import structlog
from redis import RedisError
from rq import Queue, Worker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer

from catalog.models import db
from catalog.runtime import outages

log = structlog.get_logger()

PAUSE_SECONDS = 5.0  # between two attempts to reach Redis, at most; RQ's own pauses grow to a minute
SILENCE_SECONDS = 30  # an idle worker sends two heartbeats in that time


class LastingWorker(Worker):
    """A worker that is still listed after FLUSHALL, and soon back after Redis was away."""

    max_connection_wait_time = PAUSE_SECONDS

    def __init__(self, queues: list[str], host: str = "", **options: Any) -> None:
        super().__init__(queues, serializer=JSONSerializer, worker_ttl=SILENCE_SECONDS, **options)
        self.hostname = host or self.hostname
        self.log.addFilter(_in_one_line)

    def teardown(self) -> None:
        """Sign off, if Redis is available. If not, this worker is forgotten when its heartbeats stop."""
        with suppress(RedisError):
            super().teardown()  # type: ignore[no-untyped-call]  # RQ has no types for it

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Send a heartbeat; if Redis has lost this worker, register it first."""
        if not self.connection.sismember(self.redis_workers_keys, self.key):
            self.connection.delete(self.key)  # the rest of a heartbeat: it has no queues
            self.register_birth()  # type: ignore[no-untyped-call]  # RQ has no types for it
        super().heartbeat(timeout, pipeline)

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        """Run the job, then release its database connection: PostgreSQL logs transactions that an exit leaves open."""
        try:
            return super().perform_job(job, queue, execution)
        finally:
            db.session.remove()

    def handle_exception(
        self, job: Job, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Log the error: in one line if a server is not available, because the steward queues the job again."""
        if isinstance(error, outages.AWAY):
            log.warning("job interrupted", job=job.id, error=outages.reason(error))
        else:
            log.error("job failed", job=job.id, exc_info=(kind, error, trace))


def _in_one_line(record: logging.LogRecord) -> bool:
    """A filter for RQ's own log: an error of a server that is not available is a line, without its traceback."""
    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, outages.AWAY):
        record.msg, record.args = f"{record.getMessage()} {outages.reason(error)}", ()
        record.exc_info = None
    return True
