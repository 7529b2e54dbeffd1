"""Rejected rows: they come back as they were, in a form that imports again."""

import csv
import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings, strategies as st

from catalog.imports.rejected import rows as rejected_rows
from catalog.models import Import
from tests.cli.test_cli import invoke
from tests.conftest import catalog, counts
from tests.support.examples import examples

Run = Callable[..., Import]

FILE = 'name,sku,price,=note\nLamp,A1,1.50,x\nChair,A2,much,"=1+1, ""really"""\n,A3,2,\'=kept\nDesk,A4\nSofa,A5,3,a,b\n'


def refused(row: Import) -> str:
    """The file of rejected rows."""
    return b"".join(rejected_rows.as_csv(row.id)).decode("utf-8-sig")


def table(text: str) -> list[list[str]]:
    """A CSV as rows, without the reasons."""
    return [line[:-1] for line in csv.reader(io.StringIO(text))]


def test_rejected_rows_come_back_with_their_columns_and_the_reason(run_import: Run) -> None:
    row = run_import(FILE)
    assert table(refused(row)) == [
        ["name", "sku", "price", "'=note", "error_code"],
        ["Chair", "A2", "much", '\'=1+1, "really"', "price_invalid"],
        ["", "A3", "2", "''=kept", "name_blank"],
        ["Desk", "A4", "", "", "too_few_cells"],
        ["Sofa", "A5", "3", "a,b", "too_many_cells"],
    ]


def test_what_was_rejected_is_rejected_again_as_long_as_nobody_corrects_it(run_import: Run) -> None:
    first = refused(run_import(FILE))
    again = run_import(first)
    assert counts(again) == {"rows": 4, "rejected": 4}
    assert table(refused(again)) == table(first)
    assert "error_code" not in again.columns


def test_corrected_rows_go_in_as_if_they_had_been_right(run_import: Run) -> None:
    text = refused(run_import(FILE)).replace("much", "2.50").replace("a,b", "a; b")
    assert counts(run_import(text)) == {"rows": 4, "created": 2, "rejected": 2}
    assert [(p[0], p[5]) for p in catalog()] == [
        ("A1", {"=note": "x"}),
        ("A2", {"=note": '=1+1, "really"'}),
        ("A5", {"=note": "a; b"}),
    ]


@pytest.mark.parametrize(
    "file, options",
    [
        ("A1,Lamp,much\nA2,,x\n,Chair,\n", {"columns": {"sku": "1", "name": "2", "price": "3"}}),
        ("A1,Lamp\n,Chair\n", {}),
        (
            "x\ny\nA1;Größe;much\nA2;Löffel;1\n".encode("cp1252"),
            {"delimiter": ";", "encoding": "cp1252", "skip": 2, "columns": {"sku": "1", "name": "2", "price": "3"}},
        ),
        (
            "A1,Größe,much\n".encode("utf-16"),
            {"encoding": "utf-16-le", "columns": {"sku": "1", "name": "2", "price": "3"}},
        ),
    ],
)
def test_without_a_header_it_imports_again_by_the_same_choices(
    run_import: Run, file: bytes | str, options: dict[str, object]
) -> None:
    first = run_import(file, header=False, **options)
    text = b"".join(rejected_rows.as_csv(first.id))
    again = run_import(text, header=False, **options)
    assert again.rows == again.rejected == first.rejected > 0, again.error
    assert b"".join(rejected_rows.as_csv(again.id)).count(b"\n") == text.count(b"\n")


def test_rows_that_can_not_be_cut_are_kept_as_they_are(run_import: Run) -> None:
    file = b'sku,name\nA1,"x"y\nA2,\xff\nA3,\x00\nA4,' + b"z" * 1024**2 + b"z\n"
    row = run_import(file, encoding="utf-8")
    text = refused(row)
    assert [line[:3] for line in table(text)[1:]] == [
        ['A1,"x"y', "", "stray_quote"],
        ["A2", "\\udcff", "not_utf8"],
        ["A3", "\\x00", "nul_byte"],
        ["A4," + "z" * 197, "", "cell_too_long"],
    ]
    assert run_import(text).rejected == 4


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)


@settings(max_examples=examples(4, 15), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=4), st.booleans())
@example([("", "''"), ("", "''")], True)
@example([("", "\x1a")], False)
def test_cells_come_back_byte_for_byte(run_import: Run, app: Flask, cells: list[tuple[str, str]], quoted: bool) -> None:
    text = io.StringIO()
    how = csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL
    rows = [("A1", "x", "bad", *pair) for pair in cells]
    csv.writer(text, quoting=how).writerows([("sku", "name", "price", "a", "b"), *rows])
    first = run_import(text.getvalue(), columns={"sku": "sku"})
    again = run_import(refused(first))
    for each in (first, again):
        assert [tuple(e.cells or ()) for e in rejected_rows.page(each.id).rows] == rows


def test_the_page_has_them_by_code_and_in_pages(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\n" + ",x\n" * 55 + "A1\n" * 3)
    first = client.get(f"/imports/{row.id}").text
    assert "<b>55</b>" in first and "Missing SKU<" in first and "<b>3</b>" in first and "Too few cells<" in first
    assert 'number">51<' in first and 'number">52<' not in first
    rest = client.get(f"/imports/{row.id}?after=50").text
    assert 'number">52<' in rest and 'number">59<' in rest and "Next rows" not in rest
    ragged = client.get(f"/imports/{row.id}?code=too_few_cells").text
    assert 'number">57<' in ragged and "every row needs a SKU" not in ragged
    for odd in ("code=nonsense", "after=x", f"after={2**70}", "after=-1"):
        assert client.get(f"/imports/{row.id}?{odd}").status_code == 200


def test_the_command_writes_them(app: Flask, run_import: Run) -> None:
    row = run_import("sku,name\n,x\n")
    done = invoke(app, "errors", str(row.id), "-")
    assert done.returncode == 0
    assert table(done.stdout)[1] == ["", "x", "sku_blank"]


def test_rejected_rows_come_back_with_prices_as_their_file_wrote_them(run_import: Run) -> None:
    first = run_import("sku;name;price\nA;Lamp;1.234,50\n;Chair;99,90\n")
    assert first.rejected == 1
    corrected = b"".join(rejected_rows.as_csv(first.id)).replace(b"\n,Chair", b"\nB,Chair")
    run_import(corrected)
    assert [(sku, str(price)) for sku, _, _, price, *_ in catalog()] == [("A", "1234.50"), ("B", "99.90")]
