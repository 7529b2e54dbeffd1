"""The choices of an import as a form for the API."""

import json
from typing import Any
from urllib.parse import urlencode


def encoded(given: dict[str, Any]) -> bytes:
    """The body of a form with the given choices."""
    pairs: list[tuple[str, str]] = []
    for name, value in given.items():
        if name == "map":
            pairs += [(name, f"{field}={column}") for field, column in value.items()]
        elif isinstance(value, list | tuple):
            pairs += [(name, text) for text in value]
        else:
            pairs.append((name, value if isinstance(value, str) else json.dumps(value)))
    return urlencode(pairs, errors="replace").encode()
