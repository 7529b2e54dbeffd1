"""What a person makes of columns: joined, constant, named otherwise, left out, changed; and how prices are written."""

import io
from collections.abc import Callable

import pytest
from hypothesis import given, settings, strategies as st

from catalog.importer import Options, Rejected, check_options
from catalog.importer.columns.clean_up import changed_cells
from catalog.importer.opening.open import open_file
from catalog.importer.values import numbers
from catalog.importer.values.clean_up_steps import STEPS
from catalog.models import Import
from tests.conftest import catalog, counts
from tests.support.examples import examples

Run = Callable[..., Import]

FILE = """No;Brand;Model;Preis;Farbe;intern
 a-1;Acme; Lamp  X ;1.234,50;red;x
a-2;;Chair;12,5;;y
;;;;;
"""


def test_every_choice_at_once(run_import: Run) -> None:
    row = run_import(
        FILE,
        columns={"sku": "No"},
        joined={"name": {"columns": ["Brand", "#3"], "separator": " – "}, "label": {"columns": ["Farbe", "Model"]}},
        attributes={"Farbe": "colour", "intern": ""},
        constants={"description": "from Acme", "active": "nein", "source": "spring"},
        transforms={
            "No": [["upper"]],
            "Model": [["collapse"], ["replace", "X", "Y"]],
            "Farbe": [["default", "none"], ["upper"]],
        },
    )
    assert row.error is None
    assert counts(row) == {"rows": 3, "created": 2, "blank": 1}
    assert catalog() == [
        (
            "A-1",
            "Acme – Lamp Y",
            "from Acme",
            pytest.approx(1234.5),
            False,
            {"colour": "RED", "label": "RED Lamp Y", "source": "spring"},
        ),
        (
            "A-2",
            "Chair",
            "from Acme",
            pytest.approx(12.5),
            False,
            {"colour": "NONE", "label": "NONE Chair", "source": "spring"},
        ),
    ]
    assert row.understood["numbers"] == "comma"
    assert row.columns == {
        "No": "sku",
        "Brand": "part of name",
        "Model": "part of name, part of label",
        "Preis": "price",
        "Farbe": "part of label, attribute colour",
        "intern": "dropped",
    }


def test_a_sku_may_be_joined_and_a_rejected_row_names_its_parts(run_import: Run) -> None:
    row = run_import("a,b,name\n1,2,Lamp\n,,Chair\n1,,\n", joined={"sku": {"columns": ["a", "b"], "separator": "-"}})
    assert [line[:2] for line in catalog()] == [("1-2", "Lamp")]
    errors = [(e["column"], e["code"]) for e in row.recent_errors]
    assert errors == [("a + b", "sku_blank"), ("name", "name_blank")]


@pytest.mark.parametrize(
    "chosen, words",
    [
        ({"constants": {"sku": "1"}}, "can't be a fixed value"),
        ({"constants": {"price": "1,5"}}, "'1,5' is not a plain number"),
        ({"constants": {"active": "perhaps"}}, "neither yes nor no"),
        (
            {"constants": {"name": "x"}, "columns": {"name": "b"}},
            "'name' is chosen twice: the column 'b' and a fixed value",
        ),
        ({"joined": {"name": {"columns": []}}}, "Choose the columns"),
        ({"transforms": {"b": [["shout"]]}}, "Column 'b': 'shout' is not one of trim"),
        (
            {"transforms": {"b": [["replace", "x"]]}},
            "Column 'b': replace has the wrong number of texts: 1 instead of 2",
        ),
        ({"transforms": {"b": [["replace", "", "x"]]}}, "enter the text to replace"),
        ({"constants": {"colour": "\0"}}, "contains a NUL"),
        ({"attributes": {"b": " SKU "}}, "'SKU' is a field and can't be the name of an attribute."),
        ({"attributes": {"description": "description"}}, "'description' is a field"),
        ({"attributes": {"b": "Catalog:Export"}}, "'Catalog:Export' is a field"),
        ({"joined": {"Name": {"columns": ["b"]}}}, "'Name' is a field"),
        ({"constants": {"Price": "1"}}, "'Price' is a field"),
    ],
)
def test_what_can_not_be_is_said_at_once(chosen: dict[str, object], words: str) -> None:
    with pytest.raises(Rejected, match=words.replace("+", "[+]")):
        check_options(Options(**chosen))


@pytest.mark.parametrize(
    "chosen, words",
    [
        ({"joined": {"x": {"columns": ["nope"]}}}, "no column 'nope' to import as x"),
        ({"attributes": {"nope": "x"}}, "no column 'nope' to import as an attribute"),
        ({"transforms": {"nope": [["trim"]]}}, "no column 'nope'"),
        ({"attributes": {"a": "b"}}, "Two columns would become the attribute 'b'"),
    ],
)
def test_what_the_file_does_not_have_is_named(chosen: dict[str, object], words: str) -> None:
    with pytest.raises(Rejected, match=words):
        open_file(io.BytesIO(b"sku,name,a,b\n"), Options(**chosen))


