"""A number and its noun: 1 row, 2,000 rows."""

from catalog import notation

IRREGULAR = {"entry": "entries", "person": "people", "query": "queries", "delivery": "deliveries"}


def plural(count: int, noun: str, many: str = "") -> str:
    """1 row, 2,000 rows; `many` is for a noun whose plural is not regular: 2 sets of columns."""
    return f"{notation.number(count)} {noun_of(count, noun, many)}"


def noun_of(count: int, noun: str, many: str = "") -> str:
    """The noun alone: row for 1, rows for any other number."""
    return noun if count == 1 else many or IRREGULAR.get(noun, f"{noun}s")
