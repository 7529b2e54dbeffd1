"""Imports by Catalog in a process of its own.

`python -m bench.engines.ours [--cluster 2x1 [--kill worker]] [--side-by-side N] FILE...`

The environment names the servers, and CATALOG_DASK if there is no `--cluster`. The files are imported one after
the other.
"""

import argparse
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

import psutil
import psycopg2

from bench.engines import clusters
from catalog import importer
from catalog.importer.ranges import index
from catalog.imports import control
from catalog.imports.intake import receive, uploads
from catalog.imports.ranges import spread
from catalog.imports.run import whole_file
from catalog.people import COMMAND_LINE
from catalog.runtime import Settings
from catalog.runtime.core import create_core

PARTS = 4  # ranges of a file that is smaller than four times 64 MB
LOOK_SECONDS = 0.005


def main() -> None:
    """Import the files and print the seconds, and how many ranges other processes have read."""
    arguments = _arguments()
    if arguments.side_by_side > 1:
        print(json.dumps(_side_by_side(arguments.files, arguments.side_by_side)))
        return
    with ExitStack() as stack:
        if arguments.cluster:
            cluster = stack.enter_context(clusters.standing(arguments.cluster))
            os.environ["CATALOG_DASK"] = cluster.address
        killing = stack.enter_context(_killing(cluster, arguments.kill)) if arguments.kill else []
        before = _of_children()  # a cluster that is ready
        result = _import(arguments.files)
        result["loaded"] += before
        result["work"] = time.process_time() + _of_children() - result["loaded"]  # the end of the processes costs, too
    if arguments.kill and not killing:
        raise SystemExit("All ranges were read before anything could be killed.")
    print(json.dumps(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--cluster", help="processes x threads")
    parser.add_argument("--kill", choices=("worker", "scheduler"), help="while the first range is being read")
    parser.add_argument("--side-by-side", type=int, default=1, help="processes that share the files")
    return parser.parse_args()


def _import(files: list[Path]) -> dict[str, float]:
    """Seconds of all files together, by phase; `committed` is what the whole took."""
    noted = _noted()
    with create_core(Settings()).app_context():
        stored = [_stored(file) for file in files]
        spread.RANGE_BYTES = min(spread.RANGE_BYTES, max(file.stat().st_size for file in files) // PARTS)
        loaded, begun = time.process_time(), time.perf_counter()
        ids = [_imported(file, upload) for file, upload in zip(files, stored, strict=True)]
        committed = time.perf_counter() - begun
        phases = Counter[str]()
        for import_id in ids:
            phases.update(_phases(import_id))
    staged = phases["reading"] + phases["checking"]
    return {"staged": staged, "committed": committed, "loaded": loaded, **noted, **phases}


def _of_children() -> float:
    """CPU seconds of the processes below this one."""
    return sum(sum(one.cpu_times()[:4]) for one in psutil.Process().children(recursive=True))


def _stored(file: Path) -> uploads.Upload:
    """The file in the storage, as after an upload."""
    upload = uploads.begin()
    with file.open("rb") as stream:
        upload.take(stream)
    return upload


def _imported(file: Path, upload: uploads.Upload) -> int:
    """Import the file. A worker of `catalog up` takes one that waits for a moment, so it is made only now."""
    options = importer.Options(confirmed=True)
    import_id = receive.receive(COMMAND_LINE, upload, file.name, options, as_new=True).id
    whole_file.run(import_id)
    return import_id


def _phases(import_id: int) -> dict[str, float]:
    row = control.get(import_id)
    if row is None or row.state != "completed":
        raise SystemExit(f"The import ended {row and row.state}: {row and row.error}")
    return {phase: row.timings.get(phase, 0.0) for phase in ("reading", "checking", "waiting", "planning", "applying")}


def _noted() -> dict[str, float]:
    """The ranges that others read, and the seconds of the index; counted from now on."""
    noted = {"ranges": 0, "index": 0.0}
    found = index.ranges

    def timed(*given: Any) -> Iterator[importer.Range]:
        ranges = found(*given)
        while True:
            begun = time.perf_counter()
            one = next(ranges, None)
            noted["index"] += time.perf_counter() - begun
            if one is None:
                return
            yield one

    in_cluster = spread._in_cluster

    def counted(*given: Any) -> Iterator[importer.RangeRead]:
        for one in in_cluster(*given):
            noted["ranges"] += 1
            yield one

    index.ranges, spread._in_cluster = timed, counted
    return noted


@contextmanager
def _killing(cluster: clusters.Cluster, victim: str) -> Iterator[list[str]]:
    """Kill a process of the cluster while a range is being written. The list has it then."""
    killed, over = list[str](), threading.Event()

    def kill() -> None:
        with closing(psycopg2.connect(os.environ["DATABASE_URL"])) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            while not killed and not over.wait(LOOK_SECONDS):
                cursor.execute(clusters.IN_RANGES)
                if cursor.fetchall()[0][0]:
                    cluster.kill(victim)
                    killed.append(victim)

    thread = threading.Thread(target=kill)
    thread.start()
    try:
        yield killed
    finally:
        over.set()
        thread.join()


def _side_by_side(files: list[Path], number: int) -> dict[str, float]:
    """The files shared among processes, as several workers would take them."""
    shares = [list(map(str, files[first::number])) for first in range(number)]
    command = [sys.executable, "-m", "bench.engines.ours"]
    running = [subprocess.Popen([*command, *share], stdout=subprocess.PIPE, text=True) for share in shares if share]
    outputs = [one.communicate()[0] for one in running]
    if any(one.returncode for one in running):
        raise SystemExit("One of the processes failed.")
    results = [json.loads(output.splitlines()[-1]) for output in outputs]
    return {name: max(result[name] for result in results) for name in ("staged", "committed", "loaded")}


if __name__ == "__main__":
    main()
