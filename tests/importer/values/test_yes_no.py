"""The words for yes and no, as rows look them up: folded, and one meaning each."""

import pytest

from catalog.importer.values.yes_no import NO, YES


def test_no_word_means_both() -> None:
    assert not set(YES) & set(NO)


def test_no_word_is_there_twice() -> None:
    assert len({*YES, *NO}) == len(YES) + len(NO)


@pytest.mark.parametrize("word", [*YES, *NO])
def test_words_are_written_as_they_are_looked_up(word: str) -> None:
    assert word == word.strip().lower()
