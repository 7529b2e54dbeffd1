"""A ZIP archive of several files: which are tables, and several of them read as one."""

import io
import zipfile

import pytest

from catalog.importer import Options, Rejected, look, placed, split
from catalog.importer.checks.rows import check
from catalog.importer.opening.columns import Opened
from catalog.importer.opening.open import open_file
from tests.importer.test_formats import workbook, zipped
from tests.support.workbooks import AT_THE_END

A = b"sku,name,price,colour\nA1,Lamp,1.5,red\n\nA2,,2,blue\n"
B = "Colour;SKU;price;NAME\ngrün;B1;2.5;Käse\nrot;B2\n;;;\nx;B3;much;y\n"
LEFT_OUT = {
    "readme.txt": b"Dear customer,\nthis is it, as you, or we, wanted.\n",
    "notes.md": b"# Prices",
    "photo.jpg": b"\xff\xd8\xff\xe0",
    "old.data": workbook([["sku", "name"]]),
    "empty.csv": b"",
    ".DS_Store": b"\0\0\0\1Bud1",
    "__MACOSX/._a.csv": b"\0\5\x16\7",
}


def archive(**more: bytes) -> bytes:
    """Two tables that differ in all but their columns, and the names of their files."""
    return zipped(**{"a__csv": A, "list/b__csv": B.encode("cp1252")} | more)


def opened(file: bytes, **options: object) -> Opened:
    """The archive as one table."""
    return open_file(io.BytesIO(file), Options(members="joined", **options))


def test_what_is_no_table_is_listed_with_the_reason() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        for name, data in (("a.csv", A), ("b.txt", A), *LEFT_OUT.items()):
            packed.writestr(name, data)
    file = io.BytesIO(file.getvalue())
    seen = look(file, Options())
    assert seen.undecided and not seen.certain and seen.rows[0][0] == "A1"
    assert "2 tables: 'a.csv', 'b.txt'" in seen.problem and "members" in seen.cures
    assert {one.name: one.left_out for one in seen.members} == {
        "a.csv": "",
        "b.txt": "",
        "readme.txt": "it is text without rows",
        "notes.md": "it is text without rows",
        "photo.jpg": "it is a JPEG image",
        "old.data": "it is a ZIP archive or an Excel workbook (.xlsx)",
        "empty.csv": "it is empty",
        ".DS_Store": "the operating system created it",
        "__MACOSX/._a.csv": "the operating system created it",
    }
    for choice in ("each", "joined"):
        file.seek(0)
        assert look(file, Options(members=choice)).problem == ""


def test_one_table_is_taken_and_what_is_left_out_is_told() -> None:
    file = zipped(a__csv=A, readme__txt=LEFT_OUT["readme.txt"])
    read = open_file(io.BytesIO(file), Options()).understood
    assert (read.part, read.left_out) == ("a.csv", (("readme.txt", "it is text without rows"),))
    assert not look(io.BytesIO(file), Options()).certain
    with pytest.raises(Rejected, match=r"No file .* is a table: 'x.txt' \(it is text"):
        open_file(io.BytesIO(zipped(x__txt=b"a\nb\n", y__txt=b"c\nd\n")), Options())
    # Unknown column names, in a file whose name says nothing: Catalog asks.
    unknown = zipped(readme__md=b"hello", list__txt=b"alpha;beta\n1;2\n3;4\n")
    assert "No column is called sku" in look(io.BytesIO(unknown), Options()).problem


def test_a_sync_offers_no_import_of_each_table() -> None:
    file = io.BytesIO(zipped(a__csv=A, b__csv=A))
    said = look(file, Options()).problem, look(file, Options(mode="sync")).problem
    assert ["Import each on its own" in one for one in said] == [True, False]
    assert all("Join them into one import" in one or "join them into one import" in one for one in said)


def test_joined_members_are_one_table_in_the_order_of_the_first() -> None:
    ready = opened(archive(), encoding="cp1252")
    assert ready.columns.names == ("sku", "name", "price", "colour")
    rows, errors = [], []
    for chunk in ready.reader.chunks(4096):
        checked = check(chunk, ready.columns)
        rows += checked.frame.drop(columns=["attributes"]).values.tolist()
        errors += checked.errors
    assert rows == [[1, 2, "A1", "Lamp", "1.5"], [4, 7, "B1", "Käse", "2.5"]]
    assert [(e.row, e.line, e.message) for e in errors] == [
        (3, 4, "a.csv, line 4, name: the cell is empty, and every product needs a name."),
        (5, 8, "list/b.csv, line 3: 2 cells where the header has 4."),
        (7, 10, "list/b.csv, line 5, price: 'much' is not a number; write it like 1,234.50, without a currency."),
    ]
    assert errors[1].cells == ("B2", "", "", "rot")
    assert errors[2].cells == ("B3", "y", "much", "x")
    parts = ready.so_far().to_json()["members"]
    assert [(p["name"], p["encoding"], p["delimiter"]) for p in parts] == [
        ("a.csv", "cp1252", ","),
        ("list/b.csv", "cp1252", ";"),
    ]
    assert [placed(parts, line) for line in (4, 8)] == [("a.csv", 4), ("list/b.csv", 3)]
    assert placed((), 8) == ("", 8)
    assert ready.position() <= len(archive())


