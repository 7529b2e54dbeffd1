"""A header of two rows names its columns together: "Price" above "net" is "Price net"."""

import io

import pytest

from catalog.importer import Options, Unanswered, look
from catalog.importer.columns import two_rows
from catalog.importer.opening.open import open_file

LIST = "Item,,Price,,Stock\nCode,Name,list,dealer,pieces\nA-1,Lamp,10.50,6.30,3\nA-2,Bulb,2.50,1.50,9\n"


@pytest.mark.parametrize(
    "above, below, names",
    [
        ("Item,,Price,", "Code,Name,list,dealer", "Code,Name,Price list,Price dealer"),
        ("Code,Name,Price,", ",,net,gross", "Code,Name,Price net,Price gross"),
        ("Code,Name,Size,,Price", "#MERGED!,#MERGED!,width,height,", "Code,Name,Size width,Size height,Price"),
        (
            ",,Shop,,Store,",
            "Code,Name,price,stock,price,stock",
            "Code,Name,Shop price,Shop stock,Store price,Store stock",
        ),
        ("Product,,Packaging,", "Item No.,Name,Weight,Units", "Item No.,Name,Weight,Units"),
        ("Price list 2026,,,", "Code,Name,Pack,Weight", "Code,Name,Pack,Weight"),
        ("Norda Ltd.,,,", "Code,Name,Pack,Weight", "Code,Name,Pack,Weight"),
    ],
)
def test_names_of_two_rows(above: str, below: str, names: str) -> None:
    assert two_rows.names(above.split(","), below.split(",")) == names.split(",")


def test_rows_below_a_group_are_no_names() -> None:
    header = ["Code", "Name", "Price", ""]
    assert not two_rows.are_names(header, ["A-1", "Lamp", "12", "x"])
    assert not two_rows.are_names(header, ["", "Lamps", "", ""])
    assert not two_rows.are_names(header, ["", "", "12.50", "x"])


def test_a_group_above_the_header_joins_its_names() -> None:
    opened = open_file(io.BytesIO(LIST.encode()), Options())
    assert opened.columns.called() == {"sku": "Code", "name": "Name", "price": "Price list"}
    assert (opened.understood.two_rows, opened.understood.skip) == (True, 0)
    (chunk,) = opened.chunks()
    assert chunk.rows == 2 and chunk.frame["line"].tolist() == [3, 4]


def test_lines_above_a_header_of_two_rows_are_counted() -> None:
    opened = open_file(io.BytesIO(("Norda Ltd.\n\n" + LIST).encode()), Options())
    assert opened.columns.called()["price"] == "Price list"
    (chunk,) = opened.chunks()
    assert chunk.frame["line"].tolist() == [5, 6]


def test_net_and_gross_below_a_price_are_asked_about() -> None:
    text = "Art.-Nr.;Bezeichnung;Preis;\n;;netto;brutto\nA-1;Lampe;10,00;11,90\nA-2;Birne;2,00;2,38\n"
    with pytest.raises(Unanswered) as raised:
        open_file(io.BytesIO(text.encode()), Options())
    (question,) = raised.value.questions
    assert question.choices == ("price=Preis netto", "price=Preis brutto", "price=")
    seen = look(io.BytesIO(text.encode()), Options(columns={"price": "Preis brutto"}))
    assert seen.looked_at == 2 and not seen.rejected
