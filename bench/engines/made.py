"""The files for the engines, and what Python's csv module says is in them."""

import csv
import hashlib
import io
import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("name", "sku", "description")
REPEATS = 0.02  # of the rows have the SKU of an earlier row
DIRTY = (
    ",A-{n},no name\r\n",
    "No SKU,,x\r\n",
    'Lamp of 5" {n},Q-{n},a bare quote\r\n',
    "\r\n",
    "Lamp {n},a-{m},small letters\r\n",
)
KINDS = ("breaks", "plain", "dirty")

Row = tuple[str, str, str]


@dataclass
class Truth:
    """The products that a file means, by SKU in small letters: its last row wins."""

    products: dict[str, Row] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)

    @property
    def digest(self) -> str:
        """The digest of the products."""
        return digest(self.products.values())


def write(path: Path, kind: str, rows: int) -> None:
    """Write the file. `breaks`: 60 % of the descriptions have line breaks; `plain`: none; `dirty`: also 5 % bad rows."""
    chance = random.Random(16)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        for n in range(rows):
            if kind == "dirty" and chance.random() < 0.05:
                stream.write(chance.choice(DIRTY).format(n=n, m=chance.randrange(n + 1)))
                continue
            number = chance.randrange(n) if n and chance.random() < REPEATS else n
            between = "\n" if kind != "plain" and chance.random() < 0.6 else " "
            words = [
                f'It is the "{n}" lamp',
                "with a shade, and a bulb",
                "for halls and rooms. " * chance.randrange(3, 12),
            ]
            writer.writerow((f"Lamp {n}", f"A-{number}", between.join(words).strip()))


def truth(path: Path) -> Truth:
    """Read the file by the csv module: rows of three cells with a name and a SKU count."""
    found = Truth()
    with path.open(encoding="utf-8", newline="") as stream:
        reader = csv.reader(stream)
        next(reader)
        for row in reader:
            if len(row) != len(HEADER) or not row[0] or not row[1]:
                continue
            key = row[1].lower()
            if key in found.products:
                found.repeated.add(key)
            found.products[key] = (row[0], row[1], row[2])
    return found


def digest(rows: Iterable[Row]) -> str:
    """The digest of rows in any order."""
    text = io.StringIO()
    csv.writer(text).writerows(sorted(rows))
    return hashlib.sha256(text.getvalue().encode()).hexdigest()
