"""Habits of programs that write rows: a habit of the whole file is taken, one row that looks like it is rejected."""

import io
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from catalog.importer import Options, Rejected, RowError, look
from catalog.importer.checks.rows import check
from catalog.importer.opening.open import open_file
from catalog.importer.ranges.copying import _csv
from catalog.importer.rows.chunk import LINE, ROW, Doubt
from catalog.models import Import
from tests.conftest import catalog, counts
from tests.importer.test_formats import workbook, zipped
from tests.support.programs import Program

Run = Callable[..., Import]
SIZES = (1, 100, 4 * 1024**2)
HEADER = "sku,name,description\n"


def read(
    file: str | bytes, size: int = 4 * 1024**2, **options: Any
) -> tuple[list[list[str]], list[RowError], list[Doubt]]:
    """Rows in the order of the file, errors, doubts."""
    data = file if isinstance(file, bytes) else file.encode()
    opened = open_file(io.BytesIO(data), Options(**options))
    rows, errors, doubts = [], [], []
    for chunk in opened.reader.chunks(size):
        assert all(isinstance(pa.array(chunk.frame[name]), pa.Array) for name in chunk.frame)
        checked = check(chunk, opened.columns)
        good = chunk.frame[chunk.frame[ROW].isin(checked.frame[ROW])].sort_values(ROW)
        rows += good.drop(columns=[ROW, LINE]).values.tolist()
        errors += checked.errors
        doubts += chunk.doubts
    return rows, errors, doubts


def codes(errors: list[RowError]) -> list[tuple[int, str]]:
    """Where what was wrong."""
    return [(error.line, error.code) for error in errors]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("quote", ["", '3.5" '])  # which has rows read one by one
def test_a_surplus_empty_cell_of_every_row_is_how_the_file_is_written(size: int, quote: str) -> None:
    file = HEADER + f"T-1,Lamp,{quote}Brass,\nT-2,Chair,Oak,\nT-3,Table,Ash, \n"
    rows, errors, doubts = read(file, size)
    assert rows == [["T-1", "Lamp", f"{quote}Brass"], ["T-2", "Chair", "Oak"], ["T-3", "Table", "Ash"]]
    assert not errors
    assert {doubt.code for doubt in doubts} == {"surplus_cells"}
    assert sum(doubt.count for doubt in doubts) == 3


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["Lamp, green", "Lamp\\,green", "12,50", "7,05"])
def test_a_separator_in_each_row_that_cuts_a_cell_is_no_habit(size: int, name: str) -> None:
    """A comma before a blank, or between the halves of a decimal number: else all cells would be one to the right."""
    lines = [f"T-1,{name},Brass,", f"T-2,{name.replace('5', '0')},Oak,"]
    found, errors, _ = read("sku,name,text,note\n" + "\n".join(lines), size)
    assert found == []
    assert codes(errors) == [(2, "too_many_cells"), (3, "too_many_cells")]


@pytest.mark.parametrize("names", [("12,50", "13,75"), ("9,05", "A,05"), ("9,5", "9,05")])
def test_numbers_beside_each_other_that_are_no_halves_are_taken(names: tuple[str, str]) -> None:
    lines = [f"T-{n},{name},Brass," for n, name in enumerate(names)]
    found, errors, _ = read("sku,name,stock,note\n" + "\n".join(lines))
    assert len(found) == 2 and not errors


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rows, taken", [(10, True), (9, False)])
def test_nine_of_ten_rows_must_end_so(rows: int, taken: bool, size: int) -> None:
    """All of the other rows are rejected, whether the surplus is empty or not."""
    lines = [f"T-{n},Lamp,Brass," for n in range(1, rows)] + ["T-0,Lamp,Brass"]
    found, errors, _ = read(HEADER + "\n".join(lines), size)
    assert len(found) == (rows if taken else 1)
    assert {error.code for error in errors} == (set() if taken else {"too_many_cells"})
    assert all(error.cells[-1] == "" and len(error.cells) == 4 for error in errors)


def test_the_first_thousand_rows_decide_wherever_blocks_end() -> None:
    usual, other = "T-1,Lamp,Brass,\n", "T-1,Lamp,Brass\n"
    one = HEADER + usual * 900 + other * 1_100
    nine = HEADER + other * 101 + usual * 1_899
    for size in (2_000, 9_000, 4 * 1024**2):
        assert len(read(one, size)[0]) == 2_000
        assert len(read(nine, size)[1]) == 1_899


