"""Attributes without their own column in an export of Catalog: one JSON object in each row.

A spreadsheet has at most some thousand columns, and there is no limit to how many different attributes all
products have.
"""

import json
from collections.abc import Iterator
from typing import Any, NoReturn

import pandas as pd
import pyarrow as pa

from catalog.importer.columns.result import Columns
from catalog.importer.errors import RowError, quoted, row_error
from catalog.importer.rows.chunk import LINE, ROW
from catalog.importer.values.fields import is_reserved

KEY_LENGTH = 255
CODE = "attributes_invalid"
WHY = "this is not a JSON object of attributes, as Catalog exports it."


def members(texts: pd.Series, separator: str) -> pa.LargeStringArray:
    """The members of the objects, with a separator before each; empty for an empty cell. The objects were checked."""
    inside = [text.strip()[1:-1].strip() for text in texts]
    found = [separator + text if text else "" for text in inside]
    return pa.array(found, pa.large_string())


def errors(cells: pd.DataFrame, columns: Columns) -> Iterator[RowError]:
    """Errors of rows whose cell is not such an object."""
    if columns.rest is None:
        return
    texts = cells[str(columns.rest)]
    column = columns.names[columns.rest]
    for row, line, text in zip(cells[ROW], cells[LINE], texts, strict=True):
        why = _why_not(text, columns) if text.strip() else ""
        if why:
            yield row_error(row, line, column, CODE, text, why)


def _why_not(text: str, columns: Columns) -> str:
    """Why a text is not an object of attributes; empty if it is."""
    try:
        found = json.loads(text, parse_constant=_reject, object_pairs_hook=_Pairs)
        plain = json.dumps(found, ensure_ascii=False)
        plain.encode()
    except (ValueError, RecursionError):
        return WHY
    if not isinstance(found, _Pairs) or "\\u0000" in plain:
        return WHY
    if not all(map(_is_name, (key for key, _ in found))):
        return WHY
    return next(_wrong(found, columns), "")


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with all its keys, repeated ones too."""


def _is_name(key: str) -> bool:
    return key == key.strip() and not is_reserved(key) and 0 < len(key) <= KEY_LENGTH


def _wrong(pairs: _Pairs, columns: Columns) -> Iterator[str]:
    """Why a single attribute is wrong."""
    seen: set[str] = set()
    for key, value in pairs:
        if not isinstance(value, str):
            yield f"the attribute {quoted(key)} is not text; put its value in quotes."
        if key in seen:
            yield f"the attribute {quoted(key)} is listed twice."
        if key in columns.attributes:
            yield f"the attribute {quoted(key)} has its own column in the file."
        seen.add(key)


def _reject(text: str) -> NoReturn:
    raise ValueError(text)
