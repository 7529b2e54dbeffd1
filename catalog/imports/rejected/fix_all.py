"""One fix for all rows that were rejected for the same reason, and proposals for it, tried before they are offered."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from sqlalchemy import text

from catalog import importer
from catalog.imports.rejected import checking, corrections, rows
from catalog.models import Import, RowError, db
from catalog.notation import plural
from catalog.people import Actor, audit

AT_ONCE = 1_000
SAMPLE = 500  # number of rows on which a proposal is tried
MOST_PROPOSALS = 3
LARGELY = 0.5  # the share of them that a proposal must fix
DISTINCT = 0.95  # the share of different values from which a column is a key

Action = Literal["set", "copy", "replace", "clear", "leave_out", "restore"]
ACTIONS: tuple[Action, ...] = get_args(Action)
WHOLE = ("leave_out", "restore")  # about rows, not about a column
NO_PRODUCTS = {"totals_row", "second_header", "repeated_header", "sku_placeholder"}
NOT_AS = {"sku": tuple(name for name in importer.FIELDS if name != "sku"), "name": ("price", "active")}
OF_FIELD = {"sku": "SKU", "name": "name", "price": "price", "active": "a value for active"}

UPDATE = text("""
UPDATE row_errors SET corrected = CAST(fixed.cells AS jsonb)
FROM unnest(CAST(:rows AS int[]), CAST(:cells AS text[])) AS fixed (row, cells)
WHERE import_id = :id AND row_errors.row = fixed.row
""")


@dataclass(frozen=True)
class Fix:
    """A change of one column (by position) in all rows: see ACTIONS. `other` is the column that is copied."""

    action: Action
    column: int = 0
    value: str = ""
    other: int = 0
    find: str = ""

    def apply(self, now: list[str], before: list[str]) -> list[str]:
        """The cells of a row after the fix. A cell that a person changed is not set, copied or cleared."""
        if self.action == "restore":
            return before
        if self.action == "leave_out":
            return [""] * len(now)
        text = now[self.column]
        if self.action == "replace":
            return self._with(now, text.replace(self.find, self.value) if self.find else text or self.value)
        return now if text != before[self.column] else self._with(now, self._text(now))

    def _text(self, now: list[str]) -> str:
        return {"set": self.value, "copy": now[self.other], "clear": ""}[self.action]

    def _with(self, now: list[str], text: str) -> list[str]:
        return [*now[: self.column], text, *now[self.column + 1 :]]


@dataclass(frozen=True)
class Proposal:
    """A fix that was tried: its label, and how many of `tried` rows it cures."""

    fix: Fix
    label: str
    cured: int
    tried: int


def named(row: Import, given: Mapping[str, Any]) -> Fix:
    """The fix for the parameters of the API, with columns by name or number. Raises corrections.Wrong."""
    action: Action = given["action"]
    if action in WHOLE:
        return Fix(action)
    column = corrections.position(row, given["column"])
    other = corrections.position(row, given["other"]) if action == "copy" else 0
    return Fix(action, column, given["value"], other, given["find"])


def apply(actor: Actor, row: Import, code: str, fix: Fix) -> int:
    """Fix all rows that were rejected for `code`; returns how many changed. Raises corrections.NotNow, Wrong."""
    _check(row, fix)
    corrections.hold(row.id)
    count = sum(_store(row.id, changed) for changed in _changed(row, code, fix))
    if count:
        words = f"import {row.id}, {plural(count, 'row')} rejected for {code}"
        audit.write(actor, "import rows corrected", words, db.session)
    db.session.commit()
    return count


def _check(row: Import, fix: Fix) -> None:
    width = len(rows.names(row))
    if fix.action not in WHOLE and not (0 <= fix.column < width and 0 <= fix.other < width):
        raise corrections.Wrong("column", "There is no such column.")
    if len(fix.value) > corrections.CELL_LENGTH:
        raise corrections.Wrong("value", "A cell can have at most 1 MiB.")


Changed = list[tuple[int, list[str] | None]]
"""Numbers of rows, and the cells that each is to have; None: those of the file."""


def _changed(row: Import, code: str, fix: Fix) -> Iterator[Changed]:
    after = 0
    while found := rows.page(row.id, code, after, AT_ONCE).rows:
        yield [(error.row, cells) for error in found for cells in _after(row, error, fix)]
        after = found[-1].row


def _after(row: Import, error: RowError, fix: Fix) -> Iterator[list[str] | None]:
    """The cells of a row after a fix, or None if they are those of the file; nothing if the fix changes nothing."""
    now, before = rows.cells(row, error), rows.original(row, error)
    after = [importer.storable(text) for text in fix.apply(now, before)]
    if after != now:
        yield None if after == before else after


def _store(import_id: int, changed: Changed) -> int:
    cells = [None if texts is None else json.dumps(texts) for _, texts in changed]
    db.session.execute(UPDATE, {"id": import_id, "rows": [number for number, _ in changed], "cells": cells})
    return len(changed)


def proposals(row: Import, code: str) -> list[Proposal]:
    """Fixes that cure most of the rows rejected for `code`, the best first; none if they can't be tried."""
    sample = [error for error in rows.page(row.id, code, 0, SAMPLE).rows if not error.corrected]
    columns = checking.columns_of(row)
    if not sample or columns is None:
        return []
    tried = [Proposal(fix, label, _cured(row, sample, fix), len(sample)) for fix, label in _ideas(row, sample, columns)]
    good = [one for one in tried if one.cured >= LARGELY * one.tried]
    return sorted(good, key=lambda one: -one.cured)[:MOST_PROPOSALS]


def _ideas(row: Import, sample: list[RowError], columns: importer.Columns) -> Iterator[tuple[Fix, str]]:
    """Fixes that may help, with their labels."""
    code = sample[0].code
    if code in NO_PRODUCTS:
        yield Fix("leave_out"), "Leave these rows out"
        return
    problem = checking.of(sample[0].column, code, "", columns.names)
    if len(problem.columns) != 1:
        return
    (at,) = problem.columns
    field = next((field for field, place in columns.fields.items() if place == at), "")
    if code in ("sku_blank", "name_blank", "name_placeholder"):
        taken = {columns.fields[one] for one in NOT_AS[field] if one in columns.fields}
        for other in _filled(row, sample, {at, *taken}, field, columns.names):
            yield Fix("copy", at, other=other), f"Use “{columns.names[other]}” as {OF_FIELD[field]}"
    elif field in ("price", "active"):
        yield Fix("clear", at), f"Import them without {OF_FIELD[field]}"


def _filled(row: Import, sample: list[RowError], taken: set[int], field: str, names: Sequence[str]) -> Iterator[int]:
    """The other columns with a value in nearly all rows that may be the field."""
    table = [rows.original(row, error) for error in sample]
    for other in range(len(table[0])):
        values = [line[other].strip() for line in table]
        filled = [value for value in values if value]
        is_full = other not in taken and len(filled) >= DISTINCT * len(table)
        if is_full and (importer.may_be_names(names[other], filled) if field == "name" else _is_key(filled)):
            yield other


def _is_key(values: list[str]) -> bool:
    return len({value.lower() for value in values}) >= DISTINCT * len(values)


def _cured(row: Import, sample: list[RowError], fix: Fix) -> int:
    """How many rows have no problem after a fix."""
    cells = [(error.row, error.line, fix.apply(*2 * [rows.original(row, error)])) for error in sample]
    wrong = checking.problems(row, cells) or {}
    return len(sample) - len(wrong)
