"""Every record of a file is read, refused with its reason, or blank; never lost, never merged."""

import io

import pytest
from hypothesis import example, given, settings, strategies as st

from catalog.importer import Rejected, RowError
from catalog.importer.files.dialect import recognise
from catalog.importer.files.source import Source
from catalog.importer.rows.reader import Reader
from tests.support.examples import examples

Table = list[tuple[str, ...]]


def read(file: bytes, block_bytes: int = 4 * 1024**2) -> tuple[Table, list[RowError], int, int]:
    """Rows with row and line at their end in the order of the file, errors, blank rows, all rows."""
    rows: Table = []
    errors: list[RowError] = []
    blank = total = 0
    for chunk in Reader(Source(io.BytesIO(file)), ",").chunks(block_bytes):
        rows += [tuple(row) for row in chunk.frame.itertuples(index=False)]
        errors += chunk.errors
        blank, total = blank + chunk.blank, total + chunk.rows
    return (sorted(rows, key=lambda row: row[-2]), sorted(errors, key=lambda error: error.row), blank, total)


def cells(file: bytes) -> Table:
    """The rows alone."""
    return [row[:-2] for row in read(file)[0]]


def test_line_breaks_commas_and_quotes_inside_quotes_belong_to_the_text() -> None:
    file = b'sku,name,description\nA1,"Lamp, ""big""","one\ntwo\r\nthree"\nA2,Chair,x\n'
    assert cells(file) == [("A1", 'Lamp, "big"', "one\ntwo\r\nthree"), ("A2", "Chair", "x")]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_any_line_end_is_a_line_end(end: bytes) -> None:
    file = end.join((b"sku,name", b"A1,Lamp", b"A2,Chair"))
    assert cells(file) == [("A1", "Lamp"), ("A2", "Chair")]
    assert cells(file + end) == [("A1", "Lamp"), ("A2", "Chair")]


def test_mixed_line_ends_keep_their_lines_apart() -> None:
    rows, *_ = read(b"sku,name\nA1,Lamp\r\nA2,Chair\rA3,Desk\n")
    assert [row[-1] for row in rows] == [2, 3, 4]


