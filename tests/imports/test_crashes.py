"""Every process is killed at every fail point and at random points: the end is an undisturbed run's, to the last row.

`make chaos` kills at 300 random points (CHAOS_CRASHES) instead of three.
"""

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from catalog import jobs as worker_jobs, steward
from catalog.importer.values.fields import COLUMNS
from catalog.imports import control
from catalog.imports.run import whole_file
from catalog.models import db
from catalog.people import COMMAND_LINE
from catalog.products.bulk import jobs, tasks
from catalog.runtime import PROJECT, Settings
from catalog.runtime.work import failpoints, queue
from catalog.runtime.work.run import MOST_TAKES
from tests.conftest import create, empty
from tests.support.examples import some
from tests.support.live import environment

KILLS = int(os.environ.get("CHAOS_CRASHES", "3"))
SEED = int(os.environ.get("CHAOS_SEED", "7"))
PATIENCE = 20
WEB = ("after_store", "after_row")
IMPORT = tuple(n for n in failpoints.NAMES if n not in WEB and not n.startswith("bulk"))
BULK = tuple(name for name in failpoints.NAMES if name.startswith("bulk"))

BASE = "sku,name,price,colour\n" + "".join(f"A{number},Product {number},{number}.50,red\n" for number in range(3000))
ROWS = [
    # 2,500 new, 2,000 known of which half differ; then SKUs once more, rows that can't be, and blank ones.
    *(f"B{number},New {number},1.25,blue" for number in range(2500)),
    *(f"a{number},Product {number},{number}.50,red" for number in range(1000)),
    *(f"A{number},Other {number},,green" for number in range(1000, 2000)),
    *(f"b{number},Newer {number},2.50,blue" for number in range(300)),
    *(f",No SKU {number},1,red" for number in range(150)),
    *("" for _ in range(50)),
]
FILE = "sku,name,price,colour\n" + "".join(f"{row}\n" for row in ROWS)

# All that an import leaves, but for ids that a sequence never gives twice, and times.
TRUTH = {
    "products": f"""
SELECT {", ".join(COLUMNS)}, version, source_line, created_line
FROM products ORDER BY sku COLLATE "C"
""",
    "log": f"""
SELECT change_set_id, action, fields, {", ".join(COLUMNS)}, line, previous_change_set_id, previous_line
FROM (
    SELECT dense_rank() OVER (ORDER BY change_set_id) AS change_set_id, product_id, action, fields,
        {", ".join(COLUMNS)}, line, previous_line,
        dense_rank() OVER (ORDER BY previous_change_set_id) AS previous_change_set_id
    FROM product_changes
) AS log ORDER BY change_set_id, previous_line, sku, name, fields
""",
    "change sets": "SELECT kind, source, created, updated, deleted, undone_by_id IS NULL FROM change_sets ORDER BY id",
    "total": "SELECT products FROM catalog_total",
    "imports": """
SELECT id, state, rows, created, updated, unchanged, deleted, skipped, duplicates, rejected, blank, error,
    columns::text, percent
FROM imports ORDER BY id
""",
    "row errors": 'SELECT import_id, row, line, "column", code, value, message FROM row_errors ORDER BY import_id, row',
    "jobs": "SELECT id, state, total, created, updated, deleted, skipped FROM bulk_jobs ORDER BY id",
}
LEFT_BEHIND = {
    "tables": "SELECT relname FROM pg_class WHERE relname ~ '^(import_[0-9]|undo_plan)'",
    "locks": """
SELECT objid FROM pg_locks WHERE locktype = 'advisory'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""",
    "workers": """
SELECT application_name, state FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND (application_name ~ '^catalog (import|bulk) ' OR xact_start IS NOT NULL)
""",
    "running": "SELECT id FROM imports WHERE state IN ('queued', 'reading', 'applying')",
    "jobs": "SELECT id FROM bulk_jobs WHERE state IN ('queued', 'applying')",
}


