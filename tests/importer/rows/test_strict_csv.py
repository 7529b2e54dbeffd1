"""Records that are read one at a time: their cells, their places, and what is wrong with them."""

import io

import pytest

from catalog.importer.errors import Rejected
from catalog.importer.rows.strict_csv import CarefulReader, Record, physical_lines


def read(text: str, width: int = 2, surplus: int = 0, delimiter: str = ",") -> list[Record]:
    """All records of a text that begins at line 2."""
    reader = CarefulReader(delimiter)
    reader.width, reader.surplus = width, surplus
    return list(reader.read(physical_lines(text), 2, 0))


def codes(text: str, width: int = 2, surplus: int = 0) -> list[str | None]:
    """What is wrong with each record."""
    return [record.error.code if record.error else None for record in read(text, width, surplus)]


def test_a_record_has_its_row_and_the_line_where_it_begins() -> None:
    found = read('A1,"a\nb"\r\nA2,c\rA3,d')
    assert [(r.row, r.line, r.lines, r.cells) for r in found] == [
        (1, 2, 2, ["A1", "a\nb"]),
        (2, 4, 1, ["A2", "c"]),
        (3, 5, 1, ["A3", "d"]),
    ]


@pytest.mark.parametrize(
    ("text", "surplus", "code"),
    [
        ("A1", 0, "too_few_cells"),
        ("A1,b,c", 0, "too_many_cells"),
        ("A1,b,", 0, "too_many_cells"),
        ("A1,b,", 1, None),
        ("A1,b,,", 1, "too_many_cells"),
        ("A1,b", 1, None),
        ("A1,", 1, "too_few_cells"),
        (",,,,", 0, None),
        ("A1,b\0", 0, "nul_byte"),
        ("A1,b\udcff", 0, "not_utf8"),
        ('A1, "b"', 0, "stray_quote"),
        ('A1,"b"c', 0, "stray_quote"),
    ],
)
def test_what_is_wrong_with_a_record(text: str, surplus: int, code: str | None) -> None:
    assert codes(text, surplus=surplus) == [code]


def test_a_bad_byte_is_named_with_its_place() -> None:
    (record,) = read("A1,Stra\udcdfe")
    assert record.error is not None
    assert "byte 8 of the row, 0xDF after 'A1,Stra'" in record.error.message


def test_a_quote_that_does_not_close_rejects_the_file_and_names_its_line() -> None:
    with pytest.raises(Rejected, match="Line 3: a quote opens a cell here"):
        read('A1,b\nA2,"c\nA3,d\n')


def test_a_cell_that_is_too_long_does_not_take_the_next_row_with_it() -> None:
    long = "x" * 600_000
    found = read(f'A1,"{long}\n{long}"\nA2,b\n')
    assert [r.error.code if r.error else r.cells for r in found] == ["cell_too_long", ["A2", "b"]]


def test_without_quoting_a_quote_is_a_letter() -> None:
    reader = CarefulReader("\t")
    reader.quotes, reader.width = False, 2
    (record,) = reader.read(physical_lines('A1\t19" rack\n'), 2, 0)
    assert record.cells == ["A1", '19" rack'] and record.error is None


def test_lines_end_in_three_ways() -> None:
    assert list(physical_lines("a\nb\r\nc\rd")) == ["a\n", "b\r\n", "c\r", "d"]
    assert list(physical_lines("")) == list(io.StringIO(""))
