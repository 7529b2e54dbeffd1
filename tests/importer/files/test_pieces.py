"""A stream over pieces gives what is asked for, and keeps the rest."""

import pytest

from catalog.importer.files.pieces import gathered


@pytest.mark.parametrize("size", [1, 3, 4, 100])
def test_all_bytes_come_in_their_order_whatever_the_size(size: int) -> None:
    pieces, ahead, read = iter([b"ab", b"cdefg", b"h"]), b"", []
    while True:
        data, ahead = gathered(ahead, size, lambda: next(pieces, b""))
        if not data:
            break
        read.append(data)
    assert b"".join(read) == b"abcdefgh"
    assert [len(data) for data in read[:-1]] == [size] * (len(read) - 1)


def test_a_negative_size_is_all_of_them() -> None:
    pieces = iter([b"cd", b"e"])
    assert gathered(b"ab", -1, lambda: next(pieces, b"")) == (b"abcde", b"")
