"""The health of Catalog: for load balancers, for Prometheus, and for admins."""

import time
from collections.abc import Iterator
from dataclasses import asdict
from ipaddress import ip_address

from flask import Flask, Response, g, render_template, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from catalog.imports import retention
from catalog.ops import vitals
from catalog.people import tokens
from catalog.web.http.access_control import require
from catalog.web.http.routes import Blueprint

bp = Blueprint("health", __name__)
status = Blueprint("status", __name__)

# The web server is one process, so its counts are complete.
registry = CollectorRegistry()
REQUESTS = Counter(
    "catalog_requests", "Responses by route, method and status.", ["endpoint", "method", "status"], registry=registry
)
SECONDS = Histogram(
    "catalog_request_seconds",
    "Seconds until the response starts.",
    ["endpoint"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
    registry=registry,
)
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")
"""Headers that a proxy adds about its client."""


def count(app: Flask) -> None:
    """Count all requests of this app."""
    app.before_request(_begin)
    app.after_request(_end)


def _begin() -> None:
    g.begun_at = time.perf_counter()


def _end(response: Response) -> Response:
    endpoint = request.endpoint or "none"
    REQUESTS.labels(endpoint, request.method, str(response.status_code)).inc()
    if "begun_at" in g:
        SECONDS.labels(endpoint).observe(time.perf_counter() - g.begun_at)
    return response


@bp.get("/healthz", role="public", any_host=True)
def healthz() -> ResponseReturnValue:
    """200: the process answers."""
    return {"status": "ok"}


@bp.get("/readyz", role="public", any_host=True)
def readyz() -> ResponseReturnValue:
    """Whether this process can take requests: database, queue and disk are fine.

    `degraded` means a queue without a worker, or a storage of uploads that does not answer. That is no reason to send
    requests elsewhere: most pages work, and all other web processes have the same queues and the same storage.
    """
    queues = vitals.queues()
    parts = {
        "database": vitals.database() is not None,
        "queue": queues is not None,
        "disk": vitals.free_bytes() >= vitals.LEAST_FREE,
    }
    storage = not vitals.storage_trouble()
    served = queues.served() if queues else set()
    unserved = [name for name in vitals.QUEUES if queues and name not in served]
    ready = all(parts.values())
    word = ("degraded" if unserved or not storage else "ok") if ready else "unavailable"
    body = {"status": word, **parts, "storage": storage, "workers": sorted(served), "unserved": unserved}
    return body, 200 if ready else 503


@bp.get("/metrics", role="public")
def metrics() -> ResponseReturnValue:
    """Metrics for Prometheus. The request must come from this machine, or have a token."""
    if not (_from_here() or _has_token()):
        return Response(status=401, headers={"WWW-Authenticate": "Bearer"})
    lines = generate_latest(registry) + generate_latest(_State())
    return Response(lines, content_type="text/plain; version=0.0.4; charset=utf-8")


@status.get("/status", role="admin", api="GET /status")
def page() -> ResponseReturnValue:
    """The page for admins: servers, disk, workers, queues."""
    require("admin")
    hosts = vitals.hosts()
    return render_template(
        "status.html",
        database=vitals.database(),
        queues=vitals.queues(),
        hosts=hosts,
        upgrading=len({version for host in hosts for version in host.versions}) > 1,
        free=vitals.free_bytes(),
        storage=vitals.storage_kind(),
        storage_trouble=vitals.storage_trouble(),
        least=vitals.LEAST_FREE,
        counts=vitals.counts(),
        kept=retention.disk_use(),
    )


def _from_here() -> bool:
    """Whether the client is on this machine. A request with headers of a proxy does not count."""
    try:
        local = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        return False
    return local and not any(name in request.headers for name in FORWARDED)


def _has_token() -> bool:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    row = tokens.find(token.strip()) if kind.lower() == "bearer" else None
    return row is not None and tokens.may(row, "read")


class _State(CollectorRegistry):
    """Metrics from the database and Redis, read at each request."""

    def __init__(self) -> None:
        super().__init__()
        self.register(_Looking())


class _Looking(Collector):
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Read the current values."""
        facts = vitals.database()
        yield GaugeMetricFamily("catalog_database_up", "1: PostgreSQL answers.", int(facts is not None))
        if facts is not None:
            yield GaugeMetricFamily("catalog_products", "Products in the catalog.", facts["products"])
            yield GaugeMetricFamily(
                "catalog_steward_up", "1: the scheduler (steward) is running.", int(facts["steward"])
            )
            for name, by_state in vitals.counts().items():
                label = "result" if name == "rows" else "state"
                # Zeros too: alerts compare with an hour ago, and a series that was not there is greater than nothing.
                numbers = dict.fromkeys(vitals.STATES.get(name, ()), 0) | by_state
                yield _family(f"catalog_{name}", f"By {label}.", label, numbers)
            kept = asdict(retention.disk_use())
            yield _family("catalog_kept_bytes", "Bytes that are deleted after a time.", "what", kept)
        queues = vitals.queues()
        yield GaugeMetricFamily("catalog_queue_up", "1: Redis answers.", int(queues is not None))
        if queues is not None:
            yield _family("catalog_queue_waiting", "Waiting jobs.", "queue", queues.waiting)
            at = {name: 0 for name in vitals.QUEUES}
            for worker in queues.workers:
                for name in worker.queues:
                    at[name] = at.get(name, 0) + 1
            yield _family("catalog_workers", "Workers of each queue.", "queue", at)
        fine = not vitals.storage_trouble()
        yield GaugeMetricFamily("catalog_storage_up", "1: the storage of uploads answers.", int(fine))
        yield GaugeMetricFamily("catalog_disk_free_bytes", "Disk for uploads.", vitals.free_bytes())


def _family(name: str, words: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], value)
    return family
