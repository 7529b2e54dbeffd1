"""Text that was damaged before it came."""

import pandas as pd
import pytest

from catalog.importer.values import damage
from catalog.importer.values.texts import Texts


def texts(*cells: str) -> Texts:
    """A column of these cells."""
    return Texts(pd.Series(cells, dtype="str"))


@pytest.mark.parametrize("encoding", ["cp1252", "cp437", "mac_roman"])
def test_utf_8_that_was_read_in_a_western_encoding_is_seen(encoding: str) -> None:
    twice = "Crème brûlée".encode().decode(encoding)
    found = damage.decoded_twice(texts("Lamp", twice), long=False)
    assert found is not None and found.tolist() == [False, True]


def test_so_is_russian_that_was_read_in_windows_1251() -> None:
    found = damage.decoded_twice(texts("Стол и окно", "Стол и окно".encode().decode("cp1251", "replace")), long=False)
    assert found is not None and found.tolist() == [False, True]


@pytest.mark.parametrize("text", ["Crème brûlée", "Ångström", "Стул", "Γειά", "Łódź", "SÃO PAULO", "100 € âge"])
def test_text_that_is_right_is_not(text: str) -> None:
    found = damage.decoded_twice(texts(text), long=False)
    assert found is None or not found.any()


def test_ascii_is_not_looked_at() -> None:
    assert damage.decoded_twice(texts("Lamp"), long=False) is None
    assert damage.gone(texts("Lamp?")) is None


def test_a_letter_that_is_gone_is_seen() -> None:
    assert damage.gone(texts("é")) is None
    found = damage.gone(texts("Cr\ufffdme", "Crème"))
    assert found is not None and found.tolist() == [True, False]
