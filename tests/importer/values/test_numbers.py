"""How prices are written."""

import io

import pandas as pd
import pytest

from catalog.importer import Options, look
from catalog.importer.errors import row_error
from catalog.importer.values import numbers


@pytest.mark.parametrize(
    "prices, way",
    [
        ([], "plain"),
        (["", "5"], "plain"),
        (["1234.50"], "point"),
        (["1,234.50"], "point"),
        (["1.234,50"], "comma"),
        (["12,5"], "comma"),
        (["1.234", "0,5"], "comma"),  # the certain one decides
        (["1 234.50", "1 234"], "point"),
        (["1.5", "1,5"], "plain"),  # both ways: row by row
        (["much"], "plain"),
    ],
)
def test_what_is_certain_decides(prices: list[str], way: str) -> None:
    assert numbers.recognise(prices) == way


@pytest.mark.parametrize("prices", [["1.234"], ["5,000", "12"], ["1.234", "much"]])
def test_what_can_be_read_in_two_ways_is_asked(prices: list[str]) -> None:
    with pytest.raises(numbers.Unsure):
        numbers.recognise(prices)


def test_our_own_export_is_plain_unless_a_spreadsheet_wrote_commas() -> None:
    assert numbers.of_export(["1.234", "5.5"]) == "plain"
    assert numbers.of_export(["1,5", "2"]) == "comma"


@pytest.mark.parametrize(
    "written, read",
    [
        ("1.8999999999999999", "1.9"),
        ("0,30000000000000004", "0,3"),
        ("1.1234567", "1.1234567"),  # fewer digits than a spreadsheet computes with
        ("12", "12"),
        ("12.50000000", "12.500000"),  # zeros are no decimals too many
        ("12,5000000", "12,500000"),
        ("1.8999999999999999 EUR", "1.8999999999999999 EUR"),
    ],
)
def test_decimals_that_a_spreadsheet_made_up_go(written: str, read: str) -> None:
    assert numbers.without_noise(pd.Series([written], dtype="str")).tolist() == [read]


@pytest.mark.parametrize(
    "way, written, plain",
    [
        ("point", "1,234.50", "1234.50"),
        ("point", "1 234.5", "1234.5"),
        ("comma", "1.234,50", "1234.50"),
        ("comma", "1'234,5", "1234.5"),
        ("plain", "1234.5", "1234.5"),
    ],
)
def test_a_price_becomes_a_plain_number(way: str, written: str, plain: str) -> None:
    prices = pd.Series([written], index=[4], dtype="str")
    assert numbers.fits(prices, way).all()
    assert numbers.plain(prices, way).to_dict() == {4: plain}


@pytest.mark.parametrize(
    "way, written", [("point", "1.234,5"), ("point", "12,34"), ("comma", "1,234.5"), ("plain", "1 0")]
)
def test_another_way_does_not_fit(way: str, written: str) -> None:
    assert not numbers.fits(pd.Series([written], dtype="str"), way).any()


@pytest.mark.parametrize(
    "price, way, words",
    [
        ("1.1234567", "plain", "more decimals"),
        ("1.5E+2", "plain", "scientific notation"),
        ("5 EUR", "comma", "write it like 1.234,50"),
        ("5 EUR", "plain", "is not a plain number"),
        ("-5.00", "point", "is negative. Leave the cell empty"),
        ("(5,00)", "comma", "is negative. Leave the cell empty"),
    ],
)
def test_the_reason_names_what_to_do(price: str, way: str, words: str) -> None:
    assert words in numbers.why_not(price, way)


def test_scientific_notation_that_hides_no_digit_is_written_out() -> None:
    written = pd.Series(["1.20E-03", "1,35E-03", "1.23457E+05", "1.5E+6", "9.50"])
    assert numbers.in_digits(written).tolist() == ["0.00120", "0,00135", "123457", "1.5E+6", "9.50"]


def test_too_many_decimals_are_asked_about_or_rounded() -> None:
    prices = pd.Series(["0.0012345678", "1,234.12345649", "2.50"])
    with pytest.raises(numbers.TooPrecise) as raised:
        numbers.reject_too_precise(prices, "point")
    assert raised.value.questions[0].choices == ("round", "reject")
    numbers.reject_too_precise(pd.Series(["1.8999999999999999", "2.5"]), "plain")  # noise of a spreadsheet
    assert numbers.rounded(prices, "point").tolist() == ["0.001235", "1234.123456", "2.50"]


def test_a_comma_groups_where_a_country_writes_it_so() -> None:
    assert numbers.recognise(["12,800", "3,300"], comma_groups=True) == "point"
    with pytest.raises(numbers.Unsure):
        numbers.recognise(["12.800", "3.300"], comma_groups=True)


def test_many_prices_with_too_many_decimals_are_asked_about_wherever_they_are() -> None:
    late, few, chosen = numbers.LatePrices(asks=True), numbers.LatePrices(asks=True), numbers.LatePrices(asks=False)
    why = numbers.why_not("3.33333333333333", "plain")
    errors = [row_error(n, n, "price", "price_invalid", "3.33333333333333", why) for n in range(numbers.MANY)]
    late.see(errors)
    few.see(errors[1:])
    chosen.see(errors)
    few.ask()
    chosen.ask()
    with pytest.raises(numbers.TooPrecise, match="Choose whether they are rounded"):
        late.ask()


def test_computed_prices_far_below_the_beginning_are_asked_about_in_the_look() -> None:
    rows = "".join(f"A-{n},Lamp,{n if n < 20_000 else n / 7!r}\n" for n in range(1, 20_100))
    seen = look(io.BytesIO(f"sku,name,price\n{rows}".encode()), Options())
    assert [one.option for one in seen.questions] == ["decimals"]
