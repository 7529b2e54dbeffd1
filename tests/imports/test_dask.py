"""Ranges of a file are read by processes of Dask: the same import comes out, also when they go away."""

import logging
import os
import random
import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from typing import Any

import distributed
import pytest
from flask import Flask
from sqlalchemy import text
from structlog.testing import capture_logs

from catalog import importer
from catalog.importer.ranges import index
from catalog.imports import scratch_tables
from catalog.imports.ranges import cluster, spread
from catalog.imports.run import whole_file
from catalog.models import Import, db
from catalog.runtime import Settings
from tests.conftest import catalog, counts, create, empty

Run = Callable[..., Import]
Dask = Callable[[str], None]

IN_THREADS: dict[str, Any] = {
    "processes": False,
    "protocol": "tcp://",
    "host": "127.0.0.1",
    "threads_per_worker": 1,
    "memory_limit": 0,
    "silence_logs": logging.ERROR,
    **cluster.NO_DASHBOARD,
}
LOST = "Dask does not answer: this worker reads the rest of the file"
GOOD = 'A-{n},"Lamp ""{n}""","two\nlines",{n}.50\n'
WRONG = ("A-{n},,no name,1\n", "B-{n},Chair,x,much\n", "C-{n},short\n", "\n", "a-{m},Lamp,again,\n")


