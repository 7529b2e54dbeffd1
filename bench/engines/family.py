"""The cost of a command with all its processes.

`python -m bench.engines.family COMMAND...` runs the command and prints the cost as one line of JSON.

Some processes outlive the one that started them. This one waits for them, so their CPU seconds count too.
"""

import json
import os
import re
import resource
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from bench import ending

LOOK_SECONDS = 0.1
PSS = re.compile(r"^Pss: +(\d+)", re.MULTILINE)


@dataclass(frozen=True)
class Cost:
    """The cost of a command. Its output is the last line that it printed, its error the last one of that kind."""

    seconds: float
    cpu: float
    peak_bytes: int  # of all processes together; memory that several share counts once (PSS)
    status: int
    output: str
    error: str


def cost(command: list[str], environment: dict[str, str]) -> Cost:
    """Run a command in a family of its own."""
    runner = [sys.executable, "-m", "bench.engines.family", *command]
    done = subprocess.run(runner, env=environment, capture_output=True, text=True, check=True)
    return Cost(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Run the command and wait for all that it started."""
    ending.adopt_orphans()
    begun, over = time.perf_counter(), threading.Event()
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(over, peak))
    watcher.start()
    done = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - begun
    with suppress(ChildProcessError):
        while True:
            os.wait()
    over.set()
    watcher.join()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = used.ru_utime + used.ru_stime
    print(json.dumps(asdict(Cost(seconds, cpu, peak[0], done.returncode, _last(done.stdout), _last(done.stderr)))))


def _last(text: str) -> str:
    return (text.strip().splitlines() or [""])[-1]


def _watch(over: threading.Event, peak: list[int]) -> None:
    """The highest memory of all processes below this one."""
    while not over.wait(LOOK_SECONDS):
        total = 0
        for one in psutil.Process().children(recursive=True):
            with suppress(OSError, IndexError):
                rollup = Path(f"/proc/{one.pid}/smaps_rollup").read_text()
                total += int(PSS.findall(rollup)[0]) * 1024
        peak[0] = max(peak[0], total)


if __name__ == "__main__":
    main()
