"""Whatever changes is told: the event is in the transaction of the change."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.models import Import, WebhookEndpoint, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.products.bulk import jobs, tasks

Run = Callable[..., Import]


def events() -> list[tuple[str, dict[str, object]]]:
    """Type and data of each event, in order."""
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT type, payload FROM webhook_events ORDER BY id"))
        return [(type_, json.loads(payload)["data"]) for type_, payload in found]


def listen(*types: str) -> None:
    """A webhook for these events."""
    db.session.add(WebhookEndpoint(url="https://example.com", events=list(types), secret="x"))
    db.session.commit()


def test_changes_by_hand_are_told(app: Flask) -> None:
    made = editing.create(Actor("page"), {"sku": "A", "name": "Lamp", "price": "1.10"})
    editing.update(Actor("page"), made.id, 1, {"price": "1.20"})
    editing.update(Actor("page"), made.id, 2, {"price": "1.20"})
    editing.delete(Actor("page"), made.id, 2)
    created, updated, deleted = events()
    assert created[0] == "product.created" and created[1]["sku"] == "A"
    assert updated[0] == "product.updated"
    assert updated[1]["changes"] == {"price": {"old": "1.10", "new": "1.20"}}
    assert (updated[1]["version"], updated[1]["price"]) == (2, "1.20")
    assert deleted[0] == "product.deleted" and deleted[1]["version"] == 2


def test_what_is_rejected_is_not_told(app: Flask) -> None:
    editing.create(Actor("page"), {"sku": "A", "name": "Lamp"})
    with pytest.raises(editing.SkuTaken):
        editing.create(Actor("page"), {"sku": "a", "name": "Other"})
    assert [type_ for type_, _ in events()] == ["product.created"]


def test_an_import_tells_its_end_and_no_row(run_import: Run) -> None:
    run_import("sku,name\nA,Lamp\nB,Chair\nb,Chair\n,x\n")
    run_import("nonsense")
    (completed, done), (failed, why) = events()
    assert (completed, failed) == ("import.completed", "import.failed")
    assert (done["rows"], done["created"], done["duplicates"]) == (4, 2, 1)
    assert done["rejected"] == 1 and done["filename"] == "test.csv"
    assert done["url"] == "/imports/1" and why["error"]


def test_who_wants_batches_gets_them(run_import: Run) -> None:
    listen("products.changed")
    run_import("sku,name\n" + "".join(f"S{n},Thing {n}\n" for n in range(250)))
    run_import("sku,name\nS1,Other\n")
    told = [data for type_, data in events() if type_ == "products.changed"]
    assert [len(data["products"]) for data in told] == [100, 100, 50, 1]
    changed = tasks.Task("set", {"filter": {"q": "thing"}}, {"active": False})
    jobs.now(COMMAND_LINE, changed)
    told = [data for type_, data in events() if type_ == "products.changed"][4:]
    assert sum(len(data["products"]) for data in told) == 249
    assert {product["action"] for data in told for product in data["products"]} == {"updated"}
