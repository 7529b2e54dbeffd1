"""How long an import stops when its worker is killed: from SIGKILL until another worker has its lease."""

import random
import statistics
import time

import psutil

from bench.files import Files
from bench.report import Report, percentile
from bench.server import Server

KILLS = 20
LATEST_SECONDS = 1.5  # after the start of the import
MOST_SECONDS = 15.0
LOOK_SECONDS = 0.02
HELD = (
    "SELECT id, lease_epoch, lease_owner FROM imports WHERE state IN ('reading', 'applying') AND lease_owner IS NOT "
    "NULL"
)


def measure(server: Server, files: Files, report: Report) -> None:
    """During an import, kill the process of the job, alone or with its worker in turn. Every import must complete."""
    chance = random.Random(7)
    stood: dict[str, list[float]] = {"the job": [], "the job and its worker": []}
    for kill in range(KILLS):
        killed = list(stood)[kill % len(stood)]
        server.database.reset(None)
        begun = time.perf_counter()
        command = server.start_import(files.original)
        import_id, epoch, job = _taken(server)
        time.sleep(chance.uniform(0, LATEST_SECONDS))
        worker = job.parent()
        for process in [job] if killed == "the job" or worker is None else [worker, job]:
            process.kill()
        stood[killed].append(_until_taken_again(server, import_id, epoch))
        server.end_import(command, begun)
    report.table(
        f"Take-over of an import of {files.rows:,} rows",
        ["SIGKILL of", "times", "median", "p95", "asked for"],
        [
            [
                killed,
                str(len(times)),
                f"{statistics.median(times):.1f} s",
                f"{(p95 := percentile(times, 0.95)):.1f} s",
                f"{MOST_SECONDS:.0f} s: {'reached' if p95 <= MOST_SECONDS else 'NOT REACHED'}",
            ]
            for killed, times in stood.items()
        ],
    )


def _taken(server: Server) -> tuple[int, int, psutil.Process]:
    """Wait until a process has a lease. Returns the import, the epoch of the lease, and the process."""
    while True:
        with server.database.cursor() as cursor:
            cursor.execute(HELD)
            if found := cursor.fetchone():
                import_id, epoch, owner = found
                return import_id, epoch, psutil.Process(int(owner.rsplit(":", 1)[1]))
        time.sleep(LOOK_SECONDS)


def _until_taken_again(server: Server, import_id: int, epoch: int) -> float:
    """Wait until the lease has another epoch. Returns the seconds."""
    begun = time.perf_counter()
    query = "SELECT lease_epoch FROM imports WHERE id = %s AND finished_at IS NULL"
    while (now := server.database.one(query, import_id)) == epoch:
        time.sleep(LOOK_SECONDS)
    if now is None:
        raise SystemExit("An import had ended before it was killed. Take more --rows.")
    return time.perf_counter() - begun
