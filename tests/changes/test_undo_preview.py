"""What an undo would do is said before, and it is what it then does."""

import os
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings, strategies as st
from sqlalchemy import select, text

from catalog import jobs
from catalog.changes.undo import marks as undo_marks, preview, rules as undo_rules
from catalog.imports import control
from catalog.imports.rejected import corrections, rows as rejected_rows
from catalog.models import ChangeSet, Import, db
from catalog.people import COMMAND_LINE, Actor, users
from catalog.products import editing
from catalog.products.bulk import jobs as bulk_jobs, tasks
from tests.changes.test_changes import everything
from tests.conftest import EMAIL, catalog, empty

Run = Callable[..., Import]


def edited(run_import: Run, user_id: int | None = None) -> int:
    """An import of four products over one that was there; two are changed since, one is gone. Its change set."""
    run_import("sku,name\nZ,Old name\nY,Old chair\n")
    row = run_import("sku,name\nA,Lamp\nB,Chair\nC,Desk\nz,New name\ny,New chair\n")
    lamp, chair, known = (editing.by_sku(sku) for sku in ("A", "B", "Y"))
    editing.update(Actor("page", user_id), lamp.id, 1, {"name": "My lamp"})
    editing.delete(Actor("page", user_id), chair.id, 1)
    editing.update(Actor("page", user_id), known.id, 2, {"price": "1"})
    assert row.change_set_id
    return row.change_set_id


def test_a_preview_says_what_goes_returns_and_is_kept_and_by_whom(client: FlaskClient, run_import: Run) -> None:
    ann = users.by_email(EMAIL)
    change_set_id = edited(run_import, ann.id if ann else None)
    before = catalog()
    would = preview.preview(change_set_id)
    assert (would.created, would.updated, would.deleted, would.skipped) == (0, 1, 1, 3)
    kept = {row.sku: (row.reason, row.email) for row in would.kept}
    changed = ("changed", EMAIL)
    assert kept == {"A": changed, "B": ("deleted", EMAIL), "y": changed}
    assert catalog() == before  # it only looks
    page = client.get(f"/changes/{change_set_id}/undo").text
    assert "Undo now" in page and "My lamp" in page and EMAIL in page
    done = bulk_jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change_set_id))
    assert (done.updated, done.deleted, done.skipped) == (1, 1, 3)


def test_the_kept_are_paged(run_import: Run, app: Flask) -> None:
    change_set_id = edited(run_import)
    skus, after = [], 0
    for _ in range(3):
        would = preview.preview(change_set_id, after, 1)
        skus += [row.sku for row in would.kept]
        after = would.next_cursor or 0
    assert sorted(skus) == ["A", "B", "y"] and would.next_cursor is None


def test_what_was_undone_has_no_preview_but_a_reason(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name\nA,Lamp\nB,Chair\n")
    page = f"/changes/{row.change_set_id}/undo"
    assert "2</b><span>created: will be deleted" in client.get(page).text
    bulk_jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id))
    with pytest.raises(undo_rules.NotUndoable):
        preview.preview(row.change_set_id or 0)
    answer = client.get(page)
    assert answer.status_code == 409 and "It was already undone" in answer.text


def test_a_sku_that_is_another_products_by_now_is_the_reason(app: Flask) -> None:
    first = editing.create(Actor("page"), {"sku": "A1", "name": "x"})
    deleted = editing.delete(Actor("page"), first.id, 1)
    editing.create(Actor("page"), {"sku": "a1", "name": "y"})
    would = preview.preview(deleted)
    assert (would.created, would.skipped) == (0, 1)
    assert [row.reason for row in would.kept] == ["sku_taken"]


def test_a_redo_tells_outsiders_that_the_import_is_completed_again(run_import: Run) -> None:
    row = run_import("sku,name\nA,Lamp\n")
    undone = bulk_jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id))
    bulk_jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=undone.change_set_id))
    query = "SELECT type, payload::json->'data'->>'redo_id' FROM webhook_events WHERE type LIKE 'import.%' ORDER BY id"
    with db.engine.connect() as connection:
        events = [tuple(event) for event in connection.execute(text(query))]
    assert events == [("import.completed", None), ("import.undone", None), ("import.completed", "3")]


