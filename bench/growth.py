"""What grows how with the catalog: the same small work in catalogs of growing size.

It also tells what 50,000,000 products would need by a straight line.

The catalog grows by Catalog's own imports, so the log, the search index and the statistics are those of real use.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from bench import browser, products, undoing
from bench.files import Files
from bench.report import Report
from bench.server import Server
from catalog.changes import old_values
from catalog.imports.intake import sample

SIZES = (500_000, 2_000_000, 5_000_000)
GOAL = 50_000_000
FARTHEST = 25  # times the largest measured size; beyond it a line says nothing
REQUESTS = 40
PAGES = ("list and its next page", "10,000 pages deep", "search, rare", "search, middling", "search, common")
SPACE = {
    "disk: products": "SELECT pg_table_size('products')",
    "disk: indexes of products": "SELECT pg_indexes_size('products')",
    "disk: search": """
SELECT sum(pg_total_relation_size(name::regclass))::bigint
FROM unnest(ARRAY['search_blocks', 'search_postings', 'search_orders']) AS name
""",
}
EXPIRE = "UPDATE change_sets SET pruned_at = now() WHERE pruned_at IS NULL"
LOGGED = "SELECT count(*) FROM product_changes"
NOTE = (
    "Extrapolated: a straight line through the measured sizes (least squares), never below the largest measured value. "
    "A look-up in a B-tree grows slower than that; what no longer fits into memory grows faster."
)


@dataclass
class Grown:
    """What was measured at each size. The unit is a part of the name."""

    sizes: list[int] = field(default_factory=list)
    values: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, value: float) -> None:
        """Add a value of the size that was added last."""
        self.values.setdefault(name, []).append(value)

    def at(self, name: str, size: int) -> float:
        """The value by a straight line."""
        values = self.values[name]
        if len(values) < 2:
            return values[-1]
        line = statistics.linear_regression(self.sizes, values)
        return max(line.intercept + line.slope * size, *values)


def measure(server: Server, files: Files, report: Report, sizes: tuple[int, ...]) -> None:
    """Let the catalog grow, and do the same work at each size."""
    server.database.reset(None)
    grown = Grown()
    visitor = browser.signed_in(server)
    rows = files.rows
    for number, size in enumerate(sorted(sizes)):
        missing = size - int(server.database.one("SELECT products FROM catalog_total"))
        if missing > 0:
            server.run_import(_file(files, "growth", _rows_for(missing), seed=100 + number), "--yes")
        products.indexed(server)
        grown.sizes.append(int(server.database.one("SELECT products FROM catalog_total")))
        _measure_once(server, files, visitor, grown, first=min(sizes))
    report.table(f"The same work in growing catalogs; imports have {rows:,} rows", _header(grown), _lines(grown), NOTE)


def _rows_for(wanted: int) -> int:
    """Rows of the sample that make so many products."""
    return wanted * 100 // (100 - sample.DUPLICATES)


def _measure_once(server: Server, files: Files, visitor: browser.Browser, grown: Grown, first: int) -> None:
    changed = _file(files, "changed", min(files.rows, _rows_for(first)), seed=100, changed=1)
    new = _file(files, "new", files.rows, seed=77)
    for name, file in (("known products", changed), ("new products", new)):
        done = server.run_import(file, "--yes")
        server.database.quiet()
        grown.add(f"import of {name}, s", done.seconds)
        grown.add(f"import of {name}: its plan, s", done.timings["planning"])
        change_set = undoing.change_set(server, done.result["id"])
        grown.add(f"undo of {name}, s", undoing.undo(server, visitor, change_set)[0])
        server.database.quiet()
    classes = products.classes(server, visitor)
    for name in PAGES:
        paths = classes[name][0]
        took = [visitor.time(paths[number % len(paths)]) for number in range(REQUESTS)]
        grown.add(f"{name}, ms (median)", statistics.median(took) * 1000)
    logged = int(server.database.one(LOGGED))
    grown.add("deletion of 100,000 old values, s", _timed(lambda: _prune(server)) * 100_000 / max(logged, 1))
    for name, query in SPACE.items():
        grown.add(f"{name}, MB", float(server.database.one(query)) / 1000**2)
    backup = server.work / "growth.backup"
    grown.add("backup, s", _timed(lambda: _backup(server, backup)))
    grown.add("backup, MB", backup.stat().st_size / 1000**2)
    backup.unlink()


def _prune(server: Server) -> None:
    """Let all old values expire, and delete them as the steward does."""
    statement = str(old_values.DELETE_SOME).replace(":rows", "%s")
    with server.database.cursor() as cursor:
        cursor.execute(EXPIRE)
        while server.database.one(LOGGED):
            cursor.execute(statement, (old_values.ROWS_AT_ONCE,))


def _backup(server: Server, file: Path) -> None:
    done = server.command("backup", str(file))
    if done.returncode:
        raise SystemExit(f"The backup failed: {done.stderr[-500:]}")


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _file(files: Files, name: str, rows: int, *, seed: int, changed: float = 0) -> Path:
    path = files.folder / f"{name}-{rows}-{seed}.csv"
    if not path.exists():
        with path.open("wb") as stream:
            sample.write(stream, rows, seed, changed=changed)
    return path


def _header(grown: Grown) -> list[str]:
    return ["what", *(f"{size:,}" for size in grown.sizes), f"{GOAL:,} (extrapolated)"]


def _lines(grown: Grown) -> list[list[str]]:
    return [
        [name, *(f"{value:,.2f}" for value in values), _extrapolated(grown, name)]
        for name, values in grown.values.items()
    ]


def _extrapolated(grown: Grown, name: str) -> str:
    return f"{grown.at(name, GOAL):,.1f}" if GOAL <= FARTHEST * max(grown.sizes) else "-"
