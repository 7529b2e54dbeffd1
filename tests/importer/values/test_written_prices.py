"""Prices are taken as people write them, in one currency, which is kept and said."""

import io

import pandas as pd
import pytest

from catalog.importer import Options, Rejected, Unanswered, look
from catalog.importer.values.written_prices import currency_of, tidied


def prices(*written: str) -> list[str | None]:
    """The prices of a file as they would be stored."""
    rows = "".join(f"A{n}\tLamp {n}\t{one}\n" for n, one in enumerate(written))
    seen = look(io.BytesIO(f"sku\tname\tprice\n{rows}".encode()), Options())
    if seen.problem:
        raise Rejected(seen.problem)
    return [None if one.error else one.product["price"] for one in seen.stored]


@pytest.mark.parametrize(
    "written, stored",
    [
        (["15 000 Fcfa", "7 500 Fcfa"], ["15000", "7500"]),
        (["￥366.80", "￥1,280.00"], ["366.80", "1280.00"]),
        (["28,50 €", "1.050,-- €"], ["28.50", "1050"]),
        (["CHF 1'234.50", "12.–", "Fr. 89.90"], ["1234.50", "12", "89.90"]),
        (["$1,234.50", "USD 2.50"], ["1234.50", "2.50"]),
        (["1\u00a0299,99 zł", "349,00 zł"], ["1299.99", "349.00"]),
        (["١٢٫٥٠", "١٬٢٥٠٫٧٥"], ["12.50", "1250.75"]),
        (["१२.५०", "₹1,25,000.00"], ["12.50", "125000.00"]),
        (["12,800円", "980円"], ["12800", "980"]),
        (["1.250.000 ₫", "89.000 ₫"], ["1250000", "89000"]),
        (["500/-", "12.50"], ["500", "12.50"]),
        (["NT$1,200", "NT$450"], ["1200", "450"]),
        (["35,50 лв.", "1.120,00 лв."], ["35.50", "1120.00"]),
        (["₪15.90", '12.00 ש"ח'], ["15.90", "12.00"]),
    ],
)
def test_a_price_is_the_number_in_it(written: list[str], stored: list[str]) -> None:
    assert prices(*written) == stored


def test_prices_of_several_currencies_are_not_taken_as_one() -> None:
    with pytest.raises(Rejected, match="several currencies: EUR and USD"):
        prices("12.50 EUR", "3.00 USD")


def test_another_currency_that_comes_up_later_rejects_its_row() -> None:
    filler = "".join(f"A{n},Lamp {'x' * 90},{n}.50 EUR\n" for n in range(1_000))
    seen = look(io.BytesIO(f"sku,name,price\n{filler}B1,Late,5.00 USD\n".encode()), Options())
    assert (seen.rejected, seen.rejections[0].value) == (1, "5.00 USD")


def test_what_is_no_price_is_never_made_one() -> None:
    assert prices("12.50 EUR", "on request", "EUR", "12.50 EUR/kg", "12 x 5 EUR") == ["12.50", None, None, None, None]


def test_a_thousand_is_asked_about_where_the_currency_has_cents() -> None:
    with pytest.raises(Rejected, match="can be read in two ways"):
        prices("1.250 €", "2.400 €")


def test_the_currency_is_said_and_kept() -> None:
    seen = look(io.BytesIO(b"sku,name,price\nA1,Lamp,12.50 EUR\nA2,Chair,9.90\n"), Options())
    assert [(one.code, one.count) for one in seen.warnings] == [("currency", 1)]
    assert [one.product["attributes"] for one in seen.stored] == [{"currency": "EUR"}] * 2
    named = look(io.BytesIO(b"sku,name,price,currency\nA1,Lamp,12.50 EUR,EUR\n"), Options())
    assert named.stored[0].product["attributes"] == {"currency": "EUR"}


def test_plain_prices_are_not_touched() -> None:
    column = pd.Series(["12.50", "1,234.50", ""], dtype="str")
    assert tidied(column, currency_of(column)) is column


def test_an_answer_to_the_question_reads_the_file() -> None:
    file = b"sku,name,price\nA1,Sofa,1.250 EUR\n"
    seen = look(io.BytesIO(file), Options(numbers="comma"))
    assert not seen.problem and seen.stored[0].product["price"] == "1250"
    assert issubclass(Unanswered, Rejected)
