"""Huge, odd or malicious files in the importer alone: their memory, and the time until they are rejected.

    .venv/bin/python -m bench.robust [--gigabytes 10]

Each case is a separate process, so that its peak of memory is measured alone. Generators make the files. Only the bombs
are on the disk.
"""

import argparse
import gzip
import io
import json
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

from catalog.importer import Options, Rejected
from catalog.importer.opening.open import prepare

BLOCK = 1024**2
GROWTH_BYTES = 120 * 1000**2  # more than the loaded importer, for files of any size
BOMB_SECONDS = 1.0


class Stream(io.RawIOBase):
    """The bytes of a generator as a file that can't seek."""

    def __init__(self, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        while len(self._left) < size and (block := next(self._blocks, b"")):
            self._left += block
        data, self._left = self._left[:size], self._left[size:]
        return data


def rows(size: int) -> Iterator[bytes]:
    """A plain table of this many bytes."""
    line = b'A%07d,Lamp %07d,"A warm light,\nfor long evenings",19.90\n'
    block = b"".join(line % (n, n) for n in range(20_000))
    yield b"sku,name,description,price\n"
    for _ in range(size // len(block)):
        yield block


def field(size: int, quote: bytes) -> Iterator[bytes]:
    """One cell of this many bytes."""
    yield b"sku,name\nA1," + quote
    for _ in range(size // BLOCK):
        yield b"x" * BLOCK
    yield quote + b"\nA2,Lamp\n"


def columns(count: int) -> Iterator[bytes]:
    """A table of this many columns."""
    names = ",".join(["sku", "name", *(f"c{n}" for n in range(count - 2))])
    yield names.encode() + b"\n"
    for _ in range(1000):
        yield b"x" + b",x" * (count - 1) + b"\n"


def _bomb(folder: Path, kind: str) -> BinaryIO:
    """A gigabyte of one letter, compressed to a megabyte."""
    path = folder / f"bomb.{kind}"
    if not path.exists():
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) if kind == "zip" else gzip.open(path, "wb") as packed:
            target = packed.open("a.csv", "w") if isinstance(packed, zipfile.ZipFile) else packed
            target.write(b"sku,name\n")
            for _ in range(1024):
                target.write(b"a" * BLOCK)
            target.close()
    return path.open("rb")


def cases(size: int, folder: Path) -> dict[str, Callable[[], BinaryIO]]:
    """The functions that open the files, by name."""

    def stream(blocks: Iterator[bytes]) -> BinaryIO:
        return cast(BinaryIO, Stream(blocks))

    return {
        "a plain file": lambda: stream(rows(size)),
        "a field of 1 GB in quotes": lambda: stream(field(1024**3, b'"')),
        "a field of 1 GB without quotes": lambda: stream(field(1024**3, b"")),
        "100,000 columns": lambda: stream(columns(100_000)),
        "a gzip bomb": lambda: _bomb(folder, "gz"),
        "a ZIP bomb": lambda: _bomb(folder, "zip"),
    }


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _one(name: str, size: int, folder: Path) -> dict[str, object]:
    """Read one case to its end, and measure it."""
    for _ in prepare(io.BytesIO(b"sku,name\nA1,x\n"), Options()).reader.chunks():
        pass  # load all modules before the measurement
    file = cases(size, folder)[name]()
    before, begun, count, rejected = _peak(), time.monotonic(), 0, ""
    try:
        for chunk in prepare(file, Options()).reader.chunks():
            count += chunk.rows
    except Rejected as rejection:
        rejected = str(rejection)
    seconds = time.monotonic() - begun
    return {"rows": count, "seconds": seconds, "growth": _peak() - before, "rejected": rejected}


def main() -> None:
    """Run every case and print one line for each."""
    parser = argparse.ArgumentParser(prog="python -m bench.robust")
    parser.add_argument("--gigabytes", type=float, default=10)
    parser.add_argument("--case", help="one of them, here; its figures as JSON")
    parser.add_argument("--dir", type=Path)
    arguments = parser.parse_args()
    size = round(arguments.gigabytes * 1024**3)
    if arguments.case:
        print(json.dumps(_one(arguments.case, size, arguments.dir)))
        return
    with tempfile.TemporaryDirectory() as folder:
        for kind in ("gz", "zip"):
            _bomb(Path(folder), kind).close()
        for name in cases(size, Path(folder)):
            command = [sys.executable, "-m", "bench.robust", "--case", name]
            command += ["--dir", folder, "--gigabytes", str(arguments.gigabytes)]
            told = json.loads(subprocess.check_output(command))
            flat = told["growth"] <= GROWTH_BYTES
            soon = "bomb" not in name or told["seconds"] <= BOMB_SECONDS
            print(
                f"| {name} | {told['rows']:,} rows, {told['seconds']:.2f} s | +{told['growth'] / 1000**2:.0f} MB | "
                f"{'reached' if flat and soon else 'NOT REACHED'} | {told['rejected'][:90]} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
