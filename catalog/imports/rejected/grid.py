"""The rejected rows as a grid: rows with all their cells, the problem of each row, and writing cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from catalog import importer
from catalog.imports.rejected import checking, corrections, rows
from catalog.imports.rejected.checking import Problem
from catalog.models import Import, Page, RowError, db
from catalog.notation import plural
from catalog.people import Actor, audit

MOST_CELLS, MOST_ROWS, LEAST_ROWS = 2_000, 50, 10  # of a page
MOST_PASTED = 2_000  # rows

Cells = Mapping[int, str]
"""Position of a column -> the text of its cell."""


@dataclass(frozen=True)
class GridRow:
    """A rejected row in the grid."""

    number: int
    line: int
    cells: list[str]
    problem: Problem | None
    is_fixed: bool  # its cells differ from the file
    is_left_out: bool  # all cells are empty: the row is not imported


@dataclass(frozen=True)
class Written:
    """The result of a change: the rows as they are now, and the cells that undo it."""

    rows: list[GridRow]
    before: dict[int, dict[int, str]]
    beyond: int = 0  # pasted rows below the last rejected one


def shown(row: Import, errors: Sequence[RowError]) -> list[GridRow]:
    """Rejected rows with the problems of their current cells."""
    texts = {error.row: rows.cells(row, error) for error in errors}
    found = checking.problems(row, [(error.row, error.line, texts[error.row]) for error in errors if error.corrected])
    names = rows.names(row)
    return [_row(error, texts[error.row], _problem(error, found or {}, names)) for error in errors]


def page(row: Import, code: str, after: int) -> Page[RowError]:
    """A page of rejected rows; it has fewer rows if the file has many columns."""
    limit = MOST_CELLS // max(1, len(rows.names(row)))
    return rows.page(row.id, code, after, max(LEAST_ROWS, min(MOST_ROWS, limit)))


def check(row: Import, error: RowError, cells: Cells) -> GridRow:
    """A row as it would be with these cells; nothing is stored."""
    texts = _with(rows.cells(row, error), cells)
    found = checking.problems(row, [(error.row, error.line, texts)]) or {}
    return _row(error, texts, found.get(error.row))


def write(actor: Actor, row: Import, changes: Mapping[int, Cells]) -> Written:
    """Write cells into rows, by their numbers; one equal to the file's is no correction.

    Raises corrections.NotNow, Wrong.
    """
    corrections.hold(row.id)
    found = {error.row: error for error in rows.some(row.id, list(changes))}
    before: dict[int, dict[int, str]] = {}
    for number, error in found.items():
        texts = rows.cells(row, error)
        before[number] = {at: texts[at] for at in changes[number] if at < len(texts)}
        keep(row, error, _with(texts, changes[number]))
    if found:
        audit.write(actor, "import rows corrected", f"import {row.id}, {plural(len(found), 'row')}", db.session)
    db.session.commit()
    return Written(shown(row, list(found.values())), before)


def paste(actor: Actor, row: Import, code: str, start: tuple[int, int], table: Sequence[Sequence[str]]) -> Written:
    """Write a table of cells from a row's number and a column on, over the rows rejected for `code` that follow.

    Cells right of the last column are an error, rows below the last one are counted. Raises corrections.NotNow, Wrong.
    """
    number, column = start
    if len(table) > MOST_PASTED:
        raise corrections.Wrong("cells", f"At most {MOST_PASTED:,} rows can be pasted at once.")
    width = len(rows.names(row))
    if any(column + len(line) > width for line in table):
        raise corrections.Wrong("cells", "The pasted cells do not fit. Start in a column further left.")
    below = rows.page(row.id, code, number - 1, len(table)).rows
    cells = {error.row: dict(enumerate(line, column)) for error, line in zip(below, table, strict=False)}
    written = write(actor, row, cells)
    return Written(written.rows, written.before, len(table) - len(below))


def keep(row: Import, error: RowError, texts: list[str]) -> None:
    """Store other cells of a row; cells that equal the file are not corrections. Raises corrections.Wrong."""
    if any(len(text) > corrections.CELL_LENGTH for text in texts):
        raise corrections.Wrong("cells", "A cell can have at most 1 MiB.")
    kept = list(map(importer.storable, texts))
    error.corrected = None if kept == rows.original(row, error) else kept


def as_json(one: GridRow) -> dict[str, Any]:
    """A row for the script of the page."""
    problem = one.problem
    return {
        "row": one.number,
        "cells": one.cells,
        "why": problem.why if problem else "",
        "bad": list(problem.columns) if problem else [],
        "fixed": one.is_fixed,
        "out": one.is_left_out,
    }


def _with(texts: list[str], cells: Cells) -> list[str]:
    return [cells.get(at, text) for at, text in enumerate(texts)]


def _row(error: RowError, texts: list[str], problem: Problem | None) -> GridRow:
    is_left_out = not any(map(str.strip, texts))
    return GridRow(error.row, error.line, texts, problem, error.corrected is not None, is_left_out)


def _problem(error: RowError, found: Mapping[int, Problem], names: Sequence[str]) -> Problem | None:
    """The problem of a row; if the row was not changed, the reason of its rejection."""
    if error.corrected:
        return found.get(error.row)
    return checking.of(error.column, error.code, error.message, names)