def test_a_chosen_encoding_leaves_a_member_that_is_utf8_as_it_is() -> None:
    file = zipped(a__csv="sku,name\nA1,Größe\n".encode(), b__csv="sku,name\nB1,Größe\n".encode("cp1252"))
    seen = look(io.BytesIO(file), Options(members="joined", encoding="cp1252"))
    assert [row[1] for row in seen.rows] == ["Größe", "Größe"]


@pytest.mark.parametrize(
    "second, options, reason",
    [
        (b"sku,name,price\nB1,x,1\n", {}, "'b.csv' does not have the same columns as 'a.csv': it lacks 'colour'"),
        (b"sku,name,price,farbe\nB1,x,1,y\n", {}, "lacks 'colour' and has 'farbe' more"),
        (b"sku,name,price,colour,colour\n", {}, "repeats different ones"),
        (b"B1,x\n", {"header": False}, "'b.csv' has 2 columns, but 'a.csv' has 4"),
        ("sku,name,price,colour\nB1,à la crème,1,x\n".encode("cp1252"), {}, "b.csv: The file is not UTF-8"),
        (b'sku,name,price,colour\nB1,"x,1,y\n', {}, "b.csv: Line 2: a quote opens a cell"),
        (b"\x89PNG\r\n\x1a\n", {}, "b.csv: This is not a CSV file but a PNG image"),
    ],
)
def test_members_that_can_not_be_joined_are_named(second: bytes, options: dict[str, bool], reason: str) -> None:
    file = zipped(a__csv=A, b__csv=second)
    seen = look(io.BytesIO(file), Options(members="joined", **options))
    assert reason in seen.problem and len(seen.members) == 2
    with pytest.raises(Rejected) as refused:
        for _ in opened(file, **options).reader.chunks(4096):
            pass
    assert reason in str(refused.value)


def test_a_bomb_of_many_members_is_one_bomb() -> None:
    """Each is within the limit of a file of its own; what they overlap in is packed only once."""
    file = bytearray(zipped(a__csv=b"sku,name\n" + b"A1,x\n" * 5_000_000))
    begins, ends = file.rindex(b"PK\x01\x02"), file.rindex(b"PK\x05\x06")
    entry = bytes(file[begins:ends])
    many = b"".join(entry.replace(b"a.csv", f"{i:05}".encode()) for i in range(20))
    end = bytearray(file[ends:])
    end[8:12] = (20).to_bytes(2, "little") * 2
    end[12:16] = len(many).to_bytes(4, "little")
    with pytest.raises(Rejected, match="unpacks to more than"):
        opened(bytes(file[:begins] + many + end))


def test_each_table_gets_the_options_under_which_it_is_imported() -> None:
    chosen = {"columns": {"sku": "#1", "name": "2"}, "mode": "create"}
    file = io.BytesIO(archive(readme__txt=b"hello"))
    found = split(file, Options(members="each", **chosen))
    assert [(name, o.sheet, o.members) for name, o in found.items()] == [
        ("a.csv", "a.csv", ""),
        ("list/b.csv", "list/b.csv", ""),
    ]
    assert found["list/b.csv"].columns == {"sku": "sku", "name": "2"}
    assert split(io.BytesIO(A), Options(members="each")) == {}
    assert split(io.BytesIO(zipped(a__csv=A)), Options(members="each")) == {}


def test_a_workbook_in_an_archive_is_a_table() -> None:
    book = workbook([["sku", "name"], ["P-1", "Lamp"]], [["sku", "name"], ["Q-1", "x"]])
    file = zipped(prices__xlsx=book, readme__txt=LEFT_OUT["readme.txt"])
    ready = open_file(io.BytesIO(file), Options())
    assert [tuple(row)[:2] for chunk in ready.reader.chunks() for row in chunk.frame.itertuples(index=False)] == [
        ("P-1", "Lamp")
    ]
    assert ready.understood.part == "prices.xlsx"
    assert dict(ready.understood.left_out) == {
        "readme.txt": "it is text without rows",
        "prices.xlsx: two": "only the first sheet of a workbook in an archive is read",
    }
    assert 0 <= ready.position() <= len(file)
    assert not look(io.BytesIO(file), Options()).certain
    assert open_file(io.BytesIO(zipped(p__xlsx=book)), Options()).columns.sheet


def test_a_workbook_and_a_text_are_joined_or_each_an_import() -> None:
    book = workbook([["sku", "name"], ["P-1", "two\nlines"], ["P-2", "x"]])
    file = zipped(a__xlsx=book, b__csv=b"name;sku\nMug;B1\n")
    assert look(io.BytesIO(file), Options()).undecided
    ready = opened(file, encoding="cp1252")
    rows = [tuple(row) for chunk in ready.reader.chunks(4096) for row in chunk.frame.itertuples(index=False)]
    assert [row[:2] for row in rows] == [("P-1", "two\nlines"), ("P-2", "x"), ("B1", "Mug")]
    assert [*split(io.BytesIO(file), Options(members="each"))] == ["a.xlsx", "b.csv"]


def test_what_is_called_like_a_workbook_in_an_archive_is_rejected_by_its_name() -> None:
    with pytest.raises(Rejected, match="'a.xlsx' has the name of a workbook but is not one"):
        open_file(io.BytesIO(zipped(a__xlsx=zipped(b__csv=A))), Options())
    bomb = zipped(a__xlsx=AT_THE_END["xlsx to its last cell"])
    assert "reaches to cell XFD1048576" in look(io.BytesIO(bomb), Options()).problem
