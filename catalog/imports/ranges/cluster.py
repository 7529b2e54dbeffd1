"""Dask distributed: processes on this host or on any others read the ranges. Loaded only where CATALOG_DASK is set.

A program that reaches a scheduler's port can run anything, so beyond this host its connections need TLS and
certificates: see `runtime.settings.dask`.
"""

import logging
import multiprocessing
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import dask
import distributed
from dask.system import CPU_COUNT
from distributed.security import Security
from sqlalchemy import Engine, create_engine

from catalog import importer
from catalog.imports.ranges import one_range
from catalog.imports.ranges.one_range import RangeTask
from catalog.runtime import Settings, connections

POLL_SECONDS = 0.5  # between two checks whether the import is still wanted
CONNECT_SECONDS = 5
WORKERS_SECONDS = 10  # for which a scheduler may have no worker
FORKS = "forkserver"
PRELOADED = "catalog.imports.ranges.process"
QUIET = {
    "distributed.worker.memory.terminate": False,
    # Work that Dask does all the time for its web pages, which are off here.
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.interval": "500ms",
    "distributed.admin.system-monitor.interval": "5s",
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}
OURS = QUIET | {
    "distributed.comm.timeouts.connect": CONNECT_SECONDS,
    "distributed.worker.multiprocessing-method": FORKS,
}
# Dask always listens for HTTP. It uses a free port, because two imports at once can't both use 8787.
NO_DASHBOARD = {"dashboard_address": "127.0.0.1:0", "scheduler_kwargs": {"dashboard": False}}


@contextmanager
def connected(settings: Settings, most: int) -> Iterator[distributed.Client]:
    """A client of the settings' cluster; `local` starts a process a core, at most `most`. Raises OSError: no answer."""
    with dask.config.set(OURS):
        if settings.dask == "local":
            with _local(min(most, CPU_COUNT)) as cluster, distributed.Client(cluster) as client:
                yield client
        else:
            with distributed.Client(settings.dask, security=_security(settings), timeout=CONNECT_SECONDS) as client:
                yield client


def _local(processes: int) -> distributed.LocalCluster:
    """A cluster of `processes` processes.

    Each is a fork of one that has loaded this module: loading it takes longer than reading 64 MB.
    """
    distributed.utils.get_mp_context()  # now: Dask sets what is loaded before the forks, and the next line replaces it
    multiprocessing.get_context(FORKS).set_forkserver_preload([PRELOADED])
    return distributed.LocalCluster(
        processes=True,
        n_workers=processes,
        threads_per_worker=1,
        host="127.0.0.1",
        memory_limit=0,
        silence_logs=logging.ERROR,
        env=dict(os.environ),  # as it is now: the process that they are forked from may be older
        **NO_DASHBOARD,
    )


def results(
    client: distributed.Client, tasks: Iterable[RangeTask], check: Callable[[], None]
) -> Iterator[importer.RangeRead]:
    """The results in the order of the tasks. Each task is sent at once, while the next one is still being found.

    Raises what `check` and `tasks` raise, and RuntimeError if the cluster can't go on.
    """
    futures: list[Any] = []
    try:
        for task in tasks:
            check()
            futures += client.map(in_worker, [task], pure=False)
        for future in futures:
            _wait(client, future, check)
            yield future.result()
            future.release()
    finally:
        if client.status == "running":
            client.cancel(futures)


def _wait(client: distributed.Client, future: Any, check: Callable[[], None]) -> None:
    """Wait until the range is read. Raises as `results` does."""
    with_workers = time.monotonic()
    while not _is_done(future):
        check()
        if client.status != "running":
            raise RuntimeError("the Dask scheduler does not answer")
        if client.nthreads():
            with_workers = time.monotonic()
        elif time.monotonic() - with_workers > WORKERS_SECONDS:
            raise RuntimeError("the Dask scheduler has no workers")


def _is_done(future: Any) -> bool:
    try:
        distributed.wait([future], timeout=POLL_SECONDS)
    except TimeoutError:
        return False
    return True


def in_worker(task: RangeTask) -> importer.RangeRead:
    """Read a range in a process of Dask, whose environment has the settings."""
    return one_range.read(task, *surroundings())


@cache
def surroundings() -> tuple[Settings, Engine]:
    """The settings of this process, from its environment, and its database."""
    settings = Settings()
    options = connections.to_postgres("catalog range")
    return settings, create_engine(settings.sqlalchemy_url, pool_size=1, pool_pre_ping=True, connect_args=options)


def _security(settings: Settings) -> Security | None:
    if not settings.dask.startswith("tls://"):
        return None
    return Security(
        require_encryption=True,
        tls_ca_file=str(settings.dask_ca),
        tls_client_cert=str(settings.dask_cert),
        tls_client_key=str(settings.dask_key),
    )
