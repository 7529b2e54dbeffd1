"""Whatever a table is packed in gives the same rows, and what is no table is refused quickly, with the reason."""

import datetime
import gzip
import io
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings, strategies as st

from catalog.importer import Options, Rejected
from catalog.importer.opening.columns import Opened
from catalog.importer.opening.open import open_file
from catalog.models import Import
from tests.conftest import catalog, counts
from tests.support.examples import examples

Run = Callable[..., Import]
FILE = b"sku,name\nA1,Lamp\nA2,Chair\n"
ROWS = [("A1", "Lamp"), ("A2", "Chair")]


def opened(file: bytes, **options: object) -> Opened:
    """The file, ready to be read."""
    return open_file(io.BytesIO(file), Options(**options))


def read(file: bytes, **options: object) -> list[tuple[Any, ...]]:
    """Its rows without row and line."""
    return [row[:-2] for row in with_lines(file, **options)]


def with_lines(file: bytes, **options: object) -> list[tuple[Any, ...]]:
    """Its rows with row and line."""
    return [
        tuple(row) for chunk in opened(file, **options).reader.chunks() for row in chunk.frame.itertuples(index=False)
    ]


def zipped(**members: bytes) -> bytes:
    """An archive; `__` in a name stands for a dot."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return file.getvalue()


def workbook(*sheets: list[list[Any]], hidden: int = -1) -> bytes:
    """An Excel workbook with these sheets, called one, two and so on."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True, "strings_to_formulas": False})
    date = book.add_format({"num_format": "yyyy-mm-dd"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet(("one", "two", "three")[number])
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime.date):
                    sheet.write_datetime(at, column, cell, date)
                elif isinstance(cell, str):
                    sheet.write_string(at, column, cell)
                else:
                    sheet.write(at, column, cell)
        if number == hidden:
            sheet.hide()
    if hidden == 0:
        book.worksheets()[1].activate()
        book.worksheets()[1].set_first_sheet()
    book.close()
    return file.getvalue()


def open_document(rows: list[list[str]]) -> bytes:
    """A sheet as LibreOffice would store it."""
    cells = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>'
        f'<table:table table:name="Prices">{cells}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
    )
    return zipped(
        mimetype=b"application/vnd.oasis.opendocument.spreadsheet",
        content__xml=content.encode(),
        **{"META-INF/manifest.xml": manifest.encode()},
    )


@pytest.mark.parametrize(
    "file, kind",
    [
        (FILE, "text"),
        (gzip.compress(FILE), "gzip"),
        (gzip.compress(FILE[:12]) + gzip.compress(FILE[12:]), "gzip"),
        (zipped(list__csv=FILE), "zip"),
        (zipped(list__CSV=FILE, readme__md=b"hello", **{"__MACOSX/._list.csv": b"x", "folder/": b""}), "zip"),
        (workbook([["sku", "name"], *ROWS]), "xlsx"),
        (open_document([["sku", "name"], *map(list, ROWS)]), "ods"),
    ],
    ids=["text", "gzip", "gzip of two", "zip", "zip with others", "xlsx", "ods"],  # archives hold the time
)
def test_the_same_table_in_any_packing(file: bytes, kind: str) -> None:
    assert (opened(file).understood.format, read(file)) == (kind, ROWS)


def test_encodings_and_separators_are_recognised_inside_of_archives() -> None:
    file = "Artikelnummer;Bezeichnung\nA1;Größe\n".encode("cp1252")
    for packed in (gzip.compress(file), zipped(a__txt=file)):
        understood = opened(packed).understood
        assert (understood.encoding, understood.delimiter) == ("cp1252", ";")
        assert read(packed) == [("A1", "Größe")]


