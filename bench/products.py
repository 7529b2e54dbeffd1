"""The product list with ten times the rows: all kinds of pages and searches, the delay of search after an import, and
deleting all products.
"""

import random
import time
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bench import browser
from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server
from catalog.products.listing import encoded

REQUESTS = 200
LIST_SECONDS, SEARCH_SECONDS, BUSY_SECONDS = 0.05, 0.06, 0.06
INDEXED_SECONDS = 15
HEADER = ("class", "p50", "p95", "longest", "requests", "asked for: p95")

# Frequent, less frequent and rare words of `catalog sample`. Rare ones are parts of SKUs, drawn at run time.
COMMON = ("oak", "made", "the", "blk", "oiled", "honest", "spare parts", "oak made")
MIDDLING = ("kestrel", "bookcase", "lambswool", "estre", "żuraw", "copper pan", "drill", "kestrel oak")
SHORT = ("k", "oa", "zu", "ż", "a b", "xq", "9", "%", "é", "m")
FILTERS = ({"active": "true"}, {"active": "false"}, {"name": "oak"}, {"sku": "kst"}, {"description": "oiled"})
SORTS = ("sku", "-sku", "name", "-name", "price", "-price", "updated", "-updated")


@dataclass
class Visits:
    """A visitor, and the kinds of pages that were read so far."""

    visitor: browser.Browser
    chance: random.Random

    def read(self, paths: list[str], most: float) -> list[str]:
        """Send 200 requests of one kind in random order. Returns the line of the table without its name."""
        took = [self.visitor.time(self.chance.choice(paths)) for _ in range(REQUESTS)]
        p95 = percentile(took, 0.95)
        return [
            f"{percentile(took, 0.5) * 1000:.0f} ms",
            f"{p95 * 1000:.0f} ms",
            f"{max(took) * 1000:.0f} ms",
            str(len(took)),
            f"{most * 1000:.0f} ms: {'reached' if p95 <= most else 'NOT REACHED'}",
        ]


def measure(server: Server, files: Files, report: Report, *, filled: bool) -> None:
    """Fill the catalog, wait for the index, then read. One that is `filled` is only read."""
    if not filled:
        server.database.reset(None)
        server.run_import(files.large)
        waited = indexed(server)
        print(f"\n  {10 * files.rows:,} rows were searchable by index {waited:.0f} s after their import.", flush=True)
    visits = Visits(browser.signed_in(server), random.Random(1))
    lines = [[name, *visits.read(paths, most)] for name, (paths, most) in classes(server, visits.visitor).items()]
    report.table(
        f"The product list at {server.database.one('SELECT products FROM catalog_total'):,} products", HEADER, lines
    )
    if not filled:
        _while_importing(server, files, report, visits)


def classes(server: Server, visitor: browser.Browser) -> dict[str, tuple[list[str], float]]:
    """Kinds of pages: their addresses, and the seconds that are asked for."""
    skus = [
        server.database.one("SELECT sku FROM products WHERE id >= %s LIMIT 1", number)
        for number in range(1000, 4_000_000, 200_000)
    ]
    rare = [sku.split("-")[2] for sku in skus if sku] + ["zzzxq", "xylophone"]
    searches = {"rare": rare, "middling": MIDDLING, "common": COMMON, "one or two letters": SHORT}
    classes = {
        "list and its next page": (_with_next(visitor, [{}]), LIST_SECONDS),
        "10,000 pages deep": (_deep(server), LIST_SECONDS),
        "filter": (_with_next(visitor, [*FILTERS[:2]]), LIST_SECONDS),
        "sort": (_with_next(visitor, [{"sort": sort} for sort in SORTS]), LIST_SECONDS),
    }
    for name, words in searches.items():
        classes[f"search, {name}"] = (_with_next(visitor, [{"q": word} for word in words]), SEARCH_SECONDS)
        both = [{"q": word, **some} for word in words for some in FILTERS[:2]]
        classes[f"search, {name}, filtered"] = ([_path(query) for query in both], SEARCH_SECONDS)
    classes["search in one field"] = ([_path(some) for some in FILTERS[2:]], SEARCH_SECONDS)
    sorted_ = [{"q": word, "sort": sort} for word in (*MIDDLING, *COMMON) for sort in SORTS[2:]]
    classes["search, sorted otherwise"] = ([_path(query) for query in sorted_], SEARCH_SECONDS)
    return classes


def _path(query: dict[str, str]) -> str:
    return f"/products?{urlencode(query)}"


def _with_next(visitor: browser.Browser, queries: list[dict[str, str]]) -> list[str]:
    """The addresses of these pages, and of their next pages."""
    paths = []
    for query in queries:
        path = _path(query)
        paths.append(path)
        page = visitor.get(path)
        if 'rel="next"' in page:
            link = page.split('rel="next"')[1].split('href="')[1].split('"')[0]
            paths.append(link.replace("&amp;", "&"))
    return paths


def _deep(server: Server) -> list[str]:
    """Addresses of the 10,000th page and later ones."""
    paths = []
    for offset in range(500_000, 4_000_000, 500_000):
        key = server.database.one(
            'SELECT sku_key(sku) FROM products ORDER BY sku_key(sku) COLLATE "C" OFFSET %s LIMIT 1', offset
        )
        if key:
            paths.append(f"/products?cursor={quote(encoded('after', 'sku', (key, 0)))}")
    return paths or ["/products"]


def _while_importing(server: Server, files: Files, report: Report, visits: Visits) -> None:
    """Import into the full catalog: the speed of pages during the import, and the delay of search after it."""
    begun = time.perf_counter()
    command = server.start_import(files.others)
    took: list[float] = []
    while command.poll() is None:
        took.append(visits.visitor.time("/products"))
        time.sleep(0.02)
    imported = server.end_import(command, begun)
    waited = indexed(server)
    p95 = percentile(took, 0.95)
    lines = [
        [
            "list pages meanwhile, p95",
            f"{p95 * 1000:.0f} ms",
            f"{BUSY_SECONDS * 1000:.0f} ms: {_verdict(p95 <= BUSY_SECONDS)}",
        ],
        ["import", f"{imported.seconds:.1f} s", "see section import: nothing of search is in its way"],
        ["then indexed after", f"{waited:.0f} s", f"{INDEXED_SECONDS} s: {_verdict(waited <= INDEXED_SECONDS)}"],
    ]
    report.table(f"An import of {files.rows:,} other rows into it", ["what", "measured", "asked for"], lines)


def indexed(server: Server) -> float:
    """Wait until search knows all products. Returns the seconds."""
    begun = time.perf_counter()
    while server.database.one("SELECT count(*) FROM change_sets WHERE NOT indexed AND created + updated >= 2000"):
        time.sleep(0.2)
    return time.perf_counter() - begun


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
