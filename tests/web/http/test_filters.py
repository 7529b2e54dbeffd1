"""Numbers, times and matches, as templates show them."""

from decimal import Decimal

import pytest
from flask import Flask, url_for

from catalog.web.rendering import filters


@pytest.mark.parametrize("value, shown", [(None, ""), (0, "0"), (500_000, "500,000"), (1234.6, "1,235")])
def test_numbers(value: float | None, shown: str) -> None:
    assert filters.number(value) == shown


@pytest.mark.parametrize(
    "value, shown",
    [
        (Decimal(30), "30.00"),
        (Decimal("1234.5"), "1,234.50"),
        (Decimal("4.125"), "4.125"),
        (Decimal("1E+3"), "1,000.00"),
    ],
)
def test_prices_have_two_decimals_or_more(value: Decimal, shown: str) -> None:
    assert filters.price(value) == shown


@pytest.mark.parametrize(
    "value, shown",
    [
        (0, "0 bytes"),
        (1, "1 byte"),
        (1023, "1,023 bytes"),
        (1024, "1 KiB"),
        (1536, "1.5 KiB"),
        (15_000, "15 KiB"),
        (2 * 1024**3, "2 GiB"),
        (5000 * 1024**3, "5,000 GiB"),
    ],
)
def test_sizes(value: int, shown: str) -> None:
    assert filters.filesize(value) == shown


@pytest.mark.parametrize(
    "seconds, shown",
    [
        (None, ""),
        (0.04, "0.0 s"),
        (9.94, "9.9 s"),
        (12.4, "12 s"),
        (65, "1 min 5 s"),
        (3599.6, "1 h 0 min"),
        (7260, "2 h 1 min"),
    ],
)
def test_durations(seconds: float | None, shown: str) -> None:
    assert filters.duration(seconds) == shown


def test_a_match_is_marked_and_nothing_else_is_html() -> None:
    assert filters.highlight("<b>Lamp", ["lamp"]) == "&lt;b&gt;<mark>Lamp</mark>"
    assert filters.highlight("a & b", []) == "a &amp; b"
    assert filters.highlight("red lamp", ["amp"], starts=True) == "red lamp"


def test_a_browsers_line_breaks_make_no_other_fingerprint() -> None:
    assert filters.fingerprint("a\r\nb") == filters.fingerprint("a\nb") == filters.fingerprint("a\rb")
    assert filters.fingerprint("a\nb") != filters.fingerprint("a b")


def test_an_agent_that_is_no_browser_is_shown_as_it_says() -> None:
    assert filters.browser("curl/8.5") == "curl/8.5"
    assert filters.browser("") == "Unknown"
    agent = "Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0"
    assert filters.browser(agent) == "Firefox on Windows"


def test_a_line_of_a_joined_archive_names_its_member() -> None:
    members = {"members": [{"name": "a.csv", "lines_before": 0}, {"name": "b.csv", "lines_before": 5_000}]}
    assert filters.place(5_012, members) == "b.csv, 12"
    assert filters.place(5_012, {}) == "5,012"


@pytest.mark.parametrize("endpoint", ["product.show", "products.switch", "products.edit_row"])
def test_urls_of_many_products_are_those_of_each(app: Flask, endpoint: str) -> None:
    with app.test_request_context():
        url_of = filters.url_for_each(endpoint, "product_id")
        assert [url_of(number) for number in (1, 2**31)] == [url_for(endpoint, product_id=n) for n in (1, 2**31)]
