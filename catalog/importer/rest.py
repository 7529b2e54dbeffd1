"""The attributes that have no column of their own in an export of ours: one JSON object in each row.

A spreadsheet has not more than some thousand columns, and a row as wide as all attributes together would never end.
"""

import json
from collections.abc import Iterator
from typing import NoReturn

import pandas as pd
import pyarrow as pa

from catalog.importer.columns import Columns
from catalog.importer.errors import RowError, row_error
from catalog.importer.mapping import is_reserved
from catalog.importer.reader import LINE, ROW

CODE = "attributes_invalid"
WHY = "this is no JSON object of attributes, such as an export of this Catalog writes."


def members(texts: pd.Series, separator: str) -> pa.Array:
    """What the objects hold, each with the separator before it; nothing for an empty cell. They have been checked."""
    inside = [text.strip()[1:-1].strip() for text in texts]
    found = [separator + text if text else "" for text in inside]
    return pa.array(found, pa.large_string())


def errors(cells: pd.DataFrame, columns: Columns) -> Iterator[RowError]:
    """Rows whose cell is no such object."""
    if columns.rest is None:
        return
    texts = cells[str(columns.rest)]
    column = columns.names[columns.rest]
    for row, line, text in zip(cells[ROW], cells[LINE], texts, strict=True):
        if text.strip() and not _is_good(text):
            yield row_error(row, line, column, CODE, text, WHY)


def _is_good(text: str) -> bool:
    try:
        found = json.loads(text, parse_constant=_refuse)
        plain = json.dumps(found, ensure_ascii=False)
        plain.encode()
    except (ValueError, RecursionError):
        return False
    whole = isinstance(found, dict) and "\\u0000" not in plain
    return whole and not any(key != key.strip() or is_reserved(key) or not 0 < len(key) <= 255 for key in found)  # fmt: skip


def _refuse(text: str) -> NoReturn:
    raise ValueError(text)
