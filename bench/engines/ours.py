"""One import by Catalog in a process of its own: `python -m bench.engines.ours FILE`. The environment names the servers, and CATALOG_DASK."""

import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from catalog import importer
from catalog.config import Settings
from catalog.imports import control
from catalog.imports.intake import receive, uploads
from catalog.imports.ranges import cluster
from catalog.imports.run import whole_file
from catalog.people import COMMAND_LINE
from catalog.runtime.core import create_core


def main() -> None:
    """Import the file and print the seconds, and how many ranges Dask has read."""
    file = Path(sys.argv[1])
    ranges = _counted()
    with create_core(Settings()).app_context():
        upload = uploads.begin()
        with file.open("rb") as stream:
            upload.take(stream)
        options = importer.Options(confirmed=True)
        import_id = receive.receive(COMMAND_LINE, upload, file.name, options, as_new=True).id
        begun = time.perf_counter()
        whole_file.run(import_id)
        committed = time.perf_counter() - begun
        row = control.get(import_id)
    if row is None or row.state != "completed":
        raise SystemExit(f"The import ended {row and row.state}: {row and row.error}")
    staged = row.timings["reading"] + row.timings["checking"]
    print(json.dumps({"staged": staged, "committed": committed, "ranges": len(ranges)}))


def _counted() -> list[int]:
    """The numbers of the ranges that Dask reads from now on."""
    numbers: list[int] = []
    results = cluster.results

    def counted(*given: Any) -> Iterator[importer.RangeRead]:
        for one in results(*given):
            numbers.append(one.number)
            yield one

    cluster.results = counted
    return numbers


if __name__ == "__main__":
    main()
