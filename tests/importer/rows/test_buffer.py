"""The bytes between a source and the parser."""

import io

from catalog.importer.files.source import Source
from catalog.importer.rows.buffer import Buffer
from catalog.importer.rows.strict_csv import CarefulReader


def buffer(text: str) -> Buffer:
    """A buffer before the first byte of a text."""
    return Buffer(Source(io.BytesIO(text.encode())))


def test_a_beginning_ends_with_a_line_unless_the_text_does() -> None:
    assert buffer("one\ntwo\nthree\n").beginning(6) == b"one\n"
    assert buffer("one\ntwo").beginning(100) == b"one\ntwo"
    assert buffer("a line longer than asked\nx\n").beginning(6) == b"a line"


def test_lines_that_were_taken_are_left_behind() -> None:
    found = buffer("one\r\ntwo\rthree\nfour")
    lines = found.lines(CarefulReader(","))
    assert [next(lines), next(lines)] == [b"one\r\n", b"two\r"]
    found.advance()
    assert (found.line, found.data) == (3, b"three\nfour")
    assert list(found.lines(CarefulReader(","))) == [b"three\n", b"four"]


def test_a_byte_that_does_not_fit_stays_in_its_place() -> None:
    found = Buffer(Source(io.BytesIO(b"sku,name\n" + b"x" * 70_000 + b"\nA1,\xff\n"), "utf-8"))
    found.fill(100_000)
    assert found.data.endswith(b"A1,\xff\n")
