"""The end mark of DOS, in a stream that comes in blocks."""

import pytest

from catalog.importer.files.end_mark import MOST_HELD, EndMark


def read(*blocks: bytes) -> bytes:
    """What is left of these blocks."""
    mark = EndMark()
    return b"".join(mark.without(block) for block in (*blocks, b""))


@pytest.mark.parametrize("end", [b"\x1a", b"\x1a\x1a", b"\r\n\x1a\r\n", b"\r\n\x1a\n\x1a"])
def test_it_goes_from_the_end_however_the_blocks_are_cut(end: bytes) -> None:
    whole = b"sku\r\nA1" + end
    expected = whole[: whole.index(b"\x1a")]
    for at in range(1, len(whole)):
        assert read(whole[:at], whole[at:]) == expected


def test_elsewhere_it_is_a_character() -> None:
    assert read(b"a\x1ab") == b"a\x1ab"
    assert read(b"a\x1a", b"b") == b"a\x1ab"
    assert read(b"a\x1a", b"\r\n", b"b") == b"a\x1a\r\nb"


def test_a_line_break_alone_stays() -> None:
    assert read(b"a\r\n", b"\r\n") == b"a\r\n\r\n"


def test_too_many_are_no_end() -> None:
    many = b"\x1a" * (MOST_HELD + 1)
    assert read(b"a" + many) == b"a" + many


@pytest.mark.parametrize(
    "end, kept", [(b"\r\n", b"\r\n"), (b"\n\n", b"\n\n"), (b"\r\n\x1a\r\n", b"\r\n"), (b"\x1a\n", b"\x1a\n")]
)
def test_before_a_line_end_it_is_the_end_of_the_last_cell(end: bytes, kept: bytes) -> None:
    whole = b"sku,note\r\nA1,\x1a" + end
    for at in range(1, len(whole)):
        assert read(whole[:at], whole[at:]) == b"sku,note\r\nA1,\x1a" + kept
