"""The front door of a room: the names in its `__init__.pyi`, each loaded from its module when it is first used.

So other rooms need not know how a room is divided, and a process loads only what it uses.
"""

import ast
from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def offered(room: str) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """`__getattr__` and `__dir__` of a room. A name that its stub does not list is an AttributeError."""

    @cache
    def homes() -> dict[str, tuple[str, str]]:
        """Name -> its module, and what it is called there."""
        return _homes(room)

    def load(name: str) -> Any:
        if name not in homes():
            raise AttributeError(f"module {room!r} has no attribute {name!r}")
        found = _load(*homes()[name])
        vars(import_module(room))[name] = found
        return found

    return load, lambda: sorted(homes())


def _homes(room: str) -> dict[str, tuple[str, str]]:
    stub = ast.parse(Path(str(import_module(room).__file__)).with_suffix(".pyi").read_text(encoding="utf-8"))
    imports = [node for node in stub.body if isinstance(node, ast.ImportFrom)]
    return {one.asname or one.name: (str(node.module), one.name) for node in imports for one in node.names}


def _load(module: str, name: str) -> Any:
    """A name of a module, or a module of a package."""
    home = import_module(module)
    if hasattr(home, "__path__") and find_spec(f"{module}.{name}"):
        return import_module(f"{module}.{name}")
    return getattr(home, name)
