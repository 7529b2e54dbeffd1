"""A column as text and as bytes."""

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from catalog.importer.values.texts import Texts, series

CELLS = ["Lamp", "", "é", "a1", "x\ty", "語"]


def texts(*cells: str) -> Texts:
    """A column of these cells."""
    return Texts(pd.Series(cells, dtype="str"))


def test_each_cell_is_looked_at_by_itself() -> None:
    found = texts(*CELLS)
    assert len(found) == 6
    assert found.lengths.tolist() == [4, 0, 2, 2, 3, 3]
    assert found.first.tolist() == [ord("L"), 0, 0xC3, ord("a"), ord("x"), 0xE8]
    assert found.strange.tolist() == [False, False, False, False, True, True]
    assert found.without_digit.tolist() == [True, False, True, False, True, True]
    assert found.holding("a", "y").tolist() == [True, False, False, True, True, False]


@pytest.mark.parametrize("offset", [0, 1, 3])
def test_a_part_of_a_larger_column_is_only_that_part(offset: int) -> None:
    whole = pa.array(CELLS, pa.large_string())
    assert Texts(whole.slice(offset, 2)).bytes.tobytes().decode() == "".join(CELLS[offset : offset + 2])


def test_chunks_are_one_column() -> None:
    chunks = pa.chunked_array([["a"], [], ["bc"]], pa.large_string())
    assert Texts(chunks).lengths.tolist() == [1, 2]


@pytest.mark.parametrize(
    "cells, is_ascii, is_plain",
    [((), True, True), (("",), True, True), (("a b",), True, True), (("a\nb",), True, False), (("é",), False, False)],
)
def test_plain_is_ascii_without_control_characters(cells: tuple[str, ...], is_ascii: bool, is_plain: bool) -> None:
    found = texts(*cells)
    assert (found.is_ascii, found.is_plain) == (is_ascii, is_plain)


def test_only_the_cells_among_are_matched() -> None:
    found = texts("a1", "a2", "b")
    assert found.matching("a").tolist() == [True, True, False]
    assert found.matching("a", np.array([False, True, True])).tolist() == [False, True, False]
    assert found.matching("a", np.array([False, False, False])).tolist() == [False, False, False]
    known = pa.array(["a1", "b"], pa.large_string())
    assert found.among(known, np.array([True, True, False])).tolist() == [True, False, False]


def test_a_text_is_found_in_the_column() -> None:
    assert texts("Lamp", "Bed").has("am") and not texts("Lamp", "Bed").has("bed")


def test_a_series_keeps_the_numbers_of_its_rows() -> None:
    like = pd.Series(["x", "y"], index=[3, 7], dtype="str")
    made = series(pa.array(["a", "b"], pa.large_string()), like)
    assert made.to_dict() == {3: "a", 7: "b"}
