"""Names of downloads, and where a form leads."""

import pytest
from flask import Flask

from catalog.web.http import redirects


@pytest.mark.parametrize(
    "name, header",
    [
        ("spring.csv", 'filename="spring.csv"'),
        ('a"b;c.csv', 'filename="a_b_c.csv"'),
        ("März.csv", "filename=\"M_rz.csv\"; filename*=UTF-8''M%C3%A4rz.csv"),
        ("a/../b.csv", 'filename="a_.._b.csv"'),
        ("a\r\nSet-Cookie: x.csv", 'filename="aSet-Cookie: x.csv"'),
    ],
)
def test_a_download_has_its_name_and_no_other_header(name: str, header: str) -> None:
    assert redirects.attachment(name) == f"attachment; {header}"


def test_a_name_that_was_no_utf_8_can_be_sent() -> None:
    assert redirects.attachment("a\udcff.csv").isascii()


@pytest.fixture
def pages() -> Flask:
    """An application with a list of products."""
    app = Flask(__name__)
    app.add_url_rule("/products", "products.index", lambda: "")
    return app


def test_a_page_goes_on_and_a_dialog_is_left(pages: Flask) -> None:
    with pages.test_request_context():
        answer = redirects.go("/imports/1")
        assert (answer.status_code, answer.location) == (303, "/imports/1")
    with pages.test_request_context(headers={"HX-Request-Type": "partial"}):
        assert redirects.go("/imports/1") == ("", 204, {"HX-Redirect": "/imports/1"})


@pytest.mark.parametrize(
    "referrer, path",
    [
        ("http://localhost/products?q=lamp", "/products?q=lamp"),
        ("http://localhost/products", "/products"),
        ("http://localhost/products/1", None),
        ("http://localhost/imports", None),
        ("", None),
    ],
)
def test_the_list_is_the_one_that_the_form_came_from(pages: Flask, referrer: str, path: str | None) -> None:
    with pages.test_request_context(headers={"Referer": referrer}):
        assert redirects.came_from_list() == path
