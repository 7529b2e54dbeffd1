"""A supplier's next file with the template of the first: columns are found again, moved, renamed or among new ones."""

import json
from io import BytesIO

import pytest

from catalog import importer
from catalog.importer.opening.open import open_file, prepare
from catalog.importer.options.options import Options

FIRST = (
    "Ident,EAN,Was,Preis netto,Preis brutto,Farbe\n"
    "A1,4006381333931,Lampe,10.00,11.90,rot\n"
    "A2,4006381333948,Stuhl,20.00,23.80,blau\n"
    "A3,4006381333955,Tisch,30.00,35.70,rot\n"
    "A4,4006381333962,Bett,40.00,47.60,grün\n"
)
ANSWERS = {"columns": {"sku": "Ident", "name": "Was", "price": "Preis netto"}}


def template(file: str | bytes, **answers: object) -> Options:
    """The choices of a template that was saved after these answers, read back from JSON."""
    data = file.encode() if isinstance(file, str) else file
    options = Options().with_reading(**answers)
    names = list(prepare(BytesIO(data), options).reader.header)
    memory = importer.remember(BytesIO(data), options)
    saved = importer.by_name(options, names).with_reading(remembered=memory).to_json()
    return importer.by_old_names(Options.from_json(json.loads(json.dumps(saved))))


def fields(file: str | bytes, options: Options) -> dict[str, int]:
    """Field -> position of its column in a file."""
    data = file.encode() if isinstance(file, str) else file
    return dict(open_file(BytesIO(data), options).columns.fields)


def test_columns_are_found_by_name_values_and_neighbours() -> None:
    saved = template(FIRST, **ANSWERS)
    second = (
        "Neu,Preis netto (2026),Farbe,Artikel,Was,Preis brutto,EAN\n"
        "x,10.00,rot,A1,Lampe,11.90,4006381333931\n"
        "x,20.00,blau,A2,Stuhl,23.80,4006381333948\n"
        "x,33.00,rot,A3,Tisch,39.27,4006381333955\n"
        "x,50.00,gelb,A5,Sofa,59.50,4006381333979\n"
    )
    opened = open_file(BytesIO(second.encode()), saved)
    assert opened.columns.fields == {"sku": 3, "name": 4, "price": 1}
    assert {*opened.understood.renamed} == {("Artikel", "Ident"), ("Preis netto (2026)", "Preis netto")}
    assert {"EAN", "Farbe", "Neu", "Preis brutto"} == {*opened.columns.attributes}


def test_an_attribute_keeps_its_name_when_its_column_is_renamed() -> None:
    saved = template(FIRST, **ANSWERS)
    renamed = open_file(BytesIO(FIRST.replace("Farbe", "Farbe (neu)").encode()), saved)
    assert renamed.columns.attributes["Farbe"] == 5


def test_a_column_of_which_nothing_is_the_same_is_not_taken() -> None:
    saved = template(FIRST, **ANSWERS)
    second = FIRST.replace("Preis netto", "UVP")
    for price in ("10.00", "20.00", "30.00", "40.00"):
        second = second.replace(price, price.replace("0.00", "9.99"))
    with pytest.raises(importer.Rejected, match="no column 'Preis netto'"):
        fields(second, saved)


def test_without_a_header_columns_are_found_by_their_values() -> None:
    rows = [line.split(",") for line in FIRST.splitlines()[1:]]
    first = "".join(",".join(row) + "\n" for row in rows)
    moved = "".join(",".join([row[5], row[0], row[2], row[1], row[4], row[3]]) + "\n" for row in rows)
    saved = template(first, header=False, columns={"sku": "#1", "name": "#3", "price": "#4"})
    assert fields(first, saved) == {"sku": 0, "name": 2, "price": 3}
    assert fields(moved, saved) == {"sku": 1, "name": 2, "price": 5}


def test_new_values_without_a_header_are_taken_by_place() -> None:
    saved = template(
        "A1,Lamp,10.00\nA2,Chair,20.00\n", header=False, columns={"sku": "#1", "name": "#2", "price": "#3"}
    )
    assert fields("B1,Sofa,11.00\nB2,Bed,21.00\n", saved) == {"sku": 0, "name": 1, "price": 2}


def test_repeated_names_stay_apart() -> None:
    first = "sku,name,Wert,Wert\nA1,Lampe,10.00,rot\nA2,Stuhl,20.00,blau\nA3,Tisch,30.00,gelb\n"
    saved = template(first, columns={"price": "#3"})
    second = "Wert,sku,Wert,name\nrot,A1,10.00,Lampe\nblau,A2,20.00,Stuhl\ngelb,A3,30.00,Tisch\n"
    assert fields(second, saved) == {"sku": 1, "name": 3, "price": 2}


def test_a_choice_for_this_file_goes_before_the_memory() -> None:
    saved = template(FIRST, **ANSWERS)
    second = FIRST.replace("Preis netto", "Netto neu")
    chosen = saved.with_reading(columns=saved.columns | {"price": "Netto neu", "name": "#6"})
    assert fields(second, chosen) == {"sku": 0, "name": 5, "price": 3}


def test_an_encoding_of_a_template_yields_to_utf_8() -> None:
    saved = template(FIRST.encode("cp1250"), encoding="cp1250", **ANSWERS)
    assert prepare(BytesIO(FIRST.encode()), saved).understood.encoding == "utf-8"
    assert prepare(BytesIO(FIRST.encode("cp1250")), saved).understood.encoding == "cp1250"
    chosen = importer.hardened(saved, {"encoding": "cp1250"})
    assert prepare(BytesIO(FIRST.encode()), chosen).understood.encoding == "cp1250"


def test_separator_and_skipped_lines_of_a_template_yield_to_the_file() -> None:
    saved = template("Acme\n\n" + FIRST.replace(",", ";"), delimiter=";", skip=2, **ANSWERS)
    assert fields(FIRST, saved) == {"sku": 0, "name": 2, "price": 3}
    assert fields("Acme\n\n" + FIRST.replace(",", ";"), saved) == {"sku": 0, "name": 2, "price": 3}
