"""Rejected rows checked while a person corrects them, by the importer's own rules and with the columns of their file."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from catalog import importer
from catalog.imports.intake import uploads
from catalog.models import Import

FILES = 8  # whose columns a process remembers


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: its code, the reason without the place, and the columns that it is about."""

    code: str
    why: str
    columns: tuple[int, ...] = ()


def problems(row: Import, cells: Iterable[tuple[int, int, Sequence[str]]]) -> dict[int, Problem] | None:
    """What is still wrong with rows (number, line, cells), by their numbers. None: the file is gone, and with it what is known.

    A row of only empty cells is left out of the import, so nothing is wrong with it.
    """
    columns = columns_of(row)
    if columns is None:
        return None
    found = importer.check_rows([importer.Row(*one) for one in cells], columns)
    return {error.row: of(error.column, error.code, error.message, columns.names) for error in found.errors}


def of(column: str | None, code: str, message: str, names: Sequence[str]) -> Problem:
    """A problem as the grid shows it. A field that is made of several columns is called "brand + model"."""
    parts = [column] if column in names else (column or "").split(" + ")
    at = tuple(number for number, name in enumerate(names) if name and name in parts)
    return Problem(code, reason(message), at)


def reason(message: str) -> str:
    """A message without the place where it begins: "Line 4, name: the cell is empty" -> "The cell is empty"."""
    words = message.split(": ", 1)[-1]
    return words[:1].upper() + words[1:]


def columns_of(row: Import) -> importer.Columns | None:
    """What the columns of an import's file were taken for; None where that can't be known any more."""
    try:
        return _columns(row.storage_key, json.dumps(row.options, sort_keys=True))
    except (FileNotFoundError, importer.Rejected):
        return None


@lru_cache(maxsize=FILES)
def _columns(key: str, options: str) -> importer.Columns:
    with uploads.storage().open(key) as file:
        return importer.columns_of(file, importer.Options.from_json(json.loads(options)))