@pytest.mark.parametrize(
    "mark, encoding", [(b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")]
)
def test_a_byte_order_mark_says_the_encoding(mark: bytes, encoding: str) -> None:
    assert cells(mark + "sku,name\nA1,Größe 😀\n".encode(encoding)) == [("A1", "Größe 😀")]


@pytest.mark.parametrize("text", ["00123", "1E5", "NA", "NULL", "TRUE", "1.10", " 90.750", "nan", "-", "#N/A"])
def test_text_is_text(text: str) -> None:
    assert cells(f"sku,name\nA1,{text}\n".encode()) == [("A1", text)]


@pytest.mark.parametrize("size", [1, 20, 4 * 1024**2])
def test_only_the_files_own_byte_order_mark_is_taken_off(size: int) -> None:
    """Found by breaking: Arrow drops a mark at the beginning of each block that it is given."""
    file = "\ufeffsku,name\n\ufeffA1,Lamp\n\ufeffA2,Chair\n".encode()
    rows, *_ = read(file, size)
    assert [row[0] for row in rows] == ["\ufeffA1", "\ufeffA2"]


def test_an_inch_mark_in_a_bare_cell_is_text() -> None:
    assert cells(b'sku,name\nA1,5" disk\nA2,"quoted"\n') == [("A1", '5" disk'), ("A2", "quoted")]


def test_ragged_rows_are_rejected_with_line_and_count() -> None:
    rows, errors, _, total = read(b'sku,name,description\nA1,"two\nlines",x\nA2,short\nA3,a,b,c\nA4,ok,ok\n')
    assert [row[0] for row in rows] == ["A1", "A4"]
    assert [(e.row, e.line, e.code) for e in errors] == [(2, 4, "too_few_cells"), (3, 5, "too_many_cells")]
    assert errors[0].message == "Line 4: 2 cells where the header has 3."
    assert total == 4
    (one,) = read(b"sku,name\nA1\n")[1]
    assert one.message == "Line 2: 1 cell where the header has 2."


def test_empty_cells_beyond_the_header_are_no_harm() -> None:
    assert cells(b"sku,name\nA1,Lamp,,\n") == [("A1", "Lamp")]


def test_empty_lines_are_blank_rows_and_rows_of_empty_cells_are_left_to_the_checks() -> None:
    rows, errors, blank, total = read(b"sku,name\n\nA1,Lamp\n \r\n,,, \n")
    assert (len(rows), errors, blank, total) == (2, [], 2, 4)


def test_text_after_a_closing_quote_rejects_its_row_only() -> None:
    rows, errors, *_ = read(b'sku,name\nA1,"a" b\nA2,ok\n')
    assert [row[0] for row in rows] == ["A2"]
    assert [(e.line, e.code) for e in errors] == [(2, "stray_quote")]


@pytest.mark.parametrize(
    "file, line",
    [
        (b'sku,name\nA1,ok\nA2,"open\nA3,x\n', 3),
        (b'sku,name,d\nA1,ok,x\nA2,"open,x\nA3,y,"quoted"\nA4,z,x\n', 3),
        (b'sku,name,d\n"A1","ok","two\nlines"\nA2,x,"open\n' + b"A3,y,z\n" * 1000, 4),
    ],
)
def test_an_unclosed_quote_rejects_the_file_and_names_its_line(file: bytes, line: int) -> None:
    with pytest.raises(Rejected, match=f"^Line {line}: a quote opens"):
        read(file)


def test_a_nul_byte_rejects_its_row() -> None:
    rows, errors, *_ = read(b"sku,name\nA1,a\0b\nA2,ok\n")
    assert [row[0] for row in rows] == ["A2"]
    assert [(e.line, e.code, e.value) for e in errors] == [(2, "nul_byte", "A1,a\\x00b")]


def test_bytes_that_are_no_utf8_reject_their_row_and_say_where() -> None:
    damaged = "sku,name\nA0,Größe, schön\n".replace(", ", " ").encode()
    rows, errors, *_ = read(damaged + "A1,Gr\xf6\nA2,ok\n".encode("latin-1"))
    assert [row[0] for row in rows] == ["A0", "A2"]
    assert errors[0].message == "Line 3: byte 6 of the row, 0xF6 after 'A1,Gr', is not UTF-8; save the file as UTF-8."


def test_a_cell_over_a_mebibyte_rejects_its_row() -> None:
    file = b"sku,name\nA1," + b"x" * (1024**2 + 1) + b"\nA2,ok\n"
    rows, errors, *_ = read(file)
    assert ([row[0] for row in rows], errors[0].code) == (["A2"], "cell_too_long")


@pytest.mark.parametrize("inside", ["x" * 1_100_000, "x\n" * 600_000])
@pytest.mark.parametrize("before", ["", 'Z,"z"q\n'])
def test_the_inside_of_a_huge_cell_is_never_read_as_rows(before: str, inside: str) -> None:
    file = f'sku,name\n{before}A1,"{inside}\nEVIL,inside"\nA2,ok\n'.encode()
    rows, errors, _, total = read(file)
    assert [row[0] for row in rows] == ["A2"]
    assert errors[-1].code == "cell_too_long"
    assert total == 2 + bool(before)


@pytest.mark.parametrize(
    "file, reason",
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b" \r\n \n", "empty"),
        (b"PK\x03\x04rest", "Excel workbook"),
        (b"%PDF-1.7 rest", "PDF document. Save or export it"),
        (b"Rar!\x1a\x07", "RAR archive. Unpack it"),
        (bytes(range(256)) * 4, "not a text file"),
        (b"x" * 9 * 1024**2, "longer than 1 MiB"),
        (b"\xff\xfes\x00k\x00u\x00,\x00\x00\xd8", "not utf-16-le"),
    ],
)
def test_what_is_no_table_is_rejected_with_its_reason(file: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        read(file)


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_makes_the_header(mark: str) -> None:
    sample = mark.join(("sku", "name", "a,b;c|d\te".replace(mark, ""))).encode()
    assert recognise(sample, lambda names, above: {"sku", "name"} <= set(names)) == (mark, 0)


def quoted(cell: str, always: bool) -> str:
    """A cell as RFC 4180 writes it."""
    return '"' + cell.replace('"', '""') + '"' if always or set(cell) & set(',"\r\n') else cell


CELL = st.text(st.sampled_from('ab ,;"\r\n\té€😀ß'), max_size=6)
TABLES = st.integers(2, 4).flatmap(lambda width: st.lists(st.tuples(*[CELL] * width), min_size=1, max_size=12))


@settings(max_examples=examples(25, 150), deadline=None)
@given(TABLES, st.sampled_from(["\n", "\r\n", "\r"]), st.integers(1, 60), st.booleans())
@example([("a", "\r"), ("b", "c")], "\r", 1, False)
@example([("", "ß")], "\n", 1, False)
def test_any_table_comes_back_cell_for_cell_in_blocks_of_any_size(
    table: Table, end: str, size: int, all_quoted: bool
) -> None:
    header = tuple(f"column {i}" for i in range(len(table[0])))
    file = "".join(",".join(quoted(cell, all_quoted) for cell in row) + end for row in [header, *table])
    rows, errors, _, total = read(file.encode(), size)
    assert [row[:-2] for row in rows if any(row[:-2])] == [row for row in table if any(row)]
    assert (errors, total) == ([], len(table))


@settings(max_examples=examples(40, 300), deadline=None)
@given(st.text(st.sampled_from('ab,"\r\n\0é'), max_size=60), st.integers(1, 40))
def test_any_text_gives_the_same_in_blocks_of_any_size(text: str, size: int) -> None:
    file = b"sku,name\n" + text.encode()
    assert outcome(file, size) == outcome(file, 4 * 1024**2)


def outcome(file: bytes, size: int) -> object:
    """All that reading a file comes to."""
    try:
        rows, errors, blank, total = read(file, size)
    except Rejected as rejection:
        return str(rejection)
    assert total == len(rows) + len(errors) + blank
    return rows, errors, blank
