"""The main figure: `catalog import` against the floor, from three starting points."""

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from bench import floor
from bench.files import Files
from bench.report import Report, spread
from bench.server import Imported, Server

MOST = {"created": 1.2, "unchanged": 1.05, "updated": 1.25}  # the goals, as ratios to the floor
MOST_AFTER = 1.1  # the goal right after another import, as a ratio to the same import on a quiet machine
AFTER = ("case", "right after", "quiet", "ratio", "asked for")

ORDER = ("reading", "checking", "waiting", "planning", "applying", "finishing")


@dataclass
class Case:
    """One starting point: the table is empty or has the rows of `before`. Then `file` is imported."""

    name: str
    before: Path | None
    file: Path
    floors: list[floor.Run] = field(default_factory=list)
    bare_floors: list[floor.Run] = field(default_factory=list)
    ours: list[Imported] = field(default_factory=list)
    after: list[Imported] = field(
        default_factory=list
    )  # right after an import of other rows, while search indexes them


def measure(server: Server, files: Files, report: Report, repeat: int) -> None:
    """Run floor and import in turn, so that noise affects both, and print the ratios."""
    cases = [
        Case("created", None, files.original),
        Case("unchanged", files.original, files.original),
        Case("updated", files.original, files.half_changed),
    ]
    for repetition in range(repeat):
        for case in cases:
            steps = [lambda case=case: _floor(server, case), lambda case=case: _ours(server, case)]
            for step in steps if repetition % 2 == 0 else reversed(steps):
                step()
            _bare_floor(server, case)
            _right_after(server, case, files.others)
    report.floors += [run.seconds for run in cases[0].floors]
    _print_ratios(report, cases)
    _print_phases(report, cases)
    report.table(f"The same, right after an import of {files.rows:,} other rows", AFTER, list(map(_compared, cases)))


def _floor(server: Server, case: Case) -> None:
    server.database.reset(case.before)
    case.floors.append(floor.run(server.database.url, case.file, "products"))


def _bare_floor(server: Server, case: Case) -> None:
    server.database.reset(case.before, "floor_bare")
    case.bare_floors.append(floor.run(server.database.url, case.file, "floor_bare"))


def _ours(server: Server, case: Case) -> None:
    server.database.reset(case.before)
    case.ours.append(server.run_import(case.file))


def _right_after(server: Server, case: Case, others: Path) -> None:
    server.database.reset(case.before)
    server.run_import(others)
    case.after.append(server.run_import(case.file))


def _compared(case: Case) -> list[str]:
    after, quiet = ([run.seconds for run in some] for some in (case.after, case.ours))
    ratio = statistics.median(after) / statistics.median(quiet)
    reached = "reached" if ratio <= MOST_AFTER else "NOT REACHED"
    return [case.name, spread(after), spread(quiet), f"{ratio:.2f}", f"{MOST_AFTER:.2f}: {reached}"]


def _check(case: Case) -> None:
    """Check that floor and import do the same work, because else the ratio has no meaning."""
    for run, imported in zip(case.floors, case.ours, strict=True):
        changed = imported.result["created"] + imported.result["updated"]
        if run.changed != changed:
            raise SystemExit(f"{case.name}: the floor changed {run.changed:,} products, the import {changed:,}.")


def _print_ratios(report: Report, cases: Iterable[Case]) -> None:
    lines = []
    for case in cases:
        _check(case)
        floors, ours = ([run.seconds for run in case.floors], [run.seconds for run in case.ours])
        bare = [run.seconds for run in case.bare_floors]
        ratio = statistics.median(ours) / statistics.median(floors)
        lines.append(
            [
                case.name,
                f"{ratio:.2f} ({'reached' if ratio <= MOST[case.name] else 'NOT REACHED'}: {MOST[case.name]})",
                spread(ours),
                f"{statistics.median(run.wall for run in case.ours):.2f} s",
                spread(floors),
                f"{statistics.median(ours) / statistics.median(bare):.2f}",
            ]
        )
    report.table(
        f"Import of {report.rows:,} rows, medians",
        ["case", "ratio to its floor", "import", "whole command", "its floor", "to bare floor"],
        lines,
        "The floor is into the same table; the bare floor is into one with the unique index alone: no primary key, no "
        "checks.",
    )


def _print_phases(report: Report, cases: Iterable[Case]) -> None:
    lines = []
    for case in cases:
        floor_steps = {name: statistics.median(run.steps[name] for run in case.floors) for name in case.floors[0].steps}
        lines += [[case.name, f"floor: {name}", f"{took:.2f} s", ""] for name, took in floor_steps.items()]
        total = statistics.median(run.seconds for run in case.ours)
        noted = set(case.ours[0].timings) - {"peak_memory_bytes"}
        phases = [*(name for name in ORDER if name in noted), *sorted(noted - set(ORDER))]
        took_by = {name: statistics.median(run.timings.get(name, 0) for run in case.ours) for name in phases}
        took_by["queue, commit, rest"] = total - sum(took_by.values())
        lines += [[case.name, name, f"{took:.2f} s", f"{took / total:.0%}"] for name, took in took_by.items()]
    report.table("Where the time goes, medians", ["case", "phase", "seconds", "share"], lines)
