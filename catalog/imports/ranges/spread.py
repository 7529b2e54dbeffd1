"""Whether several processes read the ranges of an import's file, and what happens when these processes go away."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice

import structlog

from catalog import importer
from catalog.imports.ranges import one_range
from catalog.imports.ranges.one_range import RangeTask
from catalog.imports.run.task import Task
from catalog.models import db
from catalog.runtime import LeaseLost

RANGE_BYTES = 64 * 1024**2
AT_LEAST = 2  # ranges; one alone is read faster here

log = structlog.get_logger()


def of(task: Task) -> importer.Spread | None:
    """How the file is spread over processes; None: this one reads it alone (no CATALOG_DASK, or it is too small)."""
    settings = task.settings
    if not settings.dask or task.size < settings.dask_from_bytes or _most(task) < AT_LEAST:
        return None
    return importer.Spread(partial(_read, task), RANGE_BYTES)


def _most(task: Task) -> int:
    """The most ranges that the file can have."""
    return -(-task.size // RANGE_BYTES)


def _read(task: Task, reading: importer.Reading, ranges: Iterable[importer.Range]) -> Iterator[importer.RangeRead]:
    """The result of each range; this process reads those that the cluster did not, one after the other."""
    found = (RangeTask(task.id, task.lease.epoch, task.storage_key, task.scratch, reading, one) for one in ranges)
    sent: list[RangeTask] = []
    done = 0
    try:
        for one in _in_cluster(task, _noted(found, sent)):
            yield one
            done += 1
    except _Lost as lost:
        log.warning("Dask does not answer: this worker reads the rest of the file", import_id=task.id, error=str(lost))
    for left in chain(sent[done:], found):
        yield _read_here(task, left)


def _noted(found: Iterator[RangeTask], sent: list[RangeTask]) -> Iterator[RangeTask]:
    for one in found:
        sent.append(one)
        yield one


def _read_here(task: Task, left: RangeTask) -> importer.RangeRead:
    """The result of a range that this process reads. Raises LeaseLost."""
    try:
        return one_range.read(left, task.settings, db.engine)
    except one_range.Unwanted:  # seen before the lease's next heartbeat
        raise LeaseLost from None


class _Lost(Exception):
    """The cluster can't go on."""


def _in_cluster(task: Task, tasks: Iterator[RangeTask]) -> Iterator[importer.RangeRead]:
    """The results of the cluster; none if there are too few ranges. Raises _Lost, and what `tasks` and the lease do."""
    first = list(islice(tasks, AT_LEAST))
    if len(first) < AT_LEAST:
        return
    from catalog.imports.ranges import cluster  # Dask is an extra, and takes a second to load

    stops = _Stops()
    check, rest = stops.of_call(task.lease.check), stops.of_each(tasks)
    try:
        with cluster.connected(task.settings, _most(task)) as client:
            yield from cluster.results(client, chain(first, rest), check)
    except GeneratorExit:
        raise
    except Exception as error:
        if stops.raised:
            raise stops.raised from None
        raise _Lost(f"{type(error).__name__}: {error}") from error


class _Stops:
    """Tells what ends an import from what happens to the cluster."""

    def __init__(self) -> None:
        self.raised: Exception | None = None

    @contextmanager
    def _noted(self) -> Iterator[None]:
        try:
            yield
        except Exception as stop:
            self.raised = stop
            raise

    def of_call(self, act: Callable[[], None]) -> Callable[[], None]:
        """`act`; what it raises ends the import."""

        def noted() -> None:
            with self._noted():
                act()

        return noted

    def of_each(self, tasks: Iterator[RangeTask]) -> Iterator[RangeTask]:
        """The tasks; what stops the search for them ends the import."""
        while True:
            with self._noted():
                one = next(tasks, None)
            if one is None:
                return
            yield one
