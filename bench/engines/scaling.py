"""How long one large file takes with n processes: T(n) = index + read / n + plan + apply, checked at n = 1 and 2.

The ranges are sent while the index goes on, so the formula is a little too high. More cores than this machine has are
extrapolated by the same formula, and marked so. What PostgreSQL does for the reading (COPY and the keys) is a part of
`read`, so the formula supposes that it has cores of its own, too.
"""

import statistics
from dataclasses import dataclass

from bench.engines import made, ways
from bench.report import Report, spread
from bench.server import Server

MEASURED = {1: ways.DASK_1X1, 2: ways.DASK_2X1}
EXTRAPOLATED = (4, 8, 16)
HEADER = ("processes", "by the formula", "measured", "times as fast as alone", "")


@dataclass(frozen=True)
class Phases:
    """Seconds of an import over Dask. `read` is what several processes share."""

    index: float
    read: float
    plan: float
    apply: float

    def seconds(self, processes: int) -> float:
        """T(n)."""
        return self.index + self.read / processes + self.plan + self.apply

    @classmethod
    def of(cls, runs: list[ways.Ran]) -> "Phases":
        """The medians of runs with one process."""
        told = [run.told for run in runs]
        index = statistics.median(one["index"] for one in told)
        plan = statistics.median(one["checking"] + one["waiting"] + one["planning"] for one in told)
        apply = statistics.median(one["committed"] - one["staged"] - one["waiting"] - one["planning"] for one in told)
        read = statistics.median(one["reading"] - one["index"] for one in told)
        return cls(index, read, plan, apply)


def measure(server: Server, report: Report, rows: int, repeat: int) -> None:
    """Import one file alone and over one and two processes, in turn."""
    files = made.write(server.work, "breaks", rows, 1)
    runs: dict[str, list[ways.Ran]] = {name: [] for name in (ways.ALONE, *MEASURED.values())}
    for _ in range(repeat):
        for name, done in runs.items():
            result = ways.run(server, name, files, {})
            if isinstance(result, str):
                print(f"\n  Scaling is not measured: {result}")
                return
            done.append(result)
    phases = Phases.of(runs[ways.DASK_1X1])
    report.table(
        f"One file of {rows:,} rows over n processes", HEADER, lines(phases, _committed(runs)), _note(phases, runs)
    )


def _committed(runs: dict[str, list[ways.Ran]]) -> dict[str, list[float]]:
    return {name: [run.committed for run in done] for name, done in runs.items()}


def lines(phases: Phases, committed: dict[str, list[float]]) -> list[list[str]]:
    """The table: measured numbers of processes, then those that are extrapolated, then the cap."""
    alone = statistics.median(committed[ways.ALONE])
    table = [["alone, without Dask", "", spread(committed[ways.ALONE]), "1.0", "measured"]]
    for number, name in MEASURED.items():
        seconds = committed[name]
        ratio = alone / statistics.median(seconds)
        table.append([str(number), f"{phases.seconds(number):.1f} s", spread(seconds), f"{ratio:.2f}", "measured"])
    for number in EXTRAPOLATED:
        seconds = phases.seconds(number)
        table.append([str(number), f"{seconds:.1f} s", "-", f"{alone / seconds:.2f}", "extrapolated"])
    cap = phases.index + phases.plan + phases.apply
    table.append(["any number", f"{cap:.1f} s", "-", f"{alone / cap:.2f}", "extrapolated: the cap"])
    return table


def _note(phases: Phases, runs: dict[str, list[ways.Ran]]) -> str:
    cpu = {name: statistics.median(run.told["work"] for run in done) for name, done in runs.items()}
    used = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in cpu.items())
    return (
        f"T(n) = index {phases.index:.1f} s + read {phases.read:.1f} s / n + plan {phases.plan:.1f} s + apply "
        f"{phases.apply:.1f} s. CPU from the beginning of the import to its end, without the start and the end of the "
        f"processes: {used}."
    )
