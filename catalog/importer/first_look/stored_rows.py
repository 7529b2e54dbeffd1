"""The first rows of a file as they would be stored, made by the functions of the import."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from catalog.importer.checks.rows import Checked, as_fields
from catalog.importer.columns.result import Columns
from catalog.importer.errors import WHOLE_ROW, RowError
from catalog.importer.rows.chunk import LINE, ROW, Chunk
from catalog.importer.values.fields import DECLARED
from catalog.importer.values.formulas import KEPT

CELL_LENGTH = 120  # of a cell that is shown
TEXTS = {field.name for field in DECLARED if field.column_type == "text"}


@dataclass(frozen=True)
class StoredRow:
    """One row: its product, or why it would be rejected, and because of which field."""

    line: int
    product: dict[str, Any]  # price as text, active as a boolean, attributes as a dict
    error: RowError | None = None
    field: str = ""  # the wrong field; empty: the whole row

    def to_json(self) -> dict[str, Any]:
        """The JSON of the API."""
        why = (
            {"code": self.error.code, "message": self.error.message, "field": self.field or None}
            if self.error
            else None
        )
        return {"line": self.line, "product": self.product, "error": why}


def rows(chunk: Chunk, checked: Checked, columns: Columns, most: int) -> list[StoredRow]:
    """The first rows of a chunk with their results, in the order of the file, without blank rows."""
    errors = {error.row: error for error in checked.errors[:most]}
    good = checked.frame.sort_values(ROW).head(most)
    found = {row[ROW]: StoredRow(row[LINE], _product(row)) for row in good.to_dict("records")}
    wrong = as_fields(chunk.frame[chunk.frame[ROW].isin(list(errors))], columns)
    written = {row[ROW]: _texts(row) for row in wrong.to_dict("records")}
    for number, error in errors.items():
        texts = {} if error.code in WHOLE_ROW else written.get(number, {})
        found[number] = StoredRow(error.line, texts, error, _field(error, columns))
    return [found[number] for number in sorted(found)[:most]]


def _product(row: dict[Any, Any]) -> dict[str, Any]:
    """A row of the staging table as a product."""
    product = {name: cell for name, cell in row.items() if name not in (ROW, LINE)}
    for name in TEXTS & product.keys():
        product[name] = "" if pd.isna(product[name]) else short(product[name])
    if "price" in product:
        price = product["price"]
        product["price"] = None if pd.isna(price) else f"{Decimal(price):f}"
    if "active" in product:
        active = product["active"]
        product["active"] = None if pd.isna(active) else bool(active)
    if "attributes" in product:
        found = json.loads(product["attributes"])
        found.pop(KEPT, None)
        product["attributes"] = {name: short(text) for name, text in found.items()}
    return product


def _texts(row: dict[Any, Any]) -> dict[str, Any]:
    """The fields of a rejected row, as they were checked."""
    return {name: short(cell) for name, cell in row.items() if name not in (ROW, LINE)}


def short(cell: str) -> str:
    """A cell for the page: printable, and cut if it is long."""
    shown = cell.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= CELL_LENGTH else f"{shown[:CELL_LENGTH]}…"


def _field(error: RowError, columns: Columns) -> str:
    """The field that is wrong, by the name of its column."""
    named = (field for field in columns.fields if columns.name_of(field) == error.column)
    return "" if error.code in WHOLE_ROW else next(named, "")