def test_cells_of_a_sheet_arrive_as_what_they_hold() -> None:
    date, moment = datetime.date(2026, 1, 31), datetime.datetime(2026, 1, 31, 10, 30)
    row = [
        "00123",
        'two\r\nlines, "x"',
        4006381333931,
        19.99,
        0.1,
        1e-7,
        1e21,
        True,
        date,
        moment,
        None,
        "1E5",
        " x ",
        "=1+1",
    ]
    names = ["sku", "name", *(f"c{i}" for i in range(len(row) - 2))]
    (cells,) = read(workbook([names, row]))
    assert cells == (
        "00123",
        'two\r\nlines, "x"',
        "4006381333931",
        "19.99",
        "0.1",
        "0.0000001",
        "1000000000000000000000",
        "TRUE",
        "2026-01-31",
        "2026-01-31 10:30:00",
        "",
        "1E5",
        " x ",
        "=1+1",
    )


def test_lines_of_a_sheet_are_its_rows() -> None:
    file = workbook(
        [[], ["Price list", "", ""], ["sku", "name", "text"], ["A1", "Lamp", "two\nlines"], [], ["A2", "Chair", ""]]
    )
    assert [(row[0], row[-1]) for row in with_lines(file) if row[0]] == [("A1", 4), ("A2", 6)]
    assert opened(file).understood.skip == 2


def test_the_sheet_is_a_choice_and_by_default_the_first_visible_one() -> None:
    file = workbook([["x"]], [["sku", "name"], ["A1", "Lamp"]], hidden=0)
    understood = opened(file).understood
    assert (understood.part, understood.parts) == ("two", ("two",))
    file = workbook([["sku", "name", "note"], ["B1", "x", ""]], [["sku", "name"], ["A1", "Lamp"]])
    assert opened(file).understood.parts == ("one", "two")
    assert read(file, sheet="two") == read(file, sheet="2") == [("A1", "Lamp")]
    assert read(file) == [("B1", "x", "")]
    with pytest.raises(Rejected, match="no sheet 'four'. It has: 'one', 'two'"):
        opened(file, sheet="four")


def test_of_several_files_in_an_archive_one_must_be_chosen() -> None:
    file = zipped(a__csv=FILE, b__csv=b"sku,name\nB1,x\n")
    with pytest.raises(Rejected, match=r"2 tables: 'a.csv', 'b.csv'. Import each"):
        opened(file)
    assert read(file, sheet="b.csv") == [("B1", "x")]


def encrypted_zip() -> bytes:
    """An archive whose member says that it is encrypted."""
    file = bytearray(zipped(a__csv=FILE))
    file[6] |= 1
    file[file.index(b"PK\x01\x02") + 8] |= 1
    return bytes(file)


def bomb(packed: Callable[[bytes], bytes]) -> bytes:
    """A small file of one endless name."""
    return packed(b"sku,name\n" + (b"A1," + b"x" * 100_000 + b"\n") * 800)


