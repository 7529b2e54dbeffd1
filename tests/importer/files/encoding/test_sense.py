"""How much sense a text makes that was read in an encoding."""

import pytest

from catalog.importer.files.encoding.sense import Sense, is_odd, sense_of

GERMAN = "Größe Straße für Türklinke Gerät schön weiß Möbel Küche Büro"
RUSSIAN = "Лампа настольная белая для кухни и офиса, мощность двенадцать ватт"


def test_the_right_encoding_makes_the_most_sense() -> None:
    data = GERMAN.encode("cp1252")
    right, wrong = (sense_of(data.decode(name), name) for name in ("cp1252", "cp1251"))
    assert right.share == 1 and not wrong.may_be(right)


def test_strange_letters_of_the_right_script_are_found() -> None:
    data = RUSSIAN.encode("cp1251")
    right, wrong = (sense_of(data.decode(name), name) for name in ("cp1251", "koi8-r"))
    assert right.share > wrong.share and not wrong.may_be(right)


@pytest.mark.parametrize("word", ["„„„x", "aÑb€c", "мирx", "fenêTRE´s"])
def test_words_that_no_language_writes(word: str) -> None:
    assert is_odd(word, alone=True)


@pytest.mark.parametrize("word", ["m²", "µm", "Ø", "»Größe«", "L’été"])
def test_units_and_quoted_words_are_everyday(word: str) -> None:
    assert not is_odd(word, alone=False)


def test_one_word_less_is_as_likely() -> None:
    best = Sense(share=1.0, odd=0.0, count=10)
    assert Sense(share=0.9, odd=0.0, count=10).may_be(best)
    assert not Sense(share=0.7, odd=0.0, count=10).may_be(best)
    assert not Sense(share=1.0, odd=0.2, count=10).may_be(best)
