"""The files for the engines, and what Python's csv module says is in them."""

import csv
import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("name", "sku", "description")
REPEATS = 0.07  # of the rows have the SKU of an earlier row, half of them in small letters
DIRTY = (
    ",{s}-{n},no name\r\n",
    "No SKU,,x\r\n",
    'Lamp of 5" {n},Q{s}-{n},a bare quote\r\n',
    "\r\n",
    "Lamp {n},{t}-{m},small letters\r\n",
)

Row = tuple[str, str, str]


@dataclass
class Truth:
    """The products that files mean, by SKU in small letters: the mark of the last row, which wins."""

    products: dict[str, int] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)

    def add(self, row: Row) -> None:
        """Add the next row."""
        key = row[1].lower()
        if key in self.products:
            self.repeated.add(key)
        self.products[key] = mark(row)

    @property
    def digest(self) -> int:
        """The digest of the products in any order."""
        return sum(self.products.values()) % 2**128


def mark(row: Row) -> int:
    """A row in 128 bits."""
    text = "\0".join(row).encode()
    return int.from_bytes(hashlib.blake2b(text, digest_size=16).digest())


def write(folder: Path, kind: str, rows: int, files: int) -> list[Path]:
    """Write files of so many rows each, whose SKUs differ.

    `breaks`: 60 % of the descriptions have line breaks; `plain`: none; `dirty`: also 5 % bad rows.
    """
    paths = [folder / f"{kind}-{rows}-{number}.csv" for number in range(files)]
    for number, path in enumerate(paths):
        if not path.exists():
            _write(path, kind, rows, number)
    return paths


def _write(path: Path, kind: str, rows: int, number: int) -> None:
    chance, series = random.Random(16 + number), f"A{number}"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for n in range(rows):
            if kind == "dirty" and chance.random() < 0.05:
                bad = chance.choice(DIRTY)
                stream.write(bad.format(n=n, m=chance.randrange(n + 1), s=series, t=series.lower()))
                continue
            repeats = n and chance.random() < REPEATS
            sku = f"{series}-{chance.randrange(n) if repeats else n}"
            between = "\n" if kind != "plain" and chance.random() < 0.6 else " "
            words = [
                f'It is the "{n}" lamp',
                "with a shade, and a bulb",
                "for halls and rooms. " * chance.randrange(3, 12),
            ]
            sku = sku.lower() if repeats and chance.random() < 0.5 else sku
            writer.writerow((f"Lamp {n}", sku, between.join(words).strip()))


def truth(paths: Iterable[Path]) -> Truth:
    """Read the files by the csv module: rows of three cells with a name and a SKU count."""
    found = Truth()
    for path in paths:
        with path.open(encoding="utf-8", newline="") as stream:
            reader = csv.reader(stream)
            next(reader)
            for row in reader:
                if len(row) == len(HEADER) and row[0] and row[1]:
                    found.add((row[0], row[1], row[2]))
    return found
