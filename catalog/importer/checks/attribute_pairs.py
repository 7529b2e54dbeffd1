"""Several attributes in one cell, as Magento writes them: color=Blue,size="27, tall",material=Fleece|Nylon.

Each becomes an attribute of its own.
"""

import json
import re
from collections.abc import Collection

import pyarrow as pa

from catalog.importer.values.fields import is_reserved

NAME = r"[A-Za-z_][\w.-]{0,99}"
PAIR = re.compile(rf'({NAME})=("(?:[^"]|"")*"|.*?)(?:,\s*(?={NAME}=)|\s*$)', re.DOTALL)


def members(texts: pa.LargeStringArray, column: str, taken: Collection[str], separator: str) -> pa.LargeStringArray:
    """The attributes of each cell, with the separator before each. Other cells: one with the column's name.

    A name that is `taken` by another column, or is that of a field, gets the name of the column before it.
    """
    made: dict[str, str] = {"": ""}
    cells = [text or "" for text in texts.to_pylist()]
    for text in cells:
        if text not in made:
            found = pairs(text) or {column: text}
            made[text] = "".join(
                f"{separator}{_json(name if name == column else _own(name, column, taken))}: {_json(value)}"
                for name, value in found.items()
                if value
            )
    return pa.array([made[text] for text in cells], pa.large_string())


def pairs(text: str) -> dict[str, str]:
    """Name -> value; empty if the text contains anything but such pairs, or a name twice."""
    found: dict[str, str] = {}
    at, end = 0, len(text)
    while at < end:
        match = PAIR.match(text, at)
        if not match or match[1] in found:
            return {}
        found[match[1]] = _unquoted(match[2])
        at = match.end()
    return found


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return value[1:-1].replace('""', '"').strip() if is_quoted else value.strip()


def _own(name: str, column: str, taken: Collection[str]) -> str:
    return f"{column}.{name}" if name in taken or is_reserved(name) else name


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