class Worker:
    """The prepared worker; `run` says how the process that carried an order out ended."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        timings = {"CATALOG_LEASE_SECONDS": "1", "CATALOG_HEARTBEAT_SECONDS": "0.1"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.crash_worker"],
            env=environment(settings) | timings,
            cwd=PROJECT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self._hear()

    def run(self, job: str, argument: int | str, failpoint: str = "", seconds: float | None = None) -> int:
        """Carry out a job; die or pause at a fail point, or die after so many seconds."""
        order = {"job": job, "argument": argument}
        order |= {"failpoint": failpoint, "seconds": seconds}
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        return int(self._hear())

    def _hear(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@pytest.fixture(scope="module")
def worker(migrated_app: Flask, settings: Settings) -> Iterator[Worker]:
    """The worker that all these tests kill."""
    worker = Worker(settings)
    with worker.process:
        yield worker
        assert worker.process.stdin is not None
        worker.process.stdin.close()
        assert worker.process.wait(PATIENCE) == 0


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file, for who takes it in by himself."""
    file = tmp_path_factory.mktemp("crashes") / "spring.csv"
    file.write_text(FILE)
    return file


def waiting_import() -> int:
    """A catalog with products, a webhook, and an import that waits."""
    with db.engine.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO webhook_endpoints (url, events, secret)"
                " VALUES ('https://example.com', '{products.*,import.*}', 'x')"
            )
        )
    whole_file.run(create(BASE).id)
    return create(FILE, confirmed=True).id  # though it changes most of the catalog


def waiting_undo(worker: Worker) -> int:
    """The same, with the import done and its undo waiting."""
    import_id = waiting_import()
    assert worker.run("run_import", import_id) == 0
    row = control.get(import_id)
    assert row is not None
    return jobs.create(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id)).id


def truth() -> dict[str, Any]:
    """All that there is, comparable."""
    with db.engine.connect() as connection:
        told: dict[str, Any] = {name: connection.execute(text(query)).all() for name, query in TRUTH.items()}
    return told | {"outbox": outbox()}


def outbox() -> list[tuple[Any, ...]]:
    """What outsiders hear: of each product once, whatever batches they came in; no times, no ids of the sequence."""
    heard: list[tuple[Any, ...]] = []
    with db.engine.connect() as connection:
        events = connection.execute(text("SELECT type, payload FROM webhook_events ORDER BY id")).all()
    for kind, payload in events:
        data = json.loads(payload)["data"]
        if kind == "products.changed":
            heard += [(kind, p["sku"], p["action"], p["version"]) for p in data["products"]]
        else:
            plain = {n: v for n, v in data.items() if n != "undo_id"}
            heard.append((kind, json.dumps(plain)))
    return sorted(heard)


def left_behind(settings: Settings) -> dict[str, Any]:
    """What is no longer needed: none of it may stay."""
    db.session.rollback()  # ours is no ghost
    with db.engine.connect() as connection:
        found: dict[str, Any] = {name: connection.execute(text(query)).all() for name, query in LEFT_BEHIND.items()}
    found["files"] = list(settings.uploads.glob("*.part"))
    return {name: things for name, things in found.items() if things}


def until(true: Callable[[], object], why: Callable[[], object] = str, patience: float = PATIENCE) -> None:
    """Wait for something, not for ever."""
    deadline = time.monotonic() + patience
    while not true():
        assert time.monotonic() < deadline, why()
        time.sleep(0.02)


def take_over(worker: Worker, job: str, row_id: int) -> None:
    """What the steward and a live worker do until nothing waits; then nothing may be left."""
    counted = "rung" if job == "run_import" else "bulk_rung"

    def ended() -> bool:
        queue.connection().flushdb()  # this worker is told what to do, and leaves the bells that wait
        if not steward.tick()[counted]:
            row = control.get(row_id) if job == "run_import" else jobs.get(row_id)
            db.session.rollback()
            return row is not None and row.finished_at is not None
        assert worker.run(job, row_id) == 0
        return False

    until(ended)
    steward.tick()
    until(lambda: not left_behind(worker.settings), lambda: left_behind(worker.settings))


@pytest.fixture(scope="module")
def undisturbed(worker: Worker, migrated_app: Flask) -> Iterator[dict[str, dict[str, Any]]]:
    """What is there after an import, and after its undo, when no process dies."""
    with migrated_app.app_context():
        told = {}
        empty(migrated_app)
        job_id = waiting_undo(worker)
        told["import"] = truth() | {"jobs": []}
        assert worker.run("run_bulk", job_id) == 0
        told["undo"] = truth()
        db.session.remove()
    yield told


