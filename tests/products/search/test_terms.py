"""Words of a query, and the terms that propose products for them."""

import re

import pytest

from catalog.products.search.terms import FIELDS, LAST, LONGEST_TERM, Lookup, Word, beginning, exactly, grams, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [("lampe", ["lam", "amp", "mpe"]), ("aaaa", ["aaa"]), ("a-b", ["a-b"]), ("a-", ["-"]), ("ab", []), ("", [])],
)
def test_runs_of_three_characters(text: str, expected: list[str]) -> None:
    assert grams(text) == expected


def test_words_of_a_query_count_once() -> None:
    assert words("red  lamp red") == ["red", "lamp"]


def test_two_letters_only_begin_words() -> None:
    word = Word("ab", FIELDS)
    assert not word.anywhere and word.ways == ((beginning("bab"),),)


def test_a_sign_makes_a_short_word_one_that_is_found_anywhere() -> None:
    assert Word("a-", FIELDS).anywhere


def test_a_word_is_proposed_by_sku_name_or_description() -> None:
    sku, name, description = Word("x-12", FIELDS).ways
    assert sku == (exactly("sx-1"), exactly("s-12")) and name == (exactly("nx-1"), exactly("n-12"))
    assert description == (exactly("dx"), beginning("d12"))


def test_a_word_of_signs_is_not_in_the_index_of_descriptions() -> None:
    assert len(Word("---", FIELDS).ways) == 2


def test_a_word_beyond_the_longest_term_is_cut() -> None:
    (way,) = Word("x" * 60, ("description",)).ways
    assert way == (exactly("d" + "x" * LONGEST_TERM),)


def test_the_condition_looks_at_the_same_fields_and_escapes_wildcards() -> None:
    condition, values = Word("50%_x\\", FIELDS).sql(7)
    assert values["like_7"] == "%50\\%\\_x\\\\%" and condition.count("like_7") == 3
    assert re.fullmatch(values["regex_7"], "-50%_x\\")


def test_a_range_of_terms() -> None:
    assert beginning("a") == Lookup("a", "a" + LAST) and exactly("a") == Lookup("a", "a")


@pytest.mark.parametrize(
    ("text", "fields", "exact"),
    [
        ("oak", FIELDS, True),
        ("oa", FIELDS, True),
        ("oa", ("name",), False),
        ("oak", ("name",), True),
        ("oaks", FIELDS, False),
        ("oaks", ("description",), True),
        ("o" * LONGEST_TERM, ("description",), False),
        ("o-k", FIELDS, False),
        ("%", FIELDS, False),
    ],
)
def test_what_the_index_knows_exactly(text: str, fields: tuple[str, ...], exact: bool) -> None:
    assert Word(text, fields).is_exact == exact
