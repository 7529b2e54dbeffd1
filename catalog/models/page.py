"""A page of a long list, and the cursor of the next page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """Some rows. `next_cursor` leads to the rows after them; None if there are no more."""

    rows: list[Row]
    next_cursor: Any = None

    @classmethod
    def of(cls, found: Sequence[Row], limit: int, cursor: Callable[[Row], int | str]) -> "Page[Row]":
        """The page of the rows that were found: `limit + 1` rows if the list continues."""
        more = len(found) > limit
        return cls(list(found[:limit]), cursor(found[limit - 1]) if more else None)
