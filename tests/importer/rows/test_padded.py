"""Quotes with spaces around them."""

import csv

import pytest

from catalog.importer.rows.padded import opens_padded, tidied


def cells(text: str, delimiter: str = ",") -> list[list[str]]:
    """What the csv module reads of the tidied lines."""
    return list(csv.reader(tidied(iter(text.splitlines(keepends=True)), delimiter), delimiter=delimiter))


@pytest.mark.parametrize(
    "text, rows",
    [
        ('a, "b, c" , d\n', [["a", "b, c", " d"]]),
        (' "a" ;b\n', [["a", "b"]]),
        ('a, "b ""c"" d" \n', [["a", 'b "c" d']]),
        ('a, "two\nlines" ,c\n', [["a", "two\nlines", "c"]]),
        ('a,5" wide , b\n', [["a", '5" wide ', " b"]]),
        ("a , b\n", [["a ", " b"]]),
        ('"",  "" \n', [["", ""]]),
    ],
)
def test_spaces_around_quotes_go_and_others_stay(text: str, rows: list[list[str]]) -> None:
    assert cells(text, ";" if ";" in text else ",") == rows


def test_each_line_stays_a_line() -> None:
    lines = ['a, "b\n', 'c" ,d\n', "e,f\n"]
    assert len(list(tidied(iter(lines), ","))) == 3


@pytest.mark.parametrize(
    "text, opens", [('a, "b"', True), (' "a"', True), ('x\n "a"', True), ('a,"b"', False), ('a "b"', False)]
)
def test_a_space_before_a_quote_is_seen_where_a_cell_begins(text: str, opens: bool) -> None:
    assert opens_padded(text, ",") is opens


def test_the_delimiter_is_no_pattern() -> None:
    assert opens_padded('a| "b"', "|")
    assert not opens_padded('a "b"', "|")
