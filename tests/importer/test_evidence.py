"""Columns are what their values say, not their names alone; where two may be meant a person is asked."""

import io
from collections.abc import Callable
from typing import Any

import pytest

from catalog.importer import Options, Unanswered, look
from catalog.importer.columns.plain_names import plain
from catalog.importer.opening.open import open_file
from catalog.imports import control
from catalog.imports.run import whole_file
from catalog.models import Import
from catalog.people import COMMAND_LINE
from tests.conftest import catalog, counts, create

Run = Callable[..., Import]

SIZES = "Art.-Nr.;Bezeichnung;Größe;EAN\n" + "".join(
    f"T-{n // 4};Shirt;{n % 4};{4006381330000 + n}\n" for n in range(8)
)


def taken(file: str, **options: Any) -> dict[str, str]:
    """Field -> name of the column that is taken."""
    return open_file(io.BytesIO(file.encode()), Options(**options)).columns.called()


def asked(file: str, **options: Any) -> tuple[str, tuple[str, ...]]:
    """The one question about a file and its choices."""
    with pytest.raises(Unanswered) as raised:
        taken(file, **options)
    (question,) = raised.value.questions
    assert question.option == "columns"
    return question.message, question.choices


@pytest.mark.parametrize(
    "name, bare",
    [
        ("Цена, руб.*", "цена"),
        ("Price (EUR)", "price"),
        ("Net price EUR", "net price"),
        ("Prezzo netto €", "prezzo netto"),
        ("name-en_US", "name"),
        ("description-en_US-ecommerce", "description"),
        ("Product Type [Non Editable]", "type"),
        ("Price / pcs", "price"),
        ("g:price", "price"),
        ("Product ID", "id"),
        ("EUR", "eur"),
    ],
)
def test_a_name_is_known_without_units_currencies_languages_and_remarks(name: str, bare: str) -> None:
    assert plain(name) == bare


def test_a_key_that_repeats_is_asked_about_in_products() -> None:
    message, choices = asked(SIZES)
    assert "6 products would be lost, because it repeats" in message
    assert choices == ("sku=EAN", "sku=Art.-Nr.")
    assert taken(SIZES, columns={"sku": "EAN"})["sku"] == "EAN"
    assert taken(SIZES, columns={"sku": "Art.-Nr."})["sku"] == "Art.-Nr."


def test_a_key_that_is_seldom_one_gives_way_to_a_better_one() -> None:
    file = "MPN,Title,EAN\n" + "".join(f"M{n // 2},Lamp {n},{4006381330000 + n}\n" for n in range(6))
    assert taken(file)["sku"] == "EAN"


def test_somebodys_item_numbers_beside_a_barcode_are_asked_about() -> None:
    file = "EAN;Lieferanten-Artikelnummer;Unsere Artikelnummer;Bezeichnung\n"
    file += "".join(f"{4006381330000 + n};LF-{n};10{n:04};Stift {n}\n" for n in range(9))
    message, choices = asked(file)
    assert message.startswith("Several columns may be the SKU")
    assert choices == ("sku=Lieferanten-Artikelnummer", "sku=Unsere Artikelnummer", "sku=EAN")
    assert (
        taken(file.replace("Lieferanten-Artikelnummer", "Menge").replace("Unsere Artikelnummer", "Lager"))["sku"]
        == "EAN"
    )


@pytest.mark.parametrize("name", ["Referenz", "Referenz Lager", "Codice listino", "Kod hurt."])
def test_codes_with_a_few_blanks_beside_a_barcode_are_never_passed_over_in_silence(name: str) -> None:
    """The barcode is full, the own codes are not: a shop would not expect the barcode as its SKU."""
    file = f"{name};EAN;Bezeichnung;Preis\n"
    file += "".join(f"{'' if n == 4 else f'R-{n:03}'};{4006381330000 + n * 7};Stift {n};{n},50\n" for n in range(40))
    try:
        assert taken(file)["sku"] == name
    except Unanswered as asked_for:
        assert f"sku={name}" in asked_for.questions[0].choices


@pytest.mark.parametrize(("words", "is_active"), [("enabled disabled", True), ("new used", False), ("yes no", False)])
def test_a_status_of_enabled_and_disabled_says_what_is_active(words: str, is_active: bool) -> None:
    rows = "".join(f"Z{n},Zip,{words.split()[n % 2]}\n" for n in range(6))
    assert (taken("code,title,Status\n" + rows).get("active") == "Status") is is_active


def test_rows_that_come_twice_lose_nothing() -> None:
    assert taken("sku,name\n" + "A1,Lamp\n" * 9)["sku"] == "sku"


def test_without_another_key_lost_products_are_asked_about() -> None:
    message, choices = asked("sku,name,size\n" + "".join(f"A1,Lamp,{n}\n" for n in range(5)))
    assert "4 products would be lost" in message and choices == ("sku=sku",)
    assert "If you keep 'sku', only the last row of each SKU is kept: 1 product." in message


