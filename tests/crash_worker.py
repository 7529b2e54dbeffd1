"""A worker that is ready: it forks for each order, as RQ does for each job, and the fork may be killed wherever a test wants.

An order is a line of JSON on stdin, {"job", "argument", "failpoint", "seconds"}; the answer is how the fork ended.
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

from catalog import failpoints, importer, imports, jobs, undoing, uploads
from catalog.app import create_app
from catalog.importer import applying

# 5,000 rows are several chunks, and several slices.
BLOCK_BYTES, SLICE_BYTES, SLICE = 64 * 1024, 256 * 1024, 1000


def create(path: str) -> None:
    """Take a file in, as the web process does."""
    upload = uploads.begin()
    upload.append(0, io.BytesIO(Path(path).read_bytes()))
    imports.create(
        upload.finish(), "spring.csv", importer.Options(), source="page", user_id=None
    )


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
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main() -> None:
    """Serve orders until stdin ends."""
    importer.stage = partial(importer.stage, block_bytes=BLOCK_BYTES)
    applying.SLICE_BYTES, undoing.SLICE = SLICE_BYTES, SLICE
    app = create_app()
    print("ready", flush=True)
    for line in sys.stdin:
        print(serve(app, json.loads(line)), flush=True)


if __name__ == "__main__":
    main()
