"""The rooms of the house: what import-linter's contracts in setup.cfg can't say."""

import ast
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

from tests.support import borders, shared

CATALOG = Path(__file__).resolve().parent.parent / "catalog"
FILES = sorted(CATALOG.rglob("*.py"))
LARGE = {"models", "webhooks", "cli/commands"}  # one subject each, in many equal parts
DOORS = ("importer", "imports", "products", "changes", "runtime")
MOST_LINES_OVER_BORDERS = 540
MOST, MOST_LARGE = 12, 18
MOST_LINES = 250
LINES_OF_FUNCTIONS = 21  # of 95 in 100


@cache
def nodes(path: Path) -> list[ast.AST]:
    """All that is written in a file: to read every file once takes a second."""
    return list(ast.walk(ast.parse(path.read_text())))


@cache
def imported(path: Path) -> set[str]:
    """Every name that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in nodes(path):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def test_only_web_has_heard_of_a_request() -> None:
    heard = [path for path in FILES if {"flask.request", "flask.session"} & imported(path)]
    assert heard and all(path.is_relative_to(CATALOG / "web") for path in heard)


def test_only_storage_knows_where_files_are() -> None:
    """A backup and the free space of a disk are about the folder itself."""
    named = {
        path.relative_to(CATALOG).as_posix()
        for path in FILES
        if re.search(r"settings\(?\)?\.uploads\b", path.read_text())
    }
    assert named == {"ops/backup.py", "ops/vitals.py", "runtime/storage/choice.py", "runtime/storage/identity.py"}


def test_no_room_is_crowded() -> None:
    rooms = Counter(path.parent.relative_to(CATALOG).as_posix() for path in FILES if path.name != "__init__.py")
    crowded = {room: n for room, n in rooms.items() if n > (MOST_LARGE if room in LARGE else MOST)}
    assert crowded == {}


def test_every_module_says_what_lives_there() -> None:
    silent = [path for path in FILES if not ast.get_docstring(cast(ast.Module, nodes(path)[0]))]
    assert silent == []


def test_no_two_locks_share_a_number() -> None:
    numbers = [
        node.value.value
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.endswith("_LOCK")
        and isinstance(node.value, ast.Constant)
    ]
    assert len(numbers) == len(set(numbers)) > 3


def test_no_module_is_too_long() -> None:
    lengths = {path.relative_to(CATALOG).as_posix(): path.read_text().count("\n") for path in FILES}
    assert {name: n for name, n in lengths.items() if n > MOST_LINES} == {}


def test_functions_are_short() -> None:
    lengths = [
        (node.end_lineno or 0) - node.lineno + 1
        for path in FILES
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef)
    ]
    assert statistics.quantiles(lengths, n=20)[-1] <= LINES_OF_FUNCTIONS


def test_code_has_one_format() -> None:
    assert [path for path in FILES if "fmt: skip" in path.read_text()] == []


def test_importer_has_no_circle_that_types_hide() -> None:
    assert [path for path in FILES if "importer" in path.parts and "TYPE_CHECKING" in path.read_text()] == []


def borrowed(path: Path) -> Iterator[str]:
    """Private names of other modules that a module uses."""
    modules = set()
    for node in nodes(path):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("catalog"):
            yield from (f"{node.module}.{one.name}" for one in node.names if is_private(one.name))
            modules |= {one.asname or one.name for one in node.names}
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and isinstance(node.value, ast.Name):
            yield from [f"{node.value.id}.{node.attr}"] * (node.value.id in modules)


def is_private(name: str) -> bool:
    """Whether a name is for its own module alone."""
    return name.startswith("_") and not name.startswith("__")


def test_no_module_uses_a_private_name_of_another() -> None:
    assert {path.name: names for path in FILES if (names := list(borrowed(path)))} == {}


def test_what_mypy_is_told_to_ignore_has_a_reason() -> None:
    ignored = [line for path in FILES for line in path.read_text().splitlines() if "# type: ignore" in line]
    assert ignored and [line for line in ignored if not re.search(r"# type: ignore\[[\w,-]+\]  # \w", line)] == []


def test_connections_and_cursors_have_types() -> None:
    assert [path for path in FILES if re.search(r"\b(cursor|connection): Any\b", path.read_text())] == []


def test_a_room_with_rooms_in_it_is_entered_by_its_front_door() -> None:
    inside = {
        path.relative_to(CATALOG).as_posix(): found
        for path in FILES
        for room in DOORS
        if path.relative_to(CATALOG).parts[0] != room
        and (found := {name for name in imported(path) if re.match(rf"catalog\.{room}\.\w+\.", name)})
    }
    assert inside == {}


def test_few_lines_import_over_a_border() -> None:
    assert borders.count()[0] < MOST_LINES_OVER_BORDERS


def test_every_name_that_a_front_door_offers_is_there() -> None:
    for stub in CATALOG.rglob("__init__.pyi"):
        room = import_module(".".join(["catalog", *stub.parent.relative_to(CATALOG).parts]))
        offered = ast.literal_eval(stub.read_text().partition("__all__ = ")[2])
        assert sorted(offered) == dir(room) and all(hasattr(room, name) for name in offered)
        with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
            room.nothing  # noqa: B018  # the access itself must raise


def test_commands_and_pages_start_without_pandas() -> None:
    """An annotation like `importer.Look` would load it: such a module says `from __future__ import annotations`."""
    names = ("catalog.cli.backend.local.backend", "catalog.web.front", "catalog.webhooks.dispatcher")
    code = f"import sys, catalog.cli.command_line, {', '.join(names)}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    assert {*names} <= {*loaded} and {"pandas", "pyarrow", "alembic"}.isdisjoint(loaded)


def test_every_module_with_a_place_in_the_schedule_exists() -> None:
    """A renamed one would lose its place, and the suite take longer without a word."""
    named = {*shared.MODULES, *shared.SLOW} - shared.GROUPS.keys()
    assert [name for name in sorted(named) if not (CATALOG.parent / name).exists()] == []