def test_codes_that_no_name_tells_are_offered_beside_a_key_that_repeats() -> None:
    rows = "".join(f"S-{n // 4},Shirt,{n}X{n}7,red-shirt-{n},{n}.50,{n + 1}\n" for n in range(8))
    message, choices = asked("sku,name,Stamp,Handle,price,position\n" + rows)
    assert choices == ("sku=Handle", "sku=Stamp", "sku=sku")
    assert "'Handle' and 'Stamp' have a different value in every row" in message


def test_a_key_that_repeats_only_late_is_asked_about_before_anything_is_written(run_import: Run) -> None:
    first = "".join(f"A{n},Lamp {'x' * 80},{n}\n" for n in range(3_000))  # more than is looked at
    number = create("sku,name,EAN\n" + first + "A1,Chair,9001\n,No SKU,9002\n").id
    whole_file.run(number)
    row = control.get(number)
    assert row is not None and row.held and row.questions[0]["choices"] == ["sku=EAN", "sku=sku"]
    assert (catalog(), counts(row)) == ([], {})
    assert control.retry(COMMAND_LINE, number, Options(columns={"sku": "sku"}))
    whole_file.run(number)
    row = control.get(number)
    assert row is not None and counts(row) == {"rows": 3_002, "created": 3_000, "duplicates": 1, "rejected": 1}


def test_names_in_several_languages_are_asked_about() -> None:
    _, choices = asked("sku,name-de_DE,name-en_US\nA1,Stuhl,Chair\n")
    assert choices == ("name=name-de_DE", "name=name-en_US")


def test_a_description_is_the_name_where_nothing_else_may_be() -> None:
    assert taken("Part No,Description,Price\nP1,Nut of brass,1\nP2,Nut of steel,2\n")["name"] == "Description"
    _, choices = asked("Part No,Description,Caption\nP1,Nut of brass,Small nut\nP2,Nut of steel,Hard nut\n")
    assert choices == ("name=Caption", "name=Description")
    known = taken("Part No,Description\nP1,Nut of brass\n", mode="update")
    assert known == {"sku": "Part No", "description": "Description"}  # a product that exists has its name


@pytest.mark.parametrize(
    "header",
    [
        "Price excl. VAT,Price incl. VAT",
        "Price (tax excl.),Price (tax incl.)",
        "Prix HT,Prix TTC",
        "Nettopreis,Bruttopreis",
        "Pris ekskl. moms,Pris inkl. moms",
        "Цена без НДС,Цена с НДС",
        "Price 1,Price 2",
    ],
)
def test_two_prices_are_asked_about(header: str) -> None:
    _, choices = asked(f"sku,name,{header}\nA1,Tap,10,12\n")
    assert choices == (*(f"price={name}" for name in header.split(",")), "price=")


def test_the_price_with_a_remark_comes_before_a_sale() -> None:
    assert taken("sku,name,Sale price,Price (new)\nA1,Tap,0.00,10\n")["price"] == "Price (new)"


def test_an_empty_price_column_gives_way_to_no_other_in_silence() -> None:
    _, choices = asked("sku,name,price,Special price\nA1,Tap,,5.00\n")
    assert choices == ("price=Special price", "price=")


def test_money_in_a_column_of_any_name_is_asked_about() -> None:
    _, choices = asked("sku,name,Whatever\nA1,Tap,5.00 €\nA2,Pipe,6.00 €\n")
    assert choices == ("price=Whatever", "price=")


def test_a_name_with_the_word_sku_is_the_sku_unless_it_is_the_parents() -> None:
    assert taken("رقم المنتج,اسم المنتج,رمز المنتج sku\n1,قميص,S1\n")["sku"] == "رمز المنتج sku"
    assert taken("Parent SKU,Item Code,Title\nP,I1,Cup\n")["sku"] == "Item Code"


@pytest.mark.parametrize("name", ["Amount", "Size EUR", "Gewicht netto", "Net weight", "Price quantity"])
def test_what_only_may_be_a_price_is_not_taken_in_silence(name: str) -> None:
    file = f"sku,name,{name}\nA1,Tap,5\nA2,Pipe,7\n"
    if name == "Amount":
        assert asked(file)[1] == ("price=Amount", "price=")
    else:
        assert "price" not in taken(file)


def test_what_a_thing_cost_is_no_price_without_asking() -> None:
    _, choices = asked("sku,name,Einkaufspreis\nA1,Tap,10\n")
    assert choices == ("price=Einkaufspreis", "price=")


def test_a_column_of_dates_is_no_yes_or_no() -> None:
    assert "active" not in taken("sku,name,Published\nA1,Book,2024-01-01\nA2,Map,2023-05-01\n")