def test_a_bulk_change_is_called_by_what_it_did(client: FlaskClient, run_import: Run) -> None:
    run_import("sku,name\nA,Lamp\nB,Chair\nC,Desk\n")
    bulk_jobs.now(COMMAND_LINE, tasks.Task("set", {"ids": [1, 2]}, {"price": "1"}))
    bulk_jobs.now(COMMAND_LINE, tasks.Task("delete", {"ids": [1, 2]}))
    page = client.get("/changes").text
    assert "Change products" in page and "Delete products" in page


# ---- imports whose rejected rows were corrected and run ----


def corrected(row: Import, *numbers: int, sku: str = "") -> bool:
    """Correct these rejected rows and run them, where that can be done; whether it could."""
    there = control.get(row.id)
    if there is None or there.state != "completed":
        return False
    asked = False
    for number in numbers:
        error = rejected_rows.get(row.id, number)
        if error is not None:
            values = {"price": "7"} | ({"sku": sku} if sku else {})
            corrections.correct(COMMAND_LINE, there, number, corrections.changed(there, error, values))
            asked = True
    if asked:
        corrections.run_again(Actor("page"), row.id)
        jobs.run_import(row.id)
    return asked


TOUCHED = text("""
SELECT product_id FROM product_changes WHERE change_set_id = :id
UNION SELECT id FROM products WHERE created_change_set_id = :id
UNION SELECT product_id FROM product_changes WHERE created_change_set_id = :id AND action = 'deleted'
""")


def touched(change_set_id: int) -> set[int]:
    """The products that a change set made, changed or removed."""
    with db.engine.connect() as connection:
        return set(connection.scalars(TOUCHED, {"id": change_set_id}))


def undone_as_previewed(change_set_id: int) -> tasks.Tally:
    """Take it back: counts and kept products are what the preview said."""
    before = catalog()
    change_set = db.session.get(ChangeSet, change_set_id, populate_existing=True)
    assert change_set is not None
    chain = [c.id for c in (change_set, *undo_marks.later_runs(change_set))]
    were = {each: touched(each) for each in chain}
    would = preview.preview(change_set_id, 0, 1000)
    assert catalog() == before
    done = bulk_jobs.now(COMMAND_LINE, tasks.Task("undo", undoes_id=change_set_id))
    for name in ("created", "updated", "deleted", "skipped"):
        assert getattr(would, name) == getattr(done, name), name
    query = text("SELECT undoes_id, id FROM change_sets WHERE undoes_id = ANY (:chain) ORDER BY id")
    with db.engine.connect() as connection:
        by = dict(connection.execute(query, {"chain": chain}).all())
    standing = db.session.scalars(select(ChangeSet.id).where(ChangeSet.id.in_(chain), ChangeSet.undone_by_id.is_(None)))
    by |= dict.fromkeys(standing, 0)  # all products were kept
    kept = [p for each in chain for p in were[each] - touched(by[each])]
    assert len(kept) == done.skipped
    assert [row.product_id for row in would.kept] == sorted(set(kept))
    return done


