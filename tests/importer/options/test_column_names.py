"""Columns by their names and numbers."""

import pytest

from catalog.importer.errors import Rejected
from catalog.importer.options.column_names import distinct, only, position, positions

NAMES = ["SKU", "Name ", "2", "name", ""]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [("sku", [0]), (" Name", [1, 3]), ("2", [2]), ("#2", [1]), ("5", [4]), ("6", []), ("0", []), ("", []), ("x", [])],
)
def test_a_name_comes_before_a_number(wanted: str, found: list[int]) -> None:
    assert positions(NAMES, wanted) == found


def test_a_name_that_stands_twice_is_no_position() -> None:
    assert position(NAMES, "name") is None and position(NAMES, "sku") == 0
    with pytest.raises(Rejected, match=r"2 columns named 'name' \(columns 2 and 4\)"):
        only(NAMES, "name")


def test_endless_digits_are_no_column() -> None:
    assert positions(NAMES, "9" * 5000) == []


def test_names_become_different() -> None:
    assert distinct(("a", " a ", "", "a (2)", "a")) == ["a", "a (2)", "column 3", "a (2) (2)", "a (3)"]
