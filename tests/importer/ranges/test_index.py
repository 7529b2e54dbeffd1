"""Ranges are the whole: read one by one, they give the rows, lines and rejections that one reader gives."""

import io
from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import example, given, settings, strategies as st

from catalog.importer import Rejected
from catalog.importer.errors import Miscounted
from catalog.importer.files.source import Source
from catalog.importer.ranges import blocks, index
from catalog.importer.rows.chunk import Chunk
from catalog.importer.rows.reader import Reader
from tests.support.examples import examples

DIRTY = st.lists(
    st.sampled_from(["a", "b", ",", ",", '"', '""', "\n", "\r\n", "\r", "é", "\0", "\x1a", "\ufeff", '"x\ny"', "€ 😀"]),
    max_size=60,
).map("".join)
CLEAN = st.lists(
    st.sampled_from(
        ["A1,x\n", 'A2,"two\nlines"\r\n', 'A3,"say ""no"""\n', "A4,é€😀\r", "\n", "short\n", "A5,a,b\n", ",\n"]
    )
).map("".join)


def reader(file: bytes, encoding: str) -> Reader:
    return Reader(Source(io.BytesIO(file), encoding), ",")


def in_ranges(file: bytes, encoding: str, block: int, size: int) -> Iterator[Chunk]:
    """The chunks of all ranges, the last first, then those of the reader that goes on behind them."""
    one_reader = reader(file, encoding)
    found = list(index.ranges(one_reader, block, size))
    parts = [list(blocks.chunks(io.BytesIO(file), one_reader.parser.form, one)) for one in reversed(found)]
    for part in reversed(parts):
        yield from part
    yield from one_reader.chunks(block)


def alone(file: bytes, encoding: str, block: int) -> Iterator[Chunk]:
    """The chunks of one reader."""
    yield from reader(file, encoding).chunks(block)


def told(chunks: Iterator[Chunk]) -> list[object]:
    """All that chunks tell; the reason if the file is rejected."""
    found: list[object] = []
    try:
        for chunk in chunks:
            rows = chunk.frame.sort_values("row").to_dict("records")
            found.append((rows, chunk.errors, chunk.rows, chunk.blank, chunk.doubts, chunk.long))
    except Rejected as rejection:
        found.append(str(rejection))
    return found


@settings(max_examples=examples(40, 2000), deadline=None)
@given(
    DIRTY | CLEAN, st.integers(1, 40), st.integers(1, 80), st.sampled_from(["utf-8", "cp1252", "cp850"]), st.booleans()
)
@example('A1,"a\r\nb"\rA2,é\n', 1, 1, "utf-8", True)
@example("A1,x\nA2,Gr\N{LATIN SMALL LETTER O WITH DIAERESIS}ße\n" * 9, 7, 30, "cp1252", False)
def test_ranges_of_any_size_are_the_whole(text: str, block: int, size: int, encoding: str, marked: bool) -> None:
    file = ("\ufeff" * (marked and encoding == "utf-8") + "sku,name\n" + "A0,plain\n" * 9 + text).encode(
        encoding, "ignore"
    )
    assert told(in_ranges(file, encoding, block, size)) == told(alone(file, encoding, block))


def test_each_range_begins_at_its_row_and_line() -> None:
    file = b"sku,name\n" + b'A1,"two\nlines"\nA2,x\n' * 50
    found = list(index.ranges(reader(file, "utf-8"), 40, 200))
    assert len(found) > 3 and found[-1].end == len(file)
    for one in found:
        before = file[: one.offset]
        assert (one.row, one.line) == (before.count(b"A"), before.count(b"\n") + 1)
        assert file[one.offset : one.offset + 1] == b"A"


@pytest.mark.parametrize("doubt", [b'A9,5" disk\n', b'A9,"a"b\n', b"A9,\x1a\n"])
def test_the_index_ends_before_what_is_not_by_the_book(doubt: bytes) -> None:
    rows = b"A1,x\n" * 100
    one_reader = reader(b"sku,name\n" + rows + doubt + rows, "utf-8")
    found = list(index.ranges(one_reader, 50, 200))
    assert 0 < sum(one.records for one in found) <= 100
    indexed = sum(one.records for one in found)
    assert (one_reader.row, one_reader.line) == (indexed, indexed + 2)
    assert sum(chunk.rows for chunk in one_reader.chunks(50)) == 201 - indexed


def test_a_file_that_changed_is_not_read() -> None:
    file = b"sku,name\n" + b"A1,x\n" * 100
    one_reader = reader(file, "utf-8")
    (one,) = index.ranges(one_reader)
    with pytest.raises(Miscounted):
        list(blocks.chunks(io.BytesIO(file.replace(b"A1,x\n", b"A1,xx", 1)), one_reader.parser.form, one))


def test_frames_are_those_of_the_reader() -> None:
    """Not only the same values: Arrow writes NUL bytes for a column of several chunks."""
    file = b"sku,name\n" + b'A1,"two\nlines"\n' * 50
    one_reader = reader(file, "utf-8")
    (one,) = index.ranges(one_reader)
    (chunk,) = blocks.chunks(io.BytesIO(file), one_reader.parser.form, one)
    (whole,) = reader(file, "utf-8").chunks()
    pd.testing.assert_frame_equal(chunk.frame, whole.frame)
