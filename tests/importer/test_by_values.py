"""A file without a header: it is recognised, and its columns are found by what they hold, or asked about."""

import io
from typing import Any

import pytest

from catalog.importer import Options, Rejected, Unanswered, look, open_table
from catalog.importer.opening.evidence.by_values import holds_values
from catalog.importer.opening.open import open_file

BARCODES = (
    "4006381333931,Marker yellow,1.49,https://x.example/1.jpg\n4006381333948,Marker blue,1.59,https://x.example/2.jpg\n"
)
STOCK = "A-100;Lamp;12,50;25\nA-101;Desk;99,00;3\nA-102;Chair;45,90;12\n"
RUNNING = "3,Bolt M3,BO-003,0.75\n4,Bolt M4,BO-004,1.00\n5,Bolt M5,BO-005,1.25\n"


def taken(file: str, **options: Any) -> dict[str, str]:
    """Field -> name of the column that is taken."""
    return open_file(io.BytesIO(file.encode()), Options(**options)).columns.called()


def asked(file: str, **options: Any) -> dict[str, tuple[str, ...]]:
    """Field -> the choices of the question about it."""
    with pytest.raises(Unanswered) as raised:
        taken(file, **options)
    return {question.field: question.choices for question in raised.value.questions}


@pytest.mark.parametrize(
    "file, columns",
    [
        (BARCODES, {"sku": "column 1", "name": "column 2", "price": "column 3"}),
        (STOCK, {"sku": "column 1", "name": "column 2", "price": "column 3"}),
        ("Oak lamp\t12.50\tA-1\nOak desk\t99.00\tA-2\n", {"sku": "column 3", "name": "column 1", "price": "column 2"}),
        (
            "A-1,4006381333931,Oak lamp,€ 5\nA-2,4006381333948,Oak desk,€ 7\n",
            {"sku": "column 1", "name": "column 3", "price": "column 4"},
        ),
        ("A-1,Oak lamp\nA-2,Oak desk\n", {"sku": "column 1", "name": "column 2"}),
    ],
)
def test_what_is_clear_is_taken(file: str, columns: dict[str, str]) -> None:
    assert taken(file) == columns
    table = open_table(io.BytesIO(file.encode()), Options())
    assert not table.understood.header and sum(len(part.rows) for part in table.chunks()) == file.count("\n")


def test_it_is_said_which_columns_were_found() -> None:
    (warning,) = look(io.BytesIO(BARCODES.encode()), Options()).warnings
    assert (warning.code, warning.count) == ("by_value", 3)
    assert [one["value"] for one in warning.examples] == ["sku: 4006381333931", "name: Marker yellow", "price: 1.49"]


def test_where_two_columns_may_be_meant_a_person_is_asked_and_the_answer_holds() -> None:
    assert asked(RUNNING) == {"sku": ("sku=column 3", "sku=column 1")}
    assert taken(RUNNING, columns={"sku": "column 3"}) == {"sku": "column 3", "name": "column 2", "price": "column 4"}
    assert taken(RUNNING, columns={"sku": "#3"}) == {"sku": "column 3", "name": "column 2", "price": "column 4"}
    two = "A-1,Lamp one,5.50,7.50\nA-2,Desk two,6.50,8.50\n"
    assert asked(two) == {"price": ("price=column 3", "price=column 4", "price=")}
    assert taken(two, columns={"price": ""}) == {"sku": "column 1", "name": "column 2"}


def test_running_numbers_alone_are_no_sure_key() -> None:
    assert asked("1,Lamp\n2,Chair\n") == {"sku": ("sku=column 1",)}


def test_whole_numbers_may_be_prices_or_stock() -> None:
    file = "A-1,Oak lamp,1200,25\nA-2,Oak desk,990,3\nA-3,Oak chair,450,12\n"
    assert asked(file) == {"price": ("price=column 3", "price=column 4", "price=")}


def test_names_in_no_known_language_are_asked_about() -> None:
    file = "Ident,What it is,Pcs\nU-1,Thing number 1,7\nU-2,Thing number 2,3\n"
    assert asked(file) == {"sku": ("sku=Ident",), "name": ("name=What it is",)}
    assert taken(file, columns={"sku": "Ident", "name": "What it is"})["name"] == "What it is"


@pytest.mark.parametrize(
    "first, others, found",
    [
        (["A-1", "Lamp"], [["A-2", "Desk"]], True),
        (["Ident", "Lamp", "Each"], [["A-2", "Desk", "5.00"]], False),
        (["Ident", "Lamp"], [["Oak", "Desk"]], False),
        (["7", "Lamp"], [], True),
        (["Only one"], [["7"]], False),
    ],
)
def test_the_first_line_holds_values_like_the_others(first: list[str], others: list[list[str]], found: bool) -> None:
    assert holds_values([first, *others]) is found


