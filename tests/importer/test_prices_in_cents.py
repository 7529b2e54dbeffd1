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


def test_other_prices_are_no_cents() -> None:
    assert prices(f"sku,name,price_cents\n{ROWS}".replace("1299", "12.99"))[0] == Decimal("12.99")
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
