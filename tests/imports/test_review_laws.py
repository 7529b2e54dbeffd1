"""Review: whatever happens between the plan and its decision, what is applied is what the plan said."""

import os
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings, strategies as st
from sqlalchemy import text

from catalog import importer
from catalog.imports import reviews
from catalog.models import Import, db
from catalog.people import COMMAND_LINE
from catalog.products import editing
from catalog.products.bulk import jobs, tasks
from tests.changes.test_changes import everything
from tests.conftest import catalog, counts, empty
from tests.support.examples import examples
from tests.support.shop import decide, edit, make, names, remove

Run = Callable[..., Import]


SKUS = st.sampled_from("ABCDE")
NAMES = st.sampled_from(["x", "y", "z"])
ROWS = st.lists(st.tuples(SKUS, NAMES), max_size=5)
EDITS = st.lists(st.tuples(st.sampled_from(["edit", "remove", "make"]), SKUS, NAMES), max_size=4)


@settings(max_examples=examples(5, 12), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    ROWS,
    ROWS,
    EDITS,
    st.sampled_from(["skip", "overwrite"]),
    st.sampled_from(["upsert", "create", "update", "delete", "sync"]),
    st.sampled_from(["deactivate", "delete"]),
)
def test_apply_does_exactly_what_the_plan_said(
    run_import: Run,
    before: list[tuple[str, str]],
    file: list[tuple[str, str]],
    edits: list[tuple[str, str, str]],
    choice: str,
    mode: str,
    absent: str,
) -> None:
    """Lines without a conflict happen; of the others none happens, or all do, whatever was edited in between."""
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM products"))
        connection.execute(text("UPDATE catalog_total SET products = 0"))
    run_import(csv_of(before))
    planned = run_import(csv_of(file), mode=mode, absent=absent, review=True)
    for what, sku, name in edits:
        there = editing.by_sku(sku)
        if what == "make" and not there:
            make(sku, name)
        elif what == "edit" and there:
            edit(sku, name=name)
        elif what == "remove" and there:
            remove(sku)
    everything = importer.Wanted(actions=importer.ACTIONS)
    plan = reviews.page(planned, everything).rows
    now = {str(row[0]): (row[1], row[4]) for row in catalog()}
    expected = dict(now)
    with db.engine.connect() as connection:
        there = set(connection.scalars(text("SELECT id FROM products")))
    for line in plan:
        if line.line is None and line.product_id not in there:
            continue  # a product that was created in its place is another one
        if not line.conflict or choice == "overwrite":
            _happens(line, expected, mode)
    ended = decide(planned, choice)
    assert ended.state == "completed"
    assert {str(row[0]): (row[1], row[4]) for row in catalog()} == expected
    assert ended.rows == sum(counts(ended).values()) - ended.rows
    if not any(line.conflict for line in plan):
        assert counts(ended) == counts(planned)


def _happens(line: importer.Line, shop: dict[str, tuple[object, object]], mode: str) -> None:
    """What one line of the plan does to a catalog: SKU -> name and whether it is active."""
    cells = {cell.field: cell.new for cell in line.cells}
    there = line.sku in shop
    if line.action in ("deleted", "removed"):
        shop.pop(line.sku, None)
    elif line.action == "deactivated" and there:
        shop[line.sku] = (shop[line.sku][0], False)
    elif (
        line.action == "created"
        and not (there and mode == "create")
        or line.action == "updated"
        and (there or mode != "update")
    ):
        shop[line.sku] = (cells["name"], shop[line.sku][1] if there else True)


def csv_of(rows: list[tuple[str, str]]) -> str:
    """A file of SKUs and names."""
    return "".join(f"{sku},{name}\n" for sku, name in [("sku", "name"), *rows])


# ---- SKUs that move between the plan and its decision ----


@pytest.mark.parametrize("choice", ["skip", "overwrite"])
@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_product_that_was_given_a_sku_of_the_file_is_not_absent(run_import: Run, absent: str, choice: str) -> None:
    run_import("sku,name\nA,a\nB,b\n")
    row = run_import("sku,name\nB,b\n", mode="sync", absent=absent, review=True)
    remove("B")
    edit("A", sku="B")
    ended = decide(row, choice)
    assert (ended.state, counts(ended)) == ("completed", {"rows": 1, "unchanged": 1})
    assert (ended.deactivated, ended.removed) == (0, 0)
    assert [(sku, active) for sku, _, _, _, active, _ in catalog()] == [("B", True)]


@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_product_that_is_absent_and_then_has_the_new_rows_sku_is_that_rows(run_import: Run, absent: str) -> None:
    run_import("sku,name\nA,a\n")
    row = run_import("sku,name\nb,new\n", mode="sync", absent=absent, review=True)
    edit("A", sku="B")
    ended = decide(row, "overwrite")
    assert (ended.state, counts(ended)) == ("completed", {"rows": 1, "updated": 1})
    assert (ended.deactivated, ended.removed) == (0, 0)
    assert [(sku, name, active) for sku, name, _, _, active, _ in catalog()] == [("b", "new", True)]


