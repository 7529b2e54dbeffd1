"""What goes out comes back the same, and no spreadsheet runs it."""

import csv
import gzip
import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from catalog import exports
from catalog.importer.formulas import FORMULA
from catalog.listing import Filter
from catalog.models import Import, db
from tests.conftest import catalog, counts, create

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
    "'=x",
    "''-x",
    "'plain",
    "'",
    "''",
]
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
CELL = st.one_of(
    st.sampled_from(FORMULAS),
    st.text(LETTERS, max_size=12),
    st.text("=+-@'\"\t\r\n, ;a＝", max_size=6),
)


def exported() -> bytes:
    """The whole export."""
    return b"".join(exports.as_csv(Filter()))


def written(rows: list[list[str]]) -> str:
    """Rows as CSV."""
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows(rows)
    return file.getvalue()


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(cells=st.lists(st.tuples(CELL, CELL, CELL, CELL), min_size=1, max_size=12))
def test_export_then_import_changes_nothing(
    run_import: Run, cells: list[tuple[str, ...]]
) -> None:
    rows = [["sku", "name", "description", "price", "=colour", "size"]]
    rows += [
        [
            f"{sku} {i}" if sku.strip() else f"S{i}",
            name if name.strip() else "n",
            text,
            "1.10",
            a,
            "" if i % 2 else a,
        ]
        for i, (sku, name, text, a) in enumerate(cells)
    ]
    first = run_import(written(rows))
    before, file = catalog(), exported()
    again = run_import(file)
    assert again.state == "completed", again.error
    assert counts(again) == {"rows": len(before), "unchanged": len(before)}
    assert (
        catalog() == before
        and first.rejected
        + first.created
        + first.updated
        + first.unchanged
        + first.duplicates
        == first.rows
    )


def test_a_field_that_was_left_out_comes_back_as_nothing(run_import: Run) -> None:
    first = run_import("sku,name,Description,colour\nA,Lamp,bright,red\n", columns={"description": ""})  # fmt: skip
    assert first.columns["Description"] == "dropped"
    assert catalog() == [("A", "Lamp", "", None, True, {"colour": "red"})]
    again = run_import(exported())
    assert (again.error, counts(again)) == (None, {"rows": 1, "unchanged": 1})


def test_an_attribute_called_like_a_field_is_no_column_of_the_export(
    run_import: Run,
) -> None:
    """Imports made such attributes once: what is left out of the file stays in the catalog."""
    run_import("sku,name,description,colour\nA,Lamp,bright,red\nB,Chair,,\n")
    old = '{"description": "x", "SKU": "y", " Price ": "z", "catalog:export": "w"}'
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE products SET attributes = attributes || CAST(:old AS jsonb)"), {"old": old})  # fmt: skip
    before, file = catalog(), exported()
    assert file.startswith(b"sku,name,description,price,active,colour,catalog:export\r\n")  # fmt: skip
    again = run_import(file)
    assert (again.error, counts(again)) == (None, {"rows": 2, "unchanged": 2})
    assert catalog() == before


def test_no_cell_is_a_formula(run_import: Run) -> None:
    run_import(
        written(
            [
                ["sku", "name", "description", "=key"],
                *(
                    [f"{cell}{i}", cell + "x", cell, cell]
                    for i, cell in enumerate(FORMULAS)
                ),
            ]
        )
    )
    cells = [
        cell
        for row in csv.reader(io.StringIO(exported().decode(), newline=""))
        for cell in row
    ]
    assert len(cells) > 60
    assert not [
        cell for cell in cells if cell and cell[0] in FORMULA.replace("\\", "")[1:-1]
    ]


def test_a_suppliers_apostrophe_stays(run_import: Run) -> None:
    run_import("sku,name,description\nA,'=lamp,'-5\n")
    assert catalog()[0][1:3] == ("'=lamp", "'-5")


def test_only_what_the_filter_finds_goes_out(
    client: FlaskClient, run_import: Run
) -> None:
    run_import("sku,name,price,active,colour\nA,Lamp,1.10,yes,red\nB,Chair,,no,\n")
    plain = client.get("/products/export.csv?active=false")
    assert (
        plain.data.decode()
        == "sku,name,description,price,active,colour,catalog:export\r\nB,Chair,,,false,,\r\n"
    )
    packed = client.get("/products/export.csv.gz?q=lamp")
    assert (
        gzip.decompress(packed.data).decode().endswith("\nA,Lamp,,1.10,true,red,\r\n")
    )
    some = client.get("/products/export.csv?ids=1&ids=99&ids=x").data.decode()
    assert some.count("\n") == 2 and "Lamp" in some
    assert plain.headers["Content-Disposition"] == 'attachment; filename="products.csv"'


@pytest.mark.parametrize(
    "query",
    [
        "q=" + "x" * 10_000,
        "q=%00",
        "ids=" + "9" * 40,
        "change_set=9999999999999",
        "active=maybe",
    ],
)
def test_any_query_is_answered(client: FlaskClient, query: str) -> None:
    create("sku,name\nA,B\n")
    assert client.get(f"/products/export.csv?{query}").status_code == 200
