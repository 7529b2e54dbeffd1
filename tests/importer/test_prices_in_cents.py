"""Prices in cents, as programs store them: 1299 is 12.99, and never a hundred times as much."""

import json
from decimal import Decimal
from io import BytesIO

import pytest

from catalog import importer
from catalog.importer import Options
from catalog.importer.checks.rows import check
from catalog.importer.opening.open import open_file

ROWS = "A1,Tea pot,1299\nA2,Tea cup,850\nA3,Lid,5\nA4,Spoon,\n"


def prices(file: str, options: Options | None = None) -> list[Decimal | None]:
    opened = open_file(BytesIO(file.encode()), options or Options())
    (chunk,) = opened.chunks()
    checked = check(chunk, opened.columns)
    assert not checked.errors
    return [Decimal(price) if isinstance(price, str) else None for price in checked.frame["price"]]


IN_CENTS = ["price_cents", "Price (cents)", "Preis in Cent", "priceMinorUnits", "price.centAmount", "Prix (centimes)"]


@pytest.mark.parametrize("name", IN_CENTS)
def test_whole_numbers_of_a_column_of_cents_are_cents(name: str) -> None:
    wanted = [Decimal("12.99"), Decimal("8.50"), Decimal("0.05"), None]
    assert prices(f"sku,name,{name}\n{ROWS}") == wanted
    assert prices(f"sku,name,{name}\n{ROWS}".replace("1299", "1299.0")) == wanted
    look = importer.look(BytesIO(f"sku,name,{name}\n{ROWS}".encode()), Options())
    assert look.understood is not None and look.understood.numbers == "cents" and not look.certain


NOT_IN_CENTS = [
    "Preis ohne Cent",
    "Prix sans centimes",
    "Price (no cents)",
    "Price in EUR, not cents",
    "Цена без копеек",
    "Fillér nélküli ár",
    "Price incl. 5 cents eco fee",
    "Preis inkl. 8 Cent Pfand",
    "Preis (Euro, Cent)",
    "Minor League price",
]


@pytest.mark.parametrize("name", NOT_IN_CENTS)
def test_prices_without_cents_or_with_some_are_no_cents(name: str) -> None:
    file = f'sku,name,"{name}"\n{ROWS}'
    assert prices(file, Options(columns={"price": name}))[0] == Decimal(1299)
    assert importer.look(BytesIO(file.encode()), Options(columns={"price": name})).warnings == ()


def test_prices_in_cents_are_told_with_some_of_them() -> None:
    (found,) = importer.look(BytesIO(f"sku,name,price_cents\n{ROWS}".encode()), Options()).warnings
    assert (found.code, [one["value"] for one in found.examples]) == ("in_cents", ["1299", "850", "5"])
    assert importer.look(BytesIO(f"sku,name,price\n{ROWS}".encode()), Options()).warnings == ()


def test_a_price_with_decimals_under_a_name_of_cents_is_no_cents() -> None:
    assert prices("sku,name,price_cents\nA1,Tea,12.00\n") == [Decimal("12.00")]


def test_a_price_with_decimals_among_whole_ones_is_asked_about() -> None:
    file = f"sku,name,price_cents\n{ROWS}".replace("1299", "12.99")
    with pytest.raises(importer.Unanswered) as raised:
        prices(file)
    (asked,) = raised.value.questions
    assert (asked.kind, asked.choices, asked.option) == ("numbers", ("cents", "point"), "numbers")
    assert "'12.99' is not a whole number" in asked.message and "'850' is 8.50" in asked.message
    assert prices(file, Options(numbers="point"))[:2] == [Decimal("12.99"), Decimal(850)]
    assert prices(f"sku,name,price_cents\n{ROWS}A5,Pan,12\n", Options(numbers="cents"))[-1] == Decimal("0.12")


@pytest.mark.parametrize(
    ("name", "cells", "wanted"),
    [
        ("currency", ["EUR", "JPY", "KWD"], ["12.99", "1299", "1.299"]),
        ("price.currencyCode", ["JPY", "", "JPY"], ["1299", "1299", "1299"]),
        ("Währung", ["kwd", "kwd", ""], ["1.299", "1.299", "1.299"]),
        ("fractionDigits", ["0", "2", "3"], ["1299", "12.99", "1.299"]),
        ("currency", ["EUR", "often", "USD"], ["12.99", "12.99", "12.99"]),
    ],
)
def test_the_currency_of_a_row_says_how_many_decimals_its_price_has(
    name: str, cells: list[str], wanted: list[str]
) -> None:
    file = f"sku,name,price_cents,{name}\n" + "".join(f"A{at},Tea,1299,{cell}\n" for at, cell in enumerate(cells))
    assert prices(file) == prices(file, Options(numbers="cents")) == list(map(Decimal, wanted))
    assert prices(file, Options(numbers="plain")) == [Decimal(1299)] * 3


def test_a_row_without_a_currency_is_rejected_if_the_others_differ() -> None:
    file = "sku,name,price_cents,currency\nA1,Tea,1299,EUR\nA2,Cup,1299,JPY\nA3,Lid,1299,\nA4,Pan,,\n"
    opened = open_file(BytesIO(file.encode()), Options())
    (chunk,) = opened.chunks()
    checked = check(chunk, opened.columns)
    assert [(error.line, error.code) for error in checked.errors] == [(4, "price_invalid")]
    assert "because this row has no currency. Fill it in." in checked.errors[0].message
    assert checked.frame["price"].dropna().tolist() == ["12.99", "1299"]


