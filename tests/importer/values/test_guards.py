"""Guards that other programs put before a cell."""

import pandas as pd
import pytest

from catalog.importer.values import guards
from catalog.importer.values.texts import Texts


@pytest.mark.parametrize(
    "cell, bare",
    [
        ("'0123", "0123"),
        ("'12.5", "12.5"),
        ("'=SUM(A1)", "=SUM(A1)"),
        ("'-5", "-5"),
        ('="0123"', "0123"),
        ('=T("0123")', "0123"),
        ("'s Gravenhage", "'s Gravenhage"),
        ("'90s", "'90s"),
        ("'a'", "'a'"),
        ("=A1", "=A1"),
        ("Lamp", "Lamp"),
        ("", ""),
    ],
)
def test_only_a_guard_is_taken_away(cell: str, bare: str) -> None:
    assert guards.removed(pd.Series([cell, "x"], index=[2, 9], dtype="str")).to_dict() == {2: bare, 9: "x"}


def test_each_kind_is_found() -> None:
    around, number, sign = guards.found(Texts(pd.Series(['="1"', "'1", "'+1", "1"], dtype="str")))
    assert [kind.tolist().index(True) for kind in (around, number, sign)] == [0, 1, 2]
    assert [int(kind.sum()) for kind in (around, number, sign)] == [1, 1, 1]


def test_where_no_cell_begins_so_nothing_is_looked_for() -> None:
    assert guards.found(Texts(pd.Series(["1", "a'b"], dtype="str"))) == []


@pytest.mark.parametrize(
    "cell, is_formula",
    [("=A1", True), ("=SUM(A1:B2)", True), ("=-$B$7*2", True), ("=1+1", True), ("=>", False), ("=Best", False)],
)
def test_a_formula_is_what_a_spreadsheet_would_calculate(cell: str, is_formula: bool) -> None:
    assert guards.formulas(Texts(pd.Series([cell], dtype="str"))).tolist() == [is_formula]
