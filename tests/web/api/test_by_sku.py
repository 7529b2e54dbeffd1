"""Products by their SKU: read, made and changed by programs that know no numbers."""

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from catalog.models import Product, db
from tests.support.programs import Program, problem

LAMP = {"name": "Lamp", "price": "9.50", "attributes": {"colour": "red"}}


def put(writer: Program, sku: str, body: dict[str, object], **headers: str) -> TestResponse:
    return writer.ask(
        "PUT", f"/products/by-sku/{sku}", body, headers={n.replace("_", "-"): v for n, v in headers.items()}
    )


def test_put_makes_then_changes_one_product(writer: Program, reader: Program) -> None:
    made = put(writer, "Lamp-1", LAMP)
    assert (made.status_code, made.headers["ETag"]) == (201, '"1"')
    assert made.headers["Location"] == f"/api/v1/products/{made.json['id']}"
    assert made.json["sku"] == "Lamp-1" and {name: made.json[name] for name in LAMP} == LAMP
    changed = put(writer, "LAMP-1", {"price": "8", "attributes": {"colour": None, "size": "L"}}, If_Match='"1"')
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert (changed.json["id"], changed.json["name"], changed.json["price"]) == (made.json["id"], "Lamp", "8")
    assert changed.json["attributes"] == {"size": "L"}
    assert changed.json["sku"] == "Lamp-1"  # its spelling changes only where the body says so
    renamed = put(writer, "lamp-1", {"sku": "LAMP-1"}, If_Match='"2"')
    assert renamed.json["sku"] == "LAMP-1"
    read = reader.ask("GET", "/products/by-sku/lamp-1")
    assert (read.json, read.headers["ETag"]) == (renamed.json, '"3"')


def test_put_never_overwrites_what_its_sender_has_not_read(writer: Program) -> None:
    for asked in ("*", '"1"', "", "nonsense"):
        problem(put(writer, "A1", LAMP, If_Match=asked), 412, "stale")
    put(writer, "A1", LAMP)
    problem(put(writer, "a1", LAMP), 428, "if_match_required")
    old = put(writer, "a1", LAMP, If_Match='"7"')
    problem(old, 412, "stale")
    assert old.headers["ETag"] == '"1"'
    assert put(writer, "a1", {"name": "Any"}, If_Match="*").json["version"] == 2
    assert db.session.scalar(select(func.count()).select_from(Product)) == 1


@pytest.mark.parametrize(
    ("address", "sku"),
    [
        ("A%2FB", "A/B"),
        ("A/B", "A/B"),
        ("A//B", "A//B"),
        ("%2Ffirst", "/first"),
        ("last%2F", "last/"),
        ("a%20b%3Fc%23d", "a b?c#d"),
        ("%E2%82%AC5", "€5"),
        ("7/history", "7/history"),
        ("export.csv", "export.csv"),
        ("%20A%20", "A"),
    ],
)
def test_any_sku_has_an_address(writer: Program, address: str, sku: str) -> None:
    assert put(writer, address, LAMP).json["sku"] == sku
    assert writer.ask("GET", f"/products/by-sku/{address}").json["sku"] == sku


def test_what_can_not_be(writer: Program, reader: Program) -> None:
    problem(writer.ask("GET", "/products/by-sku/none"), 404, "not_found")
    problem(writer.ask("GET", "/products/by-sku/a%00b"), 404, "not_found")
    assert problem(put(writer, "a%00b", LAMP), 422, "invalid")["errors"][0]["field"] == "sku"
    assert problem(put(writer, "A1", {"price": "1"}), 422, "invalid")["errors"][0]["field"] == "name"
    assert problem(put(writer, "A1", LAMP | {"sku": "B2"}), 422, "invalid")["errors"][0]["field"] == "sku"
    problem(put(reader, "A1", LAMP), 403, "forbidden")
    assert db.session.scalar(select(func.count()).select_from(Product)) == 0
