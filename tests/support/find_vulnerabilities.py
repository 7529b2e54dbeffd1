"""Look for holes, a part of `make test`: bandit in what we wrote, pip-audit in the packages that we pin.

Without a network, or where no service knows the packages, it says so in one line and lets the tests go on.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
OURS = ["catalog", "migrations", "wsgi.py", "worker.py"]
READ = ["--quiet", "--configfile", "pyproject.toml", "--recursive", *OURS]
PINNED = ["--requirement", "requirements-test.txt"]
ASK = ["--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json"]
LONGEST_SECONDS = 60
WRONG_USE = 2  # pip-audit's own code for options that it does not know


def main() -> int:
    """0 if nothing is known, or no service could be asked; 1 for a hole."""
    return in_our_code() or in_packages()


def in_our_code() -> int:
    """What bandit finds; its warnings about comments that it did not need are left out."""
    done = _run("bandit", READ)
    if done.returncode:
        print(done.stdout or done.stderr, file=sys.stderr)
    return done.returncode


def in_packages() -> int:
    """What pip-audit finds."""
    try:
        done = _run("pip_audit", [*PINNED, *ASK], LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        return _tell(0, f"no service answered within {LONGEST_SECONDS} s")
    if done.returncode == WRONG_USE:
        return _tell(1, done.stderr)
    return _tell(*judged(done.stdout, done.stderr))


def _run(module: str, words: list[str], seconds: int | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", module, *words]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True, timeout=seconds)


def judged(report: str, complaints: str) -> tuple[int, str]:
    """The exit code and the sentence for what pip-audit printed: JSON, or nothing if it could not ask."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        last = (complaints.strip().splitlines() or ["it said nothing"])[-1]
        return 0, f"no service could be asked ({last[:100]})"
    holes = [
        f"{package['name']} {package['version']}: {hole['id']}, "
        f"mended in {', '.join(hole['fix_versions']) or 'no version yet'}"
        for package in packages
        for hole in package.get("vulns", [])
    ]
    if holes:
        return 1, "\n".join(["known holes", *holes])
    asked = sum("skip_reason" not in package for package in packages)
    return 0, f"no known hole in {asked} of {len(packages)} packages; the rest is unknown"


def _tell(code: int, sentence: str) -> int:
    print(f"pip-audit: {sentence}", file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
