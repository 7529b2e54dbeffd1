"""The file of rejected rows comes back, as CSV or as a workbook: its rows go on under the import that rejected them."""

import csv
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from catalog import importer, jobs
from catalog.imports import control
from catalog.imports.intake import receive, uploads
from catalog.imports.rejected import returned_file, rows, workbook
from catalog.models import Import
from catalog.people import Actor
from tests.cli.test_cli import invoke
from tests.conftest import catalog, counts, csrf
from tests.support.programs import Program

Run = Callable[..., Import]
FILE = "sku,name,price,=note\nA1,Lamp,1,x\n007,Chair,much,=1+1\n,Desk,2,'=kept\nA4,Sofa,3,a,b\n"


def as_csv(row: Import) -> list[list[str]]:
    """The file of rejected rows, as rows."""
    text = b"".join(rows.as_csv(row.id)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def as_xlsx(row: Import) -> list[list[str]]:
    """The workbook of rejected rows, as rows; every cell in it is a text."""
    data = b"".join(workbook.as_xlsx(row.id))
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert all(isinstance(cell, str) for line in sheet for cell in line)
    return [[str(cell) for cell in line] for line in sheet]


def csv_of(table: list[list[str]]) -> bytes:
    """Rows as a CSV file."""
    text = io.StringIO()
    csv.writer(text).writerows(table)
    return text.getvalue().encode()


def book(table: list[list[str]]) -> bytes:
    """Rows as a workbook of texts."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as written:
        sheet = written.add_worksheet()
        for number, line in enumerate(table):
            for column, text in enumerate(line):
                sheet.write_string(number, column, text)
    return file.getvalue()


def bring_back(file: bytes, name: str = "fixed.csv", *, held: bool = False) -> Import:
    """The file as it is dropped on the page, and what a worker makes of it."""
    upload = uploads.begin()
    upload.take(io.BytesIO(file))
    row = receive.receive(Actor("page"), upload, name, importer.Options(), held=held)
    if not held:
        jobs.run_import(row.id)
    ended = control.get(row.id)
    assert ended is not None
    return ended


FORMS = pytest.mark.parametrize(
    "written, packed, name",
    [(as_csv, csv_of, "fixed.csv"), (as_xlsx, book, "fixed.xlsx"), (as_csv, book, "import-1-errors.xlsx")],
    ids=["csv", "xlsx", "csv saved as xlsx"],
)


@FORMS
def test_corrected_rows_go_on_under_their_import(run_import: Run, written: Run, packed: Run, name: str) -> None:
    first = run_import(FILE)
    table = written(first)
    assert [line[-2] for line in table] == ["error_code", "price_invalid", "sku_blank", "too_many_cells"]
    table[1][2], table[2][0] = "2.50", "A3"
    again = bring_back(packed(table), name)
    assert (again.id, again.state) == (first.id, "completed")
    assert counts(again) == {"rows": 4, "created": 3, "rejected": 1}
    assert [(p[0], p[5]) for p in catalog()] == [
        ("007", {"=note": "=1+1"}),
        ("A1", {"=note": "x"}),
        ("A3", {"=note": "=kept"}),
    ]
    assert control.get(first.id + 1) is None


def test_rows_and_columns_may_stand_in_another_order(run_import: Run) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\n,Chair,2\n")
    header, lamp, chair = as_csv(first)
    lamp[2], chair[0] = "1", "A2"
    moved = [[line[at] for at in (2, 0, 1, 3, 4)] for line in (header, chair, lamp)]
    assert counts(bring_back(csv_of(moved))) == {"rows": 2, "created": 2}


def test_the_reasons_may_be_edited(run_import: Run) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\nA2,Chair,y\nA3,Desk,z\n")
    table = as_csv(first)
    for row in table[1:]:
        row[2] = "1"
    table[1][3], table[2][4] = "done", "Line 3: fixed"
    assert (again := bring_back(csv_of(table))).id == first.id and counts(again) == {"rows": 3, "created": 3}


def test_the_same_line_of_another_import_is_not_taken_for_its_row(run_import: Run) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\nA2,Chair,y\n")
    table = as_csv(first)
    table[1], table[2][2] = ["B1", "Bed", "5", "price_invalid", "Line 2: wrong"], "1"
    assert bring_back(csv_of(table)).id == first.id + 1
    only = [table[0], ["A1", "Lamp", "2", "", "Line 2: fixed"]]
    assert bring_back(csv_of(only), "prices.csv").id == first.id + 2
    assert bring_back(csv_of(only), f"import-{first.id}-errors.csv").id == first.id


def test_a_file_in_which_nothing_was_fixed_says_so_and_starts_no_import(run_import: Run) -> None:
    first = run_import(FILE)
    with pytest.raises(returned_file.NothingFixed, match=f"since import {first.id} rejected it"):
        bring_back(csv_of(as_csv(first)))
    assert control.get(first.id + 1) is None
    assert uploads.storage().whole(time.time() + 1) == [first.storage_key]


def test_a_file_with_other_rows_is_imported_as_any_other(run_import: Run) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\n")
    table = as_csv(first)
    table[1][2] = "1"
    other = bring_back(csv_of([*table, ["B1", "Desk", "2", "", ""]]))
    assert other.id == first.id + 1
    assert counts(other) == {"rows": 2, "created": 2}


def test_what_was_fixed_on_the_page_since_stays_fixed(run_import: Run, client: FlaskClient) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\nA2,Chair,y\n")
    table = as_csv(first)
    token = csrf(client.get("/imports/1/errors/1").text)
    client.post("/imports/1/errors/1", data={"csrf_token": token, "cell": ["A1", "Lamp", "7"]})
    table[2][2] = "8"
    bring_back(csv_of(table))
    assert [(p[0], str(p[3])) for p in catalog()] == [("A1", "7"), ("A2", "8")]


def test_a_file_that_a_person_looks_at_first_is_kept_as_fixed_rows(run_import: Run) -> None:
    first = run_import("sku,name,price\nA1,Lamp,x\n")
    table = as_csv(first)
    table[1][2] = "1"
    back = bring_back(csv_of(table), held=True)
    assert (back.id, back.state, back.rejected) == (first.id, first.state, 1)


def test_the_command_writes_a_workbook_and_takes_it_back(app: Flask, run_import: Run, tmp_path: Path) -> None:
    row = run_import("sku,name,price\n007,Lamp,x\nA2,Desk,1\n")
    file = tmp_path / "rejected.xlsx"
    assert invoke(app, "errors", str(row.id), str(file)).returncode == 0
    sheet = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()
    file.write_bytes(book([sheet[0], ["007", "Lamp", "5", *sheet[1][3:]]]))
    done = invoke(app, "import", str(file), "--json")
    assert done.returncode == 0 and f'"id": {row.id},' in done.stdout
    assert [p[0] for p in catalog()] == ["007", "A2"]
    unchanged = invoke(app, "import", str(file), "--json")
    assert unchanged.returncode == 0  # these rows are rejected no more: they are any file's


def test_programs_get_the_workbook_and_send_it_back(run_import: Run, writer: Program) -> None:
    row = run_import("sku,name,price\n007,Lamp,x\n")
    answer = writer.ask("GET", f"/imports/{row.id}/errors.xlsx")
    assert answer.mimetype == workbook.KIND
    sent = {"file": (io.BytesIO(answer.data), "errors.xlsx")}
    problem = writer.ask("POST", "/imports", data=sent)
    assert problem.status_code == 422 and "No row of this file was fixed" in problem.json["detail"]


def test_more_rows_than_a_workbook_has_are_said_so(
    run_import: Run, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run_import("sku,name\n,x\n,y\n")
    monkeypatch.setattr(workbook, "MOST_ROWS", 1)
    assert client.get(f"/imports/{row.id}/errors.xlsx").status_code == 303
    page = client.get(f"/imports/{row.id}").text
    assert "at most 1 rejected row." in page and "errors.xlsx" not in page


def test_a_long_cell_is_not_lost_on_its_way(run_import: Run) -> None:
    long = "z" * 40_000
    first = run_import(f"sku,name,price,note\nA1,Lamp,x,{long}\n")
    table = as_xlsx(first)
    table[1][2] = "1"
    bring_back(book(table))
    assert catalog()[0][5] == {"note": long}


def test_control_characters_and_what_looks_like_their_escapes_come_back(run_import: Run) -> None:
    first = run_import("sku,name,price,note\nA1,Lamp,x,a\x01b _x0041_\n")
    table = as_xlsx(first)
    assert table[1][3] == "a\x01b _x0041_"
