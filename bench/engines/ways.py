"""How each engine is started on some files, and what it cost: its own processes, and those of PostgreSQL."""

import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench import floor
from bench.engines import family
from bench.engines.others import ENGINES
from bench.server import Server

FLOOR = "floor (psql)"
ALONE, LOCAL = "Catalog alone", "Catalog over Dask, local"
DASK_1X1, DASK_1X2, DASK_2X1 = (f"Catalog over Dask, {shape}" for shape in ("1x1", "1x2", "2x1"))
SIDE_BY_SIDE = "Catalog, 2 workers"
WORKER_KILLED, SCHEDULER_KILLED = f"{DASK_2X1}, worker killed", f"{DASK_2X1}, scheduler killed"
OURS: dict[str, list[str]] = {
    ALONE: [],
    LOCAL: [],
    DASK_1X1: ["--cluster", "1x1"],
    DASK_1X2: ["--cluster", "1x2"],
    DASK_2X1: ["--cluster", "2x1"],
    SIDE_BY_SIDE: ["--side-by-side", "2"],
    WORKER_KILLED: ["--cluster", "2x1", "--kill", "worker"],
    SCHEDULER_KILLED: ["--cluster", "2x1", "--kill", "scheduler"],
}
ALL = [FLOOR, ALONE, LOCAL, DASK_1X2, DASK_2X1, *ENGINES]
MISSING = "ModuleNotFoundError: No module named "


@dataclass(frozen=True)
class Ran:
    """One run of an engine. `told` is what it printed: seconds by phase."""

    staged: float
    committed: float
    whole: float  # seconds with the start of the process
    cpu: float
    postgres_cpu: float
    peak_bytes: int
    told: dict[str, float] = field(default_factory=dict)


def run(server: Server, name: str, files: list[Path], bucket: dict[str, str]) -> Ran | str:
    """One run into an empty catalog; a text says why it failed. `bucket`: the environment, if the files are in one."""
    server.database.reset(None)
    before = _postgres_cpu(server)
    if name == FLOOR:
        return _floor(server, files, before)
    cost = family.cost(_command(server, name, files, bucket), _environment(server, name) | bucket)
    if cost.status:
        return brief(cost.error)
    told = json.loads(cost.output)
    used = _postgres_cpu(server) - before
    return Ran(told["staged"], told["committed"], cost.seconds, cost.cpu, used, cost.peak_bytes, told)


def _command(server: Server, name: str, files: list[Path], bucket: dict[str, str]) -> list[str]:
    if name in OURS:
        return [sys.executable, "-m", "bench.engines.ours", *OURS[name], *map(str, files)]
    places = [f"{bucket['BENCH_BUCKET']}/{file.name}" if bucket else str(file) for file in files]
    return [sys.executable, "-m", "bench.engines.others", name, server.database.url, *places]


def _environment(server: Server, name: str) -> dict[str, str]:
    """The servers, but another queue: the workers of `catalog up` must not take the import."""
    redis = server.command("url", "redis").stdout.strip()
    compiled = {name: value for name, value in server.environment.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return compiled | {
        "DATABASE_URL": server.database.url,
        "REDIS_URL": f"{redis}{'&' if '?' in redis else '?'}db=9",
        "SECRET_KEY": (server.work / "home" / "secret").read_text().strip(),
        "CATALOG_DASK": "local" if name == LOCAL else "",
        "CATALOG_DASK_FROM_BYTES": "1",
    }


def _floor(server: Server, files: list[Path], before: float) -> Ran | str:
    """psql for one file after the other."""
    begun, staged, cpu = time.perf_counter(), 0.0, _own_children()
    try:
        for file in files:
            staged += floor.run(server.database.url, file, "products").steps["copy"]
            with server.database.cursor() as cursor:
                cursor.execute("DROP TABLE floor_staging")
    except SystemExit as failure:
        return brief(str(failure).split("ERROR:")[-1].splitlines()[0])
    seconds = time.perf_counter() - begun
    return Ran(staged, seconds, seconds, _own_children() - cpu, _postgres_cpu(server) - before, 0)


def _own_children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def _postgres_cpu(server: Server) -> float:
    """CPU seconds of PostgreSQL so far, also of backends that have ended."""
    with server.database.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        postmaster = psutil.Process(cursor.fetchone()[0]).parent()
    assert postmaster
    total = sum(postmaster.cpu_times()[:4])
    for backend in postmaster.children():
        try:
            total += sum(backend.cpu_times()[:2])
        except psutil.Error:  # it ended in this moment, and its parent has its times
            continue
    return float(total)


def brief(error: str) -> str:
    """Why an engine failed, in a few words."""
    if error.startswith(MISSING):
        return f"absent: {error.removeprefix(MISSING)}; pip install --editable '.[bench]'"
    return f"failed: {' '.join(error.split())[:90]}"
