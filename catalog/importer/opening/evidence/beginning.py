"""The first rows of a file, and facts about their columns."""

from dataclasses import dataclass, replace

import pandas as pd

from catalog.importer.columns.chosen import claimed
from catalog.importer.columns.result import Columns
from catalog.importer.opening.evidence.sku_column import Key
from catalog.importer.options.options import Options
from catalog.importer.values import numbers, written_prices

TOTAL = 0.7  # most cells of a row with a sum, as a share of those of another row
PRICES = 0.8  # share of prices in a column of prices


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
        filled = (cells[columns.in_frame].apply(lambda texts: texts.str.strip()) != "").any(axis=1)
        return cls(columns, cells[filled], options.review, frozenset(claimed(list(columns.names), options)))

    @property
    def without_total(self) -> "Beginning":
        """The beginning without a last row that has hardly any cells: a sum is not a product."""
        filled = (self.cells[self.columns.in_frame].apply(lambda texts: texts.str.strip()) != "").sum(axis=1)
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
        return self.cells[str(at)].str.strip()

    def filled(self, at: int) -> pd.Series:
        """The cells that are not empty."""
        texts = self.texts(at)
        return texts[texts != ""]

    def key(self, at: int) -> Key:
        """A column as a key."""
        texts = self.texts(at).str.lower()
        filled = texts != ""
        again = texts.duplicated() & filled
        whole = self.cells[self.columns.in_frame].duplicated()
        return Key(
            self.columns.names[at], len(texts), int((~filled).sum()), int((again & ~whole).sum()), int(again.sum())
        )

    def holds_money(self, at: int) -> bool:
        """Whether nearly all filled cells of a column are a number with a currency."""
        filled = self.filled(at)
        currency = written_prices.any_currency(filled)
        said = written_prices.with_currency(filled, currency).sum() if len(currency) else 0
        return bool(said) and said >= PRICES * len(filled)

    def holds_prices(self, at: int) -> bool:
        """Whether nearly all filled cells of a column are prices."""
        filled = self.filled(at)
        plain = written_prices.tidied(filled, written_prices.any_currency(filled))
        found = numbers.looks_like_prices(plain)
        below = found.iloc[1:]  # a second header may be the first row
        return bool(len(filled)) and bool(found.sum() >= PRICES * len(filled) or len(below) and below.all())
