"""Finding what was imported."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from catalog import products
from catalog.models import Import

Run = Callable[..., Import]


@pytest.fixture
def shop(run_import: Run) -> None:
    """A hundred and twenty lamps, and a few special things."""
    lamps = "".join(
        f"L{number:03},Lamp {number},warm light,yes\n" for number in range(120)
    )
    odd = 'Z-100%,"50% off_er",x_y,no\né-1,Été,,yes\n"<b>","<script>alert(1)</script>",,yes\n'
    run_import("sku,name,description,active\n" + lamps + odd)


def skus(page: products.Page) -> list[str]:
    """The SKUs of a page."""
    return [product.sku for product in page.products]


def test_pages_follow_each_other_in_both_directions(shop: None) -> None:
    first = products.search()
    second = products.search(after=first.next_cursor or "")
    third = products.search(after=second.next_cursor or "")
    seen = skus(first) + skus(second) + skus(third)
    assert len(seen) == len(set(seen)) == 123 and third.next_cursor is None
    assert skus(products.search(before=third.previous_cursor or "")) == skus(second)
    back = products.search(before=second.previous_cursor or "")
    assert (skus(back), back.previous_cursor) == (skus(first), None)


@pytest.mark.parametrize(
    "q, expected",
    [
        ("l007", ["L007"]),
        ("lamp 7 warm", None),
        ("100%", ["Z-100%"]),
        ("off_er", ["Z-100%"]),
        ("_", ["Z-100%"]),
        ("%", ["Z-100%"]),
        ("ÉTÉ", ["é-1"]),
        ("nothing at all", []),
        ("'; DROP TABLE products; --", []),
        ("\0", None),
        ("x" * 10_000, []),
    ],
)
def test_search_takes_words_and_every_character_as_it_is(
    shop: None, q: str, expected: list[str] | None
) -> None:
    found = skus(products.search(q))
    assert found == expected if expected is not None else found


def test_filter_by_active(shop: None) -> None:
    assert skus(products.search(active=False)) == ["Z-100%"]


@pytest.mark.parametrize("cursor", ["", "!", "AAAA", "%00", "x" * 5000, "AA", "é"])
def test_a_broken_cursor_is_the_start(
    shop: None, client: FlaskClient, cursor: str
) -> None:
    answer = client.get("/products", query_string={"after": cursor})
    assert answer.status_code == 200


def test_names_are_escaped(shop: None, client: FlaskClient) -> None:
    page = client.get("/products?q=script").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_the_three_kinds_of_emptiness(client: FlaskClient, run_import: Run) -> None:
    assert "/imports/new" in client.get("/products").text
    run_import("sku,name\nA1,Lamp\n")
    assert "Lamp" in client.get("/products").text
    assert "Lamp" not in client.get("/products?q=chair").text


def test_htmx_gets_the_list_alone(shop: None, client: FlaskClient) -> None:
    answer = client.get(
        "/products?q=l00", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
    )
    assert "<html" not in answer.text and "L001" in answer.text
    assert answer.headers["Vary"].startswith("HX-Request-Type")
