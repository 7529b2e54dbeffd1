"""A workbook is read in a separate process: whatever it is, it comes back as rows or as a rejection, and soon."""

import gc
import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psutil
import pytest
from python_calamine import load_workbook

from catalog import workbooks
from catalog.importer import Options, Rejected, look, split
from catalog.importer.files import sheets
from catalog.importer.opening.open import open_file
from tests.importer.test_formats import read, workbook
from tests.support.memory import from_here, peak
from tests.support.workbooks import (
    AT_THE_END,
    HEADER,
    ODS_HEADER,
    ROWS,
    number,
    ods,
    ods_cell,
    ods_row,
    packed,
    row,
    shared,
    text,
    xlsx,
)


def readers() -> list[psutil.Process]:
    """The processes that read a workbook for us."""
    ours = psutil.Process().children()
    return [one for one in ours if "catalog.workbooks" in one.cmdline()]


@pytest.fixture(autouse=True)
def no_process_is_left() -> Iterator[None]:
    yield
    assert readers() == []


@pytest.mark.parametrize("kind", AT_THE_END)
def test_a_cell_at_the_end_of_the_sheet_rejects_the_file(kind: str) -> None:
    begun, before = time.process_time(), from_here()
    with pytest.raises(Rejected, match="reaches to cell|filled cells|is the limit|a sheet has at most|are allowed"):
        open_file(io.BytesIO(AT_THE_END[kind]), Options())
    assert "the sheet" in look(io.BytesIO(AT_THE_END[kind]), Options()).problem.lower()
    assert time.process_time() - begun < 1
    assert peak() - before < 50 * 1024


@pytest.mark.parametrize(
    "file",
    [xlsx(HEADER + row(3, text("A3", "A1"))), ods(ODS_HEADER + ods_row() + ods_row(ods_cell("A1")))],
    ids=["xlsx", "ods"],
)
def test_what_is_written_part_by_part_is_a_workbook_for_other_readers(file: bytes) -> None:
    """Or the bombs would be rejected as damaged, and no memory would be asked for."""
    rows = load_workbook(io.BytesIO(file)).get_sheet_by_index(0).to_python()
    assert rows == [["sku", "name"], ["", ""], ["A1", ""]]


def test_a_far_cell_of_another_sheet_does_not_matter() -> None:
    one, two = AT_THE_END["xlsx to its last cell"], workbook([["sku", "name"], ["A1", "Lamp"]])
    assert "reaches to cell XFD1048576" in look(io.BytesIO(one), Options()).problem
    assert read(two) == [("A1", "Lamp")]


def test_empty_cells_that_only_have_a_format_do_not_count() -> None:
    styled = "".join(row(n, f'<c r="XFD{n}" s="1"/>') for n in range(3, 3000))
    file = xlsx(HEADER + row(2, text("A2", "A1"), text("B2", "Lamp")) + styled)
    assert read(file) == [("A1", "Lamp")]
    rest = ods_row(ods_cell(**{"table:number-columns-repeated": 16_384}), **{ROWS: 1_048_574})
    file = ods(ODS_HEADER + ods_row(ods_cell("A1"), ods_cell("Lamp")) + rest)
    assert read(file) == [("A1", "Lamp")]


def test_memory_that_a_workbook_wants_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks.limits, "memory", 48 * 1024**2)
    noise = os.urandom(1024**2).hex()  # or it would be a bomb by what it unpacks to
    strings = f"<sst>{'<si><t>of some length</t></si>' * 500_000}</sst>"
    nested = f"<worksheet>{'<a>' * 2_000_000}</worksheet>"
    for part, xml in {"xl/sharedStrings.xml": strings, "xl/worksheets/sheet1.xml": nested}.items():
        file = xlsx(HEADER, **{part: xml, "noise": noise})
        with pytest.raises(Rejected, match="needs more than 48 MiB of memory|damaged"):
            read(file)


