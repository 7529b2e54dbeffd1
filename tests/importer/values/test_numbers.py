"""How prices are written."""

import pandas as pd
import pytest

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
