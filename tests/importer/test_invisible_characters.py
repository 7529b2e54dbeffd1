"""Characters that can't be seen."""

import pytest

from catalog.importer.invisible_characters import look_of, shows_nothing, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("X-1", "X-1"),
        ("X-1\u200b", "X-1<U+200B>"),
        ("\ufeffX\u00a01", "<U+FEFF>X<U+00A0>1"),
        ("X\t1", "X<U+0009>1"),
        ("soft\u00adware", "soft<U+00AD>ware"),
        ("👩\u200d🚀", "👩\u200d🚀"),  # a joiner that belongs there
        ("क्\u200dष", "क्\u200dष"),
        ("1\ufe0f", "1<U+FE0F>"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
    ],
)
def test_messages_write_them_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize("text", ["\u200b", " \u00a0\t", "\u3164", "\u2800\ufeff"])
def test_what_shows_nothing(text: str) -> None:
    assert shows_nothing(text)


@pytest.mark.parametrize("text", ["", "-", "\u200bx"])
def test_what_shows_something_or_is_empty(text: str) -> None:
    assert not shows_nothing(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [("А-1", "A-1"), ("X\u20111", "X-1"), ("X\u200b1", "X1"), ("Ｘ１", "X1"), ("X\u00a0\u00a01", "X 1"), ("5’", "5'")],
)
def test_skus_that_look_the_same(one: str, other: str) -> None:
    assert one != other and look_of(one) == look_of(other)


def test_case_is_a_difference_that_can_be_seen() -> None:
    assert look_of("x1") != look_of("X1")
