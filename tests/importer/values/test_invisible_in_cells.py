"""Columns of cells with characters that can't be seen."""

import re

import pandas as pd
import pytest

from catalog.importer.invisible_characters import CONTROLS, JOINERS, MARKS, SPACES
from catalog.importer.values import invisible_in_cells
from catalog.importer.values.texts import Texts


def cells(*texts: str) -> pd.Series:
    """A column as the reader makes it."""
    return pd.Series(list(texts), dtype="str")


def test_codes_lose_what_stands_around_them() -> None:
    given = cells("\ufeffA1", "A2\u200b", " A\u200b3\u00a0", "\u200b", "", "A6")
    assert invisible_in_cells.without_ends(given).tolist() == ["A1", "A2", "A\u200b3", "\u200b", "", "A6"]


def test_numbers_lose_all_of_them_but_spaces() -> None:
    assert invisible_in_cells.without_marks(cells("\u200e1\u00a0234.50", "12\u00ad.5")).tolist() == [
        "1\u00a0234.50",
        "12.5",
    ]


def test_cells_that_show_nothing() -> None:
    assert invisible_in_cells.showing_nothing(cells("\u200b", " ", "", "x\u200b")).tolist() == [
        True,
        True,
        False,
        False,
    ]


def test_plain_cells_come_back_as_they_are() -> None:
    plain = cells("A1", "B2")
    assert invisible_in_cells.without_ends(plain) is plain and not invisible_in_cells.showing_nothing(plain).any()


def _each(*classes: str) -> list[str]:
    """The characters of ranges such as a-z, of a long one its first 300."""
    ranges = [found for one in classes for found in re.findall("(.)-(.)|(.)", one, re.DOTALL)]
    ends = [(first or single, last or single) for first, last, single in ranges]
    return [chr(code) for first, last in ends for code in range(ord(first), min(ord(last), ord(first) + 299) + 1)]


@pytest.mark.parametrize("character", _each(CONTROLS, SPACES, JOINERS, MARKS))
def test_the_quick_look_at_bytes_finds_each_of_them(character: str) -> None:
    assert invisible_in_cells.may_be_in(Texts(cells("plain", f"X{character}1")))


def test_the_quick_look_passes_everyday_text() -> None:
    assert not invisible_in_cells.may_be_in(Texts(cells("Plain", "Größe – 12 €", "Москва")))
