"""Records of JSON in other shapes: the edges of GraphQL, a list for each column, an object with a key for each product.

`{"node": {"sku": "A-1"}}`, `{"sku": ["A-1", "A-2"], "name": ["Chair", "Stool"]}`, `{"A-1": {"name": "Chair"}, "A-2":
{"name": "Stool"}}`.
"""

from collections.abc import Iterable
from typing import Any

NODE, CURSOR, EDGES, PAGE = "node", "cursor", "edges", "pageInfo"
NAMES = frozenset(("name", "title"))
KEYS = frozenset(("sku", "id", "code"))


def unfolded(record: Any) -> Iterable[Any]:
    """The records that a value holds: itself, or several. Most are records by themselves: few looks show it."""
    if not isinstance(record, dict) or not record:
        return (record,)
    if NODE in record and isinstance(record[NODE], dict) and record.keys() <= {NODE, CURSOR}:
        record = record[NODE]
    for key, value in record.items():
        if type(value) is dict and EDGES in value:
            record = record | {key: _nodes(value)}
    if not isinstance(next(iter(record.values()), None), dict | list):
        return (record,)
    if rows := _of_columns(record):
        return rows
    if _is_keyed(record):
        return [value if KEYS & value.keys() else {"sku": key} | value for key, value in record.items()]
    return (record,)


def _nodes(value: dict[str, Any]) -> Any:
    """The nodes of a list of edges; a value that is something else, as it is."""
    edges = value[EDGES] if value.keys() <= {EDGES, PAGE, "totalCount"} else None
    if isinstance(edges, list) and all(isinstance(one, dict) and isinstance(one.get(NODE), dict) for one in edges):
        return [one[NODE] for one in edges]
    return value


def _of_columns(record: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of columns: lists of one length, or objects with the same numbers as keys; empty: no columns."""
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
