"""The benchmark still runs. What it measures is for `make bench` on a quiet machine."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from bench import __main__ as bench, growth
from bench.engines import compare, judge, made, scaling, ways

ROOT = Path(__file__).parents[1]
# Take-over and streams need an import that lasts for seconds.
SECTIONS = [name for name in bench.SECTIONS if name not in ("takeover", "streams")]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_benchmark_runs() -> None:
    command = [sys.executable, "-m", "bench", "--rows", "3000", "--repeat", "1", "--only", ",".join(SECTIONS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    assert "Pages beside misuse" in done.stdout  # the last section


@pytest.mark.long
@pytest.mark.timeout(900)
def test_engines_are_judged_by_what_they_make_of_the_files() -> None:
    options = ["--rows", "3000", "--repeat", "1", "--only", "engines", "--cases", "breaks,forty"]
    done = subprocess.run(
        [sys.executable, "-m", "bench", *options], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    tables = done.stdout.split("Engines, ")[1:]
    assert len(tables) == 2
    for table in tables:
        ours = [line for line in table.splitlines() if "  Catalog" in line]
        assert len(ours) >= 2
        assert all("  yes        equal" in line for line in ours)


# A process in a session of its own, as the scheduler of Dask, whose parent is killed first.
ORPHAN = "import subprocess; print(subprocess.Popen(['sleep', '600'], start_new_session=True).pid, flush=True)"
LEAVES = f"""
import signal, subprocess, sys
from bench.ending import nothing_stays
with nothing_stays():
    subprocess.run([sys.executable, "-c", {ORPHAN!r}])
    signal.pause()
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_no_process_stays_when_the_benchmark_is_ended(number: signal.Signals) -> None:
    with subprocess.Popen([sys.executable, "-c", LEAVES], cwd=ROOT, stdout=subprocess.PIPE, text=True) as bench:
        assert bench.stdout
        left = psutil.Process(int(bench.stdout.readline()))
        bench.send_signal(number)
        assert bench.wait(10) == 128 + number
    assert not left.is_running()


TRUTH = [("A", "a", ""), ("B", "b", ""), ("C", "C", "")]
VALID = ("0", "0", "0", "yes", "equal")


def truth(*rows: made.Row) -> made.Truth:
    found = made.Truth()
    for row in rows:
        found.add(row)
    return found


def test_a_lost_a_doubled_and_an_old_row_are_counted() -> None:
    wanted = truth(("old", "B", ""), *TRUTH)
    assert judge.judged(wanted, TRUTH[::-1]).cells() == list(VALID)
    rows = [("A", "a", ""), ("A", "a", ""), ("old", "B", "")]
    assert judge.judged(wanted, rows).cells() == ["1", "1", "1", "NO", "WRONG"]


def test_an_engine_that_was_wrong_once_has_no_rank() -> None:
    wanted = truth(*TRUTH)
    good, bad = judge.judged(wanted, TRUTH), judge.judged(wanted, TRUTH[1:])
    ran = ways.Ran(1.0, 2.0, 3.0, 1.0, 1.0, 0)
    engines = {name: compare.Runs() for name in (ways.FLOOR, "wrong", "away")}
    for verdict in (good, good):
        engines[ways.FLOOR].add(ran, verdict)
    for verdict in (bad, good):
        engines["wrong"].add(ran, verdict)
    engines["away"].add(ways.brief("ModuleNotFoundError: No module named 'polars'"), None)
    lines = {line[1]: line for line in compare.lines(engines)}
    assert [lines[name][0] for name in engines] == ["1", "-", "-"]
    assert lines["away"][-1] == "absent: 'polars'; pip install --editable '.[bench]'"


def test_more_processes_than_were_measured_are_marked_as_extrapolated() -> None:
    phases = scaling.Phases(index=1, read=8, plan=2, apply=3)
    committed = {ways.ALONE: [12.0], ways.DASK_1X1: [14.0], ways.DASK_2X1: [10.0]}
    lines = {line[0]: line[1:] for line in scaling.lines(phases, committed)}
    assert lines["2"] == ["10.0 s", "10.00 s (10.00 to 10.00)", "1.20", "measured"]
    assert lines["4"] == ["8.0 s", "-", "1.50", "extrapolated"]
    assert lines["any number"] == ["6.0 s", "-", "2.00", "extrapolated: the cap"]


def test_growth_is_extrapolated_by_a_straight_line_and_never_below_what_was_measured() -> None:
    grown = growth.Grown([1_000_000, 2_000_000, 4_000_000], {"grows": [2, 3, 5], "shrinks": [3, 2, 1]})
    assert grown.at("grows", 50_000_000) == pytest.approx(51)
    assert grown.at("shrinks", 50_000_000) == 3
