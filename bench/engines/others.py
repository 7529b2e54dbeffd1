"""One engine that is not ours, in a process of its own: `python -m bench.engines.others NAME FILE URL` fills the table `engine`.

Each is written as its manual shows it: read, last row of a SKU wins, rows without a name or a SKU are left out, insert.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import pandas as pd
import psycopg2
from psycopg2.extras import execute_values

CHUNK_ROWS = 100_000
AS_TEXT = {"dtype": str, "keep_default_na": False}


def main() -> None:
    """Fill the table and print the seconds until all rows were read, and until they were committed."""
    name, file, url = sys.argv[1:]
    begun = time.perf_counter()
    staged = 0.0
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        for frame in ENGINES[name](file):
            staged = time.perf_counter() - begun
            rows = frame[["name", "sku", "description"]].itertuples(index=False, name=None)
            execute_values(cursor, "INSERT INTO engine (name, sku, description) VALUES %s", rows, page_size=1000)
    print(json.dumps({"staged": staged, "committed": time.perf_counter() - begun}))


def pandas_chunks(file: str) -> Iterator[pd.DataFrame]:
    """The reference algorithm: chunks of 100,000, each without duplicates."""
    for chunk in pd.read_csv(file, chunksize=CHUNK_ROWS, **AS_TEXT):
        yield _last(chunk)


def dask_default(file: str) -> Iterator[pd.DataFrame]:
    """dask.dataframe cuts the file at line ends, every 64 MB or so."""
    yield _by_dask(file)


def dask_whole(file: str) -> Iterator[pd.DataFrame]:
    """dask.dataframe with blocksize=None: one block a file."""
    yield _by_dask(file, blocksize=None)


def _by_dask(file: str, **options: object) -> pd.DataFrame:
    import dask
    import dask.dataframe as dd

    dask.config.set({"dataframe.convert-string": False})
    return _last(dd.read_csv(file, **AS_TEXT, **options).compute())


def _last(frame: pd.DataFrame) -> pd.DataFrame:
    """The last row of each SKU, of the rows that have a name and a SKU."""
    whole = frame.fillna("")
    whole = whole[(whole["sku"] != "") & (whole["name"] != "")]
    return whole[~whole["sku"].str.lower().duplicated(keep="last")]


ENGINES: dict[str, Callable[[str], Iterator[pd.DataFrame]]] = {
    "pandas-chunks": pandas_chunks,
    "dask-default": dask_default,
    "dask-whole": dask_whole,
}

if __name__ == "__main__":
    main()
