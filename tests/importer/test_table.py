"""A file as a table of text, as scripts outside of Catalog read it."""

import io

import pytest

from catalog import importer
from catalog.importer import Options, Refused, Rejected, open_table


@pytest.mark.parametrize("size", [1, 4 * 1024**2])
def test_a_table_has_rows_with_their_lines_and_what_cannot_be_read(size: int) -> None:
    file = b'ref;title\nA1;"Two\nlines"\nB2;One;more\nC3;\n'
    table = open_table(io.BytesIO(file), Options())
    assert (table.header, table.understood.delimiter) == (("ref", "title"), ";")
    chunks = list(table.chunks(size))
    assert [row for chunk in chunks for row in chunk.rows] == [(1, 2, ["A1", "Two\nlines"]), (3, 5, ["C3", ""])]
    assert [(e.row, e.line, e.code) for chunk in chunks for e in chunk.errors] == [(2, 4, "too_many_cells")]


def test_a_file_that_is_no_table_is_rejected() -> None:
    with pytest.raises(Rejected):
        open_table(io.BytesIO(b"\x89PNG\r\n\x1a\n\0\0"), Options())
    assert Refused is Rejected  # the name of before


def test_the_library_has_what_others_rely_on() -> None:
    names = ("Options", "look", "open_table", "stage", "verify", "drop", "known_encoding", "Rejected", "Refused")
    assert all(callable(getattr(importer, name)) for name in names)
