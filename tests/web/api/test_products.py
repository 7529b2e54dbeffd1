"""Products over the API: found by pages, changed by who read last, refused by field."""

import gzip
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from catalog.changes import log as change_log
from catalog.models import ChangeSet, Import, db
from catalog.people import COMMAND_LINE
from catalog.products.bulk import jobs, run, tasks
from tests.conftest import catalog
from tests.support.programs import Program, problem

Run = Callable[..., Import]
TEA = {
    "sku": "TEA-001",
    "name": "Green tea",
    "description": "Loose leaf",
    "price": "6.90",
    "active": False,
    "attributes": {"colour": "green", "origin": "Uji"},
}


def test_what_is_made_is_what_is_read(writer: Program, reader: Program) -> None:
    made = writer.ask("POST", "/products", TEA)
    assert made.status_code == 201 and made.headers["ETag"] == '"1"'
    assert {name: made.json[name] for name in TEA} == TEA
    read = reader.client.get(made.headers["Location"], headers={"Authorization": f"Bearer {reader.token}"})
    assert read.json == made.json and read.headers["ETag"] == '"1"'
    change_set = db.session.get(ChangeSet, made.json["change_set_id"])
    assert change_set is not None and change_set.source == "api"


def test_a_patch_changes_what_it_names(writer: Program) -> None:
    writer.ask("POST", "/products", TEA)
    patch = {"price": None, "attributes": {"colour": None, "size": "L"}}
    answer = writer.ask("PATCH", "/products/1", patch, headers={"If-Match": '"1"'})
    assert answer.status_code == 200 and answer.headers["ETag"] == '"2"'
    assert answer.json["price"] is None and answer.json["name"] == "Green tea"
    assert answer.json["attributes"] == {"origin": "Uji", "size": "L"}
    again = writer.ask("PATCH", "/products/1", {}, headers={"If-Match": "*"})
    assert again.headers["ETag"] == '"2"'


def test_who_read_an_older_version_learns_of_it(writer: Program) -> None:
    writer.ask("POST", "/products", TEA)
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", None)):
        problem(writer.ask(method, "/products/1", body), 428, "if_match_required")
        old = writer.ask(method, "/products/1", body, headers={"If-Match": '"9"'})
        problem(old, 412, "stale")
        assert old.headers["ETag"] == '"1"'
    gone = writer.ask("DELETE", "/products/1", headers={"If-Match": '"1"'})
    assert (gone.status_code, gone.data) == (204, b"")
    problem(writer.ask("GET", "/products/1"), 404, "not_found")


@pytest.mark.parametrize(
    "body, field",
    [
        ({"name": "x"}, "sku"),
        ({"sku": "  ", "name": "x"}, "sku"),
        ({"sku": "A1", "name": "x", "price": "much"}, "price"),
        ({"sku": "A1", "name": "x", "price": 6.9}, "price"),
        ({"sku": "A1", "name": "x", "active": "yes"}, "active"),
        ({"sku": "A\0", "name": "x"}, "sku"),
        ({"sku": "\ud800", "name": "x"}, "sku"),
        ({"sku": "A1", "name": "x", "id": 5}, "id"),
        ({"sku": "A1", "name": "x", "attributes": {"colour": 5}}, "attributes.colour"),
    ],
)
def test_what_can_not_be_is_named(writer: Program, body: Any, field: str) -> None:
    told = problem(writer.ask("POST", "/products", body), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]
    assert catalog() == []


def test_a_sku_that_is_taken_names_whose_it_is(writer: Program) -> None:
    writer.ask("POST", "/products", TEA)
    answer = writer.ask("POST", "/products", TEA | {"sku": "tea-001"})
    told = problem(answer, 409, "sku_taken")
    assert told["product_id"] == 1 and told["errors"][0]["field"] == "sku"


def test_pages_hold_every_product_once(reader: Program, run_import: Run) -> None:
    run_import("sku,name\n" + "".join(f"A{n:03},x\n" for n in range(25)))
    for sort in ("sku", "-sku", "name", "-updated"):
        found, cursor = [], ""
        while cursor is not None:
            page = reader.ask("GET", f"/products?limit=10&sort={sort}&cursor={cursor}").json
            found += [product["sku"] for product in page["products"]]
            cursor = page["next_cursor"]
        assert sorted(found) == [f"A{n:03}" for n in range(25)]
    assert page["total"] == page["matches"] == 25


def test_filters_find(reader: Program, run_import: Run) -> None:
    run_import("sku,name,active\nA1,Lamp,yes\nA2,Chair,no\n")

    def skus(query: str) -> list[str]:
        page = reader.ask("GET", f"/products?{query}").json
        return [product["sku"] for product in page["products"]]

    assert skus("q=lamp") == ["A1"] and skus("active=false") == ["A2"]
    assert skus("sku=a2&name=chair") == ["A2"] and skus("name=none") == []


