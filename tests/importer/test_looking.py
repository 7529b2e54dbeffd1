"""The first look says what would be understood, what is doubtful and what is missing, and never fails."""

import gzip
import io

import pytest
from hypothesis import given, settings, strategies as st

from catalog.importer import Look, Options, look
from catalog.importer.first_look import beginning as looking
from tests.support.examples import examples


def looked(file: bytes, *, whole: bool = True, **options: object) -> Look:
    """The first look at a file."""
    return look(io.BytesIO(file), Options(**options), whole=whole)


def test_a_plain_file_leaves_nothing_to_ask() -> None:
    seen = looked(b"sku,name,colour\nA1,Lamp,red\n")
    assert (seen.certain, seen.problem, seen.fields) == (True, "", {"sku": 0, "name": 1})
    assert (seen.names, seen.rows) == (["sku", "name", "colour"], [["A1", "Lamp", "red"]])


@pytest.mark.parametrize(
    "file",
    [b"Artikelnummer,Bezeichnung\nA1,x\n", "sku,name\nA1,Größe\n".encode("cp1252"), b"Price list\nsku,name\nA1,x\n"],
)
def test_what_was_guessed_is_shown_before_it_starts(file: bytes) -> None:
    seen = looked(file)
    assert not seen.certain and not seen.problem and seen.rows


def test_a_doubtful_encoding_must_be_chosen() -> None:
    file = "sku,name\nA1,à la crème\n".encode("cp1252")
    seen = looked(file)
    assert set(seen.candidates) >= {"cp1250", "cp1252"}
    assert "crème" in seen.problem and "crčme" in seen.problem and not seen.certain
    seen = looked(file, encoding="cp1252")
    assert (seen.problem, seen.rows) == ("", [["A1", "à la crème"]])


def test_a_missing_column_is_a_problem_and_the_rows_are_shown() -> None:
    seen = looked(b"x,Lamp\ny,Chair\n")
    assert "No column is called sku or name" in seen.problem
    seen = looked(b"1,Lamp,A1,x\n2,Chair,A2,y\n")
    assert "Choose which column is the SKU" in seen.problem and len(seen.rows) == 2
    seen = looked(b"1,Lamp,A1,x\n", header=False, columns={"sku": "#3", "name": "#2"})
    assert (seen.problem, seen.fields) == ("", {"sku": 2, "name": 1})


def test_only_the_beginning_is_read_and_its_cut_is_no_problem() -> None:
    file = b"sku,name\n" + b'A1,"two\nlines"\n' * 100
    for end in range(40, 60):
        seen = looked(file[:end], whole=False)
        assert seen.problem == "" and seen.rows[0] == ["A1", "two\nlines"]
    assert looked(gzip.compress(file)).rows[0] == ["A1", "two\nlines"]


def test_what_is_no_table_says_so() -> None:
    assert "PDF" in looked(b"%PDF-1.7").problem


@settings(max_examples=examples(25, 150), deadline=None)
@given(st.binary(max_size=200), st.booleans())
def test_a_look_never_fails(file: bytes, whole: bool) -> None:
    seen = looked(file, whole=whole)
    assert seen.problem or seen.understood


SUPPLIER = """No;Marke;Modell;Preis;Aktiv;Farbe
 a1 ;Acme;Lampe  1;1.234,50;oui;Rot
A2;Acme;Tisch;x;non;
;Acme;Stuhl;2,5;oui;Blau
A4;Acme
A5;;Bett;,5;;
"""


def test_the_first_rows_are_shown_as_they_will_be_stored() -> None:
    seen = looked(
        SUPPLIER.encode(),
        columns={"sku": "No", "price": "Preis", "active": "Aktiv"},
        joined={"name": {"columns": ["Marke", "Modell"], "separator": " "}},
        constants={"source": "spring"},
        transforms={"No": [["upper"]], "Modell": [["collapse"]]},
        attributes={"Farbe": "colour"},
    )
    assert seen.problem == ""
    lamp, table, chair, short, bed = seen.stored
    assert lamp.product == {
        "sku": "A1",
        "name": "Acme Lampe 1",
        "price": "1234.50",
        "active": True,
        "attributes": {"colour": "Rot", "source": "spring"},
    }
    assert (table.line, table.field, table.product["price"]) == (3, "price", "x")
    assert table.error and table.error.code == "price_invalid"
    assert (chair.field, chair.product["name"]) == ("sku", "Acme Stuhl")
    assert (short.line, short.product, short.field) == (5, {}, "")
    assert (bed.product["price"], bed.product["active"]) == ("0.5", None)
    assert seen.rows[0] == [" a1 ", "Acme", "Lampe  1", "1.234,50", "oui", "Rot"]


def test_a_look_does_not_go_on_through_rows_that_are_all_rejected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SLICE_BYTES", 64 * 1024)
    file = b"sku,name\n" + b"A,One,two,three\n" * 100_000
    seen = look(io.BytesIO(file), Options())
    assert 10_000 <= seen.rejected < 30_000