def test_a_preview_counts_what_corrected_rows_did(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name,price\nQ1,q,1\nQ1,q2,y\n")
    corrected(row, 2)
    page = client.get(f"/changes/{row.change_set_id}/undo").text
    assert "Undo now" in page and "Nothing would happen" not in page
    done = undone_as_previewed(row.change_set_id or 0)
    assert (done.deleted, done.updated, done.skipped) == (1, 1, 0)
    assert catalog() == []


@pytest.mark.parametrize("absent", ["deactivate", "delete"])
def test_a_preview_of_a_sync_brings_back_whose_sku_a_correction_took(run_import: Run, absent: str) -> None:
    """The rejected row's product was out of the sync; corrected, it is created again or activated."""
    run_import("sku,name,price\nA,a,1\nB,b,1\nC,c,1\n")
    before = everything()
    row = run_import("sku,name,price\nA,a2,1\nB,b2,x\n", mode="sync", absent=absent, confirmed=True)
    corrected(row, 2)
    assert undone_as_previewed(row.change_set_id or 0).skipped == 0
    assert everything() == before


def test_who_changed_a_product_before_its_correction_is_named(run_import: Run, app: Flask) -> None:
    row = run_import("sku,name,price\nA1,Lamp,1\nA1,Lamp,x\n")
    product = editing.by_sku("A1")
    by_hand = editing.update(Actor("page"), product.id, 1, {"price": "9"}).change_set_id
    corrected(row, 2)
    would = preview.preview(row.change_set_id or 0)
    assert (would.updated, would.deleted, would.skipped) == (1, 0, 1)
    assert [(k.reason, k.change_set_id) for k in would.kept] == [("changed", by_hand)]
    undone_as_previewed(row.change_set_id or 0)
    assert [str(p[3]) for p in catalog()] == ["9"]


SKUS = st.sampled_from("ABCa")
CELLS = st.lists(st.tuples(SKUS, st.sampled_from("xyz"), st.sampled_from(["1", "2", "bad"])), min_size=1, max_size=6)
LATER = st.lists(
    st.one_of(
        st.tuples(st.just("correct"), st.sets(st.integers(1, 6), min_size=1), st.sampled_from(["", "A", "D"])),
        st.tuples(st.sampled_from(["edit", "delete", "make"]), SKUS, st.just("")),
        st.tuples(st.just("undo"), st.integers(0, 3), st.just("")),
    ),
    max_size=8,
)
MODES = ["upsert", "update", "delete", "sync deactivate", "sync delete"]


@settings(
    max_examples=int(os.environ.get("CHAOS_UNDOS", "2")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(CELLS, CELLS, st.sampled_from(MODES), LATER)
def test_a_preview_is_the_undo_whatever_was_corrected_and_changed_since(
    app: Flask,
    run_import: Run,
    before: list[tuple[str, ...]],
    file: list[tuple[str, ...]],
    mode: str,
    later: list[tuple[str, object, str]],
) -> None:
    empty(app)
    run_import(csv_of(before))
    word, _, absent = mode.partition(" ")
    options = {"absent": absent} if absent else {}
    row = run_import(csv_of(file), mode=word, confirmed=True, **options)
    for what, which, sku in later:
        happens(row, what, which, sku)
    if row.change_set_id is None:  # it changed nothing
        return
    change_set = db.session.get(ChangeSet, row.change_set_id, populate_existing=True)
    assert change_set is not None
    if change_set.undone_by_id or not sum(map(undo_rules.size, [change_set, *undo_marks.later_runs(change_set)])):
        return
    done = undone_as_previewed(change_set.id)
    if done.change_set_id is not None:
        undone_as_previewed(done.change_set_id)


def happens(row: Import, what: str, which: object, sku: str) -> None:
    """One thing that a user does after an import."""
    if what == "correct":
        corrected(row, *sorted(which), sku=sku)
        return
    if what == "undo":
        query = select(ChangeSet.id).where(
            ChangeSet.undone_by_id.is_(None), ChangeSet.created + ChangeSet.updated + ChangeSet.deleted > 0
        )
        found = db.session.scalar(query.order_by(ChangeSet.id.desc()).offset(which).limit(1))
        if found:
            undone_as_previewed(found)
        return
    product = editing.by_sku(str(which))
    if product is None:
        if what == "make":
            editing.create(Actor("page"), {"sku": str(which), "name": "by hand"})
    elif what == "edit":
        name = f"edited {product.version}"
        editing.update(Actor("page"), product.id, product.version, {"name": name})
    elif what == "delete":
        editing.delete(Actor("page"), product.id, product.version)


def csv_of(rows: list[tuple[str, ...]]) -> str:
    """A file of SKUs, names and prices, some of which are none."""
    return "".join(",".join(row) + "\n" for row in [("sku", "name", "price"), *rows])
