"""What processes say: one line an event, from every process."""

import subprocess
import sys
from typing import NoReturn

import psycopg2
import pytest
from flask import Flask
from redis import RedisError
from rq import Worker
from rq.executions import Execution
from rq.job import Job
from sqlalchemy import text

from catalog.models import db
from catalog.runtime import logs
from catalog.runtime.work import queue
from catalog.runtime.work.rq_worker import LastingWorker
from tests.support.live import COMMAND, environment

SPEAKS = """
import logging
from catalog.models import db
from catalog.runtime import logs
logs.hear_libraries()
log = logging.getLogger("rq.worker")
log.info("listening\\non %s", "redis://ann:hunter22@host/0")
try:
    1 / 0
except ZeroDivisionError:
    log.exception("broke")
"""


def test_libraries_speak_as_we_do_on_one_line_and_without_secrets() -> None:
    said = subprocess.run(
        [sys.executable, "-c", SPEAKS], capture_output=True, text=True, check=True
    ).stderr.splitlines()
    assert f"listening\\non redis://ann:{logs.LEFT_OUT}@host/0" in said[0]
    assert "[info" in said[0] and "[error" in said[1] and "broke" in said[1]
    assert said[2] == "    | Traceback (most recent call last):"
    assert all(line.startswith("    | ") for line in said[2:])


def test_of_a_server_that_went_away_a_worker_says_no_more_than_that(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    worker = LastingWorker([queue.IMPORTS], connection=app.extensions["redis"])
    job = Job.create("catalog.jobs.run_import", connection=worker.connection)
    for error in (psycopg2.OperationalError("gone\nwith the wind"), KeyError("x")):
        worker.handle_exception(job, type(error), error, None)
    away, broke, *_ = capsys.readouterr().err.splitlines()
    assert "job interrupted" in away and "gone" in away and "wind" not in away
    assert "job failed" in broke


def test_a_worker_that_loses_redis_ends_with_one_line(
    app: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its job runs on, and so it waits for nothing that would try again."""
    worker = LastingWorker([queue.IMPORTS], connection=app.extensions["redis"])

    def lose(*_: object) -> NoReturn:
        raise RedisError("Connection closed by server.")

    monkeypatch.setattr(worker, "dequeue_job_and_maintain_ttl", lambda *_: (None, None))
    monkeypatch.setattr(worker, "execute_job", lose)
    monkeypatch.setattr(worker, "register_death", lose)
    worker.work(burst=True)
    (said,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert said.getMessage().endswith("quitting... Connection closed by server.") and not said.exc_info


def test_a_job_leaves_no_transaction_open(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its process ends at once: PostgreSQL would log an unexpected end after each."""

    def read(*_: object) -> bool:
        db.session.execute(text("SELECT 1"))
        return True

    monkeypatch.setattr(Worker, "perform_job", read)
    worker = LastingWorker([queue.QUICK], connection=app.extensions["redis"])
    job = Job.create("catalog.jobs.look_at_import", connection=worker.connection)
    assert worker.perform_job(job, worker.queues[0], Execution("1", job.id, worker.connection))
    assert not db.session.registry.has()


def test_a_command_says_in_a_line_that_a_server_is_away(app: Flask) -> None:
    env = environment(app.config["SETTINGS"])
    env["DATABASE_URL"] = "postgresql://x@127.0.0.1:1/x"
    done = subprocess.run([*COMMAND, "export", "-"], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert done.stderr.startswith("Error: The database is not available now: ")
    assert len(done.stderr.splitlines()) == 1
