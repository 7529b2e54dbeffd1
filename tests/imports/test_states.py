"""The states of an import change in imports/states only, and each change is possible from its own states only."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from catalog import importer
from catalog.imports.states import decisions
from catalog.models import ACTIVE_STATES, END_STATES, db
from catalog.people import Actor
from catalog.runtime import PROJECT
from tests.conftest import create

STATES = PROJECT / "catalog" / "imports" / "states"
COLUMNS = {
    *("state", "held", "outcome", "stopped", "questions", "decision", "rerun", "plan_epoch"),
    *("queued_at", "started_at", "finished_at", "cancel_requested_at"),
    *("lease_epoch", "lease_owner", "lease_expires_at", "takes"),
}
UNDO = "catalog/changes/undo/marks.py"  # changes know no import: the arrow points the other way

BY = Actor("page")
NAMES = (*ACTIVE_STATES, *END_STATES)
POSSIBLE: dict[str, tuple[Callable[[int], bool], set[str]]] = {
    "start": (lambda n: decisions.start(BY, n, importer.Options()), set()),
    "cancel": (lambda n: decisions.cancel(BY, n, "cancelled"), set(ACTIVE_STATES)),
    "retry": (lambda n: decisions.retry(BY, n, None), {"failed", "cancelled"}),
    "apply": (lambda n: decisions.apply(BY, n, "apply"), {"review"}),
    "plan_again": (lambda n: decisions.plan_again(BY, n, None), {"review"}),
    "run_corrected_rows": (lambda n: decisions.run_corrected_rows(BY, n), {"completed"}),
}
CORRECTED = """
INSERT INTO row_errors (import_id, row, line, code, message, corrected)
VALUES (:id, 1, 2, 'sku_blank', 'x', '["A", "x"]')
"""


def texts(path: Path) -> Iterator[str]:
    """Every text of a module, an f-string with its parts put together."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "?" for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def written(path: Path) -> set[str]:
    """The columns of a state that a module writes: by an UPDATE, in a new row, or on a row of the table."""
    found: set[str] = set()
    for statement in texts(path):
        for assignments in re.findall(r"UPDATE imports SET(.*?)(?:\bWHERE\b|\bFROM\b|$)", statement, re.DOTALL):
            found |= COLUMNS & set(re.findall(r"\b(\w+) = ", assignments))
        for names in re.findall(r"INSERT INTO imports \((.*?)\)", statement, re.DOTALL):
            found |= COLUMNS & set(re.findall(r"\w+", names))
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Import":
            found |= COLUMNS & {str(keyword.arg) for keyword in node.keywords}
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            owner = node.value.id if isinstance(node.value, ast.Name) else ""
            found |= COLUMNS & {node.attr} if owner in ("row", "import_", "made") else set()
    return found


def test_only_states_writes_the_state_of_an_import() -> None:
    writers = {
        path.relative_to(PROJECT).as_posix(): columns
        for path in sorted((PROJECT / "catalog").rglob("*.py"))
        if not path.is_relative_to(STATES) and (columns := written(path))
    }
    assert writers == {UNDO: {"state"}}


def test_that_look_finds_what_is_written() -> None:
    assert written(STATES / "decisions.py") >= {"state", "held", "decision", "rerun", "finished_at"}
    assert written(STATES / "whole_file_run.py") >= {"state", "lease_epoch", "plan_epoch", "takes"}


@pytest.mark.parametrize("name", POSSIBLE)
def test_a_decision_is_possible_from_its_states_only(app: object, name: str) -> None:
    decide, states = POSSIBLE[name]
    number = create("sku,name\n,x\n").id
    put = text("UPDATE imports SET state = :state, held = false, rerun = NULL WHERE id = :id")
    with db.engine.begin() as connection:
        connection.execute(text(CORRECTED), {"id": number})
    possible = set()
    for state in NAMES:
        with db.engine.begin() as connection:
            connection.execute(put, {"id": number, "state": state})
            connection.execute(text("DELETE FROM row_corrections"))
        possible |= {state} if decide(number) else set()
    assert possible == states
