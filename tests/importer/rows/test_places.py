"""Lines of a joined import, as those of its members."""

from dataclasses import replace

import pytest

from catalog.importer.errors import Rejected, RowError
from catalog.importer.rows.places import Part, naming, placed, placed_error, unit_of

PARTS = [
    Part("a.csv", "utf-8", "sure", ",", 0, 0),
    Part("b.csv", "utf-8", "sure", ",", 0, 10),
    Part("c.csv", "utf-8", "sure", ",", 0, None),
]


@pytest.mark.parametrize(
    "line, member", [(1, ("a.csv", 1)), (10, ("a.csv", 10)), (11, ("b.csv", 1)), (5000, ("b.csv", 4990))]
)
def test_a_line_is_in_the_member_that_was_read_there(line: int, member: tuple[str, int]) -> None:
    assert placed(PARTS, line) == member
    assert placed([vars(part) for part in PARTS], line) == member  # as they are stored


def test_where_nothing_was_joined_a_line_is_itself() -> None:
    assert placed([], 7) == ("", 7)


def test_an_error_names_the_place_that_people_find() -> None:
    error = RowError(1_244, 1_245, "price", "price_invalid", "x", "Line 1,245, price: not a number")
    assert placed_error(error, PARTS).message == "b.csv, line 1,235, price: not a number"
    assert placed_error(error, []) is error
    rows = replace(PARTS[1], unit="row")
    assert placed_error(error, [rows]).message == "b.csv, row 1,235, price: not a number"
    assert placed_error(error, [], "row").message == "Row 1,245, price: not a number"


def test_files_without_lines_have_rows() -> None:
    assert unit_of({}) == unit_of({"how": "utf-8", "format": "zip"}) == "line"
    assert unit_of({"how": "workbook", "format": "ods"}) == unit_of({"how": "utf-8", "format": "json"}) == "row"
    understood = {"how": "utf-8", "members": [vars(PARTS[0]), vars(replace(PARTS[1], unit="row"))]}
    assert [unit_of(understood, name) for name in ("", "a.csv", "b.csv")] == ["line", "line", "row"]
    stored_before_units = {"members": [{"name": "a.xlsx", "how": "workbook"}]}
    assert unit_of(stored_before_units, "a.xlsx") == "row"


def test_a_rejection_names_its_member() -> None:
    with pytest.raises(Rejected, match=r"^b\.csv: It is empty\.$"), naming("b.csv"):
        raise Rejected("It is empty.")
