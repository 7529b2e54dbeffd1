"""Rejected rows checked while a person corrects them, by the importer's own rules, with the columns of their file."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog import importer
from catalog.imports.intake import uploads
from catalog.models import Import

FILES = 8  # number of imports whose columns a process caches


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: its code, the reason without the place, and the columns that it is about."""

    code: str
    why: str
    columns: tuple[int, ...] = ()


def problems(row: Import, cells: Iterable[tuple[int, int, Sequence[str]]]) -> dict[int, Problem] | None:
    """Number -> problem of rows (number, line, cells); rows without a problem are missing. None: the file was deleted.

    A row of only empty cells is left out of the import, so nothing is wrong with it.
    """
    columns = columns_of(row)
    if columns is None:
        return None
    found = importer.check_rows([importer.Row(*one) for one in cells], columns)
    return {error.row: of(error.column, error.code, error.message, columns.names) for error in found.errors}


def of(column: str | None, code: str, message: str, names: Sequence[str]) -> Problem:
    """The problem of a row error. A field that combines several columns is named "brand + model"."""
    parts = [column] if column in names else (column or "").split(" + ")
    at = tuple(number for number, name in enumerate(names) if name and name in parts)
    return Problem(code, reason(message), at)


def reason(message: str) -> str:
    """A message without the place where it begins: "Line 4, name: the cell is empty" -> "The cell is empty"."""
    words = message.split(": ", 1)[-1]
    return words[:1].upper() + words[1:]


def columns_of(row: Import) -> importer.Columns | None:
    """What each column of an import's file was imported as; None if that is no longer known."""
    try:
        return _columns(row.storage_key, json.dumps(row.options, sort_keys=True))
    except (FileNotFoundError, importer.Rejected):
        return None


@lru_cache(maxsize=FILES)
def _columns(key: str, options: str) -> importer.Columns:
    with uploads.storage().open(key) as file:
        return importer.columns_of(file, importer.Options.from_json(json.loads(options)))