@pytest.mark.parametrize(
    "part, xml, reason",
    [
        (
            "xl/worksheets/sheet1.xml",
            (
                '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><worksheet><sheetData>'
                '<row r="1"><c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
            ),
            "entities",
        ),
        ("xl/workbook.xml", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><workbook/>', "entities"),
        ("xl/workbook.xml", "<workbook><sheets/></workbook>", "has no sheet"),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row r='1'><c r='ZZZ1'><v>1</v></c></row></sheetData></worksheet>",
            "has no position",
        ),
        (
            "xl/worksheets/sheet1.xml",
            "<worksheet><sheetData><row r='9999999'><c><v>1</v></c></row></sheetData></worksheet>",
            "no row 9,999,999",
        ),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet><sheetData>{row(2, number('A2', '1'))}{row(1, number('A1', '1'))}</sheetData></worksheet>",
            "row 1 comes after row 2",
        ),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet><sheetData>{HEADER}{row(2, number('A2', 'x'))}</sheetData></worksheet>",
            "damaged",
        ),
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData>", "damaged"),
        (
            "xl/worksheets/sheet1.xml",
            f"<worksheet><sheetData>{HEADER}{row(2, shared('A2', 7))}</sheetData></worksheet>",
            "damaged",
        ),
    ],
    ids=[
        "entities",
        "external entity",
        "no sheet",
        "has no position",
        "no such row",
        "out of order",
        "no number",
        "cut",
        "no such string",
    ],
)
def test_a_workbook_that_is_not_as_it_should_be_is_rejected(part: str, xml: str, reason: str) -> None:
    with pytest.raises(Rejected, match=reason):
        read(xlsx(HEADER, **{part: xml}))


def test_one_text_in_a_million_cells_is_a_bomb() -> None:
    strings = f"<sst><si><t>{'x' * 10_000}</t></si></sst>"
    rows = "".join(row(n, f'<c r="A{n}" t="s"><v>0</v></c>', f'<c r="B{n}" t="s"><v>0</v></c>') for n in range(2, 4000))
    file = xlsx(HEADER + rows, **{"xl/sharedStrings.xml": strings})
    with pytest.raises(Rejected, match="unpacks to far more than its size"):
        read(file)


def test_a_process_that_dies_or_hangs_is_a_rejection(monkeypatch: pytest.MonkeyPatch) -> None:
    file = io.BytesIO(xlsx(HEADER))
    monkeypatch.setattr(workbooks.limits, "memory", 1024**2)  # not even Python starts
    with pytest.raises(Rejected, match="needs more than 1 MiB of memory"):
        sheets.open_sheet(file, "xlsx")
    hangs = [sys.executable, "-c", "import time; time.sleep(60)"]
    process = subprocess.Popen(hangs, stdout=subprocess.PIPE)
    with pytest.raises(Rejected, match="takes longer to read than 0 seconds"):
        sheets._Rows(process, 0)
    assert process.returncode is not None


def test_the_process_ends_when_its_reader_goes_away() -> None:
    file = workbook([["sku", "name"], *([str(n), "x" * 1000] for n in range(1000))])
    opened = sheets.open_sheet(io.BytesIO(file), "xlsx")
    (child,) = readers()
    assert opened.stream.read(100)
    del opened
    gc.collect()
    assert not child.is_running()


def test_the_process_knows_no_secret_and_starts_with_little() -> None:
    code = "import sys, catalog.workbooks.__main__, catalog.workbooks.xlsx, catalog.workbooks.ods; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"flask", "pandas", "numpy", "pyarrow", "sqlalchemy", "catalog.importer"}
    assert not heavy & set(done.stdout.split())
    os.environ["CATALOG_TEST_SECRET"] = "x"
    opened = sheets.open_sheet(io.BytesIO(workbook([["sku"], *([str(n)] for n in range(9000))])), "xlsx")
    (child,) = readers()
    assert set(child.environ()) <= set(sheets.KEPT) | {"LC_CTYPE"}
    del os.environ["CATALOG_TEST_SECRET"]
    opened.stream.close()


def test_the_place_in_a_file_that_is_open_here_stays() -> None:
    with open("/tmp/catalog-test.xlsx", "w+b") as file:
        os.unlink(file.name)
        file.write(workbook([["sku", "name"], ["A1", "Lamp"]]))
        file.seek(0)
        ready = open_file(file, Options())
        assert sum(chunk.rows for chunk in ready.reader.chunks()) == 1
        file.seek(0)
        assert file.read(2) == b"PK"


