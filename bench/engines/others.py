"""One engine that is not ours, in a process of its own: `python -m bench.engines.others NAME URL FILE...`.

Each reads the files as its manual shows it, everything as text, and its rows go in their order by COPY into a staging
table. Then the floor's own MERGE brings them into `products`, so that every engine ends in the same committed state.
"""

import csv
import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
from psycopg2.extras import execute_values

from bench import floor

CHUNK_ROWS = 100_000
AS_TEXT = {"dtype": str, "keep_default_na": False}
STAGING = (
    "DROP TABLE IF EXISTS floor_staging; CREATE UNLOGGED TABLE floor_staging (name text, sku text, description text)"
)
COPY = "COPY floor_staging FROM STDIN (FORMAT csv, FORCE_NOT_NULL (name, sku, description))"
UNUSABLE = "DELETE FROM floor_staging WHERE name = '' OR sku = ''"
FIELDS = ["name", "sku", "description"]
WORKERS = {"scheduler": "threads", "num_workers": 2}

Stage = Callable[[Any, list[str]], None]


def main() -> None:
    """Fill the catalog and print the seconds until all rows were in PostgreSQL, and until they were committed."""
    name, url, *files = sys.argv[1:]
    stage = ENGINES[name]()  # loads the library, which is a part of the start-up
    loaded, begun = time.process_time(), time.perf_counter()
    with closing(psycopg2.connect(url)) as connection:
        with connection, connection.cursor() as cursor:
            cursor.execute(STAGING)
            stage(cursor, files)
            cursor.execute(UNUSABLE)
        staged = time.perf_counter() - begun
        connection.autocommit = True
        with connection.cursor() as cursor:
            for statement in floor.merge("products"):
                cursor.execute(statement)
    print(json.dumps({"staged": staged, "committed": time.perf_counter() - begun, "loaded": loaded}))


def pandas_chunks() -> Stage:
    """The reference algorithm: chunks of 100,000 rows, each without duplicates, inserted in bulk."""
    import pandas as pd

    def stage(cursor: Any, files: list[str]) -> None:
        for file in files:
            for chunk in pd.read_csv(file, chunksize=CHUNK_ROWS, **AS_TEXT):
                last = chunk[~chunk["sku"].str.lower().duplicated(keep="last")].fillna("")
                rows = last[FIELDS].itertuples(index=False, name=None)
                execute_values(cursor, "INSERT INTO floor_staging VALUES %s", rows, page_size=1000)

    return stage


def dask_default() -> Stage:
    """dask.dataframe cuts the file at line ends, every 64 MB or so."""
    return _dask()


def dask_whole() -> Stage:
    """dask.dataframe with blocksize=None: one block a file."""
    return _dask(blocksize=None)


def _dask(**options: object) -> Stage:
    import dask
    import dask.dataframe as dd

    dask.config.set({"dataframe.convert-string": False})

    def stage(cursor: Any, files: list[str]) -> None:
        frame = dd.read_csv(files, **AS_TEXT, **options).compute(**WORKERS)
        _copy(cursor, (part.to_csv(index=False, header=False).encode() for part in _parts(frame[FIELDS])))

    return stage


def _parts(frame: Any) -> Iterator[Any]:
    return (frame.iloc[begin : begin + CHUNK_ROWS] for begin in range(0, len(frame), CHUNK_ROWS))


def polars() -> Stage:
    """polars reads with all cores."""
    import os

    import polars as pl

    bucket = {
        "aws_endpoint_url": os.environ.get("AWS_ENDPOINT_URL", ""),
        "aws_region": "us-east-1",
        "aws_allow_http": "true",
    }

    def stage(cursor: Any, files: list[str]) -> None:
        options = {"storage_options": bucket} if files[0].startswith("s3://") else {}
        frame = pl.scan_csv(files, infer_schema=False, **options).select(FIELDS).collect()
        slices = frame.iter_slices(CHUNK_ROWS)
        _copy(cursor, (part.write_csv(include_header=False).encode() for part in slices))

    return stage


def duckdb_parallel() -> Stage:
    """DuckDB with its parallel reader, the default."""
    return _duckdb(parallel=True)


def duckdb_alone() -> Stage:
    """DuckDB with parallel=false."""
    return _duckdb(parallel=False)


def _duckdb(*, parallel: bool) -> Stage:
    import duckdb
    from pyarrow import csv as arrow_csv

    def stage(cursor: Any, files: list[str]) -> None:
        options = {"header": True, "all_varchar": True, "delimiter": ",", "quotechar": '"', "escapechar": '"'}
        found = duckdb.read_csv(files, parallel=parallel, **options).project(", ".join(FIELDS))
        _copy(cursor, map(written, found.to_arrow_reader(CHUNK_ROWS)))

    def written(batch: Any) -> bytes:
        text = io.BytesIO()
        arrow_csv.write_csv(batch, text, arrow_csv.WriteOptions(include_header=False))
        return text.getvalue()

    return stage


def csv_module() -> Stage:
    """Python's csv module, row by row: what the others are judged by."""

    def stage(cursor: Any, files: list[str]) -> None:
        _copy(cursor, (part for file in files for part in parts(file)))

    def parts(file: str) -> Iterator[bytes]:
        with Path(file).open(encoding="utf-8", newline="") as stream:
            rows = csv.reader(stream)
            next(rows)
            text = io.StringIO()
            writer = csv.writer(text)
            for row in rows:
                if len(row) == len(FIELDS):
                    writer.writerow(row)
                if text.tell() > 1 << 20:
                    yield text.getvalue().encode()
                    text.seek(0)
                    text.truncate()
            yield text.getvalue().encode()

    return stage


def _copy(cursor: Any, parts: Iterator[bytes]) -> None:
    cursor.copy_expert(COPY, _Stream(parts), size=1 << 20)


class _Stream:
    """Parts of bytes as a file that is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts = parts
        self._rest = b""

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`."""
        if not self._rest:
            self._rest = next(self._parts, b"")
        data, self._rest = self._rest[:size], self._rest[size:]
        return data


ENGINES: dict[str, Callable[[], Stage]] = {
    "pandas-chunks": pandas_chunks,
    "csv-module": csv_module,
    "dask-default": dask_default,
    "dask-whole": dask_whole,
    "polars": polars,
    "duckdb-parallel": duckdb_parallel,
    "duckdb-alone": duckdb_alone,
}

if __name__ == "__main__":
    main()
