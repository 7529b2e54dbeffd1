"""Any table, written in any dialect and encoding, comes back cell for cell; what can't is refused, with its line."""

import csv
import io
from dataclasses import dataclass
from functools import lru_cache

import pytest
from hypothesis import given, settings, strategies as st

from catalog.importer import Options, Rejected, look
from catalog.importer.opening.open import prepare
from catalog.importer.rows.chunk import LINE, ROW
from tests.support.examples import examples

ENCODINGS = (
    "utf-8",
    "utf-8-sig",
    "utf-16",
    "utf-16-le",
    "utf-16-be",
    "cp1252",
    "latin-1",
    "cp1250",
    "cp1251",
    "koi8-r",
    "cp932",
    "shift_jis",
    "gb18030",
    "gbk",
    "big5",
    "euc_kr",
)
LETTERS = "aZ0 9-.'/\\ \t\x0b\x0c\x85\xa0\u2028\u3000äéßšžŁПриветКатЯツプ表ソ能中文測試한글ㄱ€™“”😀"
SYNTAX = ',;|\t"\n\r'


@dataclass(frozen=True)
class Written:
    """A table as a file, and how it was written."""

    table: list[list[str]]
    encoding: str
    delimiter: str
    end: str
    preamble: int
    header: bool
    data: bytes


@lru_cache
def letters(encoding: str) -> str:
    """What this encoding can hold, and gives back as it was."""
    return "".join(c for c in LETTERS if _survives(c, encoding))


def _survives(character: str, encoding: str) -> bool:
    try:
        return character.encode(encoding).decode(encoding) == character
    except UnicodeError:
        return False


@st.composite
def files(draw: st.DrawFn, encodings: tuple[str, ...] = ENCODINGS) -> Written:
    """Tables of two to four columns, in every way that a supplier may write them."""
    encoding, mark = draw(st.sampled_from(encodings)), draw(st.sampled_from(",;\t|"))
    end, header = draw(st.sampled_from(["\n", "\r\n", "\r"])), draw(st.booleans())
    width, everything = draw(st.integers(2, 4)), draw(st.booleans())
    cell = st.text(letters(encoding) + SYNTAX, max_size=8)
    rows = draw(st.lists(st.lists(cell, min_size=width, max_size=width), min_size=1, max_size=5))
    rows[0][0] = "A1"  # what has no text at all is refused as empty
    names = ["sku", "name", "colour", "size"][:width]
    above = draw(st.lists(st.sampled_from(["Price list", "", "from Acme"]), max_size=2)) if header else []
    table = [names, *rows] if header else rows
    lines = [mark.join(_cell(c, mark, everything) for c in row) for row in table]
    text = end.join(above + lines) + (end if draw(st.booleans()) else "")
    return Written(rows, encoding, mark, end, len(above), header, text.encode(encoding))


def _cell(text: str, mark: str, everything: bool) -> str:
    if everything or any(c in text for c in (mark, '"', "\n", "\r")):
        return '"' + text.replace('"', '""') + '"'
    return text


def read(data: bytes, options: Options) -> tuple[list[list[str]], int]:
    """The cells of every row in the order of the file, and how many rows were refused."""
    rows, refused = [], 0
    for chunk in prepare(io.BytesIO(data), options).reader.chunks(64):
        refused += len(chunk.errors)
        cells = chunk.frame.sort_values(ROW).drop(columns=[ROW, LINE])
        rows += cells.values.tolist()
    return rows, refused


@settings(max_examples=examples(20, 60), deadline=None)
@given(files())
def test_what_was_chosen_is_read_cell_for_cell(written: Written) -> None:
    encoding = "utf-16-le" if written.encoding == "utf-16" else written.encoding
    options = Options(
        encoding=encoding.removesuffix("-sig"),
        delimiter=written.delimiter,
        header=written.header,
        skip=written.preamble,
    )
    assert read(written.data, options) == (written.table, 0)


@settings(max_examples=examples(20, 60), deadline=None)
@given(files(("utf-8", "utf-8-sig", "utf-16")))
def test_what_is_recognised_is_right_or_rejected(written: Written) -> None:
    """Only the file is known, and if it has no header. Guesses of encodings need words, and have their own tests."""
    known = {"delimiter": written.delimiter, "skip": 0} if not written.header else {}
    try:
        found = read(written.data, Options(header=written.header, **known))
    except Rejected:
        return
    assert found == (written.table, 0)


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r", "cp1252"])
def test_one_letter_is_too_little_to_guess_from(encoding: str) -> None:
    with pytest.raises(Rejected, match="is not certain"):
        read("sku,name\nA1,Я\n".encode("cp1251"), Options())
    written = "sku,name\nA1,Я\n" if encoding != "cp1252" else "sku,name\nA1,ß\n"
    chosen = Options(encoding=encoding)
    assert read(written.encode(encoding), chosen) == ([["A1", written[-2]]], 0)


