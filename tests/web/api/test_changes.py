"""The feed: everything that happened, in one order, and nothing is ever inserted behind a reader's back."""

import json
import threading
from collections.abc import Callable
from typing import Any

import psycopg2
import pytest
from flask import Flask
from sqlalchemy import text

from catalog.changes import feed, log as change_log
from catalog.models import Import, db
from tests.conftest import EMAIL
from tests.support.programs import Program, problem

Run = Callable[..., Import]


def read_all(program: Program, limit: int = 2) -> list[dict[str, Any]]:
    """The whole feed, page by page."""
    found, after, more = [], "0-0", True
    while more:
        page = program.ask("GET", f"/changes?after={after}&limit={limit}").json
        found += page["changes"]
        after, more = page["next_cursor"], page["more"]
    assert program.ask("GET", f"/changes?after={after}").json["changes"] == []
    return found


def test_everything_comes_once_in_its_order(writer: Program, run_import: Run) -> None:
    run_import("sku,name\nA1,x\nA2,x\nA3,x\n")
    run_import("sku,name\nA2,y\nA4,x\n")
    writer.ask("PATCH", "/products/1", {"name": "z"}, headers={"If-Match": "*"})
    writer.ask("DELETE", "/products/3", headers={"If-Match": "*"})
    expected = [
        (1, "A1", "created"),
        (1, "A2", "created"),
        (2, "A2", "updated"),
        (2, "A4", "created"),
        (3, "A1", "updated"),
        (4, "A3", "deleted"),
    ]
    for limit in (1, 2, 3, 200):
        told = read_all(writer, limit)
        assert [(c["change_set_id"], c["sku"], c["action"]) for c in told] == expected
    assert told[-1]["cursor"] == "4-3" and told[0]["version"] == 2


def test_the_cursor_of_an_event_leads_on_from_there(writer: Program, admin: Program, run_import: Run) -> None:
    draft = {"url": "https://example.com/", "events": ["products.changed"]}
    admin.ask("POST", "/webhooks", draft)
    run_import("sku,name\n" + "".join(f"A{n:03},x\n" for n in range(150)))
    with db.engine.connect() as connection:
        query = text("SELECT payload FROM webhook_events ORDER BY id LIMIT 1")
        data = json.loads(connection.execute(query).scalar_one())["data"]
    page = writer.ask("GET", f"/changes?after={data['cursor']}&limit=200").json
    assert len(page["changes"]) == 150 - len(data["products"]) and not page["more"]


@pytest.fixture
def other(app: Flask) -> psycopg2.extensions.connection:
    """The connection of another client."""
    connection = psycopg2.connect(app.config["SETTINGS"].libpq_url)
    yield connection
    connection.close()


def test_a_later_change_waits_for_the_commit_of_the_one_before(
    writer: Program, other: psycopg2.extensions.connection
) -> None:
    """Otherwise number 2 could be there before number 1, and who read on behind 2 would never see 1."""
    with other.cursor() as cursor:
        change_log.shared(cursor)
        first = change_log.open(cursor, "edit", "page", None)
    threading.Timer(0.05, other.commit).start()
    writer.ask("POST", "/products", {"sku": "A1", "name": "x"})
    page = feed.read("0-0", 50)
    assert [change.cursor for change in page.changes] == [f"{first + 1}-1"]


def test_what_was_rolled_back_takes_no_number(writer: Program, other: psycopg2.extensions.connection) -> None:
    lamp = {"sku": "A1", "name": "x"}
    for body in (lamp, lamp):  # the second one is rejected
        writer.ask("POST", "/products", body)
    with other.cursor() as cursor:
        change_log.open(cursor, "edit", "page", None)
    other.close()  # as when the process is killed
    writer.ask("POST", "/products", lamp | {"sku": "A2"})
    assert [c["cursor"].partition("-")[0] for c in read_all(writer)] == ["1", "2"]


@pytest.mark.parametrize("after", ["x", "1", "1-", "-1", "1-2-3", "9999999999-1"])
def test_what_is_no_cursor_is_rejected(reader: Program, after: str) -> None:
    problem(reader.ask("GET", f"/changes?after={after}"), 422, "invalid")


def test_a_change_set_is_told(writer: Program) -> None:
    writer.ask("POST", "/products", {"sku": "A1", "name": "x"})
    told = writer.ask("GET", "/changes/1").json
    assert (told["kind"], told["source"], told["created"]) == ("create", "api", 1)


def test_change_sets_are_listed_and_told_product_by_product(writer: Program, run_import: Run) -> None:
    run_import("sku,name\nA1,x\nA2,x\n")
    writer.ask("PATCH", "/products/1", {"name": "z"}, headers={"If-Match": "*"})
    sets = writer.ask("GET", "/changes/sets").json
    newest, oldest = sets["change_sets"]
    assert (newest["kind"], newest["email"]) == ("edit", EMAIL)
    assert (oldest["kind"], oldest["import_id"], oldest["created"]) == ("import", 1, 2)
    (one,) = writer.ask("GET", "/changes/sets?kind=import").json["change_sets"]
    assert one == oldest == writer.ask("GET", f"/changes/{oldest['id']}").json
    page = writer.ask("GET", f"/changes/{newest['id']}/products").json
    ((changed,), more) = (page["products"], page["next_cursor"])
    (step,) = changed["steps"]
    assert (changed["sku"], changed["action"], more) == ("A1", "updated", None)
    assert (step["field"], step["old"], step["new"]) == ("name", "x", "z")
    problem(writer.ask("GET", "/changes/9/products"), 404, "not_found")