@pytest.mark.parametrize(
    "record",
    [
        {"price": {"amount": 1299, "currency": "EUR"}},
        {"unit_amount": 1299, "currency": "usd", "price": None},
        {"default_price": {"currency": "usd", "unit_amount": 1299}},
        {"prices": [{"currency_code": "eur", "amount": 1299}]},
        {"prices": "EUR 1299"},
    ],
)
def test_whole_amounts_beside_a_currency_are_asked_about(record: dict[str, object]) -> None:
    file = json.dumps([{"sku": f"A{at}", "name": "Tea"} | record for at in range(2)])
    column = "unit_amount" if "unit_amount" in record else None
    options = Options(columns={"price": column} if column else {})
    with pytest.raises(importer.Unanswered, match="in cents, so that '1299' is 12.99") as raised:
        prices(file, options)
    assert raised.value.questions[0].choices == ("cents", "plain")
    assert prices(file, options.with_reading(numbers="cents")) == [Decimal("12.99")] * 2
    assert prices(file.replace("1299", "12.90"), options) == [Decimal("12.9")] * 2
    assert (
        prices(file.replace("eur", "jpy").replace("EUR", "JPY").replace("usd", "jpy"), options) == [Decimal(1299)] * 2
    )


def test_amounts_of_programs_that_write_cents_are_cents() -> None:
    square = {"sku": "A", "name": "Tea", "price_money": {"amount": 1299, "currency": "USD"}}
    sylius = {"code": "A", "name": "Tea", "channelPricings": {"WEB": {"channelCode": "WEB", "price": 1299}}}
    woo = {"sku": "A", "name": "Tea", "price": "1299", "currency_code": "JPY", "currency_minor_unit": 0}
    assert prices(json.dumps(square)) == prices(json.dumps(sylius)) == [Decimal("12.99")]
    assert prices(json.dumps(woo)) == [Decimal(1299)]


def test_other_prices_are_no_cents() -> None:
    assert prices(f"sku,name,price\n{ROWS}")[0] == prices(f"sku,name,centre price\n{ROWS}")[0] == Decimal(1299)


def test_a_person_chooses_cents_or_not() -> None:
    assert prices(f"sku,name,price\n{ROWS}", Options(numbers="cents"))[0] == Decimal("12.99")
    assert prices(f"sku,name,price_cents\n{ROWS}", Options(numbers="plain"))[0] == Decimal(1299)


def test_amounts_of_json_are_written_out() -> None:
    money = [("EUR", 1299, 2, "12.99"), ("EUR", 5, 2, "0.05"), ("EUR", 85000, 2, "850.00")]
    records = [
        {"sku": f"A{at}", "name": "Tea", "price": {"currencyCode": code, "centAmount": cents, "fractionDigits": digits}}
        for at, (code, cents, digits, _) in enumerate(money)
    ]
    assert prices("\n".join(map(json.dumps, records))) == [Decimal(one[3]) for one in money]
    yen = {"sku": "A", "name": "Tea", "price": {"currencyCode": "JPY", "centAmount": 1299, "fractionDigits": 0}}
    assert prices(json.dumps(yen)) == [Decimal(1299)]


def cents(code: str, amount: int, **more: object) -> dict[str, object]:
    """A price of commercetools."""
    digits = 0 if code == "JPY" else 2
    money = {"type": "centPrecision", "currencyCode": code, "centAmount": amount, "fractionDigits": digits}
    return {"id": f"{code}-{amount}", "value": money} | more


def test_a_list_of_prices_has_a_column_for_each_currency() -> None:
    file = json.dumps([{"sku": "A", "name": "Tea", "prices": [cents("EUR", 1299)]}, {"sku": "B", "name": "Cup"}])
    assert prices(file) == [Decimal("12.99"), None]
    listed = [cents("EUR", 1299), cents("EUR", 1499, country="DE"), cents("JPY", 1299), cents("EUR", 999)]
    file = json.dumps([{"sku": "A", "name": "Tea", "prices": listed}])
    with pytest.raises(importer.Unanswered) as raised:
        prices(file)
    names = ("prices.EUR", "prices.EUR DE", "prices.JPY", "prices.EUR#2")
    assert raised.value.questions[0].choices == (*(f"price={name}" for name in names), "price=")
    wanted = [Decimal("12.99"), Decimal("14.99"), Decimal(1299), Decimal("9.99")]
    assert [prices(file, Options(columns={"price": name}))[0] for name in names] == wanted
    shopware = {"sku": "A", "name": "Tea", "price": [{"currencyId": "b7d2554b0ce8", "net": 10, "gross": 11.9}]}
    with pytest.raises(importer.Unanswered, match=r"'price.b7d2554b.net' and 'price.b7d2554b.gross'"):
        prices(json.dumps([shopware]))
    saleor = {"channel": {"slug": "eu"}, "price": {"amount": 12.5, "currency": "EUR"}}
    assert prices(json.dumps({"sku": "A", "name": "Tea", "channelListings": [saleor]})) == [Decimal("12.5")]


def test_the_master_variant_is_a_product() -> None:
    variants = [{"sku": f"A-{size}", "prices": [cents("EUR", at)]} for at, size in ((1299, "S"), (1399, "M"))]
    record = {"key": "a", "name": {"en": "Tea"}, "masterVariant": variants[0]}
    assert prices(json.dumps([record | {"variants": variants[1:]}])) == [Decimal("12.99"), Decimal("13.99")]
    assert prices(json.dumps([record | {"variants": []}])) == [Decimal("12.99")]


def test_several_prices_in_a_cell_are_asked_about() -> None:
    with pytest.raises(importer.Unanswered, match="The cells of 'prices' have several prices") as asked:
        prices("sku,name,prices\nA,Tea,EUR 1299;US-USD 1499\nB,Cup,EUR 1399;US-USD 1599\n")
    assert asked.value.questions[0].choices == ("price=",)  # the column itself would reject its rows