def test_three_columns_without_a_header_are_a_code_a_name_and_a_text_or_a_price() -> None:
    assert taken("A1,Lamp,Nice\nA2,Desk,Wide\n", header=False) == {
        "sku": "column 1",
        "name": "column 2",
        "description": "column 3",
    }
    assert taken("A1,Lamp,12.50\nA2,Desk,9.00\n", header=False)["price"] == "column 3"


def test_prose_is_no_table() -> None:
    with pytest.raises(Rejected, match="No column is called"):
        taken("Dear all, here is the list.\nIt comes later, sorry.\n")


@pytest.mark.parametrize(
    "file, choices",
    [
        ("SKU,Name,Qty 1,Qty 10\nA,Lamp,12,10\nB,Desk,7,6\n", ("price=Qty 1", "price=Qty 10", "price=")),
        ("SKU,Name,Each\nA,Lamp,12.50\nB,Desk,7.00\n", ("price=Each", "price=")),
        ("SKU,Name,1+,10+\nA,Lamp,12.50,11.00\nB,Desk,7.00,6.00\n", ("price=1+", "price=10+", "price=")),
        ("Code,Name,List,Net\nA,Lamp,12.50,11.00\nB,Desk,7.00,6.00\n", ("price=List", "price=Net", "price=")),
        ("Code,Name,Net,Gross\nA,Lamp,10.00,11.90\n", ("price=Net", "price=Gross", "price=")),
        (
            "SKU,Name,Special price,Was price\nA,Lamp,10.00,11.90\n",
            ("price=Special price", "price=Was price", "price="),
        ),
    ],
)
def test_a_price_that_no_name_says_for_certain_is_asked_about(file: str, choices: tuple[str, ...]) -> None:
    assert asked(file) == {"price": choices}


def test_codes_called_an_article_are_the_sku_and_at_most_the_name_is_asked_about() -> None:
    rows = "A-100;Kabel;rot;7,50\nA-101;Dose;gelb;1,50\nA-102;Rohr;blau;9,50\n"
    found = taken(f"Artikel;Bezeichnung;Farbe;VK\n{rows}")
    assert (found["sku"], found["name"]) == ("Artikel", "Bezeichnung")
    assert asked(f"Artikel;Warengruppe;Farbe;VK\n{rows}") == {"name": ("name=Warengruppe", "name=Farbe")}
    assert taken(f"Artikel;Warengruppe;Farbe;VK\n{rows}", columns={"name": "Warengruppe"})["sku"] == "Artikel"
    names = "Kabel rot;Norda;7,50\nDose gelb;Kesa;1,50\nRohr blau;Norda;9,50\n"
    with pytest.raises(Rejected):
        taken(f"Artikel;Marke;VK\n{names}")


def test_numbers_with_thousands_set_apart_may_be_the_price_whatever_they_are_called() -> None:
    rows = "A-{0},Lamp {0},{1} 500,40{0}\n"
    file = "SKU,Name,{},Phone\n" + "".join(rows.format(n, 12 * n) for n in range(1, 6))
    assert asked(file.format("ߛߐ߲߬ߜߐ")) == {"price": ("price=ߛߐ߲߬ߜߐ", "price=")}
    assert "price" not in taken(file.format("Weight"))
    assert taken(file.format("Գինը (դրամ)"))["price"] == "Գինը (դրամ)"


@pytest.mark.parametrize("name", ["Weight", "Gewicht kg", "VAT", "Länge", "Rating", "Stock"])
def test_sizes_and_taxes_are_no_prices(name: str) -> None:
    assert "price" not in taken(f"SKU,Name,{name}\nA,Lamp,12.50\nB,Desk,7.00\n")


@pytest.mark.parametrize("model", ["GSR 12V", "M"])
def test_brand_and_model_are_offered_as_the_name(model: str) -> None:
    rows = "".join(f"PN-{n},Bosch,{model}{n},{n}.99\n" for n in range(5))
    assert asked("Part Number,Brand,Model,List Price\n" + rows) == {"name": ("name=Model", "name=Brand")}
    assert taken("Part Number,Brand,Model,List Price\n" + rows, mode="update")["sku"] == "Part Number"
    (question,) = look(io.BytesIO(("Part Number,Brand,Model,List Price\n" + rows).encode()), Options()).questions
    assert question.combined == ("Brand", "Model")
    joined = {"name": {"columns": [*question.combined], "separator": " "}}
    answered = look(io.BytesIO(("Part Number,Brand,Model,List Price\n" + rows).encode()), Options(joined=joined))
    assert not answered.questions and answered.stored[0].product["name"] == f"Bosch {model}0"
