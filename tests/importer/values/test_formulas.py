"""Cells that a spreadsheet would run, on the way out and back."""

import pandas as pd
import pytest

from catalog.importer.values import formulas, guards

RUN = ["=1+1", "+1", "-1", "@A1", "\t=1", " =1", "\u200b=1", "\uff1d1", "'=1", "''-1"]


@pytest.mark.parametrize("cell", RUN)
def test_what_would_run_gets_an_apostrophe_and_comes_back(cell: str) -> None:
    written = formulas.escaped(cell)
    assert written == f"'{cell}"
    assert guards.restored(pd.Series([written], dtype="str")).tolist() == [cell]
    assert formulas.restored_name(written) == cell


@pytest.mark.parametrize("cell", ["", "Lamp", "'s Gravenhage", "1-2", "a=b", "''", "5"])
def test_what_would_not_stays_as_it_is(cell: str) -> None:
    assert formulas.escaped(cell) == cell
    assert guards.restored(pd.Series([cell], dtype="str")).tolist() == [cell]
