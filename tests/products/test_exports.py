"""What goes out comes back the same, and no spreadsheet runs it."""

import csv
import gzip
import io
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
import xlsxwriter
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import text

from catalog.importer.values.fields import FIELDS
from catalog.models import Import, db
from catalog.products import exports
from catalog.products.listing import Filter
from tests.conftest import catalog, counts, create
from tests.support.examples import examples

Run = Callable[..., Import]

FORMULAS = [
    "=1+1",
    "+49 30",
    "-5 °C",
    "@home",
    "\tx",
    "\rx",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "\n=x",
    " =x",
    "\u00a0+x",
    "\ufeff=x",
    "\u200b@x",
    "\u200b \u2060\n-x",
    "' =x",
    "'=x",
    "''-x",
    "'plain",
    "'",
    "''",
]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELL = st.one_of(st.sampled_from(FORMULAS), st.text(LETTERS, max_size=12), st.text("=+-@'\"\t\r\n, ;a＝", max_size=6))


def is_run(cell: str) -> bool:
    """Whether a program might take a cell for a formula: by its first character that can be seen."""
    shown = re.sub(r"^[\s\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+", "", cell)
    return shown[:1] in [*"=+-@＝＋－＠"] and shown[:1] != ""


def exported() -> bytes:
    """The whole export."""
    return b"".join(exports.as_csv(Filter()))


def written(rows: list[list[str]], **dialect: object) -> str:
    """Rows as CSV."""
    file = io.StringIO()
    csv.writer(file, **{"quoting": csv.QUOTE_ALL} | dialect).writerows(rows)
    return file.getvalue()


@settings(max_examples=examples(4, 15), deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=12))
def test_export_then_import_changes_nothing(run_import: Run, cells: list[tuple[str, ...]]) -> None:
    rows = [["sku", "name", "description", "price", "=colour", "size"]]
    rows += [
        [f"{sku} {i}" if sku.strip() else f"S{i}", name if name.strip() else "n", text, "1.10", a, "" if i % 2 else a]
        for i, (sku, name, text, a) in enumerate(cells)
    ]
    first = run_import(written(rows))
    before, file = catalog(), exported()
    again = run_import(file)
    assert again.state == "completed", again.error
    assert counts(again) == {"rows": len(before), "unchanged": len(before)}
    assert (
        catalog() == before
        and first.rejected + first.created + first.updated + first.unchanged + first.duplicates == first.rows
    )


def test_a_field_that_was_left_out_comes_back_as_nothing(run_import: Run) -> None:
    first = run_import("sku,name,Description,colour\nA,Lamp,bright,red\n", columns={"description": ""})
    assert first.columns["Description"] == "dropped"
    assert catalog() == [("A", "Lamp", "", None, True, {"colour": "red"})]
    again = run_import(exported())
    assert (again.error, counts(again)) == (None, {"rows": 1, "unchanged": 1})


def test_an_attribute_called_like_a_field_is_no_column_of_the_export(run_import: Run) -> None:
    """Imports made such attributes once: what is left out of the file stays in the catalog."""
    run_import("sku,name,description,colour\nA,Lamp,bright,red\nB,Chair,,\n")
    old = '{"description": "x", "SKU": "y", " Price ": "z", "catalog:export": "w"}'
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE products SET attributes = attributes || CAST(:old AS jsonb)"), {"old": old})
    before, file = catalog(), exported()
    assert file.splitlines()[0].decode().split(",") == [*FIELDS, "colour", "catalog:export"]
    again = run_import(file)
    assert (again.error, counts(again)) == (None, {"rows": 2, "unchanged": 2})
    assert catalog() == before


def test_no_cell_is_a_formula(run_import: Run) -> None:
    run_import(
        written(
            [
                ["sku", "name", "description", "=key"],
                *([f"{cell}{i}", cell + "x", cell, cell] for i, cell in enumerate(FORMULAS)),
            ]
        )
    )
    cells = [cell for row in csv.reader(io.StringIO(exported().decode(), newline="")) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if is_run(cell)]


def test_a_suppliers_guard_is_removed_and_told_and_other_apostrophes_stay(run_import: Run) -> None:
    row = run_import("sku,name,description\nA,'=lamp,'-5\nB,'s lamp,'90s\n")
    assert [line[1:3] for line in catalog()] == [("=lamp", "-5"), ("'s lamp", "'90s")]
    assert [one["code"] for one in row.warnings] == ["guard"]