def test_not_many_looks_read_workbooks_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "SLOTS", threading.BoundedSemaphore(1))
    monkeypatch.setattr(sheets, "LOOK_SECONDS", 0.01)
    file = io.BytesIO(workbook([["sku", "name"], ["A1", "Lamp"]]))
    with sheets.SLOTS:
        assert "Other workbooks are being read" in look(file, Options()).problem
        assert read(file.getvalue()) == [("A1", "Lamp")]  # a job has its turn anyway
    file.seek(0)
    monkeypatch.setattr(sheets, "LOOK_SECONDS", 30.0)
    for _ in range(2):
        file.seek(0)
        assert look(file, Options()).problem == ""


def test_a_member_packed_by_bzip2_is_rejected() -> None:
    """Its blocks unpack as a whole, to gigabytes."""
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", b"sku,name\nA1,Lamp\n")
    with pytest.raises(Rejected, match="bzip2"):
        read(file.getvalue())


def test_another_encoding_prefix_and_order_of_attributes() -> None:
    cells = row(
        2,
        "<c t='inlineStr' r='A2'><is><r><t>A</t></r><rPh><t>ey</t></rPh><r><t>1_x000D_</t></r></is></c>",
        "<c><v>2</v></c>",
    )
    sheet = f'<?xml version="1.0" encoding="UTF-16"?><worksheet><sheetData>{HEADER}{cells}</sheetData></worksheet>'
    file = xlsx("", **{"xl/worksheets/sheet1.xml": sheet.encode("utf-16")})  # type: ignore[dict-item]
    assert read(file) == [("A1\r", "2")]
    assert packed


def test_a_binary_workbook_is_measured_too() -> None:
    def record(kind: int, data: bytes = b"") -> bytes:
        varied = bytes([kind & 127 | 128, kind >> 7]) if kind > 127 else bytes([kind])
        return varied + bytes([len(data)]) + data

    def wide(text: str) -> bytes:
        return len(text).to_bytes(4, "little") + text.encode("utf-16-le")

    def cell(kind: int, column: int, value: bytes) -> bytes:
        return record(kind, column.to_bytes(4, "little") + bytes(4) + value)

    def rows(last: int) -> bytes:
        first = record(0, bytes(4)) + cell(6, 0, wide("sku")) + cell(6, 1, wide("name"))
        return first + record(0, last.to_bytes(4, "little")) + cell(6, 0, wide("A1")) + cell(3, 1, b"\x2a")

    def book(sheet: bytes) -> bytes:
        bundle = bytes(4) + (1).to_bytes(4, "little") + wide("r1") + wide("Prices")
        rels = (
            '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.bin"/></Relationships>'
        )
        return packed(
            **{
                "xl/workbook.bin": record(156, bundle),
                "xl/_rels/workbook.bin.rels": rels,
                "xl/worksheets/sheet1.bin": sheet,
            }
        )

    from catalog.workbooks import xlsb

    found = xlsb.book(io.BytesIO(book(rows(1))))
    scanned = xlsb._scanned(found, "Prices")
    assert (scanned.sheet.height, scanned.sheet.width, scanned.sheet.cells) == (2, 2, 4)
    assert scanned.errors == {(2, 1): "#N/A"}
    far = rows(1_048_575) + cell(6, 16_383, wide("x"))
    with pytest.raises(Rejected, match="reaches to cell XFD1048576"):
        read(book(far))


def test_what_an_archive_says_of_itself_is_not_read_whole() -> None:
    file = packed(mimetype=bytes(200 * 1024**2), noise=os.urandom(1024**2))
    before = from_here()
    with pytest.raises(Rejected):
        open_file(io.BytesIO(file), Options())
    assert peak() - before < 50 * 1024


def test_sheets_without_end_and_endless_rows_are_rejected() -> None:
    many = "".join(f'<sheet name="{n}" sheetId="1" r:id="r1"/>' for n in range(1_001))
    with pytest.raises(Rejected, match="has 1,001 sheets"):
        read(xlsx(HEADER, **{"xl/workbook.xml": f"<workbook><sheets>{many}</sheets></workbook>"}))
    wide = [text(f"{letter}2", "x" * 900_000) for letter in "ABCDEFGHIJKL"]
    chunks = open_file(io.BytesIO(xlsx(HEADER + row(2, *wide))), Options()).reader
    assert [chunk.rows for chunk in chunks.chunks()] == [1]


def test_nothing_is_started_to_know_whether_a_workbook_is_an_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "open_sheet", None)
    assert split(io.BytesIO(xlsx(HEADER)), Options()) == {}
