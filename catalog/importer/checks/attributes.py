"""The attributes of rows as JSON, a column at a time."""

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pandas as pd
import pyarrow as pa
from pyarrow import compute

from catalog.importer.checks import attribute_pairs, more_attributes
from catalog.importer.columns.result import Columns
from catalog.importer.values.formulas import KEPT
from catalog.importer.values.texts import NO_TEXT

ENCODE = json.JSONEncoder(ensure_ascii=False).encode  # created once, not for each cell
ESCAPED = r'["\\\x00-\x1f]'  # characters that JSON must escape
SEPARATOR = ", "


def attributes_of(
    cells: pd.DataFrame, columns: Columns, kept: Mapping[str, pd.Series] = MappingProxyType({})
) -> pd.Series:
    """The other columns as a JSON object per row, without empty cells. Whole columns at a time: five times as fast."""
    members = [_members_of(cells, columns, name) for name in columns.attributes]
    if columns.rest is not None:
        members.append(more_attributes.members(cells[str(columns.rest)], SEPARATOR))
    if kept:
        members.append(_kept(kept))
    joined = _joined("", *members)
    inside = compute.utf8_slice_codeunits(joined, len(SEPARATOR))
    objects = _joined("{", inside, "}")
    return pd.Series(objects.to_pandas().array, index=cells.index, dtype="str")


def _members_of(cells: pd.DataFrame, columns: Columns, name: str) -> pa.LargeStringArray:
    """The JSON members for the column of an attribute: one for each cell, or all that a cell contains."""
    position = columns.attributes[name]
    values = pa.array(cells[str(position)], type=pa.large_string())
    if position in columns.opened:
        return attribute_pairs.members(values, name, columns.attributes, SEPARATOR)
    return _members(values, name)


def _kept(kept: Mapping[str, pd.Series]) -> pa.LargeStringArray:
    """Names of attributes that keep their value in the catalog, as a further member of the row's JSON."""
    rows = zip(*kept.values(), strict=True)
    named = [[name for name, stays in zip(kept, row, strict=True) if stays] for row in rows]
    key = SEPARATOR + ENCODE(KEPT) + ": "
    return pa.array([key + ENCODE(names) if names else "" for names in named], pa.large_string())


def _members(values: pa.LargeStringArray, name: str) -> pa.LargeStringArray:
    """The JSON member of each cell, with a separator before it; empty for an empty cell."""
    if compute.any(compute.match_substring_regex(values, ESCAPED)).as_py():
        texts = pa.array(map(ENCODE, values.to_pylist()), type=pa.large_string())
    else:
        texts = _joined('"', values, '"')
    key = SEPARATOR + ENCODE(name) + ": "
    found: pa.LargeStringArray = compute.if_else(compute.equal(values, NO_TEXT), NO_TEXT, _joined(key, texts))
    return found


def _joined(*parts: str | pa.LargeStringArray) -> pa.LargeStringArray:
    texts: Iterator[Any] = (pa.scalar(p, pa.large_string()) if isinstance(p, str) else p for p in (*parts, ""))
    joined: pa.LargeStringArray = compute.binary_join_element_wise(*texts)
    return joined
