"""The grid of rejected rows: cells checked by the importer's rules, written one by one or pasted; one fix for all."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from catalog import jobs
from catalog.imports import control
from catalog.imports.intake import uploads
from catalog.imports.rejected import checking, corrections, fix_all, grid, rows
from catalog.imports.rejected.fix_all import Fix
from catalog.models import Import
from catalog.people.actors import COMMAND_LINE
from tests.cli.test_cli import invoke
from tests.conftest import catalog, counts, csrf
from tests.support.programs import Program

Run = Callable[..., Import]
FILE = "sku;handle;name;price\nA1;h1;Lamp;1,50\n;h2;Chair;9,90\n;h3;Desk;much\n;h4;;2\nA5;h5\n"


@pytest.fixture
def row(run_import: Run) -> Import:
    """An import with four rejected rows."""
    made = run_import(FILE, columns={"sku": "sku"})
    assert (made.rejected, made.state) == (4, "completed")
    return made


def written(row: Import, changes: dict[int, dict[int, str]]) -> grid.Written:
    """Cells written by a command."""
    return grid.write(COMMAND_LINE, row, changes)


def shown(row: Import) -> list[tuple[int, str, tuple[int, ...]]]:
    """Number, reason and red columns of every row."""
    found = grid.shown(row, grid.page(row, "", 0).rows)
    return [
        (one.number, one.problem.why if one.problem else "", one.problem.columns if one.problem else ())
        for one in found
    ]


def test_a_row_is_checked_by_the_rules_of_the_import_while_it_is_typed(row: Import) -> None:
    """Prices as this file writes them; the first thing that is wrong, until nothing is."""
    error = rows.get(row.id, 3)
    assert error is not None
    first = grid.check(row, error, {0: "A3"})
    assert first.problem is not None and first.problem.code == "price_invalid" and first.problem.columns == (3,)
    assert grid.check(row, error, {0: "A3", 3: "1.234,50"}).problem is None
    assert rows.cells(row, error) == ["", "h3", "Desk", "much"] and corrections.waiting(row.id) == 0


def test_cells_are_kept_at_once_and_their_undo_takes_them_back(row: Import) -> None:
    done = written(row, {2: {0: "A2"}, 3: {0: "A3", 2: "Table"}})
    assert done.before == {2: {0: ""}, 3: {0: "", 2: "Desk"}}
    assert [number for number, why, _ in shown(row) if not why] == [2]
    assert corrections.waiting(row.id) == 2
    written(row, done.before)
    assert corrections.waiting(row.id) == 0  # what equals the file is no correction
    assert shown(row)[0][1] == "The cell is empty, and every row needs a SKU."


def test_two_people_write_into_two_cells_of_one_row(row: Import) -> None:
    written(row, {3: {0: "A3"}})
    written(row, {3: {3: "7"}})
    error = rows.get(row.id, 3)
    assert error is not None and rows.cells(row, error) == ["A3", "h3", "Desk", "7"]


def test_a_table_is_pasted_over_the_rows_that_follow_of_the_same_reason(row: Import) -> None:
    done = grid.paste(COMMAND_LINE, row, "sku_blank", (2, 0), [["A2"], ["A3"], ["A4"], ["A5"]])
    assert [one.cells[0] for one in done.rows] == ["A2", "A3", "A4"] and done.beyond == 1
    with pytest.raises(corrections.Wrong, match="further left"):
        grid.paste(COMMAND_LINE, row, "", (2, 3), [["1", "2"]])


def test_one_fix_for_all_of_a_reason_leaves_what_a_person_has_typed(row: Import) -> None:
    written(row, {3: {0: "mine"}})
    assert fix_all.apply(COMMAND_LINE, row, "sku_blank", Fix("copy", 0, other=1)) == 2
    cells = [rows.cells(row, error)[0] for error in rows.page(row.id, "sku_blank").rows]
    assert cells == ["h2", "mine", "h4"]
    assert fix_all.apply(COMMAND_LINE, row, "sku_blank", Fix("restore")) == 3
    assert corrections.waiting(row.id) == 0


def test_rows_that_are_left_out_count_as_blank(row: Import) -> None:
    assert fix_all.apply(COMMAND_LINE, row, "sku_blank", Fix("leave_out")) == 3
    assert {one.is_left_out for one in grid.shown(row, rows.page(row.id, "sku_blank").rows)} == {True}
    corrections.run_again(COMMAND_LINE, row.id)
    jobs.run_import(row.id)
    ended = control.get(row.id)
    assert ended is not None and counts(ended) == {"rows": 5, "created": 1, "blank": 3, "rejected": 1}


def test_a_proposal_was_tried_before_it_is_offered(row: Import) -> None:
    found = [(one.label, one.cured, one.tried) for one in fix_all.proposals(row, "sku_blank")]
    assert found == []  # the handle would cure one of three: not most of them
    written(row, {4: {0: "A4"}})
    assert [(one.label, one.cured, one.tried) for one in fix_all.proposals(row, "sku_blank")] == [
        ("Use “handle” as SKU", 1, 2)
    ]


@pytest.mark.parametrize(
    "file, code, label",
    [
        ("sku,name,price\nA1,Lamp,x\nA2,Chair,y\n", "price_invalid", "Import them without price"),
        ("sku,name,active\nA1,Lamp,x\nA2,Chair,y\n", "active_invalid", "Import them without a value for active"),
        ("sku,name,price\nA1,Lamp,1\nTotal,,9\n", "totals_row", "Leave these rows out"),
        (
            "sku,name,description,currency,Product type\nA1,,Lamp of oak,EUR,Desk lamp\nA2,,Blue chair,USD,Arm chair\n",
            "name_blank",
            "Use “description” as name",
        ),
    ],
)
def test_every_reason_has_its_cure(run_import: Run, file: str, code: str, label: str) -> None:
    assert [one.label for one in fix_all.proposals(run_import(file), code)] == [label]


def test_without_the_file_rows_can_be_read_and_nothing_is_promised(row: Import) -> None:
    checking._columns.cache_clear()
    uploads.storage().delete(row.storage_key)
    assert len(shown(row)) == 4 and fix_all.proposals(row, "sku_blank") == []


def test_the_script_of_the_page_writes_checks_and_hears_what_is_wrong(row: Import, client: FlaskClient) -> None:
    head = {"X-CSRFToken": csrf(client.get("/imports/1").text)}

    def ask(what: str, body: Any) -> Any:
        return client.post(f"/imports/{row.id}/errors/{what}", json=body, headers=head)

    (checked,) = ask("check", {"rows": {"3": {"0": "A3"}}}).json["rows"]
    assert checked["why"].startswith("'much' is not a number") and checked["bad"] == [3]
    answer = ask("cells", {"code": "sku_blank", "row": 2, "column": 0, "cells": [["A2"], ["A3"]]}).json
    assert (answer["ready"], answer["before"], answer["beyond"]) == (2, {"2": {"0": ""}, "3": {"0": ""}}, 0)
    for body in (None, [], {"rows": {"x": {}}}, {"rows": {"2": {"0": 1}}}, {"other": 1}):
        assert ask("cells", body).status_code == 422
    lifecycle_state = client.post(f"/imports/{row.id}/errors/run", data={"csrf_token": head["X-CSRFToken"]})
    assert lifecycle_state.status_code == 303
    assert "is running" in ask("cells", {"rows": {"3": {"0": "B3"}}}).json["problem"]


def test_a_wide_file_has_fewer_rows_on_a_page(run_import: Run) -> None:
    header = ",".join(["sku", "name", *(f"c{n}" for n in range(198))])
    made = run_import(f"{header}\n" + f"{',' * 199}x\n" * 30)
    assert len(grid.page(made, "", 0).rows) == 10


def test_programs_and_commands_fix_all_rows_alike(row: Import, writer: Program) -> None:
    asked = {"code": "sku_blank", "action": "copy", "column": "sku", "other": "handle"}
    assert writer.ask("POST", f"/imports/{row.id}/errors/fix", json=asked).json == {"corrected": 3}
    assert writer.ask("POST", f"/imports/{row.id}/errors/fix", json=asked | {"other": "?"}).status_code == 422


def test_the_command_fixes_all_rows_alike(app: object, row: Import) -> None:
    done = invoke(
        app,
        "correct",
        str(row.id),
        "--code",
        "sku_blank",
        "--fix",
        "copy",
        "--column",
        "sku",
        "--other",
        "handle",
        "--run",
    )
    assert "3" in done.stdout + done.stderr
    assert [p[0] for p in catalog()] == ["A1", "h2"]
