"""A plan of half a million rows for as many products: the time until it can be read, and the speed of its pages."""

import json
import random
import statistics
import time
from urllib.parse import urlencode

from bench import browser
from bench.files import Files
from bench.products import HEADER, Visits
from bench.report import Report
from bench.server import Server

MOST_RATIO = 1.3
MOST_SECONDS = 0.15
POLL_SECONDS = 0.05
QUICK_SECONDS = 10  # the indexes for fast searches are made after the commit
WAITING = """
SELECT extract(epoch FROM clock_timestamp() - started_at) FROM imports
WHERE id = (SELECT max(id) FROM imports) AND state = 'review'
"""
TO_THE_PLAN = ("reading", "checking", "waiting", "planning")


def measure(server: Server, files: Files, report: Report, repeat: int) -> None:
    """Import without and with a review in turn, until the plan is there. Then read the pages of the last plan."""
    straight: list[float] = []
    reviewed: list[float] = []
    import_id = 0
    for _ in range(repeat):
        server.database.reset(files.original)
        done = server.run_import(files.half_changed)
        straight.append(sum(done.timings[name] for name in TO_THE_PLAN))
        server.database.reset(files.original)
        import_id, seconds = _review(server, files)
        reviewed.append(seconds)
        timings = server.database.one("SELECT timings FROM imports WHERE id = %s", import_id)
    ratio = statistics.median(reviewed) / statistics.median(straight)
    report.table(
        f"The plan of {report.rows:,} rows, half of them changed, ready to be looked through",
        ["", "median"],
        [
            ["import without review, up to its plan", f"{statistics.median(straight):.2f} s"],
            ["with review, its diff there to be read", f"{statistics.median(reviewed):.2f} s"],
            ["of it: listing what rows replace, and an index", f"{timings['keeping']:.2f} s"],
            [
                "of it: the commit, and all that no phase counts",
                f"{reviewed[-1] - sum(timings[n] for n in (*TO_THE_PLAN, 'keeping')):.2f} s",
            ],
            ["ratio", f"{ratio:.2f} ({'reached' if ratio <= MOST_RATIO else 'NOT REACHED'}: {MOST_RATIO})"],
        ],
    )
    _pages(server, report, import_id)


def _review(server: Server, files: Files) -> tuple[int, float]:
    """Import the changed file with a review. Returns the import, and the seconds until the plan is visible."""
    command = server.start_import(files.half_changed, "--review")
    found = None
    with server.database.cursor() as cursor:
        while found is None and command.poll() is None:
            time.sleep(POLL_SECONDS)
            cursor.execute(WAITING)
            found = cursor.fetchone()
    output, _ = command.communicate()
    told = json.loads(output)
    if told["state"] != "review" or found is None:
        raise SystemExit(f"The import ended {told['state']}: {told['error']}")
    time.sleep(QUICK_SECONDS)
    return int(told["id"]), float(found[0])


def _pages(server: Server, report: Report, import_id: int) -> None:
    visits = Visits(browser.signed_in(server), random.Random(1))
    size = server.database.one("SELECT review -> 'rows' FROM imports WHERE id = %s", import_id)
    skus = [
        server.database.one("SELECT sku FROM products WHERE id >= %s LIMIT 1", number)
        for number in range(1, size, size // 10)
    ]
    deep = [str(size * tenth // 10) for tenth in range(1, 10)]
    classes: dict[str, list[dict[str, str]]] = {
        "first page": [{}],
        "any page": [{"after": after} for after in deep],
        "the last page": [{"after": str(size - 20)}],
        "one kind": [{"what": what} for what in ("created", "updated", "unchanged", "conflicts")],
        "one field": [{"field": field} for field in ("name", "description", "price", "active", "sku")],
        "one field, deep": [{"field": field, "after": after} for field in ("name", "price") for after in deep[-2:]],
        "search, one SKU": [{"q": sku} for sku in skus],
        "search, common": [{"q": word} for word in ("oak", "oak made", "blk")],
        "search in one kind, one field": [
            {"q": word, "what": what, "field": field}
            for word in ("oak", "o a")
            for what in ("updated", "unchanged")
            for field in ("", "price")
        ],
        "search, nothing": [
            {"q": word, "what": what} for word in ("zzzxq", "qqq xylophone") for what in ("", "unchanged")
        ],
    }
    lines = [
        [name, *visits.read([f"/imports/{import_id}/plan?{urlencode(a)}" for a in asked], MOST_SECONDS)]
        for name, asked in classes.items()
    ]
    report.table(f"Pages of a plan of {size:,} products", HEADER, lines)
