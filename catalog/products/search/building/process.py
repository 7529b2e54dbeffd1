"""A build in a separate process with a low priority, so that pages and imports do not share its interpreter and memory.

The steward starts it and sends the database URL to its stdin, which stays open. When stdin closes, the steward has
ended, and the process ends at once. Blocks that are published by then stay valid.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from typing import IO, cast

from catalog.runtime import PROJECT

BUILD_LOCK = 0x6361_7412  # held by the process itself: it may outlive the steward for a moment
NICE = 10
LOOK_SECONDS = 0.2
# One thread and one pool: other threads would spin beside the import, other pools keep memory.
# Freed arrays stay with the process (glibc): getting their pages again takes a third of the time of small steps.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}


class BuildFailed(Exception):
    """The process of a build failed."""


def run(url: str, check: Callable[[], None]) -> int:
    """Index waiting change sets in another process; returns the number of indexed products. Raises BuildFailed.

    `check` may raise to stop it.
    """
    process = start(url)
    try:
        while True:
            check()
            try:
                process.wait(LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                continue
        answer = cast(IO[bytes], process.stdout).read()
    finally:
        stop(process)
    if process.returncode:
        raise BuildFailed(f"The builder of the search index ended with {process.returncode}.")
    return int(answer)


def start(url: str) -> "subprocess.Popen[bytes]":
    """Start the process. It ends when its stdin closes."""
    process = subprocess.Popen(
        [sys.executable, "-m", "catalog.products.search.building.process"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=PROJECT,
        env=os.environ | ENVIRONMENT,
    )
    asked = cast(IO[bytes], process.stdin)
    try:
        asked.write(json.dumps(url).encode() + b"\n")
        asked.flush()
    except BrokenPipeError:
        pass  # it ended at once; its exit code says so
    return process


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End the process if it is still running, and close both pipes."""
    process.kill()
    process.wait()
    for pipe in (process.stdout, process.stdin):
        cast(IO[bytes], pipe).close()


def main() -> None:
    """The process."""
    os.nice(NICE)
    url = json.loads(sys.stdin.buffer.readline())
    threading.Thread(target=_end_with_parent, daemon=True).start()
    # Here, because the steward must not load numpy and Arrow.
    from catalog.products.search.building import segments

    with closing(segments.connect(url)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (BUILD_LOCK,))
        print(segments.run(url))


def _end_with_parent() -> None:
    """Wait for the end of stdin."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(1)


if __name__ == "__main__":
    main()
