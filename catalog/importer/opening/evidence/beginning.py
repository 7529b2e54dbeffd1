"""The first rows of a file, and facts about their columns."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.columns.chosen import claimed
from catalog.importer.columns.result import Columns
from catalog.importer.opening.evidence.sku_column import Key
from catalog.importer.options.options import Options
from catalog.importer.values import numbers, written_prices
from catalog.importer.values.texts import NO_TEXT

TOTAL = 0.7  # most cells of a row with a sum, as a share of those of another row
PRICES = 0.8  # share of prices in a column of prices
DIGIT = r"\p{Nd}"


@dataclass(frozen=True)
class Beginning:
    """The first rows of a file without blank ones, and its columns as matched by name."""

    columns: Columns
    cells: pd.DataFrame
    review: bool = False  # a person reviews the plan
    claimed: frozenset[int] = frozenset()  # columns that a person chose

    @classmethod
    def of(cls, columns: Columns, options: Options, cells: pd.DataFrame) -> "Beginning":
        """The beginning of all cells of a sample."""
        filled = _filled_cells(cells, columns).any(axis=1)
        return cls(columns, cells[filled], options.review, frozenset(claimed(list(columns.names), options)))

    @property
    def without_total(self) -> "Beginning":
        """The beginning without a last row that has hardly any cells: a sum is not a product."""
        filled = _filled_cells(self.cells, self.columns).sum(axis=1)
        others = filled.iloc[:-1]
        is_sum = len(others) > 1 and filled.iloc[-1] < others.min() and filled.iloc[-1] <= TOTAL * others.median()
        return replace(self, cells=self.cells.iloc[:-1]) if is_sum else self

    @property
    def free(self) -> list[int]:
        """The columns that are neither a field nor claimed."""
        taken = {*self.columns.fields.values(), *self.claimed}
        return [at for at in range(len(self.columns.names)) if at not in taken]

    def texts(self, at: int) -> pd.Series:
        """The cells of one column."""
        if at not in self._texts:
            self._texts[at] = self.cells[str(at)].str.strip()
        return self._texts[at]

    def filled(self, at: int) -> pd.Series:
        """The cells that are not empty."""
        texts = self.texts(at)
        return texts[texts != ""]

    @cached_property
    def _texts(self) -> dict[int, pd.Series]:
        """Position -> cells. Each rule asks for the columns again, and a file may have thousands."""
        return {}

    @cached_property
    def with_digits(self) -> frozenset[int]:
        """The columns with a digit of any script. No other column has a number, a price or an amount."""
        return frozenset(at for at in range(len(self.columns.names)) if _has_digits(self.cells[str(at)]))

    def key(self, at: int) -> Key:
        """A column as a key."""
        texts = self.texts(at).str.lower()
        filled = texts != ""
        again = texts.duplicated() & filled
        lost = again & ~self._whole if again.any() else again
        return Key(self.columns.names[at], len(texts), int((~filled).sum()), int(lost.sum()), int(again.sum()))

    @cached_property
    def _whole(self) -> pd.Series:
        """Which rows repeat an earlier one in every cell."""
        return self.cells[self.columns.in_frame].duplicated()

    def holds_money(self, at: int) -> bool:
        """Whether nearly all filled cells of a column are a number with a currency."""
        if at not in self.with_digits:
            return False
        filled = self.filled(at)
        currency = written_prices.any_currency(filled)
        said = written_prices.with_currency(filled, currency).sum() if len(currency) else 0
        return bool(said) and said >= PRICES * len(filled)

    def holds_prices(self, at: int) -> bool:
        """Whether nearly all filled cells of a column are prices."""
        if at not in self.with_digits:
            return False
        filled = self.filled(at)
        plain = written_prices.tidied(filled, written_prices.any_currency(filled))
        found = numbers.looks_like_prices(plain)
        below = found.iloc[1:]  # a second header may be the first row
        return bool(len(filled)) and bool(found.sum() >= PRICES * len(filled) or len(below) and below.all())


def _filled_cells(cells: pd.DataFrame, columns: Columns) -> pd.DataFrame:
    """Which cells of the file have a text."""
    found = np.zeros((len(cells), len(columns.in_frame)), dtype=bool)
    for at, name in enumerate(columns.in_frame):
        found[:, at] = compute.not_equal(compute.utf8_trim_whitespace(_arrow(cells[name])), NO_TEXT)
    return pd.DataFrame(found, index=cells.index)


def _has_digits(cells: pd.Series) -> bool:
    return bool(compute.any(compute.match_substring_regex(_arrow(cells), DIGIT)).as_py())


def _arrow(cells: pd.Series) -> pa.LargeStringArray:
    return pa.array(cells, type=pa.large_string())