def test_one_row_of_a_file_of_several_blocks_is_rejected(run_import: Run) -> None:
    """The rows of its block that are read one by one have a frame of their own: both become one."""
    row = "T-{},Lamp," + "x" * 1_000 + "\n"
    lines = [row.format(n) for n in range(9_000)]
    lines[7_000] = lines[7_000].replace("\n", ",\n")
    lines[7_001] = lines[7_001].replace("Lamp", '5" lamp')
    rows, errors, _ = read(HEADER + "".join(lines))
    assert (len(rows), codes(errors)) == (8_999, [(7_002, "too_many_cells")])


def test_a_row_of_fewer_surplus_cells_is_taken_unless_a_separator_may_be_missing() -> None:
    file = HEADER + "T-1,Lamp,Brass,,\n" * 60 + "T-2,Chair,Oak,\nT-3,Desk,Ash\n" + "T-4,Sofa Red,,\nT-5,Rug,Wool,,,\n"
    rows, errors, _ = read(file)
    assert [row[0] for row in rows[60:]] == ["T-2", "T-3"]
    assert codes(errors) == [(64, "too_few_cells"), (65, "too_many_cells")]
    assert "a separator may be missing" in errors[0].message
    assert errors[1].cells == ("T-5", "Rug", "Wool", "", "", "")


def test_a_separator_too_many_in_a_row_whose_last_column_is_empty_moves_no_cell() -> None:
    file = (
        "sku,name,price,stock,note\n"
        'S-1,"Shelf, tall",19.90,4,new\nS-2,Board 5" wide,3.10,9,\n'
        "S-3,Table,12,50,7,\nS-4,Desk, oak,80.00,2,\nS-5,Chair,9.00,1,\n"
    )
    rows, errors, _ = read(file)
    assert [row[0] for row in rows] == ["S-1", "S-2", "S-5"]
    assert codes(errors) == [(4, "too_many_cells"), (5, "too_many_cells")]
    assert errors[0].cells == ("S-3", "Table", "12", "50", "7", "")


def test_each_member_of_a_joined_archive_is_written_in_its_own_way() -> None:
    file = zipped(a__csv=b"sku,name\nA1,Lamp,\nA2,Chair,\n", b__csv=b"sku,name\nB1,Desk\nB2,Sofa,\n")
    rows, errors, _ = read(file, members="joined")
    assert [row[0] for row in rows] == ["A1", "A2", "B1"]
    assert [(error.code, "b.csv, line 3" in error.message) for error in errors] == [("too_many_cells", True)]


def test_empty_columns_of_a_sheet_are_no_surplus() -> None:
    rows, errors, _ = read(workbook([["sku", "name"], ["A1", "Lamp", ""], ["A2", "Chair", "x"]]))
    assert [row[0] for row in rows] == ["A1", "A2"] and not errors


def test_every_row_with_a_surplus_cell_is_imported_and_said(run_import: Run) -> None:
    row = run_import(HEADER + "T-1,Lamp,Brass,\nT-2,Chair,Oak,\nT-3,Table,Ash,\n")
    assert (row.state, counts(row)) == ("completed", {"rows": 3, "created": 3})
    assert [product[2] for product in catalog()] == ["Brass", "Oak", "Ash"]
    (warning,) = row.warnings
    assert (warning["code"], warning["count"]) == ("surplus_cells", 3)
    assert warning["examples"][0] == {"line": 2, "column": "column 4", "value": "T-1,Lamp,Brass,"}


def test_one_row_with_a_surplus_cell_is_rejected_and_no_fault_of_catalog(run_import: Run) -> None:
    row = run_import(HEADER + "T-1,Lamp,Brass\nT-2,Chair,Oak,\nT-3,Table,Ash,\n")
    assert (row.state, counts(row)) == ("completed", {"rows": 3, "created": 1, "rejected": 2})


@pytest.mark.parametrize("surplus", ["", ","])
def test_the_look_of_the_api_answers(surplus: str, writer: Program) -> None:
    file = f"{HEADER}T-1,Lamp,Brass,\nT-2,Chair,Oak{surplus}\n".encode()
    data = {"file": (io.BytesIO(file), "spring.csv")}
    answer = writer.ask("POST", "/imports/look", data=data)
    assert answer.status_code == 200
    assert answer.json["rejected"] == (0 if surplus else 1)
    assert (answer.json["refused"], answer.json["refusals"]) == (answer.json["rejected"], answer.json["rejections"])


def test_a_column_in_several_chunks_is_written_without_nul_bytes() -> None:
    import pandas as pd

    frames = [pd.DataFrame({"a": pd.Series(cells, dtype="str")}) for cells in ([], ["x"], ["y"])]
    assert _csv(pd.concat(frames)) == b'"x"\n"y"\n'


