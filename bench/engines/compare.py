"""Run every engine on every file, in turn, and print one table a case."""

import statistics
from dataclasses import dataclass, field

from bench.engines import cases, made, scaling, ways
from bench.engines.cases import Case
from bench.engines.judge import HEADER as JUDGED, Verdict, judged
from bench.engines.made import Row, Truth
from bench.engines.ways import Ran
from bench.report import Report, spread
from bench.server import Server

REPEAT = 5
HEADER = (
    "rank",
    "engine",
    "staged",
    "committed",
    "ratio",
    "start-up",
    "CPU",
    "its start-up",
    "PostgreSQL",
    "peak",
    "ranges",
    *JUDGED,
)
NOTE = (
    "Staged: all rows are in PostgreSQL. Committed: they are products, by the floor's MERGE for all but Catalog, which "
    "plans, keeps the log and applies. CPU: seconds of the engine's processes, those of them before it begins to read, "
    "and those of PostgreSQL. Peak: all processes of the engine. "
    "Wrong: other products than Python's csv module gives, so no rank."
)


@dataclass
class Runs:
    """The runs of one engine, and the worst of what came out."""

    ran: list[Ran] = field(default_factory=list)
    verdict: Verdict | None = None
    failure: str = ""

    def add(self, result: Ran | str, verdict: Verdict | None) -> None:
        """Add a run. A wrong one stays, whatever comes after it."""
        if isinstance(result, str):
            self.failure = result
            return
        self.ran.append(result)
        if self.verdict is None or self.verdict.is_equal:
            self.verdict = verdict

    @property
    def is_right(self) -> bool:
        """Whether every run gave the products of Python's csv module."""
        return bool(self.verdict and self.verdict.is_equal and not self.failure)

    @property
    def committed(self) -> float:
        """The median of the seconds."""
        return statistics.median(ran.committed for ran in self.ran)


def measure(server: Server, report: Report, rows: int, repeat: int, chosen: tuple[str, ...]) -> None:
    """Compare the engines on each chosen kind of file."""
    for name, case in cases.CASES.items():
        if name in chosen:
            _compare(server, report, case, rows, repeat)
    if cases.SCALING in chosen:
        scaling.measure(server, report, rows, repeat)


def _compare(server: Server, report: Report, case: Case, rows: int, repeat: int) -> None:
    files = made.write(server.work, case.kind, case.rows(rows), case.files)
    truth = made.truth(files)
    engines = {name: Runs() for name in case.engines}
    with cases.place(case, files) as bucket:
        for _ in range(repeat):
            for name, runs in engines.items():  # interleaved: what disturbs the machine disturbs all of them
                if not runs.failure:
                    result = ways.run(server, name, files, bucket)
                    runs.add(result, None if isinstance(result, str) else _judged(server, truth))
    megabytes = sum(file.stat().st_size for file in files) / 1000**2
    report.table(
        f"Engines, {case.title}: {case.rows(rows):,} rows x {len(files)}, {megabytes:.1f} MB, {len(truth.products):,} "
        "products",
        HEADER,
        lines(engines),
        NOTE,
    )


def lines(engines: dict[str, Runs]) -> list[list[str]]:
    """The table: the engines that were right by their time, then the others."""
    ranked = sorted((name for name, runs in engines.items() if runs.is_right), key=lambda name: engines[name].committed)
    base = engines[ways.FLOOR].committed if ways.FLOOR in engines and engines[ways.FLOOR].ran else 0.0
    others = [name for name in engines if name not in ranked]
    return [
        [str(ranked.index(name) + 1) if name in ranked else "-", name, *_cells(engines[name], base)]
        for name in (*ranked, *others)
    ]


def _cells(runs: Runs, base: float) -> list[str]:
    if runs.failure or not runs.verdict:
        return ["-"] * 9 + ["-"] * 4 + [runs.failure]
    ran = runs.ran
    peak = max(one.peak_bytes for one in ran)
    return [
        spread([one.staged for one in ran]),
        spread([one.committed for one in ran]),
        f"{runs.committed / base:.1f}" if base else "-",
        f"{statistics.median(one.whole - one.committed for one in ran):.1f} s",
        f"{statistics.median(one.cpu for one in ran):.1f} s",
        f"{statistics.median(one.told.get('loaded', 0.0) for one in ran):.1f} s",
        f"{statistics.median(one.postgres_cpu for one in ran):.1f} s",
        f"{peak / 1000**2:.0f} MB" if peak else "-",
        str(round(max(one.told.get("ranges", 0) for one in ran))),
        *runs.verdict.cells(),
    ]


def _judged(server: Server, truth: Truth) -> Verdict:
    with server.database.cursor() as cursor:
        cursor.execute("SELECT name, sku, description FROM products")
        return judged(truth, map(_row, cursor))


def _row(found: tuple[str, str, str]) -> Row:
    return found[0], found[1], found[2]
