"""The change log: what it keeps, and that an undo brings back exactly what was there."""

import random
import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog.changes.undo import rules as undo_rules, slices
from catalog.importer.values.fields import COLUMNS
from catalog.imports import control
from catalog.models import ChangeSet, Import, Product, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.products.bulk import jobs, run, tasks
from tests.conftest import catalog, csrf

Run = Callable[..., Import]


def everything() -> list[tuple[Any, ...]]:
    """All of every product that an undo must bring back."""
    query = text(
        f"SELECT id, {', '.join(COLUMNS)}, created_at, created_change_set_id, created_line FROM products ORDER BY id"
    )
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(query)]


def versions() -> dict[int, int]:
    """Product -> version."""
    with db.engine.connect() as connection:
        return dict(connection.execute(text("SELECT id, version FROM products")).all())


def total() -> int:
    """What the catalog says that it holds; it must be what it holds."""
    with db.engine.connect() as connection:
        kept, counted = connection.execute(
            text("SELECT (SELECT products FROM catalog_total), (SELECT count(*) FROM products)")
        ).one()
    assert kept == counted
    return int(kept)


def last_change() -> int:
    """The newest change set."""
    with db.engine.connect() as connection:
        return int(connection.execute(text("SELECT max(id) FROM change_sets")).scalar_one())


def undo(change_set_id: int) -> tasks.Tally:
    """Take a change set back, here and now."""
    return jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change_set_id))


def make(sku: str, **fields: Any) -> Product:
    """A product made by hand."""
    return editing.create(Actor("page"), {"sku": sku, "name": f"Name of {sku}"} | fields)


def test_an_edit_keeps_the_old_values_of_what_changed_only(app: Flask) -> None:
    lamp = make("A1", price="1.50", description="old")
    editing.update(Actor("page"), lamp.id, 1, {"price": "2", "name": "Lamp"})
    with db.engine.connect() as connection:
        row = connection.execute(text("SELECT * FROM product_changes")).mappings().one()
    assert (row["action"], sorted(row["fields"])) == ("updated", ["name", "price"])
    assert (str(row["price"]), row["name"], row["description"]) == ("1.50", "Name of A1", None)
    assert row["previous_change_set_id"] == lamp.created_change_set_id


def test_undo_of_an_edit_brings_back_the_fields_and_moves_the_version_on(app: Flask) -> None:
    make("A1", price="1.50", attributes=[("colour", "red")])
    before = everything()
    editing.update(Actor("page"), 1, 1, {"price": "2", "sku": "B2", "attributes": []})
    tally = undo(last_change())
    assert (tally.total, tally.updated, tally.skipped) == (1, 1, 0)
    assert everything() == before and versions() == {1: 3}


def test_undo_of_a_creation_removes_and_undo_of_that_brings_the_same_product_back(app: Flask) -> None:
    make("A1")
    before = everything()
    undo(1)
    assert everything() == [] and total() == 0
    undo(last_change())
    assert everything() == before and versions() == {1: 2} and total() == 1
    assert undo(1).deleted == 1  # undone once more: it stands as after its creation
    undo(last_change())
    assert everything() == before


def test_undo_of_a_deletion_restores_all_but_the_version(app: Flask) -> None:
    make("A1", description="x" * 1000, active=False, price="0.10", attributes=[("a", "b")])
    make("A2")
    before = everything()
    deleted = editing.delete(Actor("page"), 1, 1)
    tally = undo(deleted)
    assert (tally.created, tally.skipped) == (1, 0)
    assert everything() == before and versions() == {1: 2, 2: 1} and total() == 2


@pytest.mark.parametrize("seed", range(6))
def test_undoing_everything_in_reverse_gives_the_same_catalog(app: Flask, seed: int) -> None:
    """Random edits, creations, deletions and bulk changes; then all undone, redone, and undone again."""
    chance = random.Random(seed)
    for number in range(6):
        make(f"S{number}", price=str(number))
    start, first = everything(), last_change() + 1
    states = [start]
    for step in range(12):
        change(chance, step)
        states.append(everything())
    made = list(range(first, last_change() + 1))
    undos = []
    for change_set_id, state in zip(reversed(made), reversed(states[: len(made)]), strict=True):
        tally = undo(change_set_id)
        assert tally.skipped == 0
        assert everything() == state
        undos.append(tally.change_set_id)
    assert everything() == start and total() == len(start)
    for undo_id, state in zip(reversed(undos), states[1:], strict=True):
        assert undo_id is not None and undo(undo_id).skipped == 0
        assert everything() == state