@pytest.mark.parametrize(
    "query, field",
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("sort=price_", "sort"),
        ("actve=true", "actve"),
        ("active=1", "active"),
        ("cursor=abc", "cursor"),
    ],
)
def test_a_question_that_makes_no_sense_is_not_answered_with_everything(
    reader: Program, query: str, field: str
) -> None:
    told = problem(reader.ask("GET", f"/products?{query}"), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]


def test_delete_all_wants_the_words_and_is_a_job(admin: Program, writer: Program, run_import: Run) -> None:
    run_import("sku,name\nA1,x\nA2,x\n")
    problem(writer.ask("DELETE", "/products", {}), 403, "forbidden")
    wrong = admin.ask("DELETE", "/products", {"confirm": "yes"})
    problem(wrong, 422, "invalid")
    answer = admin.ask("DELETE", "/products", {"confirm": "delete all products"})
    assert answer.status_code == 202 and answer.json["state"] == "queued"
    run.run(answer.json["id"])
    job = admin.ask("GET", answer.headers["Location"].removeprefix("/api/v1")).json
    assert (job["state"], job["deleted"], catalog()) == ("completed", 2, [])
    undo = admin.ask("POST", f"/changes/{job['change_set_id']}/undo")
    run.run(undo.json["id"])
    assert len(catalog()) == 2


def test_a_bulk_job_sets_a_field_of_what_a_filter_finds(writer: Program, run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Chair\n")
    draft = {"action": "set", "filter": {"q": "lamp"}, "values": {"price": "1.50"}}
    answer = writer.ask("POST", "/bulk", draft)
    run.run(answer.json["id"])
    job = writer.ask("GET", f"/bulk/{answer.json['id']}").json
    assert (job["state"], job["updated"], job["percent"]) == ("completed", 1, 100)
    assert [row[3] and f"{row[3]}" for row in catalog()] == ["1.50", None]
    problem(writer.ask("POST", f"/bulk/{job['id']}/cancel"), 409, "ended")


@pytest.mark.parametrize(
    "draft, field",
    [
        ({"action": "delete"}, "ids"),
        ({"action": "delete", "ids": [1], "filter": {"q": "x"}}, "ids"),
        ({"action": "delete", "filter": {}}, "filter"),
        ({"action": "set", "ids": [1]}, "values"),
        ({"action": "set", "ids": [1], "values": {"price": "x"}}, "values.price"),
        ({"action": "set", "ids": [1], "values": {"sku": "x"}}, "values.sku"),
        ({"action": "set", "ids": [2**63], "values": {"active": True}}, "ids.0"),
        ({"action": "explode", "ids": [1]}, "action"),
    ],
)
def test_a_bulk_job_that_makes_no_sense_is_not_begun(writer: Program, draft: Any, field: str) -> None:
    told = problem(writer.ask("POST", "/bulk", draft), 422, "invalid")
    assert [error["field"] for error in told["errors"]] == [field]


def test_a_change_that_can_not_be_undone_says_why(writer: Program, run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\n")
    jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=1))
    told = problem(writer.ask("POST", "/changes/1/undo"), 409, "not_undoable")
    assert "already undone" in told["detail"]
    problem(writer.ask("POST", "/changes/9/undo"), 404, "not_found")


def test_who_meets_an_import_that_writes_is_told_to_come_again(app: Flask, writer: Program) -> None:
    with change_log.transaction() as cursor:
        change_log.lock(cursor)
        answer = writer.ask("POST", "/products", TEA)
    told = problem(answer, 409, "busy")
    assert answer.headers["Retry-After"] and "changing products right now" in told["detail"]


def test_an_export_is_what_an_import_takes(reader: Program, writer: Program, run_import: Run) -> None:
    writer.ask("POST", "/products", TEA)
    answer = reader.ask("GET", "/products/export.csv?q=tea")
    assert answer.mimetype == "text/csv" and "TEA-001" in answer.text
    packed = reader.ask("GET", "/products/export.csv.gz?ids=1").data
    assert gzip.decompress(packed) == answer.data
    assert "TEA" not in reader.ask("GET", "/products/export.csv?ids=2").text
    row = run_import(answer.data)
    assert (row.state, row.unchanged) == ("completed", 1)
    problem(reader.ask("GET", "/products/export.csv?x=1"), 422, "invalid")


def test_the_event_says_the_same_as_the_answer(writer: Program) -> None:
    writer.ask("POST", "/products", TEA)
    with db.engine.connect() as connection:
        types = connection.execute(text("SELECT type FROM webhook_events")).scalars()
        assert list(types) == ["product.created"]