def test_only_what_the_filter_finds_goes_out(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name,price,active,colour\nA,Lamp,1.10,yes,red\nB,Chair,,no,\n")
    plain = client.get("/products/export.csv?active=false")
    (chair,) = csv.DictReader(io.StringIO(plain.data.decode(), newline=""))
    assert [*chair] == [*FIELDS, "colour", "catalog:export"]
    assert {name: cell for name, cell in chair.items() if cell} == {
        "sku": "B",
        "name": "Chair",
        "active": "false",
        "catalog:export": ".",
    }
    packed = client.get("/products/export.csv.gz?q=lamp")
    (lamp,) = csv.DictReader(io.StringIO(gzip.decompress(packed.data).decode(), newline=""))
    assert (lamp["sku"], lamp["price"], lamp["active"], lamp["colour"]) == ("A", "1.10", "true", "red")
    some = client.get("/products/export.csv?ids=1&ids=99&ids=x").data.decode()
    assert some.count("\n") == 2 and "Lamp" in some
    assert plain.headers["Content-Disposition"] == 'attachment; filename="products.csv"'


@pytest.mark.parametrize(
    "query", ["q=" + "x" * 10_000, "q=%00", "ids=" + "9" * 40, "change_set=9999999999999", "active=maybe"]
)
def test_any_query_is_answered(client: FlaskClient, query: str) -> None:
    create("sku,name\nA,B\n")
    assert client.get(f"/products/export.csv?{query}").status_code == 200


def as_excel(rows: list[list[str]]) -> bytes:
    """Semicolons and a mark; blocks of 16 rows lose the empty cells at their end; decimal commas, TRUE and FALSE."""
    lines = []
    for start in range(0, len(rows), 16):
        block = [[in_german(i, cell) for i, cell in enumerate(row)] for row in rows[start : start + 16]]
        width = max(last for row in block for last, cell in enumerate(row, 1) if cell)
        lines += [row[:width] for row in block]
    return b"\xef\xbb\xbf" + written(lines, delimiter=";", quoting=csv.QUOTE_MINIMAL).encode()


def in_german(position: int, cell: str) -> str:
    """A cell as a spreadsheet with decimal commas saves it."""
    if position == 3 and re.fullmatch(r"[0-9.]+", cell):
        return f"{Decimal(cell).normalize():f}".replace(".", ",")
    return cell.upper() if cell in ("true", "false") else cell


def as_unicode_text(rows: list[list[str]]) -> bytes:
    """Excel's other way: UTF-16 and tabs."""
    return written(rows, delimiter="\t", quoting=csv.QUOTE_MINIMAL).encode("utf-16")


def as_sheets(rows: list[list[str]]) -> bytes:
    """A spreadsheet on the web takes the apostrophe for its own sign."""
    return written([[re.sub(r"^'(?==)", "", cell) for cell in row] for row in rows]).encode()


def as_workbook(rows: list[list[str]]) -> bytes:
    """Saved as a workbook, where prices are numbers and active is a truth."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for y, row in enumerate(rows):
            for x, cell in enumerate(row):
                if y and x == 3 and cell:
                    sheet.write_number(y, x, float(cell))
                elif cell in ("true", "false"):
                    sheet.write_boolean(y, x, cell == "true")
                elif cell:
                    sheet.write_string(y, x, cell)
    return file.getvalue()


@pytest.mark.parametrize("save", [as_excel, as_unicode_text, as_sheets, as_workbook])
def test_our_export_comes_back_from_any_spreadsheet(run_import: Run, save: Callable[[list[list[str]]], bytes]) -> None:
    rows = [["sku", "name", "description", "price", "colour", "size"]]
    rows += [[f"S-{i}", f"=Lamp {i}", "", "12.50" if i % 3 else "1.005", "red" if i < 8 else "", ""] for i in range(40)]
    rows[3][5] = "XL"
    run_import(written(rows))
    before = catalog()
    assert len(before) == 40
    saved = save(list(csv.reader(io.StringIO(exported().decode()))))
    again = run_import(saved)
    assert (again.error, counts(again)) == (None, {"rows": 40, "unchanged": 40})
    assert catalog() == before


def test_an_export_of_an_older_catalog_comes_back(run_import: Run) -> None:
    run_import("sku,name,price\nA,=Lamp,1.005\n", numbers="plain")
    old = "sku,name,description,price,active,catalog:export\r\nA,'=Lamp,,1.005,true,\r\n"
    again = run_import(old)
    assert (again.error, counts(again)) == (None, {"rows": 1, "unchanged": 1})