def test_two_products_that_swapped_their_skus_get_the_rows_of_what_they_are_called_now(run_import: Run) -> None:
    run_import("sku,name\nA,a\nB,b\n")
    row = run_import("sku,name\nA,new a\nB,new b\n", review=True)
    swap("A", "B")
    ended = decide(row, "overwrite")
    assert counts(ended) == {"rows": 2, "updated": 2}
    assert names() == {"A": "new a", "B": "new b"}


def test_a_product_gets_nothing_of_the_one_that_had_its_sku_before(run_import: Run) -> None:
    """The plan of A knows A's old texts; the file does not speak of them, or a blank cell keeps them."""
    run_import("sku,name,description,size,colour\nA,a,soft,XL,red\nB,b,hard,S,blue\n")
    file = "sku,name,description,colour\nA,new,,\n"
    row = run_import(file, blank="keep", review=True)
    remove("A")
    edit("B", sku="A")
    ended = decide(row, "overwrite")
    assert counts(ended) == {"rows": 1, "updated": 1}
    (now,) = catalog()
    assert (now[1], now[2], now[5]) == ("new", "hard", {"size": "S", "colour": "blue"})


def swap(one: str, other: str) -> None:
    """Two products get each other's SKU by hand."""
    edit(one, sku="between")
    edit(other, sku=one)
    edit("between", sku=other)


MOVED = st.sampled_from("ABCb")  # few, so that they meet
SOME = st.lists(st.tuples(MOVED, NAMES), min_size=1, max_size=3)
MOVES = st.lists(
    st.tuples(st.sampled_from(["rename", "swap", "edit", "remove", "make"]), MOVED, MOVED), min_size=1, max_size=5
)


@settings(max_examples=int(os.environ.get("CHAOS_MOVES", "3")), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    SOME,
    SOME,
    MOVES,
    st.sampled_from(["overwrite", "skip"]),
    st.sampled_from(["sync", "upsert", "create", "update", "delete"]),
    st.sampled_from(["deactivate", "delete"]),
)
@example([("A", "x")], [("B", "y")], [("rename", "A", "B")], "overwrite", "sync", "deactivate")
@example(
    [("A", "x"), ("B", "y")], [("B", "y")], [("remove", "B", "B"), ("rename", "A", "B")], "overwrite", "sync", "delete"
)
def test_whatever_was_renamed_meanwhile_each_product_is_touched_once_and_never_as_absent_if_it_has_a_row(
    app: Flask,
    run_import: Run,
    before: list[tuple[str, str]],
    file: list[tuple[str, str]],
    moves: list[tuple[str, str, str]],
    choice: str,
    mode: str,
    absent: str,
) -> None:
    empty(app)
    run_import(csv_of(before))
    planned = run_import(csv_of(file), mode=mode, absent=absent, review=True)
    plan = reviews.page(planned, importer.Wanted(actions=importer.ACTIONS)).rows
    for move in moves:
        moved(*move)
    now, shop = everything(), {str(p[0]).upper(): p for p in catalog()}
    ended = decide(planned, choice)
    assert ended.state == "completed"
    assert ended.rows == sum(counts(ended).values()) - ended.rows
    after = {str(p[0]).upper(): p for p in catalog()}
    listed = {sku.upper() for sku, _ in file}
    if mode != "delete":
        for sku in listed & shop.keys():
            assert sku in after and after[sku][4] == shop[sku][4]
    if choice == "overwrite" and mode in ("upsert", "sync"):
        for line in plan:
            cells = {cell.field: cell.new for cell in line.cells}
            if line.action in ("created", "updated") and "name" in cells:
                assert after[line.sku.upper()][1] == cells["name"]
    touched = _touched(ended.change_set_id) if ended.change_set_id else []
    assert len(touched) == len(set(touched))
    assert len(touched) == ended.created + ended.updated + ended.deleted + ended.deactivated + ended.removed
    if touched:
        assert jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=ended.change_set_id)).skipped == 0
    assert everything() == now


def _touched(change_set_id: int) -> list[int]:
    """The products that a change set made, changed or removed, each as often as it did."""
    query = text("""
SELECT product_id FROM product_changes WHERE change_set_id = :id
UNION ALL SELECT id FROM products WHERE created_change_set_id = :id
""")
    with db.engine.connect() as connection:
        return list(connection.scalars(query, {"id": change_set_id}))


def moved(what: str, sku: str, other: str) -> None:
    """One thing that a user does by hand, if it can be done."""
    there, taken = editing.by_sku(sku), editing.by_sku(other)
    if what == "make" and not there:
        make(sku, "by hand")
    elif not there:
        return
    elif what == "remove":
        remove(sku)
    elif what == "edit":
        edit(sku, name="edited")
    elif what == "rename" and (not taken or taken.id == there.id):
        edit(sku, sku=other)
    elif what == "swap" and taken and taken.id != there.id:
        swap(sku, other)
