"""How numbers and their nouns are written."""

import re
from pathlib import Path

import pytest

from catalog.imports.report import wording
from catalog.notation import listed, noun_of, plural

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("count", "noun", "words"),
    [(0, "row", "0 rows"), (1, "row", "1 row"), (2000, "row", "2,000 rows"), (2, "delivery", "2 deliveries")],
)
def test_a_noun_fits_its_number(count: int, noun: str, words: str) -> None:
    assert plural(count, noun) == words


def test_words_are_listed_as_in_a_sentence() -> None:
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == ["", "a", "a and b", "a, b and c"]


def test_a_verb_fits_too() -> None:
    assert [noun_of(count, "is", "are") for count in (0, 1, 2)] == ["are", "is", "are"]


def test_there_is_one_duplicate_or_there_are_more() -> None:
    assert [wording.named("duplicates", count) for count in (1, 2)] == ["duplicate", "duplicates"]
    assert wording.named("created", 1) == "created"


def test_no_page_makes_a_plural_itself() -> None:
    own = re.compile(r"['\"] ?(\w+)['\"] if [^%}]*== 1 else ['\"] ?\1s['\"]|\(s\)")
    pages = {path.name: path.read_text() for path in (ROOT / "templates").rglob("*.html")}
    assert [name for name, text in pages.items() if own.search(text)] == []


@pytest.mark.parametrize(("state", "words"), [("queued", "has not started yet"), ("reading", "is being read")])
def test_an_import_that_is_under_way_does_not_say_that_nothing_was_changed(state: str, words: str) -> None:
    row = dict.fromkeys((*wording.COUNTS, "rows"), 0) | {"id": 7, "state": state, "error": None}
    assert wording.sentence(row) == f"Import 7 {words}."
