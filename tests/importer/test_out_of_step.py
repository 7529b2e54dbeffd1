"""UTF-16 and UTF-32 with a byte too many or too few, and the end mark of DOS: no row is lost uncounted."""

import io

import pytest

from catalog.importer import Options, Rejected, look
from tests.importer.test_formats import zipped
from tests.importer.test_row_format import codes, read

LINES = ["sku,name,note\r\n", *(f"U-{n},Lamp {n},стол\r\n" for n in range(10))]
WIDE = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff"}


def damaged(encoding: str, line: int, added: int, end: str = "\r\n") -> bytes:
    """The file with so many bytes more, or less, in the middle of this line."""
    lines = [text.replace("\r\n", end).encode(encoding) for text in LINES]
    text = lines[line]
    half = len(text) // 2 + 1
    lines[line] = text[:half] + b"\n" * added + text[half + max(-added, 0) :]
    return WIDE[encoding] + b"".join(lines)


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("added", [-3, -2, -1, 1, 2, 3])
@pytest.mark.parametrize("encoding", WIDE)
def test_a_file_out_of_step_is_rejected_with_the_line(encoding: str, added: int, end: str) -> None:
    width = 2 if "16" in encoding else 4
    file = damaged(encoding, 3, added, end)
    if added % width == 0:  # whole characters: only their row can be wrong
        rows, errors, _ = read(file)
        assert len(rows) + len(errors) >= 9
        return
    with pytest.raises(Rejected, match=r"^Line [45]: a byte is missing or extra"):
        read(file)
    assert "a byte is missing" in look(io.BytesIO(file), Options()).problem


def test_it_is_found_deep_in_a_file_and_in_a_member_of_a_joined_archive() -> None:
    text = "".join(f"U-{n},Lamp\n" for n in range(100_000)).encode("utf-16-le")
    file = b"\xff\xfe" + "sku,name\n".encode("utf-16-le") + text[:1_900_000] + b"x" + text[1_900_000:]
    with pytest.raises(Rejected, match=r"^Line [78]\d,\d{3}: a byte is missing"):
        read(file)
    packed = zipped(a__csv=b"sku,name\nA1,x\n", b__csv=file)
    with pytest.raises(Rejected, match=r"^b.csv: Line [78]\d,\d{3}: a byte is missing"):
        read(packed, members="joined")
    with pytest.raises(Rejected, match=r"^Line [78]\d,\d{3}: a byte is missing"):
        read(packed, sheet="b.csv")


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_a_byte_too_many_at_the_beginning_of_a_file_without_a_mark_is_rejected(encoding: str) -> None:
    file = "sku,name\nA1,Lamp\nA2,Chair\n".encode(encoding)
    for broken in (b"x" + file, file[3:], file[:5] + b"\n" + file[5:]):
        with pytest.raises(Rejected):
            read(broken)


def test_a_byte_too_few_at_the_end_rejects_the_last_row_only() -> None:
    rows, errors, _ = read(b"\xff\xfe" + "sku,name\nA1,x\nA2,y".encode("utf-16-le")[:-1])
    assert (rows, codes(errors)) == ([["A1", "x"]], [(3, "not_in_encoding")])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
@pytest.mark.parametrize("end", ["\x1a", "\n\x1a", "\r\n\x1a\x1a\x1a\x1a", "\n\x1a\r\n", "\n\x1a\n\x1a"])
def test_the_end_mark_of_dos_is_no_row_and_no_text(end: str, encoding: str) -> None:
    rows, errors, _ = read(f"sku,name\nN-1,Lamp\nN-2,Chair{end}".encode(encoding))
    assert (rows, errors) == ([["N-1", "Lamp"], ["N-2", "Chair"]], [])


def test_the_end_mark_as_one_byte_behind_wide_characters_is_none_either() -> None:
    rows, errors, _ = read("sku,name\nN-1,Lamp\n".encode("utf-16") + b"\x1a")
    assert (rows, errors) == ([["N-1", "Lamp"]], [])


def test_the_same_character_elsewhere_is_text_and_ends_nothing() -> None:
    long = "x" * 70_000  # so that a block ends behind one
    for before in (f"{long[: 64 * 1024 - 23]}", "b"):
        rows, errors, _ = read(f"sku,name,note\nN-1,a,{before}\x1a\nN-2,b,c\n")
        assert (rows, errors) == ([["N-1", "a", f"{before}\x1a"], ["N-2", "b", "c"]], [])
    with pytest.raises(Rejected, match="empty"):
        read(b"\x1a")


ADDED = "".join(f"A-{n},Desk {n},стол\r\n" for n in range(20))


@pytest.mark.parametrize(
    "added", [ADDED, ADDED.replace("стол", "oak"), ADDED.replace("\r", ""), "A-1,x\n", "A-1,ü,é,x\r\n"]
)
@pytest.mark.parametrize("encoding", WIDE)
def test_lines_of_utf_8_behind_it_reject_the_file(encoding: str, added: str) -> None:
    """Whole characters of another alphabet, without any line end: twenty rows were one."""
    width = 2 if "16" in encoding else 4
    data = added.encode()
    data = b"x" * (-len(data) % width) + data
    file = WIDE[encoding] + "".join(LINES).encode(encoding) + data
    with pytest.raises(Rejected, match=r"^Line 12: from here on, the encoding of the file is not"):
        read(file)
    assert "in another encoding" in look(io.BytesIO(file), Options()).problem


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_such_lines_are_found_deep_in_a_file(encoding: str) -> None:
    text = "".join(f"U-{n},Lamp\n" for n in range(100_000)).encode(encoding)
    added = b"A-1,Desk one\nA-2,Desk two\nA-3,Desk three\n!"
    half = text.index("\n".encode(encoding), 1_000_000) + 2
    half += half % 2
    file = WIDE[encoding] + "sku,name\n".encode(encoding) + text[:half] + added + text[half:]
    with pytest.raises(Rejected, match="in another encoding"):
        read(file)


@pytest.mark.parametrize("encoding", WIDE)
def test_text_without_a_letter_of_ascii_is_text(encoding: str) -> None:
    signs = "".join(map(chr, range(0x4E00, 0x9FA5)))
    rows = [f"U-{n},{signs[n : n + 40]},{signs[-n - 41 : -n - 1]}\n" for n in range(15_000)]
    rows[-1] = rows[-1].rstrip("\n")
    file = WIDE[encoding] + ("sku,name,note\n" + "".join(rows)).encode(encoding)
    found, errors, _ = read(file)
    assert (len(found), errors) == (15_000, [])


@pytest.mark.parametrize(
    "first, second",
    [
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-8", "utf-16-le"),
        ("utf-8", "utf-16-be"),
        ("utf-8", "latin-1"),
        ("utf-8", "utf-8"),
    ],
)
def test_no_row_of_files_that_were_joined_is_lost(first: str, second: str) -> None:
    """Each is taken or rejected, the second header too."""
    marks = {**WIDE, "utf-8": b"\xef\xbb\xbf", "latin-1": b""}
    one = "sku,name,note\nA-1,Lampe,größer\nA-2,Tür,über\nA-3,Tisch,süß\n"
    other = one.replace("A-", "B-").replace("\n", "ß\n")
    file = marks[first] + one.encode(first) + marks[second] + other.encode(second)
    rows, errors, _ = read(file)
    assert len(rows) + len(errors) >= 7 and len(rows) >= 3
