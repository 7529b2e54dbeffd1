"""Records of JSON in other shapes: the edges of GraphQL, a list for each column, an object with a key for each product.

`{"node": {"sku": "A-1"}}`, `{"sku": ["A-1", "A-2"], "name": ["Chair", "Stool"]}`, `{"A-1": {"name": "Chair"}, "A-2": {"name": "Stool"}}`.
"""

from collections.abc import Iterator
from typing import Any

NODE, CURSOR, EDGES, PAGE = "node", "cursor", "edges", "pageInfo"
NAMES = frozenset(("name", "title"))
KEYS = frozenset(("sku", "id", "code"))


def unfolded(record: Any) -> Iterator[Any]:
    """The records that a value holds: itself, or several."""
    if not isinstance(record, dict):
        yield record
        return
    if isinstance(record.get(NODE), dict) and record.keys() <= {NODE, CURSOR}:
        record = record[NODE]
    record = {key: _without_edges(value) for key, value in record.items()}
    if rows := _of_columns(record):
        yield from rows
    elif _is_keyed(record):
        for key, value in record.items():
            yield value if KEYS & value.keys() else {"sku": key} | value
    else:
        yield record


def _without_edges(value: Any) -> Any:
    """A value in which a list of edges is the list of their nodes."""
    edges = value.get(EDGES) if isinstance(value, dict) and value.keys() <= {EDGES, PAGE, "totalCount"} else None
    if not isinstance(edges, list) or not all(
        isinstance(one, dict) and isinstance(one.get(NODE), dict) for one in edges
    ):
        return value
    return [one[NODE] for one in edges]


def _of_columns(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of columns: lists of the same length, or objects with the same numbers as keys; empty: these are no columns."""
    if not NAMES & {key.casefold() for key in record}:
        return []
    columns = {key: _cells(value) for key, value in record.items()}
    lengths = {len(cells) for cells in columns.values()}
    if len(columns) < 2 or len(lengths) != 1 or lengths == {0}:
        return []
    return [{key: cells[at] for key, cells in columns.items()} for at in range(lengths.pop())]


def _cells(value: Any) -> list[Any]:
    if isinstance(value, dict) and list(value) == [str(number) for number in range(len(value))]:
        value = list(value.values())
    is_plain = isinstance(value, list) and not any(isinstance(one, dict | list) for one in value)
    return value if is_plain else []


def _is_keyed(record: dict[str, Any]) -> bool:
    """Whether each key is the code of a product: it has a digit, and its value is an object with a name."""
    codes = all(any(map(str.isdigit, key)) for key in record)
    named = all(isinstance(value, dict) and NAMES & value.keys() for value in record.values())
    return len(record) > 1 and codes and named
