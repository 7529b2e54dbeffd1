"""How far the rows of a file were taken: all, part, none. Only none is a failure, and its rows can be corrected."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from catalog import jobs
from catalog.imports import control, past
from catalog.imports.intake import receive
from catalog.imports.rejected import corrections, rows
from catalog.imports.report import summary, wording
from catalog.imports.report.log import log
from catalog.imports.run import whole_file
from catalog.models import COUNTS, Import, Product, db
from catalog.people import COMMAND_LINE, Actor
from catalog.runtime.work import failpoints, lease
from tests.cli.test_cli import invoke
from tests.conftest import counts, create, csrf
from tests.support.programs import Program

Run = Callable[..., Import]

NONE = "sku,name,price\nA1,Lamp,much\nA2,Chair,more\n,,\n"
PART = "sku,name,price\nA1,Lamp,1\nA2,Chair,more\n"
ALL = "sku,name,price\nA1,Lamp,1\nA2,Chair,2\n"


def now(number: int) -> Import:
    """The import as it is now."""
    row = control.get(number)
    assert row is not None
    return row


def correct_all(row: Import) -> Import:
    """The import once its rejected rows have a price and were run again."""
    for error in rows.page(row.id).rows:
        cells = rows.cells(row, error)
        corrections.correct(COMMAND_LINE, row, error.row, [*cells[:2], "3.50"])
    return again(row.id)


def again(number: int) -> Import:
    """The import once its corrected rows were run."""
    corrections.run_again(Actor("page"), number)
    jobs.run_import(number)
    return now(number)


def events(kind: str) -> list[dict[str, Any]]:
    """The data of the events of a type, oldest first."""
    found = text("SELECT CAST(payload AS jsonb) -> 'data' FROM webhook_events WHERE type = :kind ORDER BY id")
    with db.engine.connect() as connection:
        return list(connection.scalars(found, {"kind": kind}))


@pytest.mark.parametrize(
    "file, state, how", [(NONE, "failed", "none"), (PART, "completed", "part"), (ALL, "completed", "all")]
)
def test_three_outcomes(run_import: Run, file: str, state: str, how: str) -> None:
    row = run_import(file)
    assert (row.state, row.outcome) == (state, how)
    assert row.rows == sum(getattr(row, name) for name in COUNTS)


def test_an_import_of_which_no_row_was_taken_keeps_all_that_is_known(run_import: Run) -> None:
    row = run_import(NONE)
    assert counts(row) == {"rows": 3, "rejected": 2, "blank": 1}
    assert row.error == "No products imported: both rows were rejected."
    (stop,) = row.stopped
    assert (stop["kind"], stop["message"], len(stop["examples"])) == ("rejected", row.error, 2)
    assert rows.codes(row.id) == {"price_invalid": 2}
    assert b"".join(rows.as_csv(row.id)).count(b"price_invalid") == 2
    (told,) = events("import.failed")
    assert (told["rows"], told["rejected"], told["blank"], told["outcome"]) == (3, 2, 1, "none")
    assert events("import.completed") == []
    assert receive.same(row.sha256) is None


def test_warnings_of_rejected_rows_are_kept(run_import: Run) -> None:
    row = run_import("sku,name,price\nA1,=1+1,much\n")
    assert row.outcome == "none" and [w["code"] for w in row.warnings] == ["formula"]


@pytest.mark.parametrize(
    "options", [{}, {"confirmed": True}, {"review": True}, {"absent": "delete", "confirmed": True}]
)
def test_a_sync_of_which_no_row_was_taken_touches_no_product(run_import: Run, options: dict[str, Any]) -> None:
    run_import(ALL)
    row = run_import(NONE, mode="sync", **options)
    assert (row.state, row.outcome, row.deactivated, row.removed) == ("failed", "none", 0, 0)
    assert [p.active for p in db.session.query(Product)] == [True, True]


def test_an_end_without_a_row_is_written_once_whatever_becomes_of_its_worker(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = create(NONE).id

    def die(place: str) -> None:
        if place == "before_commit":
            raise lease.LeaseLost

    with monkeypatch.context() as patch:
        patch.setattr(failpoints, "reach", die)
        whole_file.run(number)
    assert (now(number).state, events("import.failed")) == ("reading", [])
    with db.engine.begin() as connection:
        connection.execute(text("UPDATE imports SET lease_expires_at = now() - interval '1 second'"))
    whole_file.run(number)
    assert (now(number).state, now(number).takes) == ("failed", 2)
    assert counts(now(number)) == {"rows": 3, "rejected": 2, "blank": 1}
    assert sum(rows.codes(number).values()) == 2
    assert len(events("import.failed")) == 1


def test_a_policy_that_stops_a_file_leaves_nothing_to_correct(run_import: Run) -> None:
    row = run_import(PART, max_errors="0")
    assert (row.state, row.outcome) == ("failed", None)
    assert summary.outcome_of(row) is events("import.failed")[0]["outcome"] is None
    assert row.stopped[0]["kind"] == "too_many_rejected"
    with pytest.raises(corrections.NotNow):
        corrections.correct(COMMAND_LINE, row, 2, ["A2", "Chair", "3"])


def test_rows_that_were_all_rejected_are_corrected_and_complete_the_import(
    client: FlaskClient, run_import: Run
) -> None:
    row = correct_all(run_import(NONE))
    assert (row.state, row.outcome, row.error, row.stopped) == ("completed", "all", None, [])
    assert counts(row) == {"rows": 3, "created": 2, "blank": 1}
    assert events("import.completed")[0]["outcome"] == "all"
    page = client.get(f"/imports/{row.id}").text
    assert "Undo import" in page and "2 products created" in page
    undo = {"csrf_token": csrf(page)}
    client.post(f"/changes/{row.change_set_id}/undo", data=undo)
    assert now(row.id).state in ("undone", "completed")


def test_skipped_rows_are_not_told_as_imported(client: FlaskClient, run_import: Run) -> None:
    row = run_import("sku,name,price\nA,Lamp,1\nB,Bed,2\n", mode="update")
    page = client.get(f"/imports/{row.id}").text
    assert "No product changed" in page and "Already up to date" not in page
    assert "2 rows were skipped, because only existing products are updated." in page
    row = run_import("sku,name,price\nA,Lamp,1\nB,Bed,much\n", mode="update")
    assert "0 of 2 rows imported, 1 skipped, 1 needs attention" in client.get(f"/imports/{row.id}").text


def test_corrected_rows_that_are_rejected_again_say_so(client: FlaskClient, run_import: Run) -> None:
    row = run_import(NONE)
    corrections.replace(COMMAND_LINE, row, "price_invalid", "price", "m", "n")
    row = again(row.id)
    assert (row.state, row.outcome) == ("failed", "none")
    assert row.error == "No products imported: both rows were rejected."
    assert row.reran == {"rows": 2, "taken": 0, "left_out": 0, "rejected": 2, "codes": {"price_invalid": 2}}
    page = client.get(f"/imports/{row.id}").text
    assert "2 fixed rows: 0 imported, 2 still rejected" in page
    assert any("2 fixed rows: 0 imported, 2 still rejected" in line.words for line in log(row))
    row = correct_all(row)
    assert (row.state, row.reran["taken"]) == ("completed", 2)


def test_a_cancelled_run_of_corrected_rows_leaves_the_import_failed(run_import: Run) -> None:
    row = run_import(NONE)
    corrections.correct(COMMAND_LINE, row, 1, ["A1", "Lamp", "1"])
    corrections.run_again(Actor("page"), row.id)
    control.cancel(COMMAND_LINE, row.id)
    jobs.run_import(row.id)
    row = now(row.id)
    assert (row.state, row.outcome, corrections.waiting(row.id)) == ("failed", "none", 1)


def test_the_command_says_which_of_the_three(app: Flask, tmp_path: Path) -> None:
    files = {name: tmp_path / f"{name}.csv" for name in ("none", "part")}
    files["none"].write_text(NONE)
    files["part"].write_text(PART.replace("Lamp", "=1+1"))
    none = invoke(app, "import", str(files["none"]))
    assert none.returncode == 1
    assert "No products imported: both rows were rejected." in none.stdout
    part = invoke(app, "import", str(files["part"]))
    assert part.returncode == 0
    assert "1 of 2 rows imported, 1 needs attention" in part.stdout
    assert "Warning (formula): 1 cell holds a formula" in part.stderr and "line 2, name: =1+1" in part.stderr
    told = json.loads(invoke(app, "import", "--json", str(files["none"])).stdout)
    assert (told["state"], told["outcome"], told["stopped"][0]["kind"]) == ("failed", "none", "rejected")


def test_rows_that_may_be_missing_are_told_at_every_door(
    app: Flask, client: FlaskClient, writer: Program, tmp_path: Path
) -> None:
    """No row was rejected: the outcome is `all`; words say that rows are inside a cell, and nothing is green."""
    lines = [f"A{n},Lamp {n},text,x" for n in range(1, 10)]
    lines[2] = 'A3,Lamp 3,"text,x'
    lines[5] = 'A6,Lamp 6,text",x'
    path = tmp_path / "quotes.csv"
    path.write_text("sku,name,note,size\n" + "\n".join(lines) + "\n")
    ended = invoke(app, "import", str(path))
    words = "3 rows may be missing: their text is inside quoted cells."
    assert ended.returncode == 0 and words in ended.stdout
    (one,) = writer.ask("GET", "/imports").json["imports"]
    assert one["outcome"] == "all"
    assert [(w["kind"], w["count"]) for w in one["warnings"]] == [("rows_in_cells", 3)]
    page = client.get(f"/imports/{one['id']}").text
    assert words in page and '<div class="verdict" data-tone="wait">' in page
    for shown in (page, client.get("/imports").text):
        assert "</svg>Rows may be missing</span>" in shown
        assert "</svg>Completed</span>" not in shown


def test_the_exit_code_of_corrected_rows_is_that_of_their_run(app: Flask, run_import: Run) -> None:
    row = run_import(PART)
    some = ("correct", str(row.id), "--row", "2", "--run", "--set")
    failed = invoke(app, *some, "price=still more")
    assert failed.returncode == 1
    assert "1 fixed row: 0 imported, 1 still rejected" in failed.stdout
    assert invoke(app, *some, "price=2").returncode == 0


def test_the_page_says_which_of_the_three(client: FlaskClient, run_import: Run) -> None:
    said = {}
    for file in (NONE, PART, ALL):
        row = run_import(file)
        said[file] = client.get(f"/imports/{row.id}").text
    assert "No products imported: both rows were rejected" in said[NONE]
    assert "Already up to date" not in said[NONE]
    assert "1 of 2 rows imported, 1 needs attention" in said[PART]
    assert '<div class="verdict" data-tone="wait">' in said[PART] and 'data-tone="bad"' in said[NONE]
    assert 'data-tone="good"' in said[ALL] and "needs attention" not in said[ALL]
    history = client.get("/imports").text
    assert "Partly imported" in history and "No products imported" in history
    only = client.get("/imports?outcome=part").text
    assert "Partly imported" in only and "No products imported" not in only.split("<table")[1]


def test_the_api_serves_and_filters_by_it(run_import: Run, writer: Program) -> None:
    for file in (NONE, PART, ALL):
        run_import(file)
    told = writer.ask("GET", "/imports").json["imports"]
    assert [one["outcome"] for one in told] == ["all", "part", "none"]
    (none,) = writer.ask("GET", "/imports?outcome=none").json["imports"]
    assert none["stopped"][0]["kind"] == "rejected"
    assert writer.ask("GET", f"/imports/{none['id']}/errors").json["codes"] == {"price_invalid": 2}
    fixed = writer.ask("PATCH", f"/imports/{none['id']}/errors/1", {"set": {"price": "1"}})
    assert fixed.status_code == 200
    assert writer.ask("POST", f"/imports/{none['id']}/errors/run").status_code == 202


def test_three_ways_to_be_cancelled_have_three_words(client: FlaskClient, run_import: Run) -> None:
    waits = run_import(ALL, review=True)
    control.cancel(COMMAND_LINE, waits.id)  # by whatever door: its plan is discarded
    assert wording.face(now(waits.id)) == "discarded"
    page = client.get(f"/imports/{waits.id}").text
    assert "Discarded" in page and "The import was cancelled" not in page
    assert past.search(past.Query(state="cancelled")).rows