def test_technical_names_below_the_labels_are_the_header() -> None:
    file = "Seller SKU\tTitle\tYour price\nitem_sku\titem_name\tstandard_price\nA1\tCup\t4.50\n"
    opened = open_file(io.BytesIO(file.encode()), Options())
    assert opened.columns.called() == {"sku": "item_sku", "name": "item_name", "price": "standard_price"}
    assert sum(chunk.rows for chunk in opened.chunks()) == 1


def test_the_first_look_asks_the_same() -> None:
    seen = look(io.BytesIO(SIZES.encode()), Options())
    assert [one.field for one in seen.questions] == ["sku"] and "would be lost" in seen.problem


def test_an_item_may_be_a_code_and_its_description_the_name() -> None:
    goods = "BR-1,Brake pad front,012345678905,59.99\nBR-2,Brake pad rear,012345678912,54.99\n"
    wanted = {"sku": "Item", "name": "Description", "price": "MSRP"}
    assert taken(f"Item,Description,UPC,MSRP\n{goods}") == wanted
    assert taken("Item,Description,MSRP\nBR-1,Brake pad front,59.99\nBR-2,Brake pad rear,54.99\n") == wanted
    _, choices = asked("SKU,Item,Description\nA1,XK-1,Steel kettle\nA2,XK-2,Steel pot\n")
    assert choices == ("name=Description", "name=Item")


def test_a_second_header_hides_no_price() -> None:
    file = "part_no,title,et_price\nSKU,Title,Price\nA1,Lamp,5\nA2,Desk,7\n"
    assert taken(file)["price"] == "Price"


def test_rounded_codes_are_no_key() -> None:
    rows = "".join(f"4,00638E+12;Stift {n};{n},20\n" for n in range(1, 4))
    message, choices = asked("EAN;Produkt;Preis\n" + rows)
    assert "rounded the codes in 'EAN'" in message and choices == ("sku=EAN",)


def test_a_price_of_zero_in_each_row_gives_way() -> None:
    rows = "".join(f"A-{n};Lamp {n};0;{n}.50\n" for n in range(1, 4))
    assert taken("SKU;Name;Price;Selling price\n" + rows)["price"] == "Selling price"


def test_what_a_maker_recommends_comes_after_what_a_shop_takes() -> None:
    rows = "".join(f"A-{n};Lampe {n};{n}9,00;{n}7,00\n" for n in range(1, 4))
    assert taken("Artikelnummer;Bezeichnung;UVP;VK Brutto\n" + rows)["price"] == "VK Brutto"
    _, choices = asked("Artikelnummer;Bezeichnung;UVP;Nettopreis\n" + rows)
    assert {*choices} == {"price=UVP", "price=Nettopreis", "price="}


AKENEO = (
    "sku;family;{};price-EUR;price-USD\nA1;f;Lampe klein;Lamp small;10.00;11.00\nA2;f;Stuhl alt;Chair old;20.00;23.50\n"
)


def test_the_language_that_a_person_chooses_decides_the_currency() -> None:
    file = AKENEO.format("name-de_DE;name-en_US")
    (question,) = look(io.BytesIO(file.encode()), Options()).questions
    assert question.choices == ("name=name-de_DE", "name=name-en_US")
    for name, price in (("name-de_DE", "price-EUR"), ("name-en_US", "price-USD")):
        found = look(io.BytesIO(file.encode()), Options(columns={"name": name}))
        assert found.columns is not None and found.columns.called() == {"sku": "sku", "name": name, "price": price}
    unclear = look(io.BytesIO(AKENEO.format("name-de_DE;name-sv_SE").encode()), Options())
    assert [one.field for one in unclear.questions] == ["name", "price"]


def test_a_second_line_of_names_with_blank_cells_is_no_name() -> None:
    file = "Artikelnummer;Bezeichnung 1;Bezeichnung 2\nA1;Papier;80 g\nA2;Ordner;{}\n"
    assert taken(file.format(""))["name"] == "Bezeichnung 1"
    assert asked(file.format("breit"))[1] == ("name=Bezeichnung 1", "name=Bezeichnung 2")


def test_a_name_may_be_in_a_script_whose_vowels_are_no_letters() -> None:
    message, choices = asked("SKU,ឈ្មោះទំនិញ\nKH-1,ស្ករត្នោត\nKH-2,ម្រេចកំពត\nKH-3,ទឹកត្រី\n")
    assert choices == ("name=ឈ្មោះទំនិញ",) and "ស្ករត្នោត" in message


def test_a_price_is_never_offered_as_the_sku() -> None:
    _, choices = asked("sku,name,price_cents,Handle\nA1,Lamp,1299,a\nA2,Cup,1499,b\nA2,Pan,1599,c\nA2,Pot,1699,d\n")
    assert choices == ("sku=Handle", "sku=sku")
