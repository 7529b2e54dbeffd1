"""A ZIP archive of several tables: each an import of its own, or all one. The rest of an import's life is as ever."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from catalog import importer
from catalog.imports import control, reviews
from catalog.imports.intake import receive, uploads
from catalog.imports.rejected import corrections, rows
from catalog.imports.run import archive, turns
from catalog.imports.sources import registry, running
from catalog.models import Import, db
from catalog.people import COMMAND_LINE, Actor
from catalog.runtime.work import queue
from tests.conftest import catalog, counts
from tests.importer.test_formats import zipped
from tests.support.programs import Program, problem
from tests.support.suppliers import Supplier

Run = Callable[..., Import]
A = b"sku,name,colour\nA1,Lamp,red\nB9,Old,\n"
B = "Colour;SKU;NAME\ngrün;B1;Käse\nx;B2;\nrot;b9;New\n".encode()
FILE = zipped(**{"a__csv": A, "list/b__csv": B, "readme__txt": b"hello"})


def ran(import_id: int) -> Import:
    """The import after a worker had it, whosever turn it was."""
    turns.run(import_id)
    db.session.expire_all()
    return db.session.get_one(Import, import_id)


def test_several_tables_are_rejected_until_somebody_says_what_they_are(run_import: Run) -> None:
    row = run_import(FILE)
    assert row.held and row.questions[0]["option"] == "members"
    assert control.retry(COMMAND_LINE, row.id, importer.Options(members="joined"))
    assert counts(ran(row.id)) == {"rows": 5, "created": 3, "duplicates": 1, "rejected": 1}


def test_an_import_of_another_table_bears_its_name(run_import: Run) -> None:
    file = zipped(a__csv=b'sku,name\nA1,"open\n', b__csv=b"sku,name\nB1,x\n")
    row = run_import(file, members="each")
    assert (row.state, row.filename) == ("failed", "test.csv: a.csv")
    assert control.retry(COMMAND_LINE, row.id, importer.Options(sheet="b.csv"))
    again = ran(row.id)
    assert (again.filename, counts(again)) == ("test.csv: b.csv", {"rows": 1, "created": 1})


def test_each_table_is_an_import_with_its_own_name_counts_and_file(run_import: Run) -> None:
    before = uploads.storage().used_bytes()
    first = run_import(FILE, members="each", blank="keep")
    assert first.filename == "test.csv: a.csv" and first.options["sheet"] == "a.csv"
    assert first.options["members"] == "" and first.understood["part"] == "a.csv"
    assert first.understood["left_out"] == [["readme.txt", "it is text without rows"]]
    assert counts(first) == {"rows": 2, "created": 2}
    second = ran(2)
    assert second.filename == "test.csv: list/b.csv" and second.state == "completed"
    assert counts(second) == {"rows": 3, "created": 1, "updated": 1, "rejected": 1}
    assert second.recent_errors[0]["line"] == 3
    assert (second.sha256, second.size) == (first.sha256, first.size)
    assert [one.id for one in archive.siblings(second)] == [1, 2]
    assert [row[:2] for row in catalog()] == [("A1", "Lamp"), ("B1", "Käse"), ("b9", "New")]
    # One file on the disk, and each lets go of it by itself.
    storage = uploads.storage()
    assert storage.used_bytes() - before == len(FILE)
    first_row = db.session.get_one(Import, 1)
    storage.delete(first_row.storage_key)
    assert storage.exists(second.storage_key)
    assert receive.same(second.sha256, "list/b.csv").id == 2
    assert receive.same(second.sha256, "c.csv") is None


def test_the_others_are_queued_in_order_and_a_second_worker_makes_them_once(run_import: Run) -> None:
    run_import(FILE, members="each")
    assert queue.waiting(queue.IMPORTS) == 2
    assert ran(2).state == "completed" and ran(1).state == "completed"
    assert db.session.query(Import).count() == 2


def test_what_goes_wrong_while_they_are_made_leaves_nothing(run_import: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(archive, "_other", full)
    row = run_import(FILE, members="each")
    assert (row.state, row.filename, row.first_id) == ("failed", "test.csv", None)
    assert db.session.query(Import).count() == 1


def test_a_sync_of_each_table_would_take_out_what_the_others_brought(run_import: Run) -> None:
    row = run_import(FILE, members="each", mode="sync")
    assert row.state == "failed" and row.cures == ["members", "sheet"]
    assert control.retry(COMMAND_LINE, row.id, importer.Options(mode="sync", sheet="a.csv"))
    assert counts(ran(row.id)) == {"rows": 2, "created": 2}


def test_a_joined_row_that_is_replaced_knows_the_file_that_does_it(run_import: Run, client: FlaskClient) -> None:
    row = run_import(FILE, members="joined", review=True)
    (line,) = reviews.page(row, importer.Wanted(actions=("duplicates",))).rows
    assert (line.sku, line.member, line.line) == ("B9", "a.csv", 3)
    assert (line.overwritten_in, line.overwritten_by) == ("list/b.csv", 4)
    shown = client.get("/imports/1/plan?what=duplicates").text
    assert "overwritten by line 4 of list/b.csv" in shown


def test_joined_rows_know_their_file_and_line_through_their_whole_life(run_import: Run, client: FlaskClient) -> None:
    row = run_import(FILE, members="joined")
    assert counts(row) == {"rows": 5, "created": 3, "duplicates": 1, "rejected": 1}
    assert row.understood["part"] == "" and len(row.understood["members"]) == 2
    page = client.get("/imports/1").text
    assert "list/b.csv, 3</span>" in page and "The cell is empty" in page and "readme.txt" in page
    story = client.get("/products/3").text
    assert "line 4 of" in story and "list/b.csv" in story
    # The rejected rows as a file: the columns of the first, and it imports again.
    file = b"".join(rows.as_csv(1))
    header, refused = file.decode("utf-8-sig").splitlines()
    assert header == "sku,name,colour,error_code,error"
    assert refused.startswith('B2,,x,name_blank,"list/b.csv, line 3, name:')
    again = run_import(file.replace(b"B2,,", b"B2,Brie,"), **row.options)
    assert counts(again) == {"rows": 1, "created": 1}
    # Corrected in place, wrongly first: the message still says where.
    (error,) = rows.page(1).rows
    told = rows.placed(row, error)
    assert (told["member"], told["line"], error.line) == ("list/b.csv", 3, 7)
    corrections.correct(COMMAND_LINE, row, error.row, ["", "Brie", "x"])
    corrections.run_again(Actor("cli"), 1)
    assert ran(1).rejected == 1
    (error,) = rows.page(1).rows
    assert error.message.startswith("list/b.csv, line 3, sku: the cell is empty")
    # And all of it once more from a bundle.
    same = run_import(client.get("/imports/1/bundle.zip").data)
    assert same.options["members"] == "joined" and same.options["delimiter"] == ""
    assert counts(same)["rows"] == 5


def test_programs_say_what_the_tables_are_and_see_what_became_of_each(writer: Program, app: Flask) -> None:
    def send(path: str, **options: str) -> Any:
        data = {"file": (io.BytesIO(FILE), "spring.zip")} | options
        return writer.ask("POST", path, data=data)

    seen = send("/imports/look").json
    assert seen["cures"] == ["members", "sheet"]
    assert [(m["name"], m["left_out"]) for m in seen["members"]] == [
        ("a.csv", ""),
        ("list/b.csv", ""),
        ("readme.txt", "it is text without rows"),
    ]
    assert send("/imports/look", members="joined").json["problem"] is None
    problem(send("/imports", members="some"), 422, "invalid")
    made = send("/imports", members="joined").json
    assert made["batch"] == [] and ran(made["id"]).state == "completed"
    (error,) = writer.ask("GET", f"/imports/{made['id']}/errors").json["errors"]
    assert (error["member"], error["line"], error["row"]) == ("list/b.csv", 3, 4)
    place = f"/imports/{made['id']}/errors/4"
    fixed = writer.ask("PATCH", place, json={"set": {"name": "Brie"}}).json
    assert (fixed["member"], fixed["corrected"]) == ("list/b.csv", ["B2", "Brie", "x"])
    story = writer.ask("GET", "/products/3/history").json["changes"][0]
    assert (story["member"], story["line"]) == ("list/b.csv", 4)
    first = send("/imports", members="each", review="true").json["id"]
    assert ran(first).state == "review"
    told = writer.ask("GET", f"/imports/{first}").json
    assert told["batch"] == [first, first + 1]
    assert told["filename"] == "spring.zip: a.csv" and told["same_as"] == made["id"]
    joined = send("/imports", members="joined", review="true").json["id"]
    ran(joined)
    lines = writer.ask("GET", f"/imports/{joined}/plan?action=unchanged").json["lines"]
    assert [(one["member"], one["line"]) for one in lines] == [("a.csv", 2), ("list/b.csv", 2), ("list/b.csv", 4)]


def test_a_source_of_an_archive_makes_its_imports_and_knows_when_one_failed(
    app: Flask, allowed: Any, supplier: Supplier
) -> None:
    supplier.file, supplier.etag = FILE, ""
    options = importer.Options(members="each", mode="create")
    source = registry.create(COMMAND_LINE, registry.Draft("Acme", supplier.url, options)).id
    done = running.run(source)
    assert done is not None and (done.outcome, done.import_id) == ("imported", 1)
    ran(1)
    assert ran(2).state == "completed"
    assert running.run(source).outcome == "unchanged"
    db.session.get_one(Import, 2).state = "failed"
    db.session.commit()
    assert running.run(source).outcome == "imported"