def change(chance: random.Random, step: int) -> None:
    """One change of the catalog, whichever; it changes something for sure."""
    there = list(versions().items())
    product_id, version = chance.choice(there) if there else (0, 0)
    match chance.choice(["edit", "edit", "create", "delete", "bulk", "set"]) if there else "create":
        case "edit":
            fields = {"name": f"Edit {step}", "sku": f"E{step}", "price": f"{step}.50"}
            chosen = dict(chance.sample(sorted(fields.items()), 2)) | {"description": str(step)}
            editing.update(Actor("page"), product_id, version, chosen)
        case "create":
            make(f"N{step}", attributes=[("step", str(step))])
        case "delete":
            editing.delete(Actor("page"), product_id, version)
        case "bulk":
            ids = chance.sample([i for i, _ in there], min(2, len(there)))
            jobs.now(COMMAND_LINE, tasks.Task("delete", {"ids": ids}))
        case "set":
            values = {"attribute": {"key": "set", "value": str(step)}}
            jobs.now(COMMAND_LINE, tasks.Task("set", {"ids": [i for i, _ in there]}, values))


def test_what_somebody_changed_since_is_kept_and_counted_as_skipped(app: Flask) -> None:
    for number in range(3):
        make(f"A{number}")
    ids = {"ids": [1, 2, 3]}
    tally = jobs.now(COMMAND_LINE, tasks.Task("set", ids, {"price": "9"}))
    editing.update(Actor("page"), 2, 2, {"name": "Mine"})
    editing.delete(Actor("page"), 3, 2)
    undone = undo(tally.change_set_id or 0)
    assert (undone.total, undone.updated, undone.skipped) == (3, 1, 2)
    rows = {row[0]: (row[2], row[4]) for row in everything()}
    assert rows[1][1] is None and rows[2][0] == "Mine" and str(rows[2][1]) == "9"
    assert 3 not in rows


def test_a_sku_that_is_another_products_by_now_can_not_be_given_back(app: Flask) -> None:
    make("A1")
    make("B1")
    editing.update(Actor("page"), 1, 1, {"sku": "A2"})
    edit = last_change()
    gone = editing.delete(Actor("page"), 2, 1)
    make("a1")
    make("b1")
    with pytest.raises(undo_rules.NotUndoable) as told:
        undo(99)
    assert "no such change" in str(told.value)
    for change_set_id in (edit, gone):
        tally = undo(change_set_id)
        assert (tally.skipped, tally.change_set_id) == (1, None)
    assert [row[1] for row in everything()] == ["A2", "a1", "b1"]


def test_nothing_is_undone_twice_nor_after_its_time(app: Flask) -> None:
    make("A1")
    undo(1)
    with pytest.raises(undo_rules.NotUndoable, match="already"):
        undo(1)
    with db.engine.begin() as connection:
        age = {"age": timedelta(days=31)}
        connection.execute(text("UPDATE change_sets SET created_at = now() - :age"), age)
    with pytest.raises(undo_rules.NotUndoable, match="older than 30 days"):
        undo(2)


def test_an_undo_of_an_undo_makes_the_first_undoable_again(app: Flask) -> None:
    def undone_by() -> list[int | None]:
        with db.engine.connect() as connection:
            return list(connection.execute(text("SELECT undone_by_id FROM change_sets ORDER BY id")).scalars())

    make("A1")
    undo(1)
    assert undone_by() == [2, None]
    undo(2)
    assert undone_by() == [None, 3, None]
    undo(3)
    assert undone_by() == [2, None, 4, None]
    undo(4)
    assert undone_by() == [None, 3, None, 5, None]


