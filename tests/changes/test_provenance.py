"""On a product's page and in the API each value says where it comes from."""

from collections.abc import Callable

from flask.testing import FlaskClient

from catalog.changes import origins as value_origins
from catalog.models import Import
from catalog.people import COMMAND_LINE, Actor, users
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from tests.conftest import EMAIL
from tests.support.programs import Program

Run = Callable[..., Import]


def origins(sku: str) -> dict[str, tuple[int, int | None]]:
    """Field -> the change set that set it, and the line of its file."""
    product = editing.by_sku(sku)
    assert product is not None
    return {
        each.field: (each.changed.entry.change_set.id, each.changed.line)
        for each in value_origins.of_product(product).origins
        if each.changed
    }


def test_each_value_says_where_it_comes_from(client: FlaskClient, run_import: Run, reader: Program) -> None:
    run_import("sku,name,price,name in stock\nA,Lamp,1.10,yes\n")
    run_import("sku,name,price\nB,x,1\nA,Lamp,2\n")
    ann = users.by_email(EMAIL)
    product = editing.by_sku("A")
    assert ann and product
    editing.update(Actor("page", ann.id), product.id, 2, {"description": "Mine"})
    entry = origins("A")
    assert entry["name"] == entry["name in stock"] == (1, 2)
    assert (entry["price"], entry["description"]) == ((2, 3), (3, None))
    page = client.get(f"/products/{product.id}").text
    origin = page.split('id="origins"')[1].split("</dl>")[0]
    assert "import 2, line 3 of test.csv" in origin and EMAIL in origin
    story = reader.ask("GET", f"/products/{product.id}/history").json
    price = next(o for o in story["origins"] if o["field"] == "price")["changed"]
    assert (price["import_id"], price["line"]) == (2, 3)
    assert [c["action"] for c in story["changes"]] == ["updated", "updated", "created"]
    assert story["changes"][1]["steps"][0] | {"known": True} == {
        "field": "price",
        "is_attribute": False,
        "old": "1.10",
        "new": "2",
        "known": True,
    }
    assert story["changes"][0]["email"] == EMAIL and price["email"] is None


def test_an_attribute_that_is_called_like_a_field_is_another_thing(run_import: Run) -> None:
    run_import("sku,name,price\nA,Lamp,1\n")
    jobs.now(COMMAND_LINE, tasks.Task("set", {"ids": [1]}, {"attribute": {"key": "price", "value": "x"}}))
    product = editing.by_sku("A")
    assert product
    found = {
        (o.field, o.is_attribute): o.changed.entry.change_set.id
        for o in value_origins.of_product(product).origins
        if o.changed
    }
    assert (found["price", False], found["price", True]) == (1, 2)