@pytest.mark.parametrize("place", some(IMPORT, 3))
def test_a_worker_killed_at_a_fail_point_changes_nothing_of_the_end(
    app: Flask, worker: Worker, undisturbed: dict[str, Any], place: str
) -> None:
    import_id = waiting_import()
    assert worker.run("run_import", import_id, place) == -signal.SIGKILL
    take_over(worker, "run_import", import_id)
    assert truth() == undisturbed["import"]


@pytest.mark.parametrize("place", some(BULK, 1))
def test_an_undo_killed_at_a_fail_point_changes_nothing_of_the_end(
    app: Flask, worker: Worker, undisturbed: dict[str, Any], place: str
) -> None:
    job_id = waiting_undo(worker)
    assert worker.run("run_bulk", job_id, place) == -signal.SIGKILL
    take_over(worker, "run_bulk", job_id)
    assert truth() == undisturbed["undo"]


@pytest.mark.timeout(120 + 10 * KILLS)
def test_killed_at_random_a_worker_changes_nothing_of_the_end(
    app: Flask, worker: Worker, undisturbed: dict[str, Any]
) -> None:
    chance = random.Random(SEED)
    killed = 0
    for _ in range(KILLS):
        empty(app)
        import_id = waiting_import()
        seconds = chance.uniform(0, 0.6)
        killed += worker.run("run_import", import_id, seconds=seconds) != 0
        take_over(worker, "run_import", import_id)
        assert truth() == undisturbed["import"], seconds
    assert killed > KILLS / 3


def test_a_file_that_kills_three_workers_fails_and_says_so(app: Flask, worker: Worker) -> None:
    import_id = create(FILE, confirmed=True).id
    for _ in range(MOST_TAKES):
        assert worker.run("run_import", import_id, "mid_copy") == -signal.SIGKILL
        with db.engine.begin() as connection:
            connection.execute(text("UPDATE imports SET lease_expires_at = now() - interval '1 s'"))
    take_over(worker, "run_import", import_id)
    row = control.get(import_id)
    assert row is not None and row.state == "failed"
    assert "3 workers stopped while they read this file" in str(row.error)


def test_a_web_process_killed_before_it_rings_has_accepted_the_file(app: Flask, worker: Worker, file: Path) -> None:
    assert worker.run("create", str(file), "after_row") == -signal.SIGKILL
    take_over(worker, "run_import", 1)
    row = control.get(1)
    assert row is not None and (row.state, row.rows) == ("completed", len(ROWS))


def test_one_worker_reads_while_another_writes_and_writes_after_it(app: Flask, worker: Worker) -> None:
    """A process is frozen inside its apply. Another reads a whole file meanwhile, and waits for its turn to write."""
    first = waiting_import()
    second = create(FILE.replace("New", "Newer"), confirmed=True).id
    assert worker.run("run_import", first, "mid_apply:pause") == -signal.SIGSTOP
    with db.engine.begin() as connection:  # the frozen worker keeps its lease
        lease = text("UPDATE imports SET lease_expires_at = now() + interval '1 h' WHERE id = :id")
        connection.execute(lease, {"id": first})

    def carry_out() -> None:
        with app.app_context():
            worker_jobs.run_import(second)

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(carry_out)
        until(lambda: progress_of(second) == ("reading", "planning", len(ROWS)))
        assert progress_of(first)[0] in ("reading", "applying") and not other.done()
        assert worker.run("go_on", 0) == 0
        other.result()
    with db.engine.connect() as connection:
        order = text("SELECT import_id FROM change_sets ORDER BY id DESC LIMIT 2")
        assert list(connection.scalars(order)) == [second, first]


def progress_of(import_id: int) -> tuple[str, str, int]:
    """State, phase and rows of an import as they are now."""
    row = control.get(import_id)
    db.session.rollback()
    assert row is not None
    return row.state, row.phase, row.rows


def test_every_fail_point_is_somewhere_and_in_the_words_for_contributors() -> None:
    sources = (PROJECT / "catalog").rglob("*.py")
    reached = re.findall(r'reach\("(\w+)"\)', "".join(s.read_text() for s in sources))
    assert sorted(reached) == sorted(failpoints.NAMES)
    words = (PROJECT / "CONTRIBUTING.md").read_text()
    missing = [n for n, where in failpoints.NAMES.items() if f"| `{n}` | {where} |" not in words]
    assert missing == []
