"""The benchmark still runs. What it measures is for `make bench` on a quiet machine."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench import __main__ as bench
from bench.engines import compare, made

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
    command = [sys.executable, "-m", "bench", "--rows", "5000", "--repeat", "1", "--only", "engines"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
    tables = done.stdout.split("Engines, ")[1:]
    assert [table.split(".csv")[0] for table in tables] == list(made.KINDS)
    for table in tables:
        ours = [line for line in table.splitlines() if "  ours " in line]
        assert len(ours) == 2
        assert all("  yes        equal" in line for line in ours)


def test_a_lost_a_doubled_and_an_old_row_are_counted() -> None:
    truth = made.Truth({"a": ("A", "a", ""), "b": ("B", "b", ""), "c": ("C", "C", "")}, repeated={"b"})
    assert compare.judged(truth, list(truth.products.values())) == ["0", "0", "0", "yes", "equal"]
    rows = [("A", "a", ""), ("A", "a", ""), ("old", "B", "")]
    assert compare.judged(truth, rows) == ["1", "1", "1", "NO", "WRONG"]