def test_no_row_can_be_read_is_said_with_the_first_reason() -> None:
    file = b'N-1,"Lamp"x,Brass\nN-2,"Chair"x,Oak\n'
    with pytest.raises(Rejected, match="^No row can be read. Line 1: text follows a closing quote"):
        read(file, header=False)
    with pytest.raises(Rejected, match="^None of the first 1,000 rows can be read. Line 1: "):
        read(file * 1_000, header=False)
    assert look(io.BytesIO(file), Options(header=False)).problem.startswith("No row")
    with pytest.raises(Rejected, match="^The file is empty"):
        read(b" \n\n,\n", header=False)


FEED = (
    'sku\tname\tdescription\nT-1\t"Best" lamp\tnice\nT-2\t24" monitor\twide\n'
    'T-3\t"Quoted at the start\tthen nothing\nT-4\tSign\tsays "hello\n'
)


@pytest.mark.parametrize("size", SIZES)
def test_quotes_of_a_file_with_tabs_that_does_not_quote_are_characters(size: int) -> None:
    rows, errors, doubts = read(FEED, size)
    assert [row[1:] for row in rows] == [
        ['"Best" lamp', "nice"],
        ['24" monitor', "wide"],
        ['"Quoted at the start', "then nothing"],
        ["Sign", 'says "hello'],
    ]
    assert not errors and {doubt.code for doubt in doubts} == {"literal_quotes"}


def test_a_file_with_tabs_that_quotes_is_read_as_such() -> None:
    rows, errors, doubts = read('sku\tname\nU-1\t"two\nlines"\nU-2\t"a\tb"\nU-3\t"""x"""\n')
    assert [row[1] for row in rows] == ["two\nlines", "a\tb", '"x"']
    assert not errors and not doubts


def test_a_file_with_tabs_that_may_quote_is_rejected_with_the_reason() -> None:
    with pytest.raises(Rejected, match="Line 3: a quote opens .* In many tab-separated files a quote"):
        read('sku\tname\nU-1\t"Lamp"\nU-2\t"open\nU-3\tx\n')


@pytest.mark.parametrize("size", SIZES)
def test_spaces_around_quotes_are_taken_off_where_all_rows_come_out_whole(size: int) -> None:
    file = (
        "sku, name, description, price\n"
        'A-1, "Lamp, green", "Says ""hi""", 12.50\nA-2, "Chair\ntwo", "Oak", 9.90\n'
        'A-3, "Table" , "Round" , 49.00\nA-4, 24" rack, steel, 20.00\n'
    )
    rows, errors, doubts = read(file, size)
    assert [row[1:3] for row in rows] == [
        ["Lamp, green", 'Says "hi"'],
        ["Chair\ntwo", "Oak"],
        ["Table", "Round"],
        [' 24" rack', " steel"],
    ]
    assert not errors
    assert sum(doubt.count for doubt in doubts if doubt.code == "padded_quotes") == 3


def test_a_space_before_a_quote_elsewhere_rejects_its_row_with_the_reason() -> None:
    rows, errors, _ = read('sku,name\nA1, "a" b\nA2, "c" d\nA3," ""e"""\nA4,f, "g"\n')
    assert rows == [["A3", ' "e"']]
    assert codes(errors) == [(2, "stray_quote"), (3, "stray_quote"), (5, "stray_quote")]
    assert "there is a space before the opening quote" in errors[0].message


WHOLE = '"sku,name,price"{0}\n"Q-1,""Lamp, green"",12.50"{0}\n"Q-2,Chair,9.90"{0}\n'


@pytest.mark.parametrize("header", [True, False])
@pytest.mark.parametrize("behind", ["", ";;", ","])
def test_lines_that_are_quoted_as_a_whole_are_rejected_with_the_reason(behind: str, header: bool) -> None:
    with pytest.raises(Rejected, match="^Each line of the file is enclosed in quotes"):
        read(WHOLE.format(behind), header=header)


def test_a_file_of_one_column_is_not_taken_for_quoted_lines() -> None:
    assert read('sku\n"A, 1"\n"B, 2"\n', mode="delete")[0] == [["A, 1"], ["B, 2"]]
    with pytest.raises(Rejected, match="No column is called name"):
        read('sku\n"A, 1"\nB-2\n')
    rows, *_ = read('"sku","name"\n"A, 1","x"\n"B, 2","y"\n')
    assert rows == [["A, 1", "x"], ["B, 2", "y"]]


def test_days_beside_months_are_no_halves_of_numbers() -> None:
    rows = [f"A{n},Lamp,{n % 28 + 1:02},{n % 12 + 1:02}," for n in range(20)]
    found, errors, _ = read("\n".join(["sku,name,day,month", *rows]).encode())
    assert (len(found), errors) == (20, [])
    halves = [f"A{n},Lamp,{n},{n:02}," for n in range(20)]
    assert len(read("\n".join(["sku,name,price,x", *halves]).encode())[1]) == 20
