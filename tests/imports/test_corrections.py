"""Rejected rows are corrected and run again under their import; none is lost, counted twice or put back by another."""

from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from catalog import importer, jobs
from catalog.cli.command_line import main
from catalog.importer import Rejected
from catalog.imports import control, reviews
from catalog.imports.intake import receive, uploads
from catalog.imports.rejected import corrections, rows
from catalog.imports.report import log as import_log
from catalog.imports.run import corrected_rows
from catalog.imports.run.task import Task
from catalog.imports.waiting import rows as waiting_rows
from catalog.models import ChangeSet, Import, Product, RowCorrection, db
from catalog.people import COMMAND_LINE, Actor
from catalog.products import editing
from catalog.products.bulk import jobs as bulk_jobs, tasks
from tests.conftest import catalog, counts, csrf
from tests.support.live import environment
from tests.support.programs import Program, problem

Run = Callable[..., Import]

FILE = (
    "sku,name,price,colour\n"
    "A1,Lamp,1,red\n"  # 1
    "A2,Chair,much,\n"  # 2
    ",Desk,2,\n"  # 3: will be a1, which is older
    "A3,,3,\n"  # 4: a later row of it is there
    "a3,Sofa,4,\n"  # 5
    'A4,"Bed",5 each,\n'  # 6
    "A5,Rug,6 each,\n"  # 7
    "A6,Mat\n"  # 8
    "A7,Cup,7,a,b\n"  # 9
)


def fix(row: Import, number: int, **values: str) -> None:
    """Change some cells of a rejected row."""
    error = rows.get(row.id, number)
    assert error is not None
    corrections.correct(COMMAND_LINE, row, number, corrections.changed(row, error, values))


def run_again(row: Import) -> Import:
    """Ask for it, and do what a worker would."""
    corrections.run_again(Actor("page"), row.id)
    jobs.run_import(row.id)
    return after(row)


def after(row: Import) -> Import:
    """The import as it is now."""
    found = control.get(row.id)
    assert found is not None
    db.session.expunge(found)
    assert found.rows == sum(v for k, v in counts(found).items() if k != "rows")
    kept = db.session.scalar(text("SELECT count(*) FROM row_errors"))
    assert kept == found.rejected
    return found


def prices() -> dict[str, Any]:
    """SKU -> price."""
    return {str(p[0]): p[3] and str(p[3]) for p in catalog()}


def test_corrected_rows_go_in_and_the_counts_follow(run_import: Run) -> None:
    row = run_import(FILE)
    assert counts(row) == {"rows": 9, "created": 2, "rejected": 7}
    fix(row, 2, price="20")
    fix(row, 3, sku="a1")
    fix(row, 4, name="Old sofa")
    fix(row, 9, price="still wrong")
    assert corrections.replace(COMMAND_LINE, row, "price_invalid", "price", " each", "") == 2
    done = run_again(row)
    assert done.state == "completed" and done.error is None
    assert counts(done) == {"rows": 9, "created": 5, "updated": 1, "duplicates": 1, "rejected": 2}
    assert prices() == {"A2": "20", "A4": "5", "A5": "6", "a1": "2", "a3": "4"}
    assert (done.seconds if hasattr(done, "seconds") else control.seconds(done)) == control.seconds(row)
    lines = db.session.execute(select(Product.sku, Product.source_line)).all()
    assert ("A2", 3) in lines and ("a1", 4) in lines
    left = rows.page(row.id).rows
    assert [(e.row, e.code, e.corrected) for e in left] == [(8, "too_few_cells", None), (9, "price_invalid", None)]
    assert left[1].message.startswith("Line 10, price: 'still wrong'")


def test_rows_that_were_corrected_earlier_are_rows_of_the_file(run_import: Run) -> None:
    row = run_import("sku,name\n,Early\n,Late\nB1,x\n")
    fix(row, 2, sku="A1")
    run_again(row)
    fix(row, 1, sku="a1")
    done = run_again(row)
    assert counts(done) == {"rows": 3, "created": 2, "duplicates": 1}
    assert [p[:2] for p in catalog()] == [("A1", "Late"), ("B1", "x")]
    kept = db.session.scalars(select(RowCorrection).order_by(RowCorrection.row)).all()
    assert [(c.corrected, bool(c.change_set_id)) for c in kept] == [(["a1", "Early"], False), (["A1", "Late"], True)]


