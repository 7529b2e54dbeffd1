"""What an undo would do is said before, and it is what it then does."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import accounts, bulk, many, previewing, products, undoing
from catalog.models import Import, db
from tests.conftest import EMAIL, catalog

Run = Callable[..., Import]


def edited(run_import: Run, user_id: int | None = None) -> int:
    """An import of four products over one that was there; two are changed since, one is gone. Its change set."""
    run_import("sku,name\nZ,Old name\nY,Old chair\n")
    row = run_import("sku,name\nA,Lamp\nB,Chair\nC,Desk\nz,New name\ny,New chair\n")
    lamp, chair, known = (products.by_sku(sku) for sku in ("A", "B", "Y"))
    products.update(lamp.id, 1, {"name": "My lamp"}, user_id=user_id)
    products.delete(chair.id, 1, user_id=user_id)
    products.update(known.id, 2, {"price": "1"}, user_id=user_id)
    assert row.change_set_id
    return row.change_set_id


def test_a_preview_says_what_goes_returns_and_is_kept_and_by_whom(
    client: FlaskClient, run_import: Run
) -> None:
    ann = accounts.by_email(EMAIL)
    change_set_id = edited(run_import, ann.id if ann else None)
    before = catalog()
    would = previewing.preview(change_set_id)
    assert (would.created, would.updated, would.deleted, would.skipped) == (0, 1, 1, 3)
    kept = {row.sku: (row.reason, row.email) for row in would.kept}
    changed = ("changed", EMAIL)
    assert kept == {"A": changed, "B": ("deleted", EMAIL), "y": changed}
    assert catalog() == before  # it only looks
    page = client.get(f"/changes/{change_set_id}/undo").text
    assert "Undo now" in page and "My lamp" in page and EMAIL in page
    done = bulk.now(many.Task("undo", undoes_id=change_set_id))
    assert (done.updated, done.deleted, done.skipped) == (1, 1, 3)


def test_the_kept_are_paged(run_import: Run, app: Flask) -> None:
    change_set_id = edited(run_import)
    skus, after = [], 0
    for _ in range(3):
        would = previewing.preview(change_set_id, after, 1)
        skus += [row.sku for row in would.kept]
        after = would.next_cursor or 0
    assert sorted(skus) == ["A", "B", "y"] and would.next_cursor is None


def test_what_was_undone_has_no_preview_but_a_reason(
    client: FlaskClient, run_import: Run
) -> None:
    row = run_import("sku,name\nA,Lamp\nB,Chair\n")
    page = f"/changes/{row.change_set_id}/undo"
    assert "2</b><span>created: will go" in client.get(page).text
    bulk.now(many.Task("undo", undoes_id=row.change_set_id))
    with pytest.raises(undoing.NotUndoable):
        previewing.preview(row.change_set_id or 0)
    answer = client.get(page)
    assert answer.status_code == 409 and "It was undone already" in answer.text


def test_a_sku_that_is_another_products_by_now_is_the_reason(app: Flask) -> None:
    first = products.create({"sku": "A1", "name": "x"}, user_id=None)
    deleted = products.delete(first.id, 1, user_id=None)
    products.create({"sku": "a1", "name": "y"}, user_id=None)
    would = previewing.preview(deleted)
    assert (would.created, would.skipped) == (0, 1)
    assert [row.reason for row in would.kept] == ["sku_taken"]


def test_a_redo_tells_outsiders_that_the_import_is_completed_again(
    run_import: Run,
) -> None:
    row = run_import("sku,name\nA,Lamp\n")
    undone = bulk.now(many.Task("undo", undoes_id=row.change_set_id))
    bulk.now(many.Task("undo", undoes_id=undone.change_set_id))
    query = "SELECT type, payload::json->'data'->>'redo_id' FROM webhook_events WHERE type LIKE 'import.%' ORDER BY id"
    with db.engine.connect() as connection:
        events = [tuple(event) for event in connection.execute(text(query))]
    assert events == [
        ("import.completed", None),
        ("import.undone", None),
        ("import.completed", "3"),
    ]


def test_a_bulk_change_is_called_by_what_it_did(
    client: FlaskClient, run_import: Run
) -> None:
    run_import("sku,name\nA,Lamp\nB,Chair\nC,Desk\n")
    bulk.now(many.Task("set", {"ids": [1, 2]}, {"price": "1"}))
    bulk.now(many.Task("delete", {"ids": [1, 2]}))
    page = client.get("/changes").text
    assert "Change products" in page and "Delete products" in page
