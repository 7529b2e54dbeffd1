"""Find other columns that may be the price by their amounts.

The same price with and without tax: one column is the other times a rate, in every row. Or another price of the shop,
whose name says as little as that of the chosen column: online and in the store, for one and for a pack.
"""

import re
from collections.abc import Sequence

from catalog.importer.columns import price_names
from catalog.importer.opening.evidence.beginning import Beginning

ROWS, FIRST = 200, 20  # rows that are compared, the first of them in all columns
FEW = 2  # different prices; with fewer, the ratio may be chance
LARGE = 2  # a price from which rounding hardly changes the ratio
LEAST, MOST = 1.03, 1.3  # rates of taxes
CENT = 0.0101  # the most that rounding changes
MOST_ROWS = 0.5  # share of the rows in which another price must differ


def in_proportion(beginning: Beginning, at: int) -> list[int]:
    """The chosen column and those with the same prices times a rate of tax; empty: there are none."""
    names = beginning.columns.names
    found = [one for one in beginning.free if not _is_other(names[one])]
    for rows in (FIRST, ROWS):
        prices = _amounts(beginning, at, rows)
        found = [one for one in found if _is_rate(prices, _amounts(beginning, one, rows))]
    found = [one for one in found if beginning.holds_prices(one)]
    return [at, *found] if found else []


def as_likely(beginning: Beginning, at: int, speaking: Sequence[int]) -> list[int]:
    """The chosen column and the columns in `speaking` (named like a price) that may be the price too; or none."""
    names = beginning.columns.names
    free = [one for one in speaking if one in beginning.free and price_names.is_rival(names[at], names[one])]
    prices = _amounts(beginning, at, ROWS)
    found = [one for one in free if _differ(prices, _amounts(beginning, one, ROWS)) and beginning.holds_prices(one)]
    return [at, *found] if found else []


def _differ(some: list[float], others: list[float]) -> bool:
    """Whether most rows have two prices that differ."""
    differing = sum(min(one, other) > 0 and one != other for one, other in zip(some, others, strict=True))
    return differing > MOST_ROWS * len(some)


def _is_other(name: str) -> bool:
    return price_names.is_other_price(name) or price_names.is_recommended(name)


def _is_rate(some: list[float], others: list[float]) -> bool:
    """Whether all pairs have the same ratio, which may be one plus a tax."""
    pairs = [pair for pair in zip(some, others, strict=True) if min(pair) > 0]
    if len({pair for pair in pairs if max(pair) >= LARGE}) < FEW:
        return False
    lower, higher = max(pairs, key=max)  # the highest prices have the most exact ratio
    if lower > higher:
        return _is_rate(others, some)
    rate = higher / lower
    return LEAST <= rate <= MOST and all(abs(one * rate - other) <= CENT * rate for one, other in pairs)


def _amounts(beginning: Beginning, at: int, rows: int) -> list[float]:
    """The prices of a column as numbers; 0 where there is none."""
    return [_amount(text) for text in beginning.cells[str(at)].head(rows)]


def _amount(text: str) -> float:
    digits = re.sub(r"[^\d.,]", "", text)
    whole, _, cents = re.sub(r"[.,](?=.*[.,])", "", digits).replace(",", ".").partition(".")
    return float(f"{whole or 0}.{cents or 0}")