def told(row: Import) -> list[str]:
    """The log of an import, from its first worker on, in words."""
    return [line.words for line in import_log.log(after(row))][1:]


def test_the_log_tells_each_run_what_it_did_itself(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,x,1\nA2,x,a\nA3,x,b\nA4,x,c\n")
    first = told(row)
    assert first[-1] == "Completed: 4 rows = 1 created + 3 rejected."
    fix(row, 2, price="2")
    fix(row, 3, price="3")
    run_again(row)
    assert told(row)[: len(first)] == first
    worker, rerun = told(row)[-2:]
    assert worker.startswith("Worker ") and len(told(row)) == len(first) + 3
    assert rerun == "2 fixed rows: 2 imported, 0 still rejected."


def test_rows_that_are_left_out_are_not_told_as_imported(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,x,1\nA2,x,a\nA3,x,b\n")
    fix(row, 2, price="2")
    fix(row, 3, sku="", name="", price="")
    done = run_again(row)
    assert counts(done) == {"rows": 3, "created": 2, "blank": 1}
    assert told(row)[-1] == "2 fixed rows: 1 imported, 1 left out, 0 still rejected."


def test_the_log_of_corrected_rows_that_are_worked_on_tells_no_phase_of_the_file(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run_import("sku,name\n,x\n")
    fix(row, 1, sku="A2")
    seen: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(corrected_rows.Run, "carry_out", lambda *_: seen.extend(told(row)))
        run_again(row)
    assert seen[-2].startswith("The fixed rows were queued")
    assert seen[-1].startswith("Worker ")


def test_an_end_that_was_kept_without_counts_is_told_from_the_row(run_import: Run) -> None:
    row = run_import("sku,name\nA1,x\n")
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE import_events SET details = details - 'created' - 'updated'"))
    assert told(row)[-1] == "Completed: 1 row = 1 created."


def test_a_correction_overwrites_what_was_changed_by_hand(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,Lamp,1\nA1,Lamp,x\n")
    (product,) = db.session.scalars(select(Product))
    editing.update(Actor("page"), product.id, product.version, {"price": "9"})
    fix(row, 2, price="3")
    assert counts(run_again(row)) == {"rows": 2, "created": 1, "updated": 1}
    assert prices() == {"A1": "3"}


def test_an_undo_takes_all_change_sets_of_the_import_back(run_import: Run) -> None:
    run_import("sku,name,price\nA1,Lamp,1\n")
    before = catalog()
    row = run_import("sku,name,price\nA1,Lamp,2\nA1,Lamp,x\nA2,y,z\n")
    fix(row, 2, price="3")
    fix(row, 3, price="4")
    assert counts(run_again(row)) == {"rows": 3, "created": 1, "updated": 2}
    done = bulk_jobs.submit(COMMAND_LINE, tasks.Task("undo", undoes_id=row.change_set_id))
    assert isinstance(done, tasks.Tally) and (done.updated, done.deleted) == (2, 1)
    assert catalog() == before and after(row).state == "undone"
    assert done.change_set_id is not None
    bulk_jobs.submit(COMMAND_LINE, tasks.Task("undo", undoes_id=done.change_set_id))
    assert prices() == {"A1": "2"} and after(row).state == "completed"


def test_a_run_that_fails_or_is_cancelled_leaves_all_as_it_was(
    run_import: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = run_import("sku,name\nA1,Lamp\n,x\n")
    fix(row, 2, sku="A2")
    corrections.run_again(Actor("page"), row.id)
    with pytest.raises(corrections.NotNow, match="is running"):
        fix(row, 2, sku="A3")
    assert control.cancel(COMMAND_LINE, row.id)
    jobs.run_import(row.id)
    assert "Cancel was pressed" in str(after(row).error)

    def fail(*_: object) -> None:
        raise Rejected("No.")

    with monkeypatch.context() as patch:
        patch.setattr(corrected_rows, "apply", fail)
        assert "No." in str(run_again(row).error)
    assert counts(after(row)) == {"rows": 2, "created": 1, "rejected": 1}
    assert counts(run_again(row)) == {"rows": 2, "created": 2}
    tables = text("SELECT count(*) FROM pg_class WHERE relname ~ '^import_[0-9]'")
    assert db.session.scalar(tables) == 0
    assert len(db.session.scalars(select(ChangeSet)).all()) == 2


def test_fixed_rows_whose_file_was_deleted_lead_to_what_can_be_done(run_import: Run) -> None:
    row = run_import("sku,name\nA1,Lamp\nA1,x\n,x\n")
    fix(row, 3, sku="A2")
    uploads.storage().delete(row.storage_key)
    error = str(run_again(row).error)
    assert "The stored file was deleted" in error and "import them as a new file." in error
    assert "A2" in b"".join(rows.as_csv(row.id)).decode()


def test_a_killed_run_is_taken_over(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    row = run_import("sku,name\n,x\n")
    fix(row, 1, sku="A2")
    corrections.run_again(Actor("page"), row.id)

    def die(task: Task, *_: object) -> None:
        task.lease.stop()
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(corrected_rows, "_complete", die)
        with pytest.raises(SystemExit):
            jobs.run_import(row.id)
    expire = text("UPDATE imports SET lease_expires_at = now() - interval '1 second'")
    with db.engine.begin() as connection:
        connection.execute(expire)
    assert row.id in waiting_rows.startable()
    jobs.run_import(row.id)
    assert counts(after(row)) == {"rows": 1, "created": 1}


@pytest.mark.parametrize("file, state", [("nonsense", "failed"), ("sku,name\nA1,x\n", "completed")])
def test_where_there_is_nothing_to_run_again_that_is_said(run_import: Run, file: str, state: str) -> None:
    row = run_import(file)
    assert row.state == state
    with pytest.raises(corrections.NotNow):
        corrections.run_again(Actor("page"), row.id)


def test_the_whole_story_on_the_page_without_javascript(client: FlaskClient, run_import: Run) -> None:
    row = run_import(FILE)
    page = client.get(f"/imports/{row.id}?code=price_invalid").text
    token, errors = csrf(page), f"/imports/{row.id}/errors"
    asked = {"csrf_token": token, "code": "price_invalid", "action": "replace", "column": "2", "find": " each"}
    told = client.post(f"{errors}/fix", data=asked, follow_redirects=True).text
    assert "2 rows changed." in told and "Import fixed rows" in told
    form = client.get(f"{errors}/2").text
    assert 'value="much"' in form and "not a plain number" in form
    cells = {"csrf_token": token, "cell": ["A2", "Chair", "2.50", ""]}
    assert client.post(f"{errors}/2", data=cells).status_code == 303
    assert client.post(f"{errors}/2", data=cells | {"cell": ["x"]}).status_code == 422
    assert client.get(f"{errors}/1").status_code == 404
    client.post(f"{errors}/run", data={"csrf_token": token})
    assert after(row).state == "queued"
    jobs.run_import(row.id)
    assert counts(after(row))["created"] == 5
    shown = client.get(f"/changes/{row.change_set_id + 1}").text
    assert f"/imports/{row.id}" in shown


def test_the_whole_story_over_the_api(writer: Program, run_import: Run) -> None:
    row = run_import(FILE)
    there = f"/imports/{row.id}/errors"
    told = writer.ask("PATCH", f"{there}/2", json={"set": {"price": "20"}}).json
    assert told["corrected"] == ["A2", "Chair", "20", ""]
    asked = {"code": "price_invalid", "column": "price", "find": " each"}
    told = writer.ask("POST", f"{there}/replace", json=asked).json
    assert told == {"corrected": 2}
    problem(writer.ask("PATCH", f"{there}/2", json={"set": {"no": "x"}}), 422, "invalid")
    problem(writer.ask("PATCH", f"{there}/1", json={"cells": []}), 404, "not_found")
    assert writer.ask("POST", f"{there}/run").json["state"] == "queued"
    problem(writer.ask("POST", f"{there}/run"), 409, "not_now")
    jobs.run_import(row.id)
    assert counts(after(row))["created"] == 5


def test_the_command_says_how_many_rows_it_corrected(app: Flask, run_import: Run) -> None:
    run_import(FILE)
    env = environment(app.config["SETTINGS"])

    def said(*arguments: str) -> str:
        return CliRunner().invoke(main, ["correct", "1", *arguments], env=env).stderr

    assert said("--row", "2", "--set", "price=20") == "1 row corrected.\n"
    draft = ("--code", "price_invalid", "--column", "price", "--find")
    assert said(*draft, " each") == "2 rows corrected.\n"
    assert said(*draft, "20") == "1 row corrected.\n"
    assert said(*draft, "nowhere") == "0 rows corrected.\n"


def test_a_file_that_is_imported_again_keeps_the_corrections_of_its_rows(run_import: Run) -> None:
    """Those that were run and those that wait, whatever they were corrected to; nothing is counted twice."""
    row = run_import("sku,name,price\nA1,x,a\nA2,x,b\nA3,x,c\nA4,x,4\n")
    fix(row, 1, price="1")
    run_again(row)
    fix(row, 2, price="2")
    fix(row, 3, price="still wrong")
    again = receive.repeat(Actor("page"), row)
    jobs.run_import(again.id)
    done = control.get(again.id)
    assert done is not None
    assert (done.state, done.outcome) == ("completed", "part")
    assert counts(done) == {"rows": 4, "created": 1, "unchanged": 2, "rejected": 1}
    assert prices() == {"A1": "1", "A2": "2", "A4": "4"}
    (left,) = rows.page(again.id).rows
    assert (left.row, left.cells) == (3, ["A3", "x", "still wrong"])
    fix(done, 3, price="3")  # and the rest goes on as ever
    corrections.run_again(Actor("page"), again.id)
    jobs.run_import(again.id)
    done = control.get(again.id)
    assert done is not None and done.outcome == "all"
    assert counts(done) == {"rows": 4, "created": 2, "unchanged": 2}


def test_a_retry_keeps_the_corrections_of_its_rows(run_import: Run) -> None:
    """In another way of reading those whose cells are the same."""
    row = run_import("sku,name,price\nA1,x,a\nA2,x,b\n")
    assert row.outcome == "none"
    fix(row, 1, price="1")
    assert control.retry(COMMAND_LINE, row.id)
    jobs.run_import(row.id)
    assert counts(after(row)) == {"rows": 2, "created": 1, "rejected": 1}
    other = run_import("x\nsku,name,price\nB1,x,a\nB2,x,b\n")
    fix(other, 1, price="1")
    options = importer.Options.from_json(other.options)
    assert control.retry(COMMAND_LINE, other.id, options.with_reading(delimiter=",", skip=1))
    jobs.run_import(other.id)
    assert prices() == {"A1": "1", "B1": "1"}
    assert db.session.scalars(select(RowCorrection.row)).all() == [1, 1]


def test_corrections_that_a_review_shows_are_those_that_are_applied(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,x,a\nA2,x,b\n")
    fix(row, 1, price="1")
    options = importer.Options.from_json(row.options)
    assert control.retry(COMMAND_LINE, row.id, options.with_reading(review=True))
    jobs.run_import(row.id)
    waits = after(row)
    assert (waits.state, waits.created, waits.rejected) == ("review", 1, 1)
    reviews.apply(COMMAND_LINE, waits)
    jobs.run_import(row.id)
    assert counts(after(row)) == {"rows": 2, "created": 1, "rejected": 1}
    (kept,) = db.session.scalars(select(RowCorrection))
    assert (kept.row, kept.change_set_id) == (1, after(row).change_set_id)
