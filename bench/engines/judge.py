"""What is in the catalog after an engine, against what Python's csv module read."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from bench.engines.made import Row, Truth, mark


@dataclass(frozen=True)
class Verdict:
    """Numbers of products; whether the last row of a repeated SKU has won; whether all is as Python's csv reads it."""

    lost: int
    doubled: int
    wrong: int
    last_wins: bool
    is_equal: bool

    def cells(self) -> list[str]:
        """The cells of a table."""
        numbers = [f"{number:,}" for number in (self.lost, self.doubled, self.wrong)]
        return [*numbers, "yes" if self.last_wins else "NO", "equal" if self.is_equal else "WRONG"]


HEADER = ("lost", "doubled", "wrong", "last wins", "digest")


def judged(truth: Truth, rows: Iterable[Row]) -> Verdict:
    """Compare the rows of the catalog with the truth."""
    times, right, total = Counter[str](), set[str](), 0
    for row in rows:
        key, found = row[1].lower(), mark(row)
        total += found
        times[key] += 1
        if truth.products.get(key) == found:
            right.add(key)
    return Verdict(
        lost=sum(key not in times for key in truth.products),
        doubled=sum(number > 1 for number in times.values()),
        wrong=len(times) - len(right),
        last_wins=all(key in right and times[key] == 1 for key in truth.repeated),
        is_equal=total % 2**128 == truth.digest,
    )