def test_what_came_back_lived_on_and_went_otherwise_is_not_brought_back_old(app: Flask) -> None:
    make("A1")
    deleted = editing.delete(Actor("page"), 1, 1)
    make("B1")
    undo(deleted)
    restored = last_change()
    editing.update(Actor("page"), 1, 2, {"name": "Newer"})
    assert undo(restored).skipped == 1
    assert db.session.get_one(ChangeSet, deleted).undone_by_id == restored


def test_delete_all_then_a_fresh_import_then_its_undo(run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Chair\nA3,Desk\n")
    before = everything()
    gone = jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    assert (gone.total, gone.deleted, total()) == (3, 3, 0)
    run_import("sku,name\na2,Other chair\nB1,New\n")
    tally = undo(gone.change_set_id or 0)
    assert (tally.total, tally.created, tally.skipped, total()) == (3, 2, 1, 4)
    assert [row for row in everything() if row[0] <= 3] == [before[0], before[2]]


def test_an_import_changes_what_was_restored_as_any_other(run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\n")
    gone = jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    undo(gone.change_set_id or 0)
    assert run_import("sku,name\nA1,Lamp\n").unchanged == 1
    assert run_import("sku,name\na1,Chair\n").updated == 1


@pytest.mark.parametrize("then", ["undo", "import"])
def test_statistics_of_a_catalog_that_was_empty_mislead_nobody(
    run_import: Run, monkeypatch: pytest.MonkeyPatch, then: str
) -> None:
    """Plans made on them looked through all products for each one: minutes for this."""
    monkeypatch.setattr(slices, "SLICE", 5_000)
    rows = [f"A{number},Lamp {number}" for number in range(20_000)]
    run_import("\n".join(["sku,name", *rows]))
    gone = jobs.now(COMMAND_LINE, tasks.Task("delete_all"))
    with db.engine.begin() as connection:
        connection.execute(text("ANALYZE products"))
    begun = time.monotonic()
    if then == "undo":
        assert undo(gone.change_set_id or 0).created == 20_000
        price = jobs.now(COMMAND_LINE, tasks.Task("set", {"filter": {}}, {"price": "1"}))
        assert undo(price.change_set_id or 0).updated == 20_000
    else:
        assert run_import("\n".join(["sku,name", *rows])).created == 20_000
        newer = [f"{row} x" for row in rows]
        changed = run_import("\n".join(["sku,name", *newer]), confirmed=True)
        assert changed.updated == 20_000
    assert time.monotonic() - begun < 20


# ---- the pages ----


def test_the_list_shows_kind_product_person_and_counts(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name\nA1,Lamp\nA2,Desk\n")
    editing.update(Actor("page", 1), 1, 1, {"name": "Chair"})
    jobs.now(COMMAND_LINE, tasks.Task("set", {"ids": [1, 2]}, {"active": False}))
    undo(3)
    page = client.get("/changes").text
    for word in ("Import 1 (test.csv)", "Product edited: A1", "ann@example.com", "Bulk change", "Undo of"):
        assert word in page
    only = client.get("/changes?kind=edit").text
    assert "Product edited: A1" in only and "test.csv" not in only
    assert "<title>Import 1 (test.csv), change 1 " in client.get("/changes/1").text


def test_the_list_is_paged_by_key(client: FlaskClient) -> None:
    for number in range(52):
        make(f"A{number}")
    page = client.get("/changes").text
    assert "A51" in page and "before=3" in page
    older = client.get("/changes?before=3").text
    assert "Product created: A1<" in older and "A51" not in older


def test_a_change_shows_old_and_new_values_as_they_were_then(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name\nA1,First\n")
    editing.update(Actor("page", 1), 1, 1, {"name": "Second"})
    editing.update(Actor("page", 1), 1, 2, {"name": "Third", "price": "5"})
    page = client.get("/changes/2").text
    assert "<del>First</del>" in page and "<ins>Second</ins>" in page and "Third</strong>" not in page
    gone = editing.delete(Actor("page", 1), 1, 3)
    page = client.get("/changes/2").text
    assert "<ins>Second</ins>" in page and "no longer in the catalog" in page
    page = client.get("/changes/3").text
    assert "<del>Second</del>" in page and "<ins>Third</ins>" in page and "<ins>5.00</ins>" in page
    assert "Deleted" in client.get(f"/changes/{gone}").text


def test_undo_by_page_and_its_flash(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name\nA1,First\n")
    editing.update(Actor("page", 1), 1, 1, {"name": "Second"})
    token = {"csrf_token": csrf(client.get("/changes/2").text)}
    answer = client.post("/changes/2/undo", data=token)
    assert (answer.status_code, answer.location) == (303, "/changes/3")
    assert [row[2] for row in everything()] == ["First"]
    page = client.get("/changes/3").text
    assert "1 product was changed back" in page and 'action="/changes/3/undo"' in page
    answer = client.post("/changes/2/undo", data=token)
    assert answer.status_code == 409 and "already undone" in answer.text
    answer = client.post("/changes/1/undo", data=token)
    assert answer.status_code == 303 and everything() == []
    assert "Undone" in client.get("/imports/1").text


def test_an_undo_from_the_list_goes_back_to_it(client: FlaskClient) -> None:
    make("A1")
    token = {"csrf_token": csrf(client.get("/changes/1").text)}
    headers = {"Referer": "http://localhost/products?q=lamp"}
    assert client.post("/changes/1/undo", data=token, headers=headers).location == "/products?q=lamp"
    headers = {"Referer": "http://evil.example//products"}
    assert client.post("/changes/2/undo", data=token, headers=headers).location == "/changes/3"


def test_a_large_undo_is_a_job(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        make(f"A{number}")
    gone = jobs.now(COMMAND_LINE, tasks.Task("delete_all")).change_set_id
    monkeypatch.setattr(jobs, "SMALL", 2)
    token = {"csrf_token": csrf(client.get(f"/changes/{gone}").text)}
    answer = client.post(f"/changes/{gone}/undo", data=token)
    assert (answer.status_code, answer.location) == (303, "/bulk/1")
    assert "Being undone" in client.get(f"/changes/{gone}").text
    run.run(1)
    assert total() == 3
    page = client.get("/bulk/1").text
    assert "3 products restored" in page and "= 3 restored" in page


@pytest.mark.parametrize("path", ["/changes/99", "/changes/9223372036854775808", f"/changes/{'9' * 40}"])
def test_unknown_changes_are_404(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    token = {"csrf_token": csrf(client.get("/products/new").text)}
    assert client.post(f"{path}/undo", data=token).status_code == 404


@pytest.mark.parametrize(
    "query", ["before=x", "before=-1", f"before={'9' * 30}", "kind=nonsense", "kind=%00", "after=é"]
)
def test_any_query_string_gets_an_answer(client: FlaskClient, query: str) -> None:
    make("A1")
    assert client.get(f"/changes?{query}").status_code == 200
    assert client.get(f"/changes/1?{query.replace('before', 'after')}").status_code == 200


def test_an_import_is_taken_back_and_back_again(run_import: Run) -> None:
    run_import("sku,name,price,colour\nA,Lamp,1.10,red\nB,Chair,2,\n")
    before = catalog()
    second = run_import("sku,name,price\na,New lamp,1.10\nC,Table,3\nb,Chair,2\n")
    after = catalog()
    undone = jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=second.change_set_id))
    assert catalog() == before and (undone.updated, undone.deleted) == (2, 1)
    assert control.get(second.id).state == "undone"
    redone = jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=undone.change_set_id))
    assert catalog() == after and (redone.updated, redone.created) == (2, 1)
    assert control.get(second.id).state == "completed"


def test_what_was_edited_since_an_import_is_kept_by_its_undo(run_import: Run) -> None:
    first = run_import("sku,name\nA,Lamp\nB,Chair\n")
    lamp = editing.by_sku("A")
    editing.update(Actor("page"), lamp.id, 1, {"name": "My lamp"})
    undone = jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=first.change_set_id))
    assert [row[1] for row in catalog()] == ["My lamp"]
    assert (undone.deleted, undone.skipped) == (1, 1)
