"""The product list as pages: what the URL says, what a row answers, what others do at the same time."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from catalog.changes import log as change_log, recent
from catalog.models import Import, Product, User, db
from catalog.people import Actor
from catalog.products import editing
from catalog.web.rendering import filters
from tests.conftest import csrf

Run = Callable[..., Import]
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def shop(run_import: Run) -> None:
    """A hundred and twenty lamps, and a few special things."""
    lamps = "".join(f"L{number:03},Lamp {number},warm light,{number}.50,yes\n" for number in range(120))
    odd = 'Z-100%,"50% off_er",x_y,,no\né-1,Été,,,yes\n"<b>","<script>alert(1)</script>",,,yes\n'
    run_import("sku,name,description,price,active\n" + lamps + odd)


@pytest.fixture
def lamp(run_import: Run) -> Product:
    """One product, with a second one beside it."""
    run_import("sku,name,description,price\nA1,Lamp,warm,1.50\nB2,Chair,,\n")
    product = editing.by_sku("A1")
    assert product is not None
    db.session.rollback()
    return product


def skus(page: str) -> list[str]:
    """The SKUs of a page in their order."""
    marked = re.findall(r'class="sku"[^>]*><code>(.*?)</code>', page)
    return [unescape(re.sub("</?mark>", "", sku)) for sku in marked]


def post(client: FlaskClient, path: str, **fields: object) -> TestResponse:
    """As htmx sends a form from the list."""
    token = csrf(client.get("/products").text)
    return client.post(path, data=fields | {"csrf_token": token}, headers=HTMX)


def link(page: str, rel: str) -> str:
    """Where a link of the pager leads."""
    match = re.search(rf'rel="{rel}" href="([^"]+)"', page)
    assert match
    return unescape(match[1])


def test_pages_follow_each_other_in_both_directions(shop: None, client: FlaskClient) -> None:
    first = client.get("/products").text
    second = client.get(link(first, "next")).text
    third = client.get(link(second, "next")).text
    seen = skus(first) + skus(second) + skus(third)
    assert len(seen) == len(set(seen)) == 123 and 'rel="next"' not in third
    assert skus(client.get(link(third, "prev")).text) == skus(second)
    assert 'rel="prev"' not in client.get(link(second, "prev")).text


@pytest.mark.parametrize(
    "query, expected",
    [
        ("sku=l007", ["L007"]),
        ("name=lamp+7&sku=l07", None),
        ("active=false", ["Z-100%"]),
        ("q=off_er", ["Z-100%"]),
        ("change_set=99", []),
        ("q=nothing+at+all", []),
        ("sort=-price&q=lamp", None),
    ],
)
def test_the_url_says_what_the_list_shows(
    shop: None, client: FlaskClient, query: str, expected: list[str] | None
) -> None:
    page = client.get(f"/products?{query}").text
    assert expected is None or skus(page) == expected
    for name, value in (part.split("=") for part in query.split("&")):
        if name in ("q", "sku", "name", "sort"):
            assert f'value="{value.replace("+", " ")}"' in page


def test_a_column_sorts_and_then_the_other_way_round(shop: None, client: FlaskClient) -> None:
    page = client.get("/products?sort=name&q=lamp").text
    assert 'aria-sort="ascending"' in page and "sort=-name" in page
    page = client.get("/products?sort=-price&q=lamp").text
    assert skus(page)[0] == "L119" and 'aria-sort="descending"' in page


def test_every_filter_has_a_chip_that_takes_it_away(shop: None, client: FlaskClient) -> None:
    page = client.get("/products?q=lamp&sku=l00&active=true&change_set=1").text
    chips = page.split('class="chips"')[1].split("</ul>")[0]
    assert "import 1" in chips and chips.count("Remove:") == 4
    without_sku = "/products?q=lamp&amp;active=true&amp;change_set=1"
    assert f'href="{without_sku}"' in chips


def test_matches_are_marked_where_they_are(shop: None, client: FlaskClient) -> None:
    page = client.get("/products?q=warm&sku=l00").text
    assert "<mark>L00</mark>7" in page and "<mark>warm</mark> light" in page


@pytest.mark.parametrize(
    "words, starts, expected",
    [
        (["LAMP"], False, "<mark>Lamp</mark> &lt;b&gt; &amp; <mark>lamp</mark>shade"),
        (["shade"], False, "Lamp &lt;b&gt; &amp; lamp<mark>shade</mark>"),
        (["shade"], True, "Lamp &lt;b&gt; &amp; lampshade"),
        (["mp"], False, "Lamp &lt;b&gt; &amp; lampshade"),
        (["<b>"], False, "Lamp <mark>&lt;b&gt;</mark> &amp; lampshade"),
        ([".*"], False, "Lamp &lt;b&gt; &amp; lampshade"),
        ([], False, "Lamp &lt;b&gt; &amp; lampshade"),
    ],
)
def test_highlighting_escapes_and_keeps_case(words: list[str], starts: bool, expected: str) -> None:
    assert filters.highlight("Lamp <b> & lampshade", words, starts) == expected


def test_a_snippet_shows_the_first_match_rather_than_the_beginning() -> None:
    long = "word " * 100 + "needle in\nhay " + "more " * 100
    shown = filters.snippet(long, ["needle"])
    assert shown.startswith("…") and "needle in hay" in shown and len(shown) <= 220
    assert filters.snippet("short\ntext", ["none"]) == "short text"


@pytest.mark.parametrize("name", ["cursor", "sort", "q", "change_set", "active"])
def test_any_query_string_gets_an_answer(shop: None, client: FlaskClient, name: str) -> None:
    for value in ("", "!", "AAAA", "%00", "x" * 5000, "AA", "é"):
        assert client.get("/products", query_string={name: value}).status_code == 200, value


def test_names_are_escaped(shop: None, client: FlaskClient) -> None:
    page = client.get("/products?q=alert").text
    assert "<script>alert" not in page and "&lt;script&gt;<mark>alert</mark>" in page


def test_the_kinds_of_emptiness(client: FlaskClient, run_import: Run) -> None:
    nothing_yet = client.get("/products").text
    assert "data-upload" in nothing_yet and 'action="/imports/new"' in nothing_yet
    run_import("sku,name\nA1,Lamp\n")
    assert "Lamp" in client.get("/products").text
    no_match = client.get("/products?q=chair").text
    assert "Lamp" not in no_match and "Clear search and filters" in no_match


def test_htmx_gets_the_list_alone_and_a_tidy_address(shop: None, client: FlaskClient) -> None:
    answer = client.get("/products?q=l00&active=&sku=&sort=", headers=HTMX)
    assert "<html" not in answer.text and "L001" in skus(answer.text)
    assert answer.headers["HX-Push-Url"] == "/products?q=l00"
    assert answer.headers["Vary"].startswith("HX-Request-Type")


def test_counting_exactly_is_a_fragment_and_a_link(shop: None, client: FlaskClient) -> None:
    answer = client.get("/products/count?q=lamp", headers=HTMX)
    assert 'data-matches="120"' in answer.text and "<html" not in answer.text
    plain = client.get("/products/count?q=lamp")
    assert plain.location == "/products?q=lamp&count=exact"
    assert "120 of 123 products match" in client.get(plain.location).text


def test_a_switch_answers_with_its_row(lamp: Product, client: FlaskClient) -> None:
    path = f"/products/{lamp.id}/active"
    answer = post(client, path, active="false", version=lamp.version)
    assert answer.status_code == 200 and 'aria-checked="false"' in answer.text
    assert answer.text.lstrip().startswith("<tr")
    assert editing.get(lamp.id).active is False


def test_a_switch_works_without_javascript(lamp: Product, client: FlaskClient) -> None:
    token = csrf(client.get("/products").text)
    fields = {"active": "false", "version": lamp.version, "csrf_token": token}
    answer = client.post(f"/products/{lamp.id}/active", data=fields)
    assert (answer.status_code, answer.location) == (303, "/products")
    assert editing.get(lamp.id).active is False


def test_a_row_is_edited_in_place_and_can_be_taken_back(lamp: Product, client: FlaskClient) -> None:
    path = f"/products/{lamp.id}/row"
    form = client.get(f"{path}/edit", headers=HTMX).text
    assert 'value="Lamp"' in form and 'value="1.50"' in form
    answer = post(client, path, version=lamp.version, sku="A1", name="Lantern")
    saved = editing.get(lamp.id)
    assert answer.status_code == 200 and "Lantern" in answer.text
    assert f"/changes/{saved.change_set_id}/undo" in answer.text
    assert '<hx-partial hx-target="#toasts"' in answer.text


def test_what_is_wrong_stands_beside_its_field(lamp: Product, client: FlaskClient) -> None:
    path = f"/products/{lamp.id}/row"
    fields = {"version": lamp.version, "sku": "A1", "name": " ", "price": "much"}
    answer = post(client, path, **fields)
    assert answer.status_code == 422 and "Enter a name." in answer.text
    assert 'value="much"' in answer.text and answer.text.count('aria-invalid="true"') == 2


def test_a_sku_clash_names_and_links_the_other_product(lamp: Product, client: FlaskClient) -> None:
    other = editing.by_sku("B2")
    path = f"/products/{lamp.id}/row"
    answer = post(client, path, version=lamp.version, sku="b2", name="Lamp")
    assert answer.status_code == 422 and f'href="/products/{other.id}">Chair' in answer.text


def test_who_saves_second_sees_both_values_and_chooses(lamp: Product, client: FlaskClient) -> None:
    drawn = {
        f"drawn-{name}": filters.fingerprint(value)
        for name, value in {"sku": "A1", "name": "Lamp", "price": "1.50"}.items()
    }
    theirs = {"name": "Theirs", "price": "2.00"}
    editing.update(Actor("page"), lamp.id, lamp.version, theirs)
    path, mine = (f"/products/{lamp.id}/row", {"sku": "A1", "name": "Mine", "price": "1.50"})
    answer = post(client, path, version=lamp.version, **mine, **drawn)
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text and "Theirs" in answer.text
    assert 'value="2.00"' in answer.text, "a field that was not touched follows theirs"
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    assert post(client, path, version=version, name="Mine").status_code == 200
    assert editing.get(lamp.id).name == "Mine"


def test_a_busy_catalog_keeps_the_input(lamp: Product, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: object, **__: object) -> None:
        raise change_log.Busy("import", 7, "spring.csv")

    monkeypatch.setattr(editing, "update", busy)
    path = f"/products/{lamp.id}"
    answer = post(client, f"{path}/row", version=1, name="Mine")
    assert answer.status_code == 409
    assert 'value="Mine"' in answer.text and "spring.csv" in answer.text
    switched = post(client, f"{path}/active", version=1, active="false")
    assert switched.status_code == 409 and "spring.csv" in switched.text


@pytest.mark.parametrize("number", [999, 2**31, 10**18 - 1])
def test_a_deleted_product_is_said_in_its_row(lamp: Product, client: FlaskClient, number: int) -> None:
    path = f"/products/{number}/row"
    answers = [
        client.get(path, headers=HTMX),
        client.get(f"{path}/edit", headers=HTMX),
        post(client, path, version=1, name="x"),
        post(client, f"/products/{number}/active", version=1, active="true"),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert all("This product was deleted" in answer.text for answer in answers)


def test_the_news_are_what_others_did(lamp: Product, client: FlaskClient, run_import: Run) -> None:
    me = db.session.scalar(db.select(User.id))
    seen = f"/products/news?since={recent.newest()}&q=lamp"
    assert client.get(seen, headers=HTMX).status_code == 204
    editing.update(Actor("page", me), lamp.id, lamp.version, {"name": "Own"})
    assert client.get(seen, headers=HTMX).status_code == 204
    run_import("sku,name\nC3,Lamp\nD4,Lamp\n")
    answer = client.get(seen, headers=HTMX)
    assert "An import changed 2 products" in answer.text
    assert 'href="/products?q=lamp"' in answer.text


@pytest.mark.parametrize("since", ["", "x", "-", "1-", "9" * 40, "1-" * 400])
def test_a_broken_mark_has_no_news(lamp: Product, client: FlaskClient, since: str) -> None:
    assert client.get(f"/products/news?since={since}").status_code in (200, 204)
