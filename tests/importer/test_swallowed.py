"""A quote that opens a cell by mistake swallows rows: they are counted, said, and a sync of such a file asks."""

import io
from collections.abc import Callable

import pytest
from flask import Flask

from catalog.importer import Options, look
from catalog.importer.opening.open import open_file
from catalog.importer.warnings.swallowed import RowsInCells
from catalog.models import Import
from tests.conftest import catalog, counts
from tests.importer.test_formats import zipped

Run = Callable[..., Import]


def file(first: int, last: int, column: int = 2, mark: str = ",", quote: str = '"') -> str:
    """Forty rows; in this column a quote opens a cell of one row and closes it in another."""
    lines = [f"sku{mark}name{mark}note{mark}size"]
    for n in range(1, 41):
        cells = [f"S-{n:02}", f"Name {n}", f"text {n}", "x"]
        if n == first:
            cells[column] = quote + cells[column]
        if n == last:
            cells[column] += quote
        lines.append(mark.join(cells))
    return "\n".join(lines) + "\n"


def found(data: bytes, size: int = 4 * 1024**2, **options: str) -> int:
    """How many rows seem to stand inside cells."""
    opened = open_file(io.BytesIO(data), Options(**options))
    inside = RowsInCells()
    return sum(doubt.count for chunk in opened.reader.chunks(size) for doubt in inside.see(chunk, opened.columns))


@pytest.mark.parametrize("mark", [",", ";", "|"])
@pytest.mark.parametrize("column", [0, 1, 2, 3])
@pytest.mark.parametrize("first, last", [(5, 30), (5, 6), (1, 40)])
def test_every_swallowed_row_is_counted(first: int, last: int, column: int, mark: str) -> None:
    assert found(file(first, last, column, mark).encode()) == last - first


def test_a_file_with_tabs_that_quotes_elsewhere_is_counted_too() -> None:
    text = file(5, 30, mark="\t").replace("Name 2\t", '"Name 2"\t')
    assert found(text.encode()) == 25


def test_rows_that_end_in_another_column_are_counted_with_the_rejected_row() -> None:
    text = file(5, 99).replace("Name 30", 'Name 30"')
    assert 23 <= found(text.encode()) <= 25


def test_members_with_other_columns_are_looked_at_as_they_are_written() -> None:
    turned = "\n".join(",".join(reversed(line.split(","))) for line in file(5, 30).splitlines())
    packed = zipped(a__csv=b"sku,name,note,size\nS-99,b,c,d\n", b__csv=turned.encode())
    assert found(packed, members="joined") == 25


HONEST = [
    '"two\nlines"',
    '"Sizes:\n10, 20, 30, 40\n50, 60, 70, 80"',
    '"Made of:\nwood, oak, ash, pine\n"',
    '"line, one\nline, two\nline, three"',
    '"\n,,,\n"',
]


@pytest.mark.parametrize("cell", HONEST)
def test_line_breaks_and_lists_in_a_text_are_no_rows(cell: str) -> None:
    text = "sku,name,note,size\n" + f"S-1,Lamp,{cell},x\nS-2,Chair,{cell},y\n"
    assert found(text.encode()) == 0


def test_it_is_said_with_count_line_and_example(run_import: Run) -> None:
    row = run_import(file(5, 30))
    assert counts(row) == {"rows": 15, "created": 15}
    (warning,) = row.warnings
    assert (warning["code"], warning["count"]) == ("rows_in_cells", 25)
    assert warning["examples"] == [{"line": 6, "column": "note", "value": "S-06,Name 6,text 6,x"}]
    seen = look(io.BytesIO(file(5, 30).encode()), Options())
    assert [(one.code, one.count) for one in seen.warnings] == [("rows_in_cells", 25)]


@pytest.mark.parametrize("confirmed", [False, True])
def test_a_sync_of_such_a_file_always_asks(run_import: Run, confirmed: bool) -> None:
    run_import(file(0, 0))
    row = run_import(file(5, 30), mode="sync", confirmed=confirmed)
    assert row.state == "review"
    assert "25 rows may be inside quoted cells" in row.review["reasons"][0]
    assert all(product[4] for product in catalog())
    quiet = run_import(file(0, 0).replace("text 7", '"two\nlines"'), mode="sync")
    assert quiet.state == "completed"


def short(last: int, *between: str) -> str:
    """Rows whose trailing cells are left out, inside a cell."""
    inside = "\n".join(between)
    ends = f'A-1,Lamp,"two {inside}\nthe end",x\n'
    return f"sku,name,note,size\n{ends}" + "".join(f"A-{n},x,y,z\n" for n in range(2, last))


@pytest.mark.parametrize("absent, confirmed", [("deactivate", True), ("delete", False)])
def test_a_sync_asks_before_it_takes_out_what_a_line_in_a_cell_names(
    run_import: Run, absent: str, confirmed: bool
) -> None:
    """Whatever cells such a line has, and however the file's other SKUs are written."""
    lines = ["ZZ.1.long", "zz.2.LONG", "ZZ.3.long,Chair", '  ZZ.4.long""', "a\rZZ.5.long"]
    run_import(short(20) + "".join(f"ZZ.{n}.long,Chair,,\n" for n in range(1, 6)))
    row = run_import(short(20, "x", *lines), mode="sync", absent=absent, confirmed=confirmed)
    assert row.state == "review"
    assert row.stopped[0]["kind"] == "sync_swallowed"
    assert "names 5 products that no row of the file has" in row.stopped[0]["message"]
    (warning,) = row.warnings
    assert (warning["code"], warning["count"]) == ("rows_in_cells", 5)
    assert len(catalog()) == 24 and all(product[4] for product in catalog())


def test_a_sync_does_not_ask_for_lines_that_name_what_stays_or_nothing(run_import: Run) -> None:
    run_import(short(20) + "ZZ.77.long,Chair,,\n")
    row = run_import(short(20, "x", "A-3", "ZZ.78.long"), mode="sync")
    assert (row.state, row.deactivated, row.warnings) == ("completed", 1, [])


def test_they_count_as_rejected_rows_for_the_breaker(
    run_import: Run, monkeypatch: pytest.MonkeyPatch, app: Flask
) -> None:
    settings = app.config["SETTINGS"].model_copy(update={"breaker_from": 20})
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    run_import("sku,name\nA1,x\n")
    many = file(0, 0) + "".join(f"T-{n:02},x,y,z\n" for n in range(100))
    row = run_import(many.replace("text 5", '"text 5').replace("text 30", 'text 30"'))
    assert row.state == "review"
    assert row.review["reasons"] == ["17.9% of the rows were rejected or may be inside quoted cells (25 of 140)."]