def test_a_chosen_attribute_is_never_taken_as_a_field() -> None:
    options = Options(attributes={"price": "list price", "Titel": ""})
    file = io.BytesIO(b"sku,name,price,Titel\n1,2,3,4\n")
    columns = open_file(file, options).columns
    assert columns.fields == {"sku": 0, "name": 1}
    assert columns.attributes == {"list price": 2}


@pytest.mark.parametrize(
    "header, columns, left_out",
    [
        ("sku,name,Description", {"description": ""}, "Description"),
        ("sku,name, price ", {"price": ""}, "price"),
        ("sku,name,active", {"active": ""}, "active"),
        ("EAN,sku,name", {"sku": "EAN"}, "sku"),
        ("sku,name,Title", {"name": "Title"}, "name"),
        ("sku,name,Catalog:EXPORT", {}, "Catalog:EXPORT"),
    ],
)
def test_a_column_called_like_a_field_that_is_not_taken_from_it_is_left_out(
    header: str, columns: dict[str, str], left_out: str
) -> None:
    file = io.BytesIO(f"{header},colour\n1,2,3,4\n".encode())
    found = open_file(file, Options(columns=columns)).columns
    assert found.attributes == {"colour": 3}
    assert found.meaning()[left_out] == "dropped"


def test_a_column_called_like_a_field_is_kept_under_another_name() -> None:
    options = Options(columns={"description": ""}, attributes={"description": "text"})
    file = io.BytesIO(b"sku,name,description\n1,2,3\n")
    assert open_file(file, options).columns.attributes == {"text": 2}


@pytest.mark.parametrize(
    "prices, way",
    [
        (["12.50", "7"], "point"),
        (["1.234,56", "1.234"], "comma"),
        (["12,5"], "comma"),
        (["1,234.56", "1,234"], "point"),
        (["1.234.567"], "comma"),
        (["0.125"], "point"),
        (["1 234", "7"], "point"),
        (["7", "", "12"], "plain"),
        (["12,5", "12.5"], "plain"),
        (["abc"], "plain"),
    ],
)
def test_numbers_are_recognised_where_it_is_certain(prices: list[str], way: str) -> None:
    assert numbers.recognise(prices) == way


@pytest.mark.parametrize("price", ["1.234", "1,234"])
def test_what_may_be_a_thousand_or_not_is_asked(run_import: Run, price: str) -> None:
    file = f"sku;name;price\n1;Lamp;{price}\n"
    (asked,) = run_import(file).questions
    assert "can be read in two ways" in asked["message"]
    run_import(file, numbers="point" if "," in price else "comma")
    assert catalog()[0][3] == 1234


def test_a_price_that_does_not_fit_its_way_is_rejected(run_import: Run) -> None:
    row = run_import("sku;name;price\n1;a;12,5\n2;b;1.50\n", numbers="comma")
    assert counts(row) == {"rows": 2, "created": 1, "rejected": 1}
    assert (
        "'1.50' is not in the number format of the file; write it like 1.234,50, without a currency"
        in row.recent_errors[0]["message"]
    )


@settings(max_examples=examples(15, 50), deadline=None)
@given(st.decimals(min_value=0, max_value=10**8, places=2))
def test_a_price_in_any_way_is_the_same_number(price: object) -> None:
    import pandas as pd

    english = f"{price:,.2f}"
    german = english.translate(str.maketrans(",.", ".,"))
    for text, way in ((english, "point"), (german, "comma"), (f"{price:.2f}", "plain")):
        assert numbers.fits(pd.Series([text], dtype="str"), way).all()
        assert numbers.plain(pd.Series([text], dtype="str"), way)[0] == f"{price:.2f}"


@settings(max_examples=examples(15, 50), deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1))
def test_steps_do_what_python_would(cells: list[str]) -> None:
    import pandas as pd

    series = pd.Series(cells, dtype="str", index=range(5, 5 + len(cells)))

    def done(*step: str) -> list[str]:
        return list(changed_cells(series, (step,)))

    assert done("replace", "a", "bb") == [cell.replace("a", "bb") for cell in cells]
    assert done("default", "x")[0] == (
        "x"
        if not series.iloc[0].strip(
            "\x85\x0b\x0c \t\r\n\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
            "\u2028\u2029\u202f\u205f\u3000"
        )
        else cells[0]
    )
    assert all("  " not in cell for cell in done("collapse"))
    assert set(STEPS) == {"trim", "collapse", "upper", "lower", "replace", "default"}
