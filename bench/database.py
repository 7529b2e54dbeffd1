"""The database of the benchmark: starting points, checks, and its speed."""

import statistics
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from bench import floor
from catalog.ops import ownership

# The columns of `products` with only the unique index: no primary key and no checks.
BARE = """
CREATE TABLE floor_bare (LIKE products INCLUDING DEFAULTS);
CREATE UNIQUE INDEX ON floor_bare (sku_key(sku) COLLATE "C")
"""
# Pending work of the index belongs to the catalog before, and would disturb the measurement.
QUIET = """
UPDATE change_sets SET indexed = true WHERE NOT indexed;
SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'catalog index'
"""
EMPTY = f"""
{QUIET};
DELETE FROM search_segments;
DROP TABLE IF EXISTS floor_staging, floor_bare;
TRUNCATE products, product_changes RESTART IDENTITY;
UPDATE catalog_total SET products = 0
"""
COUNTED = "UPDATE catalog_total SET products = (SELECT count(*) FROM products)"


class Database:
    """One database, which can be reset to the same starting point again and again."""

    def __init__(self, url: str) -> None:
        self.url = url

    def reset(self, filled_with: Path | None, target: str = "products") -> None:
        """Empty `target`, or fill it with this file. Then vacuum it, and write its pages to the disk."""
        with self.cursor() as cursor:
            cursor.execute(EMPTY)
            if target == "floor_bare":
                cursor.execute(BARE)
        if filled_with:
            floor.run(self.url, filled_with, target)
        with self.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS floor_staging")
            cursor.execute(COUNTED)
            cursor.execute(f"VACUUM ANALYZE {target}")
            cursor.execute("VACUUM ANALYZE product_changes")
        with self.cursor(user=ownership.SETUP) as cursor:
            cursor.execute("CHECKPOINT")  # for the whole server, so the owner of the database may not do it

    def quiet(self) -> None:
        """Keep search from indexing the new products now."""
        with self.cursor() as cursor:
            cursor.execute(QUIET)

    def one(self, query: str, *values: object) -> Any:
        """The first column of the first row of a query. None if there is no row."""
        with self.cursor() as cursor:
            cursor.execute(query, values)
            row = cursor.fetchone()
        return row and row[0]

    def select_one_ms(self) -> float:
        """Median time of SELECT 1, in milliseconds."""
        took = []
        with self.cursor() as cursor:
            for _ in range(500):
                begun = time.perf_counter()
                cursor.execute("SELECT 1")
                cursor.fetchone()
                took.append(time.perf_counter() - begun)
        return statistics.median(took) * 1000

    @contextmanager
    def cursor(self, user: str = ownership.ROLE) -> Iterator[Any]:
        """A cursor that commits each statement."""
        with closing(psycopg2.connect(self.url, user=user)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                yield cursor
