"""Undo an import of updates: the time compared with the import, and the time of the preview page."""

import statistics
import time

from bench import browser
from bench.files import Files
from bench.report import Report
from bench.server import Server

MOST_RATIO = 1.5
MOST_PREVIEW = 1.0  # seconds
TIMES = """
SELECT extract(epoch FROM finished_at - started_at)::float, updated
FROM bulk_jobs WHERE undoes_id = %s AND state = 'completed'
"""


def measure(server: Server, files: Files, report: Report, repeat: int) -> None:
    """Change all products by an import, read the preview, undo the import. Then read a preview after later changes."""
    applies: list[float] = []
    undos: list[float] = []
    previews: list[float] = []
    visitor = browser.signed_in(server)
    for _ in range(repeat):
        server.database.reset(files.original)
        done = server.run_import(files.all_changed, "--yes")
        server.database.quiet()
        applies.append(done.timings["applying"])
        change_set_id = change_set(server, done.result["id"])
        previews.append(visitor.time(f"/changes/{change_set_id}/undo"))
        seconds, updated = undo(server, visitor, change_set_id)
        if updated != done.result["updated"]:
            raise SystemExit(f"The import updated {done.result['updated']:,} products, its undo {updated:,}.")
        undos.append(seconds)
    later = _preview_after_changes(server, files, visitor)
    ratio = statistics.median(undos) / statistics.median(applies)
    shown = statistics.median(previews)
    report.table(
        f"Undo of an import that updated {updated:,} products",
        ["", "median", "asked for"],
        [
            ["the apply", f"{statistics.median(applies):.2f} s", ""],
            ["its undo", f"{statistics.median(undos):.2f} s", ""],
            ["ratio", f"{ratio:.2f}", f"{MOST_RATIO}: {_verdict(ratio <= MOST_RATIO)}"],
            ["the preview before", f"{shown:.2f} s", f"{MOST_PREVIEW} s: {_verdict(shown <= MOST_PREVIEW)}"],
            ["the preview when half were changed since", f"{later:.2f} s", ""],
        ],
    )


def change_set(server: Server, import_id: int) -> int:
    """The id of the change set of an import."""
    query = "SELECT change_set_id FROM imports WHERE id = %s"
    return int(server.database.one(query, import_id))


def undo(server: Server, visitor: browser.Browser, change_set_id: int) -> tuple[float, int]:
    """Start the undo and wait for the worker. Returns the seconds of its transaction, and the number of products."""
    page = visitor.get(f"/changes/{change_set_id}/undo")
    token = browser.CSRF.search(page)
    assert token
    visitor.post(f"/changes/{change_set_id}/undo", {"csrf_token": token[1]})
    while not server.database.one(TIMES, change_set_id):
        time.sleep(0.1)
    with server.database.cursor() as cursor:
        cursor.execute(TIMES, (change_set_id,))
        seconds, updated = cursor.fetchone()
    return float(seconds), int(updated)


def _preview_after_changes(server: Server, files: Files, visitor: browser.Browser) -> float:
    """The seconds of a preview after half of the products were changed again. The undo would keep that half."""
    server.database.reset(None)
    first = server.run_import(files.original)
    server.run_import(files.half_changed)
    server.database.quiet()
    change_set_id = change_set(server, first.result["id"])
    return min(visitor.time(f"/changes/{change_set_id}/undo") for _ in range(3))


def _verdict(reached: bool) -> str:
    return "reached" if reached else "NOT REACHED"