def rows(count: int, doubt: str = "") -> str:
    """A file of so many rows, a tenth of them wrong; `doubt` stands in the middle."""
    chance = random.Random(1)
    lines = [(chance.choice(WRONG) if chance.random() < 0.1 else GOOD).format(n=n, m=n % 50) for n in range(count)]
    return "sku,name,description,price\n" + "".join([*lines[: count // 2], doubt, *lines[count // 2 :]])


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a scheduler with two workers in threads of this process, to which everything goes over TCP."""
    with distributed.LocalCluster(n_workers=2, **IN_THREADS) as there:
        yield str(there.scheduler_address)
    cluster.surroundings()[1].dispose()
    cluster.surroundings.cache_clear()


@pytest.fixture
def dask(app: Flask, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Dask:
    """A function that makes this Dask read imports of any size in small ranges; its processes find the settings."""
    monkeypatch.setattr(importer, "stage", partial(importer.stage, block_bytes=4_000))
    monkeypatch.setattr(spread, "RANGE_BYTES", 8_000)
    for name, value in (
        ("DATABASE_URL", settings.database_url),
        ("REDIS_URL", settings.redis_url),
        ("CATALOG_HOME", str(settings.home)),
        ("SECRET_KEY", settings.secret_key),
    ):
        monkeypatch.setenv(name, value)

    def use(where: str) -> None:
        changed = settings.model_copy(update={"dask": where, "dask_from_bytes": 1})
        monkeypatch.setitem(app.config, "SETTINGS", changed)

    return use


@pytest.fixture
def by_dask(monkeypatch: pytest.MonkeyPatch) -> list[importer.RangeRead]:
    """The ranges that Dask has read."""
    done: list[importer.RangeRead] = []
    results = cluster.results

    def noted(*given: Any) -> Iterator[importer.RangeRead]:
        for one in results(*given):
            done.append(one)
            yield one

    monkeypatch.setattr(cluster, "results", noted)
    return done


def told(row: Import) -> object:
    """All that an import comes to."""
    with db.engine.connect() as connection:
        errors = connection.execute(
            text('SELECT row, line, "column", code, value, message, cells FROM row_errors ORDER BY row')
        ).all()
    return row.state, counts(row), row.warnings, errors, row.recent_errors, catalog()


def test_ranges_read_by_workers_give_the_same(
    app: Flask, run_import: Run, dask: Dask, scheduler: str, by_dask: list[importer.RangeRead]
) -> None:
    file = rows(1_600, 'D-1,5" lamp,x,1\n')
    alone = told(run_import(file))
    empty(app)
    dask(scheduler)
    assert told(run_import(file)) == alone
    assert len(by_dask) > 1
    scratch_tables.sweep()
    assert scratch() == []


@pytest.mark.long
@pytest.mark.parametrize("doubt", ["", 'D-1,5" lamp,x,1\n'], ids=["whole", "half"])
def test_processes_started_for_the_file_give_the_same(
    app: Flask, run_import: Run, dask: Dask, by_dask: list[importer.RangeRead], doubt: str
) -> None:
    file = rows(1_600, doubt)
    alone = told(run_import(file))
    empty(app)
    dask("local")
    assert told(run_import(file)) == alone
    assert len(by_dask) > 1


@pytest.mark.long
def test_processes_for_a_file_are_forks_with_the_settings_of_now(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    parents: set[int] = set()
    for value in ("first", "second"):
        monkeypatch.setenv("SETTING_OF_NOW", value)
        with cluster.connected(settings.model_copy(update={"dask": "local"}), most=1) as client:
            assert {*client.run(os.environ.get, "SETTING_OF_NOW").values()} == {value}
            assert len(client.nthreads()) == 1
            parents |= {*client.run(os.getppid).values()}
    assert len(parents) == 1
    assert parents != {os.getpid()}


def scratch() -> list[str]:
    """The scratch tables that are left."""
    with db.engine.connect() as connection:
        return list(connection.scalars(text("SELECT relname FROM pg_class WHERE relname ~ '^import_[0-9]'")))


def test_without_a_scheduler_the_worker_reads_alone(
    app: Flask, run_import: Run, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rows(900)
    alone = told(run_import(file))
    empty(app)
    monkeypatch.setitem(cluster.OURS, "distributed.comm.timeouts.connect", 1)
    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    dask(f"tcp://127.0.0.1:{free_port()}")
    with capture_logs() as log:
        assert told(run_import(file)) == alone
    assert LOST in [line["event"] for line in log]


def test_with_a_scheduler_that_has_no_workers_the_worker_reads_alone(
    app: Flask, run_import: Run, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = rows(900)
    alone = told(run_import(file))
    empty(app)
    monkeypatch.setattr(cluster, "WORKERS_SECONDS", 0)
    with distributed.LocalCluster(n_workers=0, **IN_THREADS) as there:
        dask(there.scheduler_address)
        with capture_logs() as log:
            assert told(run_import(file)) == alone
    assert "has no workers" in next(line["error"] for line in log if line["event"] == LOST)


def test_a_file_of_one_range_is_not_given_to_dask(
    app: Flask, run_import: Run, dask: Dask, monkeypatch: pytest.MonkeyPatch, by_dask: list[importer.RangeRead]
) -> None:
    monkeypatch.setattr(spread, "RANGE_BYTES", 1_000_000)
    dask("local")
    assert run_import(rows(900)).state == "completed"
    assert by_dask == []


def test_a_file_that_can_not_be_indexed_is_not_read_half(
    run_import: Run, dask: Dask, scheduler: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ranges = index.ranges

    def broken(*given: Any) -> Iterator[importer.Range]:
        for number, one in enumerate(ranges(*given)):
            if number == spread.AT_LEAST:
                raise OSError("the disk does not answer")
            yield one

    monkeypatch.setattr(index, "ranges", broken)
    dask(scheduler)
    row = run_import(rows(1_600))
    assert (row.state, row.created, catalog()) == ("failed", 0, [])


def test_a_lease_lost_before_the_worker_reads_on_is_no_fault(
    app: Flask, dask: Dask, monkeypatch: pytest.MonkeyPatch
) -> None:
    dask("local")
    slow = app.config["SETTINGS"].model_copy(update={"heartbeat_seconds": 60})
    monkeypatch.setitem(app.config, "SETTINGS", slow)

    def taken_over(*_: object) -> None:
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE imports SET lease_epoch = lease_epoch + 1"))
        raise OSError("no Dask")

    monkeypatch.setattr(cluster, "connected", taken_over)
    import_id = create(rows(900)).id
    with capture_logs() as log:
        whole_file.run(import_id)
    assert [line["event"] for line in log if line["log_level"] == "error"] == []
    assert "another worker took this over" in [line["event"] for line in log]


def free_port() -> int:
    """A port on which nothing listens."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
