"""What goes away while ranges of a file are read: a process, the scheduler, the wish for the import, its lease."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import distributed
import pytest
from dask import config
from flask import Flask
from sqlalchemy import text

from catalog.imports import control, scratch_tables
from catalog.imports.ranges import cluster
from catalog.imports.run import whole_file
from catalog.models import db
from catalog.people import COMMAND_LINE
from tests.conftest import empty
from tests.imports.test_dask import Dask, Run, dask, rows, scratch, told
from tests.imports.test_survival import PATIENCE, got, silence, until

__all__ = ["dask"]  # a fixture

pytestmark = pytest.mark.long

Meanwhile = Callable[[Callable[[], object]], None]

FILE = rows(3_000)
PROFILES = "distributed.worker.profile.enabled"
COMMAND = str(Path(sys.executable).with_name("dask"))
WAITING = text("""
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'catalog range' AND wait_event_type = 'Lock'
""")


@dataclass(frozen=True)
class Processes:
    """A scheduler and two workers, as an administrator starts them."""

    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]]


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL to a process and its children."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


@pytest.fixture
def processes(dask: Dask, tmp_path: Path) -> Iterator[Processes]:
    """Dask, running; imports of the test use it."""
    told_in = tmp_path / "scheduler.json"
    here = ["--host", "127.0.0.1", "--scheduler-file", str(told_in)]
    loaded = ["--preload", cluster.PRELOADED]
    alone = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path), *loaded]
    with ExitStack() as stack:

        def start(*arguments: str) -> subprocess.Popen[bytes]:
            process = subprocess.Popen([COMMAND, *arguments], stderr=subprocess.DEVNULL, start_new_session=True)
            stack.callback(kill, process)
            return process

        scheduler = start("scheduler", *here, "--port", "0", "--dashboard-address", "127.0.0.1:0", *loaded)
        until(lambda: told_in.exists() and told_in.stat().st_size)
        workers = [start("worker", *here, *alone) for _ in range(2)]
        address = json.loads(told_in.read_text())["address"]
        with distributed.Client(address) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            found = client.run(config.get, PROFILES) | {"": client.run_on_scheduler(config.get, PROFILES)}
            assert {*found.values()} == {False}, "a process was started without the settings of Catalog"
        dask(address)
        yield Processes(scheduler, workers)


@pytest.fixture
def meanwhile(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Meanwhile]:
    """A function that says what happens while both workers are inside of their first ranges; then they go on."""
    faults: list[BaseException] = []
    threads: list[threading.Thread] = []

    def use(act: Callable[[], object]) -> None:
        results = cluster.results

        def held(*given: Any) -> Iterator[Any]:
            monkeypatch.setattr(cluster, "results", results)
            lock = db.engine.connect()
            lock.execute(text("LOCK TABLE row_corrections IN ACCESS EXCLUSIVE MODE"))
            threads.append(threading.Thread(target=then, args=(lock,)))
            threads[0].start()
            yield from results(*given)

        def then(lock: Any) -> None:
            with lock, app.app_context():
                try:
                    until(lambda: waiting() == 2)
                    act()
                except BaseException as fault:  # noqa: BLE001 - also of pytest; a thread can't fail a test: the fixture asserts that there is none
                    faults.append(fault)

        monkeypatch.setattr(cluster, "results", held)

    yield use
    for thread in threads:
        thread.join(PATIENCE)
    assert threads
    assert faults == []


def waiting() -> int:
    """The number of ranges that wait in the middle."""
    with db.engine.connect() as connection:
        return int(connection.execute(WAITING).scalar_one())


def anew(app: Flask) -> None:
    """An empty catalog, as before the import."""
    db.session.rollback()  # it has looked at the import, and a TRUNCATE would wait for it
    empty(app)


def swept() -> bool:
    """Whether no scratch table is left, after one sweep more."""
    scratch_tables.sweep()
    return scratch() == []


@pytest.mark.parametrize("victim", ["worker", "scheduler"])
def test_a_killed_process_changes_nothing(
    app: Flask, run_import: Run, processes: Processes, meanwhile: Meanwhile, dask: Dask, victim: str
) -> None:
    by_dask = told(run_import(FILE))
    anew(app)
    meanwhile(lambda: kill(processes.workers[0] if victim == "worker" else processes.scheduler))
    assert told(run_import(FILE)) == by_dask
    anew(app)
    dask("")
    assert told(run_import(FILE)) == by_dask
    until(swept)


def test_cancelled_while_ranges_run(app: Flask, run_import: Run, processes: Processes, meanwhile: Meanwhile) -> None:
    def cancel() -> None:
        assert control.cancel(COMMAND_LINE, 1)
        until(lambda: got(1).finished_at)  # it does not wait for the ranges

    meanwhile(cancel)
    row = run_import(FILE)
    assert (row.state, row.created) == ("cancelled", 0)
    until(lambda: waiting() == 0)
    until(swept)
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM products")).scalar() == 0


def test_another_worker_takes_over_while_ranges_run(
    app: Flask, run_import: Run, processes: Processes, meanwhile: Meanwhile
) -> None:
    alone = told(run_import(FILE))
    anew(app)
    second = threading.Thread(target=taken_over, args=(app,))

    def take_over() -> None:
        second.start()
        until(lambda: got(1).lease_epoch == 2)

    meanwhile(take_over)
    assert told(run_import(FILE)) == alone
    second.join(PATIENCE)
    assert got(1).takes == 2
    until(swept)


def taken_over(app: Flask) -> None:
    """Run the import as another worker, as soon as its lease can be taken."""
    with app.app_context():
        while got(1).lease_epoch == 1 and not got(1).finished_at:
            silence()
            whole_file.run(1)
