"""What is slow to start, and stays for the next module that uses it: a running Catalog, and a Chromium.

A test process runs the modules of a group, which share a Catalog, one after the other. It ends before a module that
does not use it, because its workers and its steward would have a hand in that module's tests.
"""

from collections.abc import Callable, Collection
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

T = TypeVar("T")
GROUPS = {
    "pages": (
        "web/stories/test_drops",
        "web/stories/test_failed_saves",
        "web/stories/test_grid_story",
        "web/stories/test_import_story",
        "web/stories/test_list_story",
        "web/stories/test_looks",
    ),
    "commands and people": (
        "cli/test_backends",
        "cli/test_upload",
        "web/api/test_remote",
        "web/stories/test_long_lists",
        "web/stories/test_people_story",
        "web/stories/test_story",
        "web/stories/test_template_button",
        "imports/test_workbook_bombs",
        "webhooks/test_browser",
    ),
}
"""Modules that use a running Catalog, or its browser alone. Two groups of about equal length: one took the longest."""
MODULES = {f"tests/{name}.py": group for group, names in GROUPS.items() for name in names}
SLOW = (
    *GROUPS,
    "tests/web/api/test_schema.py",
    "tests/imports/test_crashes.py",
    "tests/web/test_look_controls.py",
    "tests/cli/test_cli.py",
    "tests/ops/test_supervisor.py",
    "tests/ops/test_servers.py",
    "tests/ops/test_ownership.py",
    "tests/ops/test_deploy.py",
    "tests/ops/test_dev.py",
    "tests/web/test_slow_senders.py",
    "tests/web/test_slow_readers.py",
    "tests/imports/test_restarts.py",
    "tests/imports/test_survival.py",
    "tests/imports/test_many_attributes.py",
)
"""What takes long with few tests. It comes first: begun last, it would run on when all other processes are done."""

_started: dict[str, tuple[ExitStack, Any]] = {}


class Scheduling(LoadScopeScheduling):
    """Each module goes to one test process, and all of a group to the same one; what is slow goes first."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.split("::")[0]
        return MODULES.get(module) or super()._split_scope(nodeid)

    def _assign_work_unit(self, node: WorkerController) -> None:
        """A test process is given its next module while it runs one: behind a group that is the smallest."""
        has_group = bool(GROUPS.keys() & self.assigned_work.get(node, {}).keys())
        slow = [scope for scope in SLOW if scope in self.workqueue]
        others = [scope for scope in self.workqueue if scope not in SLOW]
        scope = others[-1] if has_group and others else (slow + others)[0]
        self.workqueue.move_to_end(scope, last=False)
        super()._assign_work_unit(node)


def started(name: str, start: Callable[[], AbstractContextManager[T]]) -> T:
    """What runs under this name; it is started if it does not."""
    if name not in _started:
        stack = ExitStack()
        _started[name] = (stack, stack.enter_context(start()))
    found: T = _started[name][1]
    return found


def end(but: Collection[str] = ()) -> None:
    """End what runs, but for these names."""
    for name in _started.keys() - set(but):
        _started.pop(name)[0].close()
