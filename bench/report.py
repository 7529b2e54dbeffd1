"""The tables that the benchmark prints. Each line has the calibration of its absolute figures."""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.database import Database


@dataclass
class Report:
    """Prints tables with the floor and the current speed of the database."""

    database: Database
    rows: int  # in the file for the floor
    floors: list[float] = field(default_factory=list)  # seconds of the floor into an empty table, so far

    @property
    def floor(self) -> float:
        """Seconds of the floor into an empty table: the median so far."""
        return statistics.median(self.floors)

    def table(self, title: str, header: Sequence[str], lines: Sequence[Sequence[str]], note: str = "") -> None:
        """Print one table, with the calibration in each line."""
        calibration = [f"{self.floor:.2f} s" if self.floors else "-", f"{self.database.select_one_ms():.3f} ms"]
        whole = [[*header, "floor", "SELECT 1"], *([*line, *calibration] for line in lines)]
        widths = [max(len(line[column]) for line in whole) for column in range(len(whole[0]))]
        print(f"\n{title}\n")
        for number, line in enumerate(whole):
            print("  " + "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())
            if number == 0:
                print("  " + "  ".join("-" * width for width in widths))
        if note:
            print(f"\n  {note}")


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all values do not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def spread(values: Sequence[float]) -> str:
    """The median, and the smallest and largest value."""
    return f"{statistics.median(values):.2f} s ({min(values):.2f} to {max(values):.2f})"
