"""RQ's worker, but one that stays known: after a Redis that was emptied it registers itself again."""

from types import TracebackType
from typing import Any

import structlog
from rq import Worker
from rq.job import Job
from rq.serializers import JSONSerializer

from catalog.runtime import outages

log = structlog.get_logger()

SILENCE_SECONDS = 30  # an idle worker is heard of twice in that time


class LastingWorker(Worker):
    """Work continues after FLUSHALL by itself; who looks for workers must find this one too."""

    def __init__(self, queues: list[str], **options: Any) -> None:
        super().__init__(queues, serializer=JSONSerializer, worker_ttl=SILENCE_SECONDS, **options)

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Send a heartbeat; where Redis lost this worker, register it first."""
        if not self.connection.sismember(self.redis_workers_keys, self.key):
            self.connection.delete(self.key)  # what a heartbeat left: it has no queues
            self.register_birth()  # type: ignore[no-untyped-call]  # RQ has no types for it
        super().heartbeat(timeout, pipeline)

    def handle_exception(
        self, job: Job, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Say what broke. Of a server that went away no more than that: the steward rings again for what the row says."""
        if isinstance(error, outages.AWAY):
            log.warning("job interrupted", job=job.id, error=outages.reason(error))
        else:
            log.error("job failed", job=job.id, exc_info=(kind, error, trace))
