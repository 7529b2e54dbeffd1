"""A worker that is ready: it forks for each order, as RQ does for each job, and a test may kill the fork anywhere.

An order is a line of JSON on stdin, {"job", "argument", "failpoint", "seconds"}; the answer is how the fork ended, or
-SIGSTOP: it waits at a fail point that pauses, until the order "go_on".
"""

import io
import json
import os
import signal
import sys
import time
from functools import partial
from pathlib import Path
from typing import Any

from flask import Flask

from catalog import importer, jobs
from catalog.changes.undo import slices as undo_slices
from catalog.importer.plan import apply
from catalog.imports.intake import receive, uploads
from catalog.people import Actor
from catalog.runtime.core import create_core
from catalog.runtime.work import failpoints

# 5,000 rows are several chunks, and several slices.
BLOCK_BYTES, SLICE_BYTES, SLICE = 64 * 1024, 256 * 1024, 1000


def create(path: str) -> None:
    """Take a file in, as the web process does."""
    upload = uploads.begin()
    upload.take(io.BytesIO(Path(path).read_bytes()))
    receive.receive(Actor("page"), upload, "spring.csv", importer.Options())


paused: list[int] = []
JOBS = {"run_import": jobs.run_import, "run_bulk": jobs.run_bulk, "create": create}


def serve(app: Flask, order: dict[str, Any]) -> int:
    """Carry an order out in a fork; returns its exit code, negative if a signal ended it."""
    child = os.fork()
    if not child:
        failpoints.wanted = order["failpoint"]
        with app.app_context():
            JOBS[order["job"]](order["argument"])
        os._exit(0)
    if order["seconds"] is not None:
        time.sleep(order["seconds"])  # chosen at random by the test
        os.kill(child, signal.SIGKILL)
    return ended(child)


def ended(child: int) -> int:
    """How a fork ended, or that it is paused."""
    status = os.waitpid(child, os.WUNTRACED)[1]
    if os.WIFSTOPPED(status):
        paused.append(child)
        return -signal.SIGSTOP
    return os.waitstatus_to_exitcode(status)


def go_on() -> int:
    """Let the fork go on that waits."""
    child = paused.pop()
    os.kill(child, signal.SIGCONT)
    return ended(child)


def main() -> None:
    """Serve orders until stdin ends."""
    importer.stage = partial(importer.stage, block_bytes=BLOCK_BYTES)
    apply.SLICE_BYTES, undo_slices.SLICE = SLICE_BYTES, SLICE
    app = create_core()
    print("ready", flush=True)
    for line in sys.stdin:
        order = json.loads(line)
        print(go_on() if order["job"] == "go_on" else serve(app, order), flush=True)


if __name__ == "__main__":
    main()