REFUSED = [
    (b"%PDF-1.7\n", "PDF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff\xe0", "JPEG"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Excel workbook"),
    (b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"), "workbook is encrypted"),
    (b"BZh91AY&SY", "bzip2"),
    (b"\n<!DOCTYPE html><html>", "HTML"),
    (b'<?xml version="1.0"?>', "XML"),
    (encrypted_zip(), "encrypted"),
    (zipped(**{"../../etc/passwd": FILE}), "outside"),
    (zipped(**{"/etc/passwd": FILE}), "outside"),
    (zipped(**{"C:/x.csv": FILE}), "outside"),
    (zipped(), "empty"),
    (zipped(a__csv=FILE, b__csv=FILE).replace(b"b.csv", b"a.csv"), "one file of that name"),
    (zipped(**{f"{i}.csv": b"" for i in range(1001)}), "1,001 files"),
    (zipped(a__csv=gzip.compress(FILE)), "gzip archive"),
    (zipped(a__csv=b"\x89PNG\r\n"), "PNG"),
    (zipped(**{"[Content_Types].xml": b"", "word/document.xml": b""}), "office document"),
    (zipped(**{"xl/workbook.xml": b"<nonsense"}), "damaged"),
    (zipped(a__csv=FILE)[:60], "damaged"),
    (b"PK\x03\x04rest", "damaged"),
    (gzip.compress(FILE)[:-9], "damaged"),
    (gzip.compress(FILE)[:12] + b"\xff" * 30, "damaged"),
    (gzip.compress(b""), "empty"),
]


@pytest.mark.parametrize("file, reason", REFUSED, ids=[r for _, r in REFUSED])
def test_what_is_no_table_is_rejected_with_the_reason(file: bytes, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        read(file)


@pytest.mark.parametrize(
    "packed",
    [gzip.compress, lambda data: gzip.compress(data) + gzip.compress(b"A2,x\n"), lambda data: zipped(a__csv=data)],
    ids=["gzip", "gzip that lies", "zip"],
)
def test_a_bomb_is_rejected_long_before_it_is_unpacked(packed: Callable[[bytes], bytes]) -> None:
    file = bomb(packed)
    begun = time.monotonic()
    with pytest.raises(Rejected, match="unpacks to more than 250 times"):
        for _ in opened(file).reader.chunks():
            pass
    assert time.monotonic() - begun < 5  # alone it takes a tenth of it


@settings(max_examples=examples(30, 200), deadline=None)
@given(st.integers(0, 200), st.binary(min_size=1, max_size=6))
def test_a_damaged_archive_is_rejected_or_read(at: int, noise: bytes) -> None:
    """Never another error, whatever the bytes."""
    for packed in (zipped(list__csv=FILE * 3), gzip.compress(FILE * 3)):
        file = packed[:at] + noise + packed[at + len(noise) :]
        try:
            read(file)
        except Rejected as rejection:
            assert str(rejection)


def test_a_workbook_is_imported_and_its_sheet_is_named(run_import: Run) -> None:
    row = run_import(workbook([["SKU", "Title", "Price"], ["00123", "Lamp", 19.9], ["A2", "", 1], [None]]))
    assert counts(row) == {"rows": 2, "created": 1, "rejected": 1}
    assert catalog()[0][:2] == ("00123", "Lamp")
    understood = row.understood
    assert (understood["format"], understood["part"]) == ("xlsx", "one")
    assert row.recent_errors[0]["line"] == 3


def _zeros(size: int) -> bytes:
    """So many zeros, deflated: one piece that ends at a byte, again and again, made in no time."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    piece = packer.compress(bytes(1024**2)) + packer.flush(zlib.Z_FULL_FLUSH)
    return piece * (size // 1024**2) + b"\x03\x00"


def _gzip_of_zeros(size: int, claims: int) -> bytes:
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\x03"
    return head + _zeros(size) + struct.pack("<II", 0, claims % 2**32)


def _zip_of_zeros(size: int, claims: int) -> bytes:
    """A ZIP whose only member is `size` zeros, and says that it is `claims`."""
    data, name = _zeros(size), b"a.csv"
    fields = (20, 0, 8, 0, 0, 0, len(data), claims, len(name), 0)
    local = struct.pack("<4s5H3I2H", b"PK\3\4", *fields) + name + data
    place = (20, *fields, 0, 0, 0, 0, 0)
    central = struct.pack("<4s6H3I5H2I", b"PK\1\2", *place) + name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(central), len(local), 0)
    return local + central + end


TEN_GIB = 10 * 1024**3
BOMBS = {
    "gzip": lambda: _gzip_of_zeros(TEN_GIB, TEN_GIB),
    "gzip that claims to be small": lambda: _gzip_of_zeros(TEN_GIB, 1000),
    "zip": lambda: _zip_of_zeros(TEN_GIB, 2**32 - 2),
    "zip that claims to be small": lambda: _zip_of_zeros(TEN_GIB, 1000),
    "zip in zip": lambda: zipped(**{f"{i}__zip": zipped(a__csv=bytes(2**24)) for i in range(16)}),
    "one zip in zip": lambda: zipped(a__zip=zipped(a__csv=bytes(2**24))),
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_rejected_within_a_second_of_the_processor(kind: str) -> None:
    """And within memory that has nothing to do with what it would unpack to."""
    file = BOMBS[kind]()
    begun = time.process_time()
    with pytest.raises(Rejected):
        for _ in opened(file).reader.chunks():
            pass
    assert time.process_time() - begun < 1