# What the public collections of odd files hold, as we would write it down: the cells, and every way to spell them.
SPECTRUM = {
    "a comma in quotes": (b'sku,name\nA1,"Lamp, green"\n', [["A1", "Lamp, green"]]),
    "an empty cell": (b'sku,name\n,""\nA1,x\n', [["", ""], ["A1", "x"]]),
    "a cell of spaces": (b'sku,name\nA1,"  "\n', [["A1", "  "]]),
    "quotes in quotes": (b'sku,name\nA1,"a ""b"" c"\nA2,""""\n', [["A1", 'a "b" c'], ["A2", '"']]),
    "JSON in a cell": (b'sku,name\nA1,"{""a"": [1, 2]}"\n', [["A1", '{"a": [1, 2]}']]),
    "a line break in quotes": (b'sku,name\nA1,"a\nb"\n', [["A1", "a\nb"]]),
    "the other line break in quotes": (b'sku,name\r\nA1,"a\r\nb"\r\n', [["A1", "a\r\nb"]]),
    "beyond ASCII": ("sku,name\nA1,\u02a4 日本\n".encode(), [["A1", "\u02a4 日本"]]),
    "no line end at the end": (b"sku,name\nA1,x", [["A1", "x"]]),
    "mixed line ends": (b"sku,name\nA1,x\r\nA2,y\rA3,z\n", [["A1", "x"], ["A2", "y"], ["A3", "z"]]),
    "blank lines between": (b"sku,name\n\nA1,x\n\n\nA2,y\n", [["A1", "x"], ["A2", "y"]]),
    "a quoted header": (b'"sku","name"\n"A1","x"\n', [["A1", "x"]]),
    "empty cells beyond the header": (b"sku,name\nA1,x,,\n", [["A1", "x"]]),
    "a quote inside an unquoted cell": (b'sku,name\nA1,19" rack\n', [["A1", '19" rack']]),
    "a mark and quotes": (b'\xef\xbb\xbf"sku",name\nA1,x\n', [["A1", "x"]]),
    "no rows": (b"sku,name\n", []),
}


@pytest.mark.parametrize("name", SPECTRUM)
def test_odd_files_give_exact_cells(name: str) -> None:
    data, cells = SPECTRUM[name]
    assert read(data, Options()) == (cells, 0)


@pytest.mark.parametrize(
    "data, code, line",
    [
        (b"sku,name\nA1,x\nA2\nA3,z\n", "too_few_cells", 3),
        (b'sku,name\nA1,"x\ny"\nA2,y,z\n', "too_many_cells", 4),
        (b'sku,name\nA1,"x" y\nA2,z\n', "stray_quote", 2),
        (b"sku,name\nA1,x\0y\nA2,z\n", "nul_byte", 2),
    ],
)
def test_a_ragged_row_is_rejected_with_its_line_and_the_others_are_read(data: bytes, code: str, line: int) -> None:
    chunks = list(prepare(io.BytesIO(data), Options()).reader.chunks())
    told = [(error.code, error.line) for chunk in chunks for error in chunk.errors]
    assert told == [(code, line)]
    assert sum(len(chunk.frame) for chunk in chunks) == data.count(b"\nA") - 1


def test_what_pythons_csv_writes_is_read_as_it_was() -> None:
    rows = [["A1", 'a "b"\n,;\r\n'], ["", " x "], ["A3", "'"]]
    for mark in ",;\t|":
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=mark).writerows([["sku", "name"], *rows])
        assert read(text.getvalue().encode(), Options()) == (rows, 0)


def test_a_header_that_is_too_wide_is_rejected_before_any_row_is_read() -> None:
    names = ",".join(["sku", "name", *map(str, range(100_000))])
    data = io.BytesIO(f"{names}\n{'x,' * 100_001}x\n".encode())
    assert "100,002 columns" in look(data, Options()).problem


def test_columns_that_are_aligned_with_spaces_are_named_as_such() -> None:
    rows = [("ITEM", "DESCRIPTION", "PRICE"), ("A100", "Garden hose 20 m", "18.90"), ("A101", "Hose reel", "42.00")]
    file = "".join(f"{sku:<10}{name:<25}{price:>8}\n" for sku, name, price in rows)
    with pytest.raises(Rejected, match="aligned with spaces"):
        prepare(io.BytesIO(file.encode()), Options())
    assert list(prepare(io.BytesIO(b"some  name\nA1  tea\n"), Options()).reader.header) == ["some  name"]
