"""Texts of wide characters that go out of step, found while they are read."""

import pytest

from catalog.importer.errors import Rejected
from catalog.importer.files.encoding.alignment import Alignment

ROWS = "".join(f"A{n},Lampe {n} ü\n" for n in range(200))


def see(data: bytes, encoding: str, block: int = 64) -> None:
    """Read bytes in small blocks, as a source does."""
    alignment = Alignment(encoding)
    for start in range(0, len(data), block):
        alignment.see_bytes(data[start : start + block])
        alignment.see(data[start : start + block].decode(encoding, "replace"))
    alignment.see_bytes(b"")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_text_in_step_is_taken(encoding: str) -> None:
    see(ROWS.encode(encoding), encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("block", [64, 1000])
def test_a_byte_that_is_missing_is_found_in_its_line(encoding: str, block: int) -> None:
    data = ROWS.encode(encoding)
    cut = data.index("A100,".encode(encoding)) + 3
    with pytest.raises(Rejected, match="Line 10[12]: a byte is missing"):
        see(data[:cut] + data[cut + 1 :], encoding, block)


def test_lines_in_another_encoding_are_found() -> None:
    with pytest.raises(Rejected, match="Line 201: from here on, the encoding of the file is not utf-16-le"):
        see(ROWS.encode("utf-16-le") + "B1,Größe in UTF-8 and long enough\n".encode(), "utf-16-le")
