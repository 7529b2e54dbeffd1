"""Run every engine on every file, in turn, and print one table a file."""

import json
import os
import resource
import statistics
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import floor
from bench.engines import made
from bench.engines.made import Row, Truth
from bench.engines.others import ENGINES
from bench.report import Report, spread
from bench.server import Server

LOOK_SECONDS = 0.05
OURS = {"ours alone": "", "ours over Dask, local": "local"}
TABLE = "DROP TABLE IF EXISTS engine; CREATE TABLE engine (name text, sku text, description text)"
NOTE = (
    "CPU and memory are those of the engine's processes, without PostgreSQL. Every figure is measured here; more cores are not extrapolated. "
    "Wrong: the digest differs from that of Python's csv module, so the engine gets no rank."
)


@dataclass(frozen=True)
class Ran:
    """One run of an engine."""

    staged: float
    committed: float
    whole: float  # seconds with the start of the process
    cpu: float
    peak_bytes: int
    ranges: int


def measure(server: Server, report: Report, rows: int, repeat: int) -> None:
    """Compare the engines on each kind of file."""
    for kind in made.KINDS:
        file = server.work / f"{kind}.csv"
        made.write(file, kind, rows)
        _compare(server, report, file, repeat)


def _compare(server: Server, report: Report, file: Path, repeat: int) -> None:
    truth = made.truth(file)
    names = ["floor (psql)", *OURS, *ENGINES]
    runs: dict[str, list[Ran]] = {name: [] for name in names}
    verdicts: dict[str, list[str]] = {}
    for _ in range(repeat):
        for name in names:  # interleaved: what disturbs the machine disturbs all of them
            ran = _run(server, name, file)
            if isinstance(ran, Ran):
                runs[name].append(ran)
                verdict = judged(truth, _rows(server, name))
            else:
                verdict = ["-"] * 4 + [f"failed: {ran}"]
            if verdicts.get(name, ["equal"])[-1] == "equal":  # one wrong run is enough
                verdicts[name] = verdict
    right = [name for name in names if runs[name] and verdicts[name][-1] == "equal"]
    ranked = sorted(right, key=lambda name: statistics.median(ran.committed for ran in runs[name]))
    base = [ran.committed for ran in runs[names[0]]]
    lines = []
    for name in [*ranked, *(name for name in names if name not in ranked)]:
        rank = str(ranked.index(name) + 1) if name in ranked else "-"
        lines.append([rank, name, *_figures(runs[name], base), *verdicts[name]])
    report.table(
        f"Engines, {file.name}: {file.stat().st_size / 1000**2:.1f} MB, {len(truth.products):,} products",
        [
            "rank",
            "engine",
            "staged",
            "committed",
            "ratio",
            "start-up",
            "CPU",
            "peak",
            "ranges",
            "lost",
            "doubled",
            "wrong",
            "last wins",
            "digest",
        ],
        lines,
        NOTE,
    )


def _figures(runs: list[Ran], base: list[float]) -> list[str]:
    if not runs:
        return ["-"] * 7
    committed, peak = [ran.committed for ran in runs], max(ran.peak_bytes for ran in runs)
    ratio = f"{statistics.median(committed) / statistics.median(base):.1f}" if base else "-"
    return [
        spread([ran.staged for ran in runs]),
        spread(committed),
        ratio,
        f"{statistics.median(ran.whole - ran.committed for ran in runs):.1f} s",
        f"{statistics.median(ran.cpu for ran in runs):.1f} s",
        f"{peak / 1000**2:.0f} MB" if peak else "-",
        str(max(ran.ranges for ran in runs)),
    ]


def _run(server: Server, name: str, file: Path) -> Ran | str:
    """One run into empty tables; a text says why it failed."""
    server.database.reset(None)
    with server.database.cursor() as cursor:
        cursor.execute(TABLE)
    if name in OURS:
        return _process([sys.executable, "-m", "bench.engines.ours", str(file)], _settings(server, OURS[name]))
    if name in ENGINES:
        return _process([sys.executable, "-m", "bench.engines.others", name, str(file), server.database.url], None)
    before = _cpu()
    try:
        ran = floor.run(server.database.url, file, "products")
    except SystemExit as failure:
        return _brief(str(failure).split("ERROR:")[-1].splitlines()[0])
    return Ran(ran.steps["copy"], ran.seconds, ran.seconds, _cpu() - before, 0, 0)


def _settings(server: Server, dask: str) -> dict[str, str]:
    """The servers, but another queue: the workers of `catalog up` must not take the import."""
    redis = server.command("url", "redis").stdout.strip()
    secret = (server.work / "home" / "secret").read_text().strip()
    return server.environment | {
        "DATABASE_URL": server.database.url,
        "REDIS_URL": f"{redis}{'&' if '?' in redis else '?'}db=9",
        "SECRET_KEY": secret,
        "CATALOG_DASK": dask,
        "CATALOG_DASK_FROM_BYTES": "1",
    }


def _process(command: list[str], environment: dict[str, str] | None) -> Ran | str:
    before, begun = _cpu(), time.perf_counter()
    with subprocess.Popen(
        command, env=environment or dict(os.environ), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        peak: list[int] = [0]
        watcher = threading.Thread(target=_watch, args=(process, peak))
        watcher.start()
        output, errors = process.communicate()
        watcher.join()
    whole = time.perf_counter() - begun
    if process.returncode:
        return _brief((errors.strip().splitlines() or ["without a word"])[-1])
    told = json.loads(output.splitlines()[-1])
    return Ran(told["staged"], told["committed"], whole, _cpu() - before, peak[0], told.get("ranges", 0))


def _brief(error: str) -> str:
    return " ".join(error.split())[:90]


def _watch(process: "subprocess.Popen[str]", peak: list[int]) -> None:
    """The highest memory of the process and all below it."""
    while process.poll() is None:
        with suppress(psutil.Error):
            root = psutil.Process(process.pid)
            total = 0
            for one in (root, *root.children(recursive=True)):
                with suppress(psutil.Error):
                    total += one.memory_info().rss
            peak[0] = max(peak[0], total)
        time.sleep(LOOK_SECONDS)


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _rows(server: Server, name: str) -> list[Row]:
    table = "engine" if name in ENGINES else "products"
    with server.database.cursor() as cursor:
        cursor.execute(f"SELECT name, sku, description FROM {table}")
        return [tuple(row) for row in cursor]


def judged(truth: Truth, rows: list[Row]) -> list[str]:
    """Numbers of products lost, doubled and wrong, whether the last row of a SKU wins, and whether the digest is equal."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[1].lower(), []).append(row)
    lost = sum(key not in found for key in truth.products)
    doubled = sum(len(same) > 1 for same in found.values())
    wrong = sum(truth.products.get(key) not in same for key, same in found.items())
    last = all(found.get(key) == [truth.products[key]] for key in truth.repeated)
    equal = made.digest(rows) == truth.digest
    return [f"{lost:,}", f"{doubled:,}", f"{wrong:,}", "yes" if last else "NO", "equal" if equal else "WRONG"]
