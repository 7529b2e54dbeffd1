"""Whether the ranges of an import's file are read side by side, and what happens when the processes that read them go away."""

from collections.abc import Iterator
from functools import partial

import structlog

from catalog import importer
from catalog.imports.ranges import one_range
from catalog.imports.ranges.one_range import RangeTask
from catalog.imports.run.task import Task
from catalog.models import db
from catalog.runtime import LeaseLost

RANGE_BYTES = 64 * 1024**2

log = structlog.get_logger()


def of(task: Task) -> importer.Spread | None:
    """How the file is spread over processes; None: this one reads it alone, because CATALOG_DASK is not set or the file is too small."""
    settings = task.settings
    if not settings.dask or task.size < settings.dask_from_bytes:
        return None
    return importer.Spread(partial(_read, task), RANGE_BYTES)


def _read(task: Task, reading: importer.Reading, ranges: list[importer.Range]) -> Iterator[importer.RangeRead]:
    """The result of each range. Those that the cluster did not read, because it can't be reached or went away, are read here, one after the other."""
    tasks = [RangeTask(task.id, task.lease.epoch, task.storage_key, task.scratch, reading, one) for one in ranges]
    done = 0
    try:
        for one in _in_cluster(task, tasks):
            yield one
            done += 1
    except _Lost as lost:
        log.warning("Dask does not answer: this worker reads the rest of the file", import_id=task.id, error=str(lost))
    for left in tasks[done:]:
        yield _read_here(task, left)


def _read_here(task: Task, left: RangeTask) -> importer.RangeRead:
    """The result of a range that this process reads. Raises LeaseLost."""
    try:
        return one_range.read(left, task.settings, db.engine)
    except one_range.Unwanted:  # seen before the lease's next heartbeat
        raise LeaseLost from None


class _Lost(Exception):
    """The cluster can't go on."""


def _in_cluster(task: Task, tasks: list[RangeTask]) -> Iterator[importer.RangeRead]:
    """The results of the cluster. Raises _Lost, LeaseLost and Cancelled."""
    if not tasks:
        return
    from catalog.imports.ranges import cluster  # Dask is an extra, and takes a second to load

    stops: list[Exception] = []

    def check() -> None:
        try:
            task.lease.check()
        except Exception as stop:
            stops.append(stop)
            raise

    try:
        with cluster.connected(task.settings) as client:
            yield from cluster.results(client, tasks, check)
    except GeneratorExit:
        raise
    except Exception as error:
        if stops:
            raise stops[0] from None
        raise _Lost(f"{type(error).__name__}: {error}") from error
