"""The rooms of the house: what import-linter's contracts in setup.cfg can't say."""

import ast
from collections import Counter
from pathlib import Path

CATALOG = Path(__file__).resolve().parent.parent / "catalog"
FILES = sorted(CATALOG.rglob("*.py"))
LARGE = {"models", "webhooks", "cli/commands"}  # one subject each, in many equal parts
MOST, MOST_LARGE = 12, 18


def imported(path: Path) -> set[str]:
    """Every name that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_web_has_heard_of_a_request() -> None:
    heard = [path for path in FILES if {"flask.request", "flask.session"} & imported(path)]
    assert heard and all(path.is_relative_to(CATALOG / "web") for path in heard)


def test_no_room_is_crowded() -> None:
    rooms = Counter(path.parent.relative_to(CATALOG).as_posix() for path in FILES if path.name != "__init__.py")
    crowded = {room: n for room, n in rooms.items() if n > (MOST_LARGE if room in LARGE else MOST)}
    assert crowded == {}


def test_every_module_says_what_lives_there() -> None:
    silent = [path for path in FILES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert silent == []


def test_no_two_locks_share_a_number() -> None:
    numbers = [
        node.value.value
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("_LOCK")
        and isinstance(node.value, ast.Constant)
    ]
    assert len(numbers) == len(set(numbers)) > 3
