"""A spreadsheet's error is no empty cell and no text: it clears nothing, names nothing, and is told with its cell."""

import io
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import compute

from catalog.importer import Options, look
from catalog.importer.checks.failed_cells import may_be
from catalog.importer.values.texts import Texts
from catalog.models import Import
from catalog.workbooks.error_texts import CODES, KNOWN, MAYBE, is_error
from tests.conftest import catalog, counts
from tests.importer.test_formats import read
from tests.support.workbooks import error, number, ods, ods_cell, ods_row, row, text, unknown, xlsx

Run = Callable[..., Import]
BEFORE = """sku,name,description,price,colour
V-1,Lamp,Brass,10.00,red
V-2,Chair,Oak,20.00,red
V-3,Table,Round,30.00,red
V-4,Shelf,Pine,40.00,red
V-5,Stool,Beech,50.00,red
V-6,Mug,White,8.00,red
"""
ROWS = [
    ["sku", "name", "description", "price", "colour"],
    ["V-1", "#N/A", "Brass", "11", "red"],
    ["V-2", "Chair", "#BEZUG!", "21", "blue"],
    ["V-3", "Table", "Round", "#WERT!", "red"],
    ["V-4", "Loading...", "Pine", "41", "red"],
    ["V-5", "Stool", "Beech", "51", " #n/a "],
    ["V-6", "#1 Dad mug", "White", "8.00", "#ff0000"],
    ["Err:502", "Bench", "Ash", "60", "red"],
]


def as_csv() -> bytes:
    return "".join(",".join(cells) + "\n" for cells in ROWS).encode()


def as_xlsx(failed: Callable[[str, str], str] = error) -> bytes:
    def cell(ref: str, value: str) -> str:
        return failed(ref, value.strip()) if is_error(value) else text(ref, value)

    rows = (
        row(n, *(cell(f"{'ABCDE'[at]}{n}", value) for at, value in enumerate(cells))) for n, cells in enumerate(ROWS, 1)
    )
    return xlsx("".join(rows))


def as_ods() -> bytes:
    def cell(value: str) -> str:
        kind = {"table:formula": "of:=1", "calcext:value-type": "error"} if is_error(value) else {}
        return ods_cell(value.strip(), **kind)

    return ods("".join(ods_row(*map(cell, cells)) for cells in ROWS))


AFTER = [
    ("V-1", "Lamp", "Brass", 10, "red"),
    ("V-2", "Chair", "Oak", 21, "blue"),
    ("V-3", "Table", "Round", 30, "red"),
    ("V-4", "Shelf", "Pine", 40, "red"),
    ("V-5", "Stool", "Beech", 51, "red"),
    ("V-6", "#1 Dad mug", "White", 8, "#ff0000"),
]


@pytest.mark.parametrize("blank", ["clear", "keep"])
@pytest.mark.parametrize(
    "file, at",
    [(as_csv(), ""), (as_xlsx(), " in cell E6"), (as_xlsx(lambda ref, _: unknown(ref)), " in cell E6")],
    ids=["csv", "xlsx", "xlsx without results"],
)
def test_an_error_clears_nothing_and_names_nothing(run_import: Run, file: bytes, at: str, blank: str) -> None:
    run_import(BEFORE)
    done = run_import(file, blank=blank)
    found = [(sku, name, text, price, attributes["colour"]) for sku, name, text, price, _, attributes in catalog()]
    assert found == AFTER
    assert all(set(one[-1]) == {"colour"} for one in catalog())
    assert counts(done) == {"rows": 7, "updated": 3, "rejected": 4}
    errors = {error["line"]: error for error in done.recent_errors}
    assert {line: error["code"] for line, error in errors.items()} == dict.fromkeys((2, 4, 5, 8), "cell_error")
    assert errors[4]["column"] == "price"
    assert "formula" in errors[4]["message"] or "a spreadsheet error" in errors[4]["message"]
    (warning,) = done.warnings
    assert (warning["code"], warning["count"]) == ("cell_error", 6)
    if at:
        assert "cell D4 holds" in errors[4]["message"]
    places = {(one["line"], one["column"]) for one in warning["examples"]}
    assert len(places) == 3 and all("in cell" in one["value"] for one in warning["examples"]) == bool(at)


def test_a_workbook_and_its_csv_are_the_same() -> None:
    cells = [tuple(cell.strip() for cell in cells) for cells in ROWS[1:]]
    assert read(as_csv())[0] == cells[0]
    for file in (as_xlsx(), as_ods()):
        assert [tuple(map(str.strip, one)) for one in read(file)] == cells


def test_new_products_have_what_the_file_knows_of_them(run_import: Run) -> None:
    run_import("sku,name,description,colour,size\nN-1,Lamp,#REF!,#N/A,XL\n")
    assert catalog() == [("N-1", "Lamp", "", None, True, {"size": "XL"})]


def test_a_joined_column_fails_with_its_parts(run_import: Run) -> None:
    joined = {"name": {"columns": ["brand", "model"]}, "tags": {"columns": ["a", "b"]}}
    done = run_import("sku,brand,model,a,b\nN-1,Acme,#N/A,x,y\nN-2,Acme,Lamp,#REF!,y\n", joined=joined)
    assert counts(done) == {"rows": 2, "created": 1, "rejected": 1}
    assert catalog()[0][1:] == ("Acme Lamp", "", None, True, {})


def test_a_step_that_a_person_chose_may_make_it_something(run_import: Run) -> None:
    steps = {"colour": [["replace", "#N/A", "none"]]}
    done = run_import("sku,name,colour\nN-1,Lamp,#N/A\n", transforms=steps)
    assert done.warnings == [] and catalog()[0][-1] == {"colour": "none"}


def test_the_first_look_tells_too() -> None:
    seen = look(io.BytesIO(as_xlsx()), Options())
    assert [(one.code, one.count) for one in seen.warnings] == [("cell_error", 6)]
    assert seen.stored[4].product["attributes"] == {}
    assert "cell B2 holds '#N/A'" in seen.rejections[0].message


def test_errors_are_known_in_other_languages_and_honest_names_are_none() -> None:
    for shown in ("#NV", "#bezug!", " #VERW! ", "#Н/Д", "Err:502", "Fehler:508", "Loading…", "#ÜBERLAUF!"):
        assert is_error(shown), shown
    for name in ("#1 Dad mug", "#", "#ff0000", "N/A", "Size:500", "Wait...", "# 7", "", "#N/A or so"):
        assert not is_error(name), name
    every = pd.Series(sorted(KNOWN) + [f"{code}:502".lower() for code in CODES])
    assert compute.match_substring_regex(pa.array(every), MAYBE).false_count == 0
    texts = [Texts(pd.Series([one], dtype="str")) for one in every]
    assert all(may_be(one, one.lengths > 0) for one in texts)


def test_numbers_of_a_workbook_are_what_people_see() -> None:
    cells = [text("A1", "sku"), text("B1", "name"), text("C1", "price")]
    values = ["1.2100000000000002", "0.30000000000000004", "1.8999999999999999", "19.99", "1.5E2"]
    rows = (
        row(n, text(f"A{n}", f"x{n}"), number(f"B{n}", str(n)), number(f"C{n}", value))
        for n, value in enumerate(values, 2)
    )
    found = read(xlsx(row(1, *cells) + "".join(rows)))
    assert [price for _, _, price in found] == ["1.21", "0.3", "1.9", "19.99", "150"]
